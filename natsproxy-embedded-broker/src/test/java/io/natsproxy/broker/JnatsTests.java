package io.natsproxy.broker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.ErrorListener;
import io.nats.client.JetStreamStatusException;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.Subscription;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The Java client of NATS against the embedded broker.
 */
@Timeout(60)
class JnatsTests {

	private static final Duration SOON = Duration.ofSeconds(30);

	private final EmbeddedNatsBroker broker = EmbeddedNatsBroker.create();

	private final List<Connection> connections = new ArrayList<>();

	@BeforeEach
	void start() {
		this.broker.start();
	}

	@AfterEach
	void stop() throws Exception {
		for (Connection connection : this.connections) {
			connection.close();
		}
		await().untilAsserted(() -> {
			assertThat(this.broker.statistics().connections()).isZero();
			assertThat(this.broker.statistics().subscriptions()).isZero();
			assertThat(this.broker.statistics().pendingBytes()).isZero();
		});
		this.broker.stop();
	}

	@Test
	void tellsWhatItIs() throws Exception {
		Connection connection = connect();
		assertThat(connection.getServerInfo().getServerName()).isEqualTo("natsproxy-embedded");
		assertThat(connection.getServerInfo().getPort()).isEqualTo(this.broker.port());
		assertThat(connection.getServerInfo().isHeadersSupported()).isTrue();
		assertThat(connection.getServerInfo().isJetStreamAvailable()).isFalse();
		assertThat(connection.getServerInfo().isSameOrNewerThanVersion("2.9.0")).isTrue();
		assertThat(connection.getServerInfo().getClientIp()).isEqualTo("127.0.0.1");
		assertThat(connection.getMaxPayload()).isEqualTo(1024 * 1024);
		assertThat(connection.RTT()).isPositive();
	}

	@Test
	void requestsAreAnswered() throws Exception {
		Connection service = connect();
		Dispatcher dispatcher = service
			.createDispatcher((request) -> service.publish(request.getReplyTo(), ("re: " + text(request)).getBytes()));
		dispatcher.subscribe("hello.*");
		flush(service);
		Connection client = connect();
		for (int i = 0; i < 100; i++) {
			assertThat(text(client.request("hello." + i, bytes("" + i), SOON))).isEqualTo("re: " + i);
		}
	}

	@Test
	void everyMessageMeetsOneMemberOfAQueueGroupAcrossPatterns() throws Exception {
		AtomicInteger[] received = { new AtomicInteger(), new AtomicInteger(), new AtomicInteger() };
		String[] patterns = { "jobs.new", "jobs.*", ">" };
		for (int i = 0; i < patterns.length; i++) {
			AtomicInteger counter = received[i];
			Connection worker = connect();
			worker.createDispatcher((message) -> counter.incrementAndGet()).subscribe(patterns[i], "workers");
			flush(worker);
		}
		Connection client = connect();
		for (int i = 0; i < 600; i++) {
			client.publish("jobs.new", bytes("job"));
		}
		flush(client);
		await().until(() -> sum(received) >= 600);
		assertThat(received).allSatisfy((counter) -> assertThat(counter.get()).isBetween(100, 300));
		assertThat(sum(received)).isEqualTo(600);
		assertThat(this.broker.statistics().outMessages()).isEqualTo(600);
	}

	@Test
	void wildcardsMatchAsTheyShould() throws Exception {
		Connection connection = connect();
		Subscription one = connection.subscribe("a.*.c");
		Subscription tail = connection.subscribe("a.>");
		Subscription all = connection.subscribe(">");
		for (String subject : List.of("a.b.c", "a.b", "a", "a.b.c.d", "b.b.c")) {
			connection.publish(subject, null);
		}
		flush(connection);
		assertThat(subjects(one)).containsExactly("a.b.c");
		assertThat(subjects(tail)).containsExactly("a.b.c", "a.b", "a.b.c.d");
		assertThat(subjects(all)).containsExactly("a.b.c", "a.b", "a", "a.b.c.d", "b.b.c");
	}

	@Test
	void headersAndPayloadArriveAsTheyWereSent() throws Exception {
		Connection connection = connect();
		Subscription subscription = connection.subscribe("h");
		Headers headers = new Headers().put("One", "1", "eins").put("Empty", "");
		byte[] payload = new byte[100_000];
		for (int i = 0; i < payload.length; i++) {
			payload[i] = (byte) i;
		}
		connection.publish(NatsMessage.builder().subject("h").headers(headers).data(payload).build());
		connection.publish(NatsMessage.builder().subject("h").headers(headers).build());
		Message first = subscription.nextMessage(SOON);
		assertThat(first.getHeaders().get("One")).containsExactly("1", "eins");
		assertThat(first.getHeaders().getFirst("Empty")).isEmpty();
		assertThat(first.getData()).isEqualTo(payload);
		assertThat(subscription.nextMessage(SOON).getData()).isEmpty();
	}

	@Test
	void aDrainedSubscriptionLosesNothingThatWasPublishedBefore() throws Exception {
		Connection subscriber = connect();
		Connection publisher = connect();
		AtomicInteger received = new AtomicInteger();
		Dispatcher dispatcher = subscriber.createDispatcher((message) -> received.incrementAndGet());
		dispatcher.subscribe("d");
		flush(subscriber);
		for (int i = 0; i < 5_000; i++) {
			publisher.publish("d", bytes("x"));
		}
		flush(publisher);
		assertThat(dispatcher.drain(SOON).get(30, TimeUnit.SECONDS)).isTrue();
		assertThat(received).hasValue(5_000);
		assertThat(this.broker.statistics().subscriptions()).isZero();
	}

	@Test
	void aDrainedConnectionIsClosed() throws Exception {
		Connection connection = connect();
		connection.subscribe("x");
		flush(connection);
		assertThat(connection.drain(SOON).get(30, TimeUnit.SECONDS)).isTrue();
		await().until(() -> connection.getStatus() == Connection.Status.CLOSED);
	}

	@Test
	void unsubscribeAfterANumberOfMessagesIsExact() throws Exception {
		Connection connection = connect();
		Subscription subscription = connection.subscribe("n");
		subscription.unsubscribe(3);
		for (int i = 0; i < 10; i++) {
			connection.publish("n", bytes("" + i));
		}
		flush(connection);
		for (int i = 0; i < 3; i++) {
			assertThat(text(subscription.nextMessage(SOON))).isEqualTo("" + i);
		}
		assertThat(this.broker.statistics().outMessages()).isEqualTo(3);
		assertThat(this.broker.statistics().subscriptions()).isZero();
	}

	@Test
	void aRequestThatNobodyAnswersFailsAtOnce() throws Exception {
		Connection connection = connect(options().reportNoResponders());
		CompletableFuture<Message> reply = connection.request("nobody.home", null);
		assertThat(reply).failsWithin(SOON)
			.withThrowableOfType(ExecutionException.class)
			.havingCause()
			.isInstanceOf(JetStreamStatusException.class)
			.withMessageContaining("503");
	}

	@Test
	void jetStreamIsNotThere() throws Exception {
		Connection connection = connect();
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> connection.jetStreamManagement().getAccountStatistics());
	}

	@Test
	void clientsComeBackAfterARestartOnTheSamePort() throws Exception {
		Connection connection = connect(options().reconnectWait(Duration.ofMillis(20)).maxReconnects(-1));
		Subscription subscription = connection.subscribe("back");
		flush(connection);
		this.broker.stop();
		await().until(() -> connection.getStatus() != Connection.Status.CONNECTED);
		this.broker.start();
		await().until(() -> connection.getStatus() == Connection.Status.CONNECTED);
		flush(connection);
		connection.publish("back", bytes("again"));
		assertThat(text(subscription.nextMessage(SOON))).isEqualTo("again");
	}

	@Test
	void clientsComeBackAfterTheNetworkFailed() throws Exception {
		Connection connection = connect(options().reconnectWait(Duration.ofMillis(20)));
		Subscription subscription = connection.subscribe("back");
		flush(connection);
		this.broker.disconnectClients();
		await().until(() -> connection.getStatistics().getReconnects() == 1);
		await().until(() -> connection.getStatus() == Connection.Status.CONNECTED);
		connection.publish("back", bytes("again"));
		assertThat(text(subscription.nextMessage(SOON))).isEqualTo("again");
	}

	@Test
	void messagesOverTheMaximumPayloadAreRefused() throws Exception {
		List<String> errors = new CopyOnWriteArrayList<>();
		Connection connection = connect(
				options().clientSideLimitChecks(false).noReconnect().errorListener(new ErrorListener() {
					@Override
					public void errorOccurred(Connection connection, String error) {
						errors.add(error);
					}
				}));
		connection.publish("big", new byte[1024 * 1024 + 1]);
		await().until(() -> errors.contains("Maximum Payload Violation"));
		await().until(() -> connection.getStatus() == Connection.Status.CLOSED);
	}

	@Test
	void theLargestMessageIsDelivered() throws Exception {
		Connection connection = connect();
		Subscription subscription = connection.subscribe("big");
		connection.publish("big", new byte[1024 * 1024]);
		assertThat(subscription.nextMessage(SOON).getData()).hasSize(1024 * 1024);
	}

	@Test
	void aClientWithoutEchoDoesNotHearItself() throws Exception {
		Connection silent = connect(options().noEcho());
		Connection other = connect();
		Subscription own = silent.subscribe("e");
		Subscription others = other.subscribe("e");
		flush(other);
		silent.publish("e", bytes("from silent"));
		flush(silent);
		other.publish("e", bytes("from other"));
		assertThat(text(own.nextMessage(SOON))).isEqualTo("from other");
		assertThat(text(others.nextMessage(SOON))).isEqualTo("from silent");
	}

	@Test
	void orderHoldsFromEachPublisherToEachSubscriber() throws Exception {
		int publishers = 4;
		int messages = 5_000;
		Connection subscriber = connect();
		List<AtomicInteger> next = new ArrayList<>();
		for (int i = 0; i < publishers; i++) {
			next.add(new AtomicInteger());
		}
		List<String> disorder = new CopyOnWriteArrayList<>();
		CountDownLatch all = new CountDownLatch(publishers * messages);
		subscriber.createDispatcher((message) -> {
			int from = Integer.parseInt(message.getSubject().substring("order.".length()));
			int number = Integer.parseInt(text(message));
			if (next.get(from).getAndIncrement() != number) {
				disorder.add(message.getSubject() + " " + number);
			}
			all.countDown();
		}).subscribe("order.*");
		flush(subscriber);
		List<Thread> threads = new ArrayList<>();
		for (int p = 0; p < publishers; p++) {
			Connection publisher = connect();
			String subject = "order." + p;
			threads.add(new Thread(() -> {
				for (int i = 0; i < messages; i++) {
					publisher.publish(subject, bytes("" + i));
				}
			}));
		}
		threads.forEach(Thread::start);
		assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
		assertThat(disorder).isEmpty();
	}

	@Test
	void subscriptionsThatComeAndGoLeaveNothingBehind() throws Exception {
		Connection connection = connect();
		for (int i = 0; i < 500; i++) {
			connection.subscribe("churn." + i + ".>", "queue");
			connection.subscribe("churn." + i + ".>").unsubscribe();
		}
		flush(connection);
		assertThat(this.broker.statistics().subscriptions()).isEqualTo(500);
		connection.close();
		await().until(() -> this.broker.statistics().subscriptions() == 0);
	}

	private Connection connect() throws Exception {
		return connect(options());
	}

	private Connection connect(Options.Builder options) throws Exception {
		Connection connection = Nats.connect(options.server(this.broker.url()).build());
		this.connections.add(connection);
		return connection;
	}

	private static Options.Builder options() {
		return new Options.Builder().connectionTimeout(SOON).errorListener(new ErrorListener() {
		});
	}

	private static void flush(Connection connection) throws Exception {
		connection.flush(SOON);
	}

	private static List<String> subjects(Subscription subscription) throws InterruptedException {
		List<String> subjects = new ArrayList<>();
		Message message = subscription.nextMessage(Duration.ofMillis(1));
		while (message != null) {
			subjects.add(message.getSubject());
			message = subscription.nextMessage(Duration.ofMillis(1));
		}
		return subjects;
	}

	private static int sum(AtomicInteger[] counters) {
		int sum = 0;
		for (AtomicInteger counter : counters) {
			sum += counter.get();
		}
		return sum;
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static String text(Message message) {
		return new String(message.getData(), StandardCharsets.UTF_8);
	}

}
