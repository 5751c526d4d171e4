package io.natsproxy.core.transport.netty;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import io.nats.client.Connection;
import io.natsproxy.core.connection.NatsConnector;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.transport.TransportSubscriber;
import io.natsproxy.test.TestBroker;
import io.natsproxy.test.TestCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Connections that move from one server to another.
 */
@Timeout(60)
class NettyTransportMoveTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final int MOVES = 4;

	private final List<NatsConnector> connectors = new ArrayList<>();

	private final List<AutoCloseable> servers = new ArrayList<>();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	@AfterEach
	void close() throws Exception {
		this.threads.shutdownNow();
		this.connectors.forEach(NatsConnector::close);
		for (AutoCloseable server : this.servers) {
			server.close();
		}
	}

	private <T extends AutoCloseable> T closed(T server) {
		this.servers.add(server);
		return server;
	}

	@Test
	@EnabledIfSystemProperty(named = TestBroker.SERVER_PROPERTY, matches = ".+",
			disabledReason = "The embedded broker has no clusters")
	void noMessageIsLostNorDoubledNorOvertaken() throws Exception {
		TestCluster cluster = closed(TestCluster.start(3));
		await().atMost(TIMEOUT).until(() -> cluster.nodes().stream().allMatch((node) -> node.neighbours() == 2));
		NettyTransport moving = connect(cluster.url());
		NettyTransport still = connect(cluster.url());
		Queue<String> plain = new ConcurrentLinkedQueue<>();
		Queue<String> queued = new ConcurrentLinkedQueue<>();
		Queue<String> back = new ConcurrentLinkedQueue<>();
		TransportSubscriber subscriber = moving.newSubscriber((message) -> plain.add(text(message)));
		subscriber.subscribe("plain", (String) null);
		moving.newSubscriber((message) -> queued.add(text(message))).subscribe("queued", "group");
		still.newSubscriber((message) -> back.add(text(message))).subscribe("back", (String) null);
		assertThat(moving.flush(TIMEOUT)).isTrue();
		assertThat(still.flush(TIMEOUT)).isTrue();
		awaitPath(still, "plain", plain);
		awaitPath(moving, "back", back);
		plain.clear();
		back.clear();
		AtomicBoolean stop = new AtomicBoolean();
		Future<Integer> sender = this.threads.submit(() -> {
			int sent = 0;
			while (!stop.get()) {
				still.publish("plain", null, null, bytes(sent));
				still.publish("queued", null, null, bytes(sent));
				moving.publish("back", null, null, bytes(sent));
				sent++;
				TimeUnit.MICROSECONDS.sleep(300);
			}
			return sent;
		});
		AtomicBoolean gap = new AtomicBoolean();
		Future<?> observer = this.threads.submit(() -> {
			while (!stop.get()) {
				gap.compareAndSet(false, !moving.isConnected());
				TimeUnit.MICROSECONDS.sleep(100);
			}
			return null;
		});
		for (int i = 0; i < MOVES; i++) {
			String before = moving.connection().getServerInfo().getServerId();
			moving.move();
			assertThat(moving.connection().getServerInfo().getServerId()).isNotEqualTo(before);
			assertThat(moving.connection().getStatus()).isEqualTo(Connection.Status.CONNECTED);
		}
		stop.set(true);
		observer.get(30, TimeUnit.SECONDS);
		List<String> expected = IntStream.range(0, sender.get(30, TimeUnit.SECONDS)).mapToObj(String::valueOf).toList();
		await().atMost(TIMEOUT)
			.until(() -> queued.size() >= expected.size() && plain.size() >= expected.size()
					&& back.size() >= expected.size());
		assertThat(difference(plain, expected)).as("received").isEmpty();
		assertThat(difference(back, expected)).as("published").isEmpty();
		assertThat(difference(queued.stream().sorted(Comparator.comparing(Integer::valueOf)).toList(), expected))
			.as("in the queue group")
			.isEmpty();
		assertThat(gap).as("without a connection").isFalse();
		assertThat(cluster.nodes().stream().mapToInt((node) -> node.clients()).sum()).as("connections").isEqualTo(2);
	}

	/**
	 * Describes where two sequences begin to differ; empty if they do not.
	 */
	private static String difference(Collection<String> actual, List<String> expected) {
		List<String> list = List.copyOf(actual);
		for (int i = 0; i < Math.max(list.size(), expected.size()); i++) {
			if (i >= list.size() || i >= expected.size() || !list.get(i).equals(expected.get(i))) {
				return "Of " + expected.size() + ": "
						+ list.subList(Math.max(0, Math.min(i - 3, list.size())), Math.min(list.size(), i + 10));
			}
		}
		return "";
	}

	/**
	 * Waits until the interest has got around in the cluster.
	 */
	private static void awaitPath(NettyTransport transport, String subject, Queue<String> received) {
		await().atMost(TIMEOUT).until(() -> {
			transport.publish(subject, null, null, bytes(0));
			return !received.isEmpty();
		});
		int[] sent = { received.size() };
		await().atMost(TIMEOUT).pollInterval(Duration.ofMillis(100)).until(() -> {
			boolean settled = received.size() == sent[0];
			sent[0] = received.size();
			return settled;
		});
	}

	@Test
	void serversThatKnowNothingOfEachOtherAreMovedBetweenAllTheSame() throws Exception {
		TestBroker first = closed(TestBroker.start());
		TestBroker second = closed(TestBroker.start());
		NettyTransport transport = connect(first.url() + "," + second.url());
		Queue<String> received = new ConcurrentLinkedQueue<>();
		TransportSubscriber subscriber = transport.newSubscriber((message) -> received.add(text(message)));
		subscriber.subscribe("subject", (String) null);
		String before = transport.connection().getConnectedUrl();
		transport.move();
		assertThat(transport.connection().getConnectedUrl()).isNotEqualTo(before);
		assertThat(transport.isConnected()).isTrue();
		transport.publish("subject", null, null, bytes(1));
		await().atMost(TIMEOUT).untilAsserted(() -> assertThat(received).containsExactly("1"));
		subscriber.close();
		assertThat(transport.flush(TIMEOUT)).isTrue();
		transport.publish("subject", null, null, bytes(2));
		assertThat(transport.flush(TIMEOUT)).isTrue();
		assertThat(received).containsExactly("1");
	}

	@Test
	void withoutAnotherServerTheOldOneIsUsedUntilItCloses() throws Exception {
		TestBroker first = closed(TestBroker.start());
		TestBroker second = closed(TestBroker.start());
		second.stop();
		NettyTransport transport = connect(first.url() + "," + second.url());
		Queue<String> received = new ConcurrentLinkedQueue<>();
		transport.newSubscriber((message) -> received.add(text(message))).subscribe("subject", (String) null);
		// The new connection to the server that is left becomes the new one.
		Future<?> move = this.threads.submit(() -> {
			transport.move();
			return null;
		});
		move.get(30, TimeUnit.SECONDS);
		transport.publish("subject", null, null, bytes(1));
		await().atMost(TIMEOUT).untilAsserted(() -> assertThat(received).containsExactly("1"));
		first.stop();
		await().atMost(TIMEOUT).until(() -> !transport.isConnected());
		second.restart();
		await().atMost(TIMEOUT).until(transport::isConnected);
		transport.publish("subject", null, null, bytes(2));
		await().atMost(TIMEOUT).untilAsserted(() -> assertThat(received).containsExactly("1", "2"));
	}

	private NettyTransport connect(String servers) {
		NatsConnector connector = new NatsConnector("move-test", "Start one.");
		this.connectors.add(connector);
		return NettyTransport.of(connector.connectNow(connector.options()
			.servers(servers.split(","))
			.reconnectWait(Duration.ofMillis(50))
			.reconnectJitter(Duration.ofMillis(10))
			.build()));
	}

	private static byte[] bytes(int number) {
		return Integer.toString(number).getBytes(StandardCharsets.US_ASCII);
	}

	private static String text(TransportMessage message) {
		return new String(message.payload(), StandardCharsets.US_ASCII);
	}

}
