package io.natsproxy.test;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A running process of {@code nats-server}, and the ports on which it listens.
 */
final class ServerLaunch {

	/**
	 * The port that lets the server choose a free one.
	 */
	static final int ANY_PORT = -1;

	private static final long PATIENCE_SECONDS = 30;

	private static final long KILL_SECONDS = 10;

	private final Process process;

	private final Map<Listener, Integer> ports = new EnumMap<>(Listener.class);

	private final CompletableFuture<Void> listening = new CompletableFuture<>();

	private ServerLaunch(Process process) {
		this.process = process;
	}

	/**
	 * Starts a server, and returns when it listens.
	 * @param command the program and its arguments
	 * @param listeners the listeners to wait for
	 */
	static ServerLaunch start(List<String> command, Set<Listener> listeners) {
		try {
			ServerLaunch launch = new ServerLaunch(new ProcessBuilder(command).redirectErrorStream(true).start());
			launch.await(listeners);
			return launch;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void await(Set<Listener> listeners) {
		Thread reader = new Thread(() -> read(listeners), "nats-server-output");
		reader.setDaemon(true);
		reader.start();
		try {
			this.listening.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			kill();
			throw new IllegalStateException(ex);
		}
		catch (ExecutionException | TimeoutException ex) {
			kill();
			throw new IllegalStateException("The nats-server does not listen", ex);
		}
	}

	/**
	 * Reads what the server prints to the end, lest it wait for a reader.
	 */
	private void read(Set<Listener> listeners) {
		Set<Listener> missing = EnumSet.copyOf(listeners);
		StringBuilder output = new StringBuilder();
		try (BufferedReader reader = this.process.inputReader()) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				if (missing.isEmpty()) {
					continue;
				}
				output.append(line).append('\n');
				for (Listener listener : Set.copyOf(missing)) {
					Matcher matcher = listener.pattern.matcher(line);
					if (matcher.find()) {
						this.ports.put(listener, Integer.valueOf(matcher.group(1)));
						missing.remove(listener);
					}
				}
				if (missing.isEmpty()) {
					this.listening.complete(null);
				}
			}
		}
		catch (IOException ex) {
			output.append(ex);
		}
		this.listening.completeExceptionally(new IllegalStateException(output.toString()));
	}

	int port(Listener listener) {
		return Objects.requireNonNull(this.ports.get(listener));
	}

	Process process() {
		return this.process;
	}

	/**
	 * Sends the process a signal.
	 */
	void signal(String signal) {
		try {
			if (new ProcessBuilder("kill", signal, Long.toString(this.process.pid())).start().waitFor() != 0) {
				throw new IllegalStateException("Could not send " + signal);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Ends the process at once, and waits until it is gone.
	 */
	void kill() {
		try {
			this.process.destroyForcibly().waitFor(KILL_SECONDS, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * The listeners of a server, with the lines of its log that tell their ports.
	 */
	enum Listener {

		/**
		 * Connections of clients.
		 */
		CLIENTS("Listening for client connections on [^ ]*:(\\d+)"),

		/**
		 * Connections of other servers of the cluster.
		 */
		ROUTES("Listening for route connections on [^ ]*:(\\d+)"),

		/**
		 * HTTP requests about its state.
		 */
		MONITORING("Starting http monitor on [^ ]*:(\\d+)");

		private final Pattern pattern;

		Listener(String pattern) {
			this.pattern = Pattern.compile(pattern);
		}

	}

}
