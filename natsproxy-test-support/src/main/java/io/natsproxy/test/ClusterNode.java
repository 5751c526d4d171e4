package io.natsproxy.test;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.natsproxy.test.ServerLaunch.Listener;
import org.jspecify.annotations.Nullable;

/**
 * One server of a {@link TestCluster}. All ways to end it may be called when it has ended
 * already.
 */
public final class ClusterNode {

	private static final long SIGNAL_SECONDS = 10;

	private static final Pattern CONNECTIONS = Pattern.compile("\"num_connections\": *(\\d+)");

	private static final Pattern ROUTES = Pattern.compile("\"remote_id\": *\"([^\"]+)\"");

	private final String program;

	private final String name;

	private final Path directory;

	private final List<String> settings;

	private final List<String> serverSettings;

	private @Nullable ServerLaunch launch;

	private int clientPort = ServerLaunch.ANY_PORT;

	private int routePort = ServerLaunch.ANY_PORT;

	private int monitoringPort = ServerLaunch.ANY_PORT;

	ClusterNode(String program, String name, Path directory, List<String> settings, List<String> serverSettings) {
		this.program = program;
		this.name = name;
		this.directory = directory;
		this.settings = settings;
		this.serverSettings = serverSettings;
	}

	/**
	 * Starts the node, and returns when clients can connect and it has routes to others.
	 */
	synchronized void start(List<ClusterNode> others) {
		try {
			Path file = this.directory.resolve(this.name + ".conf");
			Files.writeString(file, configuration(others));
			ServerLaunch launch = ServerLaunch.start(List.of(this.program, "-c", file.toString()),
					EnumSet.allOf(Listener.class));
			this.launch = launch;
			this.clientPort = launch.port(Listener.CLIENTS);
			this.routePort = launch.port(Listener.ROUTES);
			this.monitoringPort = launch.port(Listener.MONITORING);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private String configuration(List<ClusterNode> others) {
		String routes = others.stream()
			.map((other) -> "\"nats://127.0.0.1:" + other.routePort + "\"")
			.collect(Collectors.joining(", "));
		return "server_name: " + this.name + "\nhost: 127.0.0.1\nport: " + this.clientPort + "\nhttp: \"127.0.0.1:"
				+ this.monitoringPort + "\"\ncluster { name: torture, listen: \"127.0.0.1:" + this.routePort
				+ "\", routes: [" + routes + "]\n" + String.join("\n", this.settings) + "\n}\n"
				+ String.join("\n", this.serverSettings) + "\n";
	}

	/**
	 * Returns the name of the server.
	 * @return the name, as the server tells it to its clients
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Returns where clients find the node.
	 * @return a URL, the same for as long as the cluster is not closed
	 */
	public String url() {
		return "nats://127.0.0.1:" + this.clientPort;
	}

	/**
	 * Returns how many clients are connected.
	 * @return the number that the node tells
	 */
	public int clients() {
		Matcher matcher = CONNECTIONS.matcher(monitor("connz"));
		return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
	}

	/**
	 * Returns to how many other nodes this one has routes.
	 * @return the number of nodes that it tells
	 */
	public int neighbours() {
		return (int) ROUTES.matcher(monitor("routez")).results().map((result) -> result.group(1)).distinct().count();
	}

	private String monitor(String page) {
		try (InputStream input = URI.create("http://127.0.0.1:" + this.monitoringPort + "/" + page)
			.toURL()
			.openStream()) {
			return new String(input.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Returns whether the process of the node has not ended.
	 * @return whether it runs or is suspended
	 */
	public synchronized boolean isRunning() {
		return this.launch != null && this.launch.process().isAlive();
	}

	/**
	 * Ends the node at once, as {@code kill -9} does.
	 */
	public synchronized void kill() {
		if (this.launch != null) {
			this.launch.kill();
		}
	}

	/**
	 * Lets the node shut down (SIGTERM).
	 */
	public void terminate() {
		signal("TERM");
	}

	/**
	 * Puts the node into lame duck mode (SIGUSR2, as {@code --signal ldm} does): it tells
	 * its clients, and closes their connections after the grace period.
	 */
	public void lameDuck() {
		signal("USR2");
	}

	/**
	 * Stops the process without ending it (SIGSTOP).
	 */
	public void suspend() {
		signal("STOP");
	}

	/**
	 * Lets a suspended process run again (SIGCONT).
	 */
	public void resume() {
		signal("CONT");
	}

	private synchronized void signal(String signal) {
		if (this.launch == null || !isRunning()) {
			return;
		}
		try {
			Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(this.launch.process().pid())).start();
			if (!kill.waitFor(SIGNAL_SECONDS, TimeUnit.SECONDS) || kill.exitValue() != 0) {
				throw new IllegalStateException("Could not send the signal " + signal + " to " + this.name);
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

	@Override
	public String toString() {
		return this.name;
	}

}
