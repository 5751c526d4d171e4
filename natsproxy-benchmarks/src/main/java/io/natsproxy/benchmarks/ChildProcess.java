package io.natsproxy.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process of a chain, whose output goes to a file.
 */
final class ChildProcess {

	private static final int TAIL_LINES = 30;

	private static final long PATIENCE_SECONDS = 10;

	private static final long STOP_SECONDS = 3;

	private final String name;

	private final Process process;

	private final Path log;

	private ChildProcess(String name, Process process, Path log) {
		this.name = name;
		this.process = process;
		this.log = log;
	}

	/**
	 * Starts a process.
	 * @param name what to call it
	 * @param command its command line
	 * @param log the file for its output, which is replaced
	 * @return the process
	 * @throws ChainFailedException if there is no such program
	 */
	static ChildProcess start(String name, List<String> command, Path log) {
		try {
			Files.createDirectories(log.toAbsolutePath().getParent());
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(log.toFile())
				.redirectInput(ProcessBuilder.Redirect.PIPE)
				.start();
			return new ChildProcess(name, process, log);
		}
		catch (IOException ex) {
			throw new ChainFailedException(name + " does not start: " + ex.getMessage());
		}
	}

	String name() {
		return this.name;
	}

	/**
	 * Makes sure that the process runs.
	 * @throws ChainFailedException with the end of its output, if it does not
	 */
	void requireAlive() {
		if (!this.process.isAlive()) {
			throw new ChainFailedException(this.name + " has ended with status " + this.process.exitValue() + tail());
		}
	}

	/**
	 * Returns the end of the output.
	 * @return where it is, and the last lines
	 */
	String tail() {
		try {
			List<String> lines = Files.readString(this.log, StandardCharsets.ISO_8859_1).lines().toList();
			String tail = String.join("\n    ", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
			return ", the end of " + this.log + ":\n    " + tail;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Returns what the process uses.
	 * @return its resources, and those of processes that it has started
	 */
	ProcessUsage usage() {
		return ProcessUsage.of(this.process.toHandle());
	}

	/**
	 * Returns the ids of the process and of those that it has started.
	 * @return the ids
	 */
	Stream<String> pids() {
		return Stream.concat(Stream.of(this.process.toHandle()), this.process.descendants())
			.map((process) -> Long.toString(process.pid()));
	}

	/**
	 * Waits until the process has ended by itself, or some seconds.
	 * @return whether it has ended
	 */
	boolean awaitEnd() {
		return awaitEnd(PATIENCE_SECONDS);
	}

	private boolean awaitEnd(long seconds) {
		try {
			return this.process.waitFor(seconds, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/**
	 * Ends the process and those that it has started, and waits for that.
	 */
	void stop() {
		List<ProcessHandle> all = Stream.concat(this.process.descendants(), Stream.of(this.process.toHandle()))
			.toList();
		all.forEach(ProcessHandle::destroy);
		awaitEnd(STOP_SECONDS);
		all.forEach(ProcessHandle::destroyForcibly);
		awaitEnd(STOP_SECONDS);
	}

}
