package io.natsproxy.it.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

import io.natsproxy.it.support.ForkedApplication;
import io.natsproxy.test.ClusterNode;
import io.natsproxy.test.TestCluster;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A cluster of three nodes, two gateways and three instances of a service, each a process
 * of its own.
 */
final class TortureChain implements AutoCloseable {

	private static final int NODES = 3;

	private static final int GATEWAYS = 2;

	private static final int SERVICES = 3;

	private static final long START_SECONDS = 120;

	private final TestCluster cluster;

	private final Path executions;

	private final List<Forked> gateways = new ArrayList<>();

	private final List<Forked> services = new ArrayList<>();

	private int started;

	private TortureChain(TestCluster cluster, Path executions) {
		this.cluster = cluster;
		this.executions = executions;
	}

	static TortureChain start(String... settings) throws IOException {
		TortureChain chain = new TortureChain(TestCluster.start(NODES, settings), Files.createTempDirectory("torture"));
		try {
			for (int i = 0; i < SERVICES; i++) {
				chain.services.add(new Forked(chain::startService));
			}
			for (int i = 0; i < GATEWAYS; i++) {
				chain.gateways.add(new Forked(chain::startGateway));
			}
			chain.awaitReady();
			return chain;
		}
		catch (RuntimeException | AssertionError ex) {
			chain.close();
			throw ex;
		}
	}

	private synchronized ForkedApplication startService() throws Exception {
		Path file = this.executions.resolve("service-" + (++this.started));
		return ForkedApplication.start(TortureService.class, "--natsproxy.nats.servers=" + this.cluster.url(),
				"--torture.executions=" + file);
	}

	private ForkedApplication startGateway() throws Exception {
		return ForkedApplication.start(TortureGateway.class, "--natsproxy.nats.servers=" + this.cluster.url());
	}

	/**
	 * Starts what does not run, and waits until everything works together.
	 */
	void restore() {
		this.cluster.nodes().stream().filter((node) -> !node.isRunning()).forEach(this.cluster::restart);
		this.services.forEach(Forked::restore);
		this.gateways.forEach(Forked::restore);
		awaitReady();
	}

	private void awaitReady() {
		this.services.forEach(Forked::get);
		this.gateways.forEach(Forked::get);
		await(Duration.ofSeconds(START_SECONDS)).untilAsserted(() -> {
			assertThat(this.cluster.nodes()).extracting(ClusterNode::neighbours).containsOnly(NODES - 1);
			for (Forked gateway : this.gateways) {
				try (LoadConnection connection = new LoadConnection(gateway.get().port())) {
					assertThat(connection.post("/torture/work/ready?delay=0", new byte[] { 'a' }, 0).text())
						.isEqualTo("ready:a");
				}
			}
		});
	}

	static ConditionFactory await(Duration atMost) {
		return Awaitility.await().pollInterval(Duration.ofMillis(100)).ignoreExceptions().atMost(atMost);
	}

	CheckedLoad newLoad() {
		return new CheckedLoad(
				this.gateways.stream().map((gateway) -> (IntSupplier) () -> gateway.get().port()).toList());
	}

	Executions executions() {
		return Executions.read(this.executions);
	}

	/**
	 * The node to which most of the clients are connected.
	 */
	ClusterNode busiestNode() {
		return this.cluster.nodes().stream().max(Comparator.comparing(ClusterNode::clients)).orElseThrow();
	}

	ForkedApplication gateway() {
		return this.gateways.get(0).get();
	}

	ForkedApplication service() {
		return this.services.get(0).get();
	}

	@Override
	public void close() {
		this.gateways.forEach(Forked::close);
		this.services.forEach(Forked::close);
		this.cluster.close();
		try (var files = Files.walk(this.executions)) {
			files.sorted(Comparator.reverseOrder()).forEach((file) -> file.toFile().delete());
		}
		catch (IOException ex) {
			// Left for the operating system.
		}
	}

	/**
	 * A process that is started again after its end. It starts in the background, beside
	 * others.
	 */
	private static final class Forked {

		private final Callable start;

		private volatile CompletableFuture<ForkedApplication> application;

		Forked(Callable start) {
			this.start = start;
			this.application = launch();
		}

		private CompletableFuture<ForkedApplication> launch() {
			Supplier<ForkedApplication> supplier = () -> {
				try {
					return this.start.call();
				}
				catch (Exception ex) {
					throw new IllegalStateException(ex);
				}
			};
			return CompletableFuture.supplyAsync(supplier, (task) -> new Thread(task, "fork").start());
		}

		ForkedApplication get() {
			try {
				return this.application.get(START_SECONDS, TimeUnit.SECONDS);
			}
			catch (InterruptedException | ExecutionException | TimeoutException ex) {
				throw new IllegalStateException(ex);
			}
		}

		void restore() {
			if (!get().isRunning()) {
				this.application = launch();
			}
		}

		void close() {
			this.application.thenAccept(ForkedApplication::close);
		}

	}

	private interface Callable {

		ForkedApplication call() throws Exception;

	}

}
