package io.natsproxy.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A cluster of real servers for a test, on free ports of the loopback interface, whose
 * nodes can be killed, stopped, suspended and started again. Needs the system property
 * {@value TestBroker#SERVER_PROPERTY}.
 */
public final class TestCluster implements AutoCloseable {

	private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+\\.\\d+");

	private final Path directory;

	private final List<ClusterNode> nodes = new ArrayList<>();

	private TestCluster(Path directory) {
		this.directory = directory;
	}

	/**
	 * Starts a cluster, and returns when clients can connect to each of its nodes.
	 * @param size the number of nodes
	 * @param settings further settings of the cluster, such as {@code ping_max: 2}
	 * @return the cluster, to be closed by its owner
	 */
	public static TestCluster start(int size, String... settings) {
		return start(size, List.of(settings), List.of());
	}

	/**
	 * Starts a single server, and returns when clients can connect to it.
	 * @param settings further settings of the server, such as its accounts
	 * @return a cluster of one node, to be closed by its owner
	 */
	public static TestCluster startServer(String... settings) {
		return start(1, List.of(), List.of(settings));
	}

	private static TestCluster start(int size, List<String> clusterSettings, List<String> serverSettings) {
		try {
			TestCluster cluster = new TestCluster(Files.createTempDirectory("nats-cluster"));
			Runtime.getRuntime().addShutdownHook(new Thread(cluster::kill));
			try {
				for (int i = 0; i < size; i++) {
					cluster.add(i, clusterSettings, serverSettings);
				}
			}
			catch (RuntimeException ex) {
				cluster.close();
				throw ex;
			}
			return cluster;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void add(int index, List<String> clusterSettings, List<String> serverSettings) {
		ClusterNode node = new ClusterNode(program(), "node" + (index + 1), this.directory, clusterSettings,
				serverSettings);
		node.start(List.copyOf(this.nodes));
		this.nodes.add(node);
	}

	private static String program() {
		String program = System.getProperty(TestBroker.SERVER_PROPERTY, "");
		if (program.isEmpty()) {
			throw new IllegalStateException(
					"A cluster needs -D" + TestBroker.SERVER_PROPERTY + "=/path/to/nats-server");
		}
		return program;
	}

	/**
	 * Returns the version of the servers.
	 * @return such as 2.9.10
	 */
	public static String version() {
		try {
			Process process = new ProcessBuilder(program(), "--version").redirectErrorStream(true).start();
			String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			Matcher matcher = VERSION.matcher(text);
			if (!matcher.find()) {
				throw new IllegalStateException("No version in: " + text);
			}
			return matcher.group();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Returns the nodes, running or not.
	 * @return the nodes in the order of their start
	 */
	public List<ClusterNode> nodes() {
		return List.copyOf(this.nodes);
	}

	/**
	 * Starts a node that does not run, on the ports that it had.
	 * @param node a node of this cluster
	 */
	public void restart(ClusterNode node) {
		node.start(this.nodes.stream().filter((other) -> other != node).toList());
	}

	/**
	 * Returns where clients find the cluster.
	 * @return the URLs of all nodes, comma separated
	 */
	public String url() {
		return this.nodes.stream().map(ClusterNode::url).collect(Collectors.joining(","));
	}

	private void kill() {
		this.nodes.forEach(ClusterNode::kill);
	}

	/**
	 * Ends all nodes.
	 */
	@Override
	public void close() {
		kill();
		try (Stream<Path> files = Files.walk(this.directory)) {
			files.sorted(Comparator.reverseOrder()).forEach((file) -> file.toFile().delete());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
