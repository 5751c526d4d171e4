package io.natsproxy.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * A {@code nats-server} in a process of its own.
 */
final class ServerProcess implements TestBroker {

	private final String program;

	private final String[] arguments;

	private final int port;

	private @Nullable ServerLaunch launch;

	private @Nullable Path store;

	ServerProcess(String program, String... arguments) {
		this.program = program;
		this.arguments = arguments;
		this.port = launch(ServerLaunch.ANY_PORT);
		Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
	}

	static ServerProcess withJetStream(String program) {
		try {
			Path store = Files.createTempDirectory("natsproxy-jetstream");
			ServerProcess server = new ServerProcess(program, "-js", "-sd", store.toString());
			server.store = store;
			return server;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public String url() {
		return "nats://127.0.0.1:" + this.port;
	}

	@Override
	public synchronized void stop() {
		ServerLaunch launch = this.launch;
		this.launch = null;
		if (launch != null) {
			launch.kill();
		}
	}

	@Override
	public synchronized void restart() {
		stop();
		launch(this.port);
	}

	@Override
	public synchronized void reload() {
		if (this.launch != null) {
			this.launch.signal("-HUP");
		}
	}

	@Override
	public void close() {
		stop();
		if (this.store != null) {
			remove(this.store);
		}
	}

	private static void remove(Path directory) {
		try (Stream<Path> files = Files.walk(directory)) {
			for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
				Files.deleteIfExists(file);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private synchronized int launch(int port) {
		List<String> command = new ArrayList<>(List.of(this.program, "-a", "127.0.0.1", "-p", Integer.toString(port)));
		command.addAll(List.of(this.arguments));
		ServerLaunch launch = ServerLaunch.start(command, EnumSet.of(ServerLaunch.Listener.CLIENTS));
		this.launch = launch;
		return launch.port(ServerLaunch.Listener.CLIENTS);
	}

}
