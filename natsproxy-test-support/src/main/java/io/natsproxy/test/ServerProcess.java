package io.natsproxy.test;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A {@code nats-server} in a process of its own.
 */
final class ServerProcess implements TestBroker {

	private static final Pattern LISTENING = Pattern.compile("Listening for client connections on [^ ]*:(\\d+)");

	private static final int ANY_PORT = -1;

	private static final long PATIENCE_SECONDS = 20;

	private final String program;

	private final int port;

	private @Nullable Process process;

	ServerProcess(String program) {
		this.program = program;
		this.port = launch(ANY_PORT);
		Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
	}

	@Override
	public String url() {
		return "nats://127.0.0.1:" + this.port;
	}

	@Override
	public synchronized void stop() {
		Process process = this.process;
		this.process = null;
		if (process != null) {
			try {
				process.destroyForcibly().waitFor();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	@Override
	public synchronized void restart() {
		stop();
		launch(this.port);
	}

	@Override
	public void close() {
		stop();
	}

	private synchronized int launch(int port) {
		try {
			Process process = new ProcessBuilder(this.program, "-a", "127.0.0.1", "-p", Integer.toString(port))
				.redirectErrorStream(true)
				.start();
			this.process = process;
			CompletableFuture<Integer> listening = new CompletableFuture<>();
			Thread reader = new Thread(() -> read(process, listening), "nats-server-output");
			reader.setDaemon(true);
			reader.start();
			return listening.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		catch (ExecutionException | TimeoutException ex) {
			stop();
			throw new IllegalStateException(this.program + " does not listen", ex);
		}
	}

	/**
	 * Reads what the server prints to the end, lest it wait for a reader.
	 */
	private static void read(Process process, CompletableFuture<Integer> listening) {
		StringBuilder output = new StringBuilder();
		try (BufferedReader reader = process.inputReader()) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				Matcher matcher = LISTENING.matcher(line);
				if (matcher.find()) {
					listening.complete(Integer.valueOf(matcher.group(1)));
				}
				if (!listening.isDone()) {
					output.append(line).append('\n');
				}
			}
		}
		catch (IOException ex) {
			output.append(ex);
		}
		listening.completeExceptionally(new IllegalStateException(output.toString()));
	}

}
