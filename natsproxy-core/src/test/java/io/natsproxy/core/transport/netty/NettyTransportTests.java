package io.natsproxy.core.transport.netty;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener.Events;
import io.nats.client.Message;
import io.nats.client.Options;
import io.natsproxy.core.connection.NatsConnector;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.transport.TransportSubscriber;
import io.natsproxy.test.TestBroker;
import io.netty.channel.EventLoop;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

class NettyTransportTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static TestBroker broker;

	private final List<NatsConnector> connectors = new ArrayList<>();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final Queue<String> received = new ConcurrentLinkedQueue<>();

	@BeforeAll
	static void startBroker() {
		broker = TestBroker.start();
	}

	@AfterAll
	static void stopBroker() {
		broker.close();
	}

	@AfterEach
	void close() {
		this.threads.shutdownNow();
		this.connectors.forEach(NatsConnector::close);
	}

	@Test
	void messagesArriveAsTheyWereSent() throws Exception {
		NettyTransport transport = connect();
		Queue<TransportMessage> messages = new ConcurrentLinkedQueue<>();
		subscribe(transport, messages::add, "whole.>");
		NatsHeaders headers = new NatsHeaders().add("Key", "value").add("Empty", "").add("Key", "again");
		transport.publish("whole.\u00e9\u20ac", "reply.\ud83d\ude00", headers, bytes("data"));
		transport.publish("whole.plain", null, null, bytes(""));
		await().atMost(TIMEOUT).until(() -> messages.size() == 2);
		TransportMessage message = messages.remove();
		assertThat(message.subject()).isEqualTo("whole.\u00e9\u20ac");
		assertThat(message.replySubject()).isEqualTo("reply.\ud83d\ude00");
		assertThat(message.headers()).hasToString("Key: value, Empty: , Key: again");
		assertThat(message.isStatus()).isFalse();
		assertThat(text(message)).isEqualTo("data");
		message = messages.remove();
		assertThat(message.replySubject()).isNull();
		assertThat(message.headers()).isNull();
		assertThat(text(message)).isEmpty();
	}

	@Test
	void messagesOfOneThreadArriveInTheirOrder() throws Exception {
		NettyTransport receiver = connect();
		NettyTransport sender = connect();
		Map<String, Queue<Integer>> numbers = new ConcurrentHashMap<>();
		subscribe(receiver,
				(message) -> numbers.computeIfAbsent(message.subject(), (subject) -> new ConcurrentLinkedQueue<>())
					.add(Integer.valueOf(text(message))),
				"order.*");
		inThreads(4, (thread) -> {
			for (int number = 0; number < 2000; number++) {
				sender.publish("order." + thread, null, null, bytes(Integer.toString(number)));
			}
		});
		List<Integer> expected = IntStream.range(0, 2000).boxed().toList();
		await().atMost(TIMEOUT)
			.until(() -> numbers.size() == 4 && numbers.values().stream().allMatch((queue) -> queue.size() == 2000));
		assertThat(numbers.values()).allSatisfy((queue) -> assertThat(queue).containsExactlyElementsOf(expected));
	}

	@Test
	void aServerThatWasNeverThereIsNoConnection() {
		try (TestBroker late = TestBroker.start()) {
			late.stop();
			NatsConnector connector = newConnector();
			Connection connection = connector.connect(options(connector, late).build(), Duration.ZERO);
			NettyTransport transport = NettyTransport.of(connection);
			transport.newSubscriber(this::receive).subscribe("early", (String) null);
			assertThat(transport.isConnected()).isFalse();
			assertThatIllegalStateException()
				.isThrownBy(() -> transport.publish("early", null, null, bytes("too early")))
				.withMessage("There is no connection to NATS");
			late.restart();
			await().atMost(TIMEOUT).until(transport::isConnected);
			transport.publish("early", null, null, bytes("bird"));
			await().atMost(TIMEOUT).untilAsserted(() -> assertThat(this.received).containsExactly("bird"));
		}
	}

	@Test
	void nothingIsSentLater() {
		NettyTransport transport = connect();
		transport.newSubscriber(this::receive).subscribe("late", (String) null);
		broker.stop();
		try {
			await().atMost(TIMEOUT).until(() -> !transport.isConnected());
			assertThatIllegalStateException().isThrownBy(() -> transport.publish("late", null, null, bytes("lost")));
		}
		finally {
			broker.restart();
		}
		await().atMost(TIMEOUT).until(transport::isConnected);
		transport.publish("late", null, null, bytes("in time"));
		await().atMost(TIMEOUT).untilAsserted(() -> assertThat(this.received).containsExactly("in time"));
	}

	@Test
	void subscriptionsAreBackBeforeTheConnectionReportsIt() throws Exception {
		List<Boolean> connected = new ArrayList<>();
		NettyTransport transport = connect((options) -> options.connectionListener((connection, event) -> {
			if (event == Events.RECONNECTED) {
				connected.add(NettyTransport.of(connection).isConnected());
				NettyTransport.of(connection).publish("back.transport", null, null, bytes("by the transport"));
				connection.publish("back.jnats", bytes("by jnats"));
			}
		}));
		TransportSubscriber subscriber = subscribe(transport, this::receive, "back.transport");
		subscriber.subscribe("back.jnats", "group");
		Disposable ended = subscriber.subscribe("back.*", (message) -> this.received.add("ended before"));
		ended.dispose();
		broker.restart();
		await().atMost(TIMEOUT).until(() -> this.received.size() == 2);
		assertThat(transport.flush(TIMEOUT)).isTrue();
		assertThat(this.received).containsExactlyInAnyOrder("by the transport", "by jnats");
		assertThat(connected).containsExactly(true);
	}

	@Test
	void drainReceivesWhatWasSentBefore() throws Exception {
		NettyTransport receiver = connect();
		NettyTransport sender = connect();
		TransportSubscriber subscriber = subscribe(receiver, this::receive, "drain.a");
		subscriber.subscribe("drain.b", this::receive);
		assertThat(receiver.flush(TIMEOUT)).isTrue();
		for (int number = 0; number < 1000; number++) {
			sender.publish((number % 2 == 0) ? "drain.a" : "drain.b", null, null, bytes("before"));
		}
		assertThat(sender.flush(TIMEOUT)).isTrue();
		assertThat(subscriber.drain(TIMEOUT)).isTrue();
		assertThat(this.received).hasSize(1000);
		sender.publish("drain.a", null, null, bytes("after"));
		assertThat(sender.flush(TIMEOUT)).isTrue();
		assertThat(receiver.flush(TIMEOUT)).isTrue();
		assertThat(this.received).hasSize(1000).containsOnly("before");
	}

	@Test
	void whatIsDrainedWithoutAConnectionDoesNotComeBack() throws Exception {
		NettyTransport transport = connect();
		TransportSubscriber subscriber = subscribe(transport, this::receive, "gone");
		broker.stop();
		try {
			await().atMost(TIMEOUT).until(() -> !transport.isConnected());
			assertThat(subscriber.drain(TIMEOUT)).isFalse();
		}
		finally {
			broker.restart();
		}
		await().atMost(TIMEOUT).until(transport::isConnected);
		transport.publish("gone", null, null, bytes("x"));
		assertThat(transport.flush(TIMEOUT)).isTrue();
		assertThat(this.received).isEmpty();
	}

	@Test
	void oneOfManySubscriptionsCanBeEnded() throws Exception {
		NettyTransport transport = connect();
		TransportSubscriber subscriber = subscribe(transport, this::receive, "many.a");
		Disposable subscription = subscriber.subscribe("many.b", this::receive);
		transport.publish("many.b", null, null, bytes("b"));
		await().atMost(TIMEOUT).untilAsserted(() -> assertThat(this.received).containsExactly("b"));
		subscription.dispose();
		subscription.dispose();
		transport.publish("many.b", null, null, bytes("b"));
		transport.publish("many.a", null, null, bytes("a"));
		await().atMost(TIMEOUT).untilAsserted(() -> assertThat(this.received).containsExactly("b", "a"));
		subscriber.close();
		transport.publish("many.a", null, null, bytes("a"));
		assertThat(transport.flush(TIMEOUT)).isTrue();
		assertThat(this.received).containsExactly("b", "a");
	}

	@Test
	void everyMessageGoesToOneOfAQueueGroup() throws Exception {
		NettyTransport first = connect();
		NettyTransport second = connect();
		for (NettyTransport transport : List.of(first, second)) {
			transport.newSubscriber((message) -> this.received.add("group " + text(message)))
				.subscribe("queue", "group");
			assertThat(transport.flush(TIMEOUT)).isTrue();
		}
		subscribe(second, (message) -> this.received.add("other " + text(message)), "queue");
		for (int number = 0; number < 100; number++) {
			first.publish("queue", null, null, bytes(Integer.toString(number)));
		}
		await().atMost(TIMEOUT).until(() -> this.received.size() == 200);
		assertThat(first.flush(TIMEOUT)).isTrue();
		assertThat(second.flush(TIMEOUT)).isTrue();
		assertThat(this.received).containsExactlyInAnyOrderElementsOf(IntStream.range(0, 200)
			.mapToObj((number) -> ((number < 100) ? "group " : "other ") + number % 100)
			.toList());
	}

	@Test
	void aReceiverThatFailsKeepsItsSubscription() throws Exception {
		NettyTransport transport = connect();
		subscribe(transport, (message) -> {
			receive(message);
			throw new IllegalStateException("The test wants this");
		}, "failing");
		transport.publish("failing", null, null, bytes("1"));
		transport.publish("failing", null, null, bytes("2"));
		await().atMost(TIMEOUT).untilAsserted(() -> assertThat(this.received).containsExactly("1", "2"));
		assertThat(transport.isConnected()).isTrue();
		assertThat(transport.connection().getStatistics().getReconnects()).isZero();
	}

	@Test
	void subscriptionsOfJnatsWorkBesideThoseOfTheTransport() throws Exception {
		NettyTransport receiver = connect();
		NettyTransport sender = connect();
		Queue<Integer> byTransport = new ConcurrentLinkedQueue<>();
		Queue<Integer> byJnats = new ConcurrentLinkedQueue<>();
		receiver.connection()
			.createDispatcher((message) -> byJnats.add(number(message.getData())))
			.subscribe("mixed.*");
		subscribe(receiver, (message) -> byTransport.add(number(message.payload())), "mixed.*");
		inThreads(2, (thread) -> {
			for (int number = 0; number < 500; number++) {
				if (thread == 0) {
					sender.publish("mixed.transport", null, null, content(number));
				}
				else {
					sender.connection().publish("mixed.jnats", content(number));
				}
			}
		});
		List<Integer> expected = IntStream.range(0, 1000).mapToObj((number) -> number / 2).toList();
		await().atMost(TIMEOUT).until(() -> byTransport.size() == 1000 && byJnats.size() == 1000);
		assertThat(byTransport).containsExactlyInAnyOrderElementsOf(expected);
		assertThat(byJnats).containsExactlyInAnyOrderElementsOf(expected);
	}

	@Test
	void jnatsAndTheTransportAnswerEachOther() throws Exception {
		NettyTransport transport = connect();
		subscribe(transport,
				(message) -> transport.publish(message.replySubject(), null, null, bytes("transport " + text(message))),
				"ask.transport");
		Message answer = transport.connection().request("ask.transport", bytes("jnats"), TIMEOUT);
		assertThat(answer).isNotNull();
		assertThat(answer.getData()).asString(StandardCharsets.UTF_8).isEqualTo("transport jnats");
		transport.connection()
			.createDispatcher((message) -> transport.connection().publish(message.getReplyTo(), bytes("jnats")))
			.subscribe("ask.jnats");
		String inbox = transport.newInbox();
		subscribe(transport, this::receive, inbox);
		transport.publish("ask.jnats", inbox, null, bytes("transport"));
		await().atMost(TIMEOUT).untilAsserted(() -> assertThat(this.received).containsExactly("jnats"));
	}

	@Test
	void aRequestToNobodyIsAnsweredWithAStatus() throws Exception {
		NettyTransport transport = connect();
		Queue<Integer> statuses = new ConcurrentLinkedQueue<>();
		subscribe(transport, (message) -> statuses.add(message.status()), "answers");
		transport.publish("nobody.listens", "answers", null, bytes("x"));
		await().atMost(TIMEOUT).untilAsserted(() -> assertThat(statuses).containsExactly(503));
	}

	@Test
	void aMessageIsRefusedThatTheServerWouldRefuse() throws Exception {
		NettyTransport transport = connect();
		Queue<TransportMessage> messages = new ConcurrentLinkedQueue<>();
		subscribe(transport, messages::add, "large");
		int limit = (int) transport.maxPayload();
		NatsHeaders headers = new NatsHeaders().add("Key", "value");
		int block = headers.serializedLength();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> transport.publish("large", null, null, new byte[limit + 1]))
			.withMessageContaining(Integer.toString(limit));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> transport.publish("large", null, headers, new byte[limit - block + 1]));
		transport.publish("large", null, null, new byte[limit]);
		transport.publish("large", null, headers, new byte[limit - block]);
		await().atMost(TIMEOUT).until(() -> messages.size() == 2);
		assertThat(messages).extracting((message) -> message.payload().length).containsExactly(limit, limit - block);
		assertThat(transport.isConnected()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a b", "a\r\nPUB b 0\r\n\r\n", "a\u007f" })
	void aMalformedSubjectIsRefused(String subject) {
		NettyTransport transport = connect();
		TransportSubscriber subscriber = transport.newSubscriber(this::receive);
		assertThatIllegalArgumentException().isThrownBy(() -> transport.publish(subject, null, null, bytes("x")));
		assertThatIllegalArgumentException().isThrownBy(() -> transport.publish("a", subject, null, bytes("x")));
		assertThatIllegalArgumentException().isThrownBy(() -> subscriber.subscribe(subject, "group"));
		assertThatIllegalArgumentException().isThrownBy(() -> subscriber.subscribe("a", subject));
	}

	@Test
	void theEventLoopDoesNotWaitForItself() throws Exception {
		NettyTransport transport = connect();
		CompletableFuture<Throwable> failure = new CompletableFuture<>();
		subscribe(transport, (message) -> failure.complete(catchThrowable(() -> transport.flush(TIMEOUT))), "flush");
		transport.publish("flush", null, null, bytes("x"));
		assertThat(failure.get(30, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
	}

	@Test
	void theThreadOfAnOwnEventLoopEndsWithTheTransport() throws Exception {
		NatsConnector connector = newConnector("own-loop-check");
		NettyTransport transport = NettyTransport.of(connector.connectNow(options(connector, broker).build()));
		TransportSubscriber subscriber = subscribe(transport, this::receive, "own");
		assertThat(threads("own-loop-check-loop")).hasSize(1).allMatch(Thread::isDaemon);
		connector.close();
		await().atMost(TIMEOUT).until(() -> threads("own-loop-check").isEmpty());
		assertThatIsClosed(transport, subscriber);
	}

	@Test
	void aSharedEventLoopGoesOn() throws Exception {
		EventLoops loops = EventLoops.shared(EventLoopTransport.byDefault(), 1, "shared");
		EventLoop loop = loops.first();
		try {
			NatsConnector connector = newConnector("shared-loop-check",
					new SharedEventLoops(List.of(loop), loops.socketType(), 1));
			NettyTransport transport = NettyTransport.of(connector.connectNow(options(connector, broker).build()));
			CompletableFuture<Boolean> onTheLoop = new CompletableFuture<>();
			TransportSubscriber subscriber = subscribe(transport, (message) -> onTheLoop.complete(loop.inEventLoop()),
					"shared");
			transport.publish("shared", null, null, bytes("x"));
			assertThat(onTheLoop.get(10, TimeUnit.SECONDS)).isTrue();
			assertThat(threads("shared-loop-check-loop")).isEmpty();
			connector.close();
			assertThat(loop.isShuttingDown()).isFalse();
			assertThat(loop.submit(() -> "alive").get(30, TimeUnit.SECONDS)).isEqualTo("alive");
			assertThatIsClosed(transport, subscriber);
		}
		finally {
			loop.parent().shutdownGracefully(0, 1, TimeUnit.SECONDS);
		}
	}

	@Test
	void theEventLoopsOwnMessagesComeAfterThoseOfOtherThreadsBefore() throws Exception {
		onASharedEventLoop((loop, transport) -> {
			for (int i = 0; i < 500; i++) {
				int number = 2 * i;
				transport.publish("mixed", null, null, bytes(String.valueOf(number)));
				loop.submit(() -> transport.publish("mixed", null, null, bytes(String.valueOf(number + 1))))
					.get(30, TimeUnit.SECONDS);
			}
		}, "mixed");
		await().atMost(TIMEOUT).until(() -> this.received.size() == 1000);
		assertThat(this.received)
			.containsExactlyElementsOf(IntStream.range(0, 1000).mapToObj(String::valueOf).toList());
	}

	@Test
	void whatTheEventLoopSubscribesComesBeforeWhatItPublishes() throws Exception {
		onASharedEventLoop((loop, transport) -> loop.submit(() -> {
			transport.newSubscriber(this::receive).subscribe("early", (String) null);
			transport.publish("early", null, null, bytes("heard"));
		}).get(30, TimeUnit.SECONDS), "other");
		await().atMost(TIMEOUT).until(() -> this.received.contains("heard"));
	}

	@Test
	@DisabledIfSystemProperty(named = EventLoopTransport.PROPERTY, matches = "io-uring",
			disabledReason = "The kernel gets what is written at the end of a turn")
	void aBusyEventLoopDoesNotHoldMessagesBack() throws Exception {
		onASharedEventLoop((loop, transport) -> loop.submit(() -> {
			long start = System.nanoTime();
			// Goes on until what it has published has come back.
			while (this.received.isEmpty() && System.nanoTime() - start < TIMEOUT.toNanos()) {
				transport.publish("busy", null, null, bytes("x"));
				LockSupport.parkNanos(100_000);
			}
		}).get(30, TimeUnit.SECONDS), "busy");
		assertThat(this.received).isNotEmpty();
	}

	/**
	 * Publishes on a transport with a shared event loop what another transport receives.
	 */
	private void onASharedEventLoop(Publishing publishing, String subject) throws Exception {
		subscribe(connect(), this::receive, subject);
		EventLoops loops = EventLoops.shared(EventLoopTransport.byDefault(), 1, "shared");
		EventLoop loop = loops.first();
		try {
			NatsConnector connector = newConnector("shared",
					new SharedEventLoops(List.of(loop), loops.socketType(), 1));
			publishing.publish(loop, NettyTransport.of(connector.connectNow(options(connector, broker).build())));
			connector.close();
		}
		finally {
			loop.parent().shutdownGracefully(0, 1, TimeUnit.SECONDS);
		}
	}

	@Test
	void whatTheServerDoesNotTakeIsBounded() throws Exception {
		byte[] payload = new byte[8 * 1024 * 1024];
		NatsConnector connector = newConnector();
		try (SilentServer server = new SilentServer(connector, connector.options(), payload.length)) {
			NettyTransport transport = NettyTransport.of(server.connection());
			int taken = 0;
			Throwable failure = null;
			while (failure == null && taken < 20) {
				failure = catchThrowable(() -> transport.publish("stuck", null, null, payload));
				taken++;
			}
			assertThat(failure).isInstanceOf(IllegalStateException.class)
				.hasMessage("Too much waits to be sent to NATS");
			assertThat(taken).isBetween(7, 10);
			server.readOn();
			await().atMost(TIMEOUT)
				.until(() -> catchThrowable(() -> transport.publish("stuck", null, null, payload)) == null);
		}
	}

	private void assertThatIsClosed(NettyTransport transport, TransportSubscriber subscriber) throws Exception {
		assertThat(transport.isClosed()).isTrue();
		assertThat(transport.isConnected()).isFalse();
		assertThatIllegalStateException().isThrownBy(() -> transport.publish("closed", null, null, bytes("x")));
		assertThatIllegalStateException().isThrownBy(() -> subscriber.subscribe("closed", "group"));
		assertThat(subscriber.drain(TIMEOUT)).isFalse();
		subscriber.close();
	}

	private NatsConnector newConnector() {
		return newConnector("test");
	}

	private NatsConnector newConnector(String threadName) {
		return add(new NatsConnector(threadName, ""));
	}

	private NatsConnector newConnector(String threadName, SharedEventLoops loop) {
		return add(new NatsConnector(threadName, "", loop));
	}

	private NatsConnector add(NatsConnector connector) {
		this.connectors.add(connector);
		return connector;
	}

	private static Options.Builder options(NatsConnector connector, TestBroker broker) {
		return connector.options()
			.server(broker.url())
			.reconnectWait(Duration.ofMillis(20))
			.reconnectJitter(Duration.ofMillis(1));
	}

	private NettyTransport connect() {
		return connect((options) -> options);
	}

	private NettyTransport connect(UnaryOperator<Options.Builder> customizer) {
		NatsConnector connector = newConnector();
		return NettyTransport.of(connector.connectNow(customizer.apply(options(connector, broker)).build()));
	}

	/**
	 * Subscribes, and waits until the server knows.
	 */
	private TransportSubscriber subscribe(NettyTransport transport, Consumer<TransportMessage> receiver, String subject)
			throws InterruptedException {
		TransportSubscriber subscriber = transport.newSubscriber(receiver);
		subscriber.subscribe(subject, (String) null);
		assertThat(transport.flush(TIMEOUT)).isTrue();
		return subscriber;
	}

	private void receive(TransportMessage message) {
		this.received.add(text(message));
	}

	private void inThreads(int number, IntConsumer action) throws Exception {
		List<Future<?>> running = new ArrayList<>();
		for (int i = 0; i < number; i++) {
			int thread = i;
			running.add(this.threads.submit(() -> action.accept(thread)));
		}
		for (Future<?> future : running) {
			future.get(30, TimeUnit.SECONDS);
		}
	}

	/**
	 * A small or a large payload that tells its number.
	 */
	private static byte[] content(int number) {
		byte[] content = new byte[(number % 50 == 0) ? 200_000 + number : 4 + number];
		Arrays.fill(content, (byte) number);
		content[0] = (byte) (number >> 8);
		return content;
	}

	private static int number(byte[] content) {
		int number = (content[0] << 8) | (content[1] & 0xFF);
		return Arrays.equals(content, content(number)) ? number : -1;
	}

	private static List<Thread> threads(String name) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith(name))
			.toList();
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static String text(TransportMessage message) {
		return new String(message.payload(), StandardCharsets.UTF_8);
	}

	private interface Publishing {

		void publish(EventLoop loop, NettyTransport transport) throws Exception;

	}

}
