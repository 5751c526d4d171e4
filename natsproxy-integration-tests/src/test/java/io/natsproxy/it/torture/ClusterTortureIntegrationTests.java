package io.natsproxy.it.torture;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import io.natsproxy.it.support.ForkedApplication;
import io.natsproxy.it.torture.Attempt.Outcome;
import io.natsproxy.test.ClusterNode;
import io.natsproxy.test.TestBroker;
import io.natsproxy.test.TestCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Faults under load in a cluster of real servers. Whatever happens, no answer may be that
 * of another request, nothing may be executed twice or after it was refused, no transfer
 * may look whole that is not, and all must be well again after a while.
 */
@Timeout(240)
class ClusterTortureIntegrationTests {

	/**
	 * How long the load runs before the fault.
	 */
	private static final Duration BEFORE = Duration.ofSeconds(2);

	/**
	 * How long it goes on after the fault, or its end.
	 */
	private static final Duration AFTER = Duration.ofSeconds(6);

	private static final Duration SUSPENDED = Duration.ofSeconds(15);

	/**
	 * Far more than it takes, for a machine that is busy.
	 */
	private static final double RECOVERY_SECONDS = 12;

	private static final Duration EXIT = Duration.ofSeconds(40);

	private static final List<String> rows = new ArrayList<>();

	private static TortureChain chain;

	@BeforeAll
	static void start() throws Exception {
		String server = System.getProperty(TestBroker.SERVER_PROPERTY, "");
		assumeTrue(!server.isEmpty(), () -> "A cluster is made of real servers: set -D" + TestBroker.SERVER_PROPERTY
				+ "=/path/to/nats-server");
		chain = pingsRoutes() ? TortureChain.start("ping_interval: \"1s\"", "ping_max: 2") : TortureChain.start();
	}

	@AfterEach
	void restore() {
		chain.restore();
	}

	@AfterAll
	static void report() throws Exception {
		if (chain != null) {
			chain.close();
			String table = TortureResult.HEAD + "\n" + String.join("\n", rows) + "\n";
			System.out.println("Torture on nats-server " + TestCluster.version() + "\n" + table);
			Path file = Path.of("target", "torture-" + TestCluster.version() + ".md");
			Files.createDirectories(file.getParent());
			Files.writeString(file, table);
		}
	}

	/**
	 * Whether the servers can be told how soon they give up each other, as from 2.10.11
	 * on. What is recommended in docs/reliability.md is what is tested.
	 */
	private static boolean pingsRoutes() {
		int[] version = Stream.of(TestCluster.version().split("\\.")).mapToInt(Integer::parseInt).toArray();
		return Arrays.compare(version, new int[] { 2, 10, 11 }) >= 0;
	}

	@Test
	void nothing() throws Exception {
		assertNothingLost(run("nothing", () -> {
		}));
	}

	@Test
	void killOfANode() throws Exception {
		assertRecovered(run("kill -9 of a node", chain.busiestNode()::kill));
	}

	@Test
	void terminationOfANode() throws Exception {
		assertRecovered(run("SIGTERM of a node", chain.busiestNode()::terminate));
	}

	@Test
	void lameDuckModeOfANode() throws Exception {
		ClusterNode node = chain.busiestNode();
		TortureResult result = run("lame duck mode of a node, then SIGTERM", () -> {
			node.lameDuck();
			TortureChain.await(EXIT).until(() -> node.clients() == 0);
			node.terminate();
		});
		assertNothingLost(result);
	}

	@Test
	void suspensionOfANode() throws Exception {
		ClusterNode node = chain.busiestNode();
		TortureResult result = run("15 s SIGSTOP of a node", () -> {
			node.suspend();
			Thread.sleep(SUSPENDED.toMillis());
			node.resume();
		});
		assertThat(result.count(Outcome.LOST)).as("requests without an answer").isZero();
		// Where the other nodes give it up, all is well again long before it comes back.
		assertThat(result.secondsToRecover()).as("seconds to recover")
			.isLessThan(pingsRoutes() ? RECOVERY_SECONDS : SUSPENDED.toSeconds() + RECOVERY_SECONDS);
	}

	@Test
	void killOfAService() throws Exception {
		assertRecovered(run("kill -9 of a service", chain.service()::kill));
	}

	@Test
	void terminationOfAService() throws Exception {
		assertAllAnswered(run("SIGTERM of a service", () -> terminate(chain.service())));
	}

	@Test
	void killOfAGateway() throws Exception {
		TortureResult result = run("kill -9 of a gateway", chain.gateway()::kill);
		assertThat(result.secondsToRecover()).as("seconds to recover").isLessThan(RECOVERY_SECONDS);
		assertThat(result.count(Outcome.FAILED) + result.count(Outcome.REFUSED)).as("failures by the other gateway")
			.isZero();
	}

	@Test
	void terminationOfAGateway() throws Exception {
		assertAllAnswered(run("SIGTERM of a gateway", () -> terminate(chain.gateway())));
	}

	private static void terminate(ForkedApplication application) throws Exception {
		application.terminate();
		assertThat(application.awaitExit(EXIT)).as("ends").isTrue();
	}

	private static TortureResult run(String name, Fault fault) throws Exception {
		CheckedLoad load = chain.newLoad();
		Thread.sleep(BEFORE.toMillis());
		long faultAt = System.nanoTime();
		fault.happen();
		Thread.sleep(AFTER.toMillis());
		TortureResult result = new TortureResult(name, load.stop(), chain.executions(), faultAt);
		rows.add(result.row());
		System.out.println(result.row() + " " + result.details());
		assertThat(result.count(Outcome.WRONG)).as("wrong answers").isZero();
		assertThat(result.twice()).as("executed twice").isZero();
		assertThat(result.refusedAndExecuted()).as("executed although refused").isZero();
		assertThat(result.rightAndNotExecuted()).as("answered but not executed").isZero();
		assertThat(result.transfers(Outcome.WRONG)).as("transfers with other content").isZero();
		assertThat(result.sockets(Outcome.WRONG)).as("messages of WebSockets lost, twice or out of order").isZero();
		return result;
	}

	/**
	 * Whatever was under way may have failed, but every request has been answered, and
	 * soon rightly.
	 */
	private static void assertRecovered(TortureResult result) {
		assertThat(result.count(Outcome.LOST)).as("requests without an answer").isZero();
		assertThat(result.secondsToRecover()).as("seconds to recover").isLessThan(RECOVERY_SECONDS);
	}

	/**
	 * Nobody has noticed anything.
	 */
	private static void assertNothingLost(TortureResult result) {
		assertThat(result.details()).isEmpty();
	}

	/**
	 * Nobody but WebSockets has noticed anything, which are closed with a code that tells
	 * their clients to come again.
	 */
	private static void assertAllAnswered(TortureResult result) {
		assertThat(result.details().replaceAll("\\d+ x socket (1001|1012) [^,]*(, )?", "")).isEmpty();
	}

	private interface Fault {

		void happen() throws Exception;

	}

}
