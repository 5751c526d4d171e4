package io.natsproxy.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Runs short commands of the operating system.
 */
final class SystemCommand {

	private SystemCommand() {
	}

	/**
	 * Runs a command and waits for its end.
	 * @param command its command line
	 * @return what came of it; without success, too, if there is no such program
	 */
	static Result run(List<String> command) {
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
			process.getOutputStream().close();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			return new Result(process.waitFor() == 0, output);
		}
		catch (IOException ex) {
			return new Result(false, String.valueOf(ex.getMessage()));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return new Result(false, "interrupted");
		}
	}

	/**
	 * The end of a command.
	 *
	 * @param succeeded whether its status was zero
	 * @param output what it has printed, errors included
	 */
	record Result(boolean succeeded, String output) {

	}

}
