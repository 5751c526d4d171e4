package io.natsproxy.it.support;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Assumptions;

/**
 * An application of the tests in a process of its own, which can be killed.
 */
public final class ForkedApplication implements AutoCloseable {

	/**
	 * What the application prints when it runs, in front of its port.
	 */
	public static final String READY = "The application listens on port ";

	private final Process process;

	private final CompletableFuture<Integer> port = new CompletableFuture<>();

	private final StringBuffer output = new StringBuffer();

	private ForkedApplication(Process process) {
		this.process = process;
		Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
		Thread reader = new Thread(this::read, "forked-application-output");
		reader.setDaemon(true);
		reader.start();
	}

	/**
	 * Starts an application, and returns when it runs.
	 */
	public static ForkedApplication start(Class<?> mainClass, String... arguments) throws Exception {
		List<String> command = new ArrayList<>(
				List.of(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java", "-Xmx128m",
						"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp",
						System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
						mainClass.getName()));
		command.addAll(List.of(arguments));
		ForkedApplication application = new ForkedApplication(
				new ProcessBuilder(command).redirectErrorStream(true).start());
		try {
			application.port.get(90, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			application.close();
			throw ex;
		}
		return application;
	}

	public int port() {
		return this.port.join();
	}

	/**
	 * Ends the process at once, as {@code kill -9} does.
	 */
	public void kill() {
		this.process.destroyForcibly();
	}

	/**
	 * Lets the application shut down (SIGTERM).
	 */
	public void terminate() {
		this.process.destroy();
	}

	/**
	 * Waits for the end of the process.
	 * @return whether it ended in time
	 */
	public boolean awaitExit(Duration atMost) throws InterruptedException {
		return this.process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
	}

	public boolean isRunning() {
		return this.process.isAlive();
	}

	/**
	 * What the application has printed so far.
	 */
	public String output() {
		return this.output.toString();
	}

	/**
	 * Stops the process without ending it.
	 */
	public void pause() throws Exception {
		signal("-STOP");
	}

	public void resume() throws Exception {
		signal("-CONT");
	}

	private void signal(String signal) throws Exception {
		Process kill = startKill(signal);
		if (!kill.waitFor(30, TimeUnit.SECONDS) || kill.exitValue() != 0) {
			throw new IllegalStateException("Could not send " + signal);
		}
	}

	/**
	 * Skips the test where there is no such program.
	 */
	private Process startKill(String signal) {
		try {
			return new ProcessBuilder("kill", signal, Long.toString(this.process.pid())).start();
		}
		catch (IOException ex) {
			return Assumptions.abort("The program 'kill', which sends signals, is missing: " + ex.getMessage());
		}
	}

	private void read() {
		try (BufferedReader reader = this.process.inputReader()) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				if (line.startsWith(READY)) {
					this.port.complete(Integer.valueOf(line.substring(READY.length())));
				}
				this.output.append(line).append('\n');
			}
		}
		catch (IOException ex) {
			this.port.completeExceptionally(new UncheckedIOException(ex));
		}
		this.port.completeExceptionally(new IllegalStateException(output()));
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
