package io.natsproxy.core.exchange;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.MessageHandler;
import io.nats.client.impl.DataPort;
import io.natsproxy.core.connection.NatsConnector;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsCallerOptions;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.exchange.listener.NatsListener;
import io.natsproxy.core.exchange.listener.NatsListenerOptions;
import io.natsproxy.core.exchange.listener.NatsRequestHandler;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.transport.netty.NettyDataPort;
import io.natsproxy.core.wire.HeadCodec;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.test.TestBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * A broker with a caller's and a service's connection, and the check after every test
 * that no exchange left anything behind.
 */
abstract class AbstractExchangeTests {

	static final byte[] NO_BODY = {};

	static final Duration TIMEOUT = Duration.ofSeconds(30);

	static final Duration SHORT = Duration.ofMillis(150);

	private static TestBroker broker;

	private final List<NatsCaller> callers = new ArrayList<>();

	private final List<NatsListener> listeners = new ArrayList<>();

	private final List<NatsConnector> connectors = new ArrayList<>();

	Connection callerConnection;

	Connection serviceConnection;

	NatsExchanges callerSide;

	NatsExchanges serviceSide;

	@BeforeAll
	static void startBroker() {
		broker = TestBroker.start();
	}

	@AfterAll
	static void stopBroker() {
		broker.close();
	}

	@BeforeEach
	void connect() throws Exception {
		this.callerConnection = newConnection();
		this.serviceConnection = newConnection();
		this.callerSide = new NatsExchanges(this.callerConnection, "");
		this.serviceSide = new NatsExchanges(this.serviceConnection, "");
	}

	@AfterEach
	void nothingIsLeftBehind() throws Exception {
		try {
			await().atMost(TIMEOUT).untilAsserted(() -> {
				assertThat(this.callers).allSatisfy((caller) -> {
					assertThat(caller.underWay()).isZero();
					assertThat(caller.inFlight()).isZero();
					assertThat(caller.streams()).isZero();
					assertThat(caller.waiting()).isZero();
				});
				assertThat(this.listeners).allSatisfy((listener) -> {
					assertThat(listener.inFlight()).isZero();
					assertThat(listener.streams()).isZero();
					assertThat(listener.waiting()).isZero();
				});
				assertCountedToTheEnd(this.callerSide);
				assertCountedToTheEnd(this.serviceSide);
				assertThat(this.callerSide.timer().pending()).isZero();
				assertThat(this.serviceSide.timer().pending()).isZero();
				assertThat(this.callerSide.budget().used()).isZero();
				assertThat(this.callerSide.credit(this.callerSide.transport()).taken()).isZero();
				assertThat(this.serviceSide.budget().used()).isZero();
				assertThat(this.serviceSide.credit(this.serviceSide.transport()).taken()).isZero();
			});
		}
		finally {
			this.callers.forEach(NatsCaller::close);
			this.callerSide.close();
			this.serviceSide.close();
			this.connectors.forEach(NatsConnector::close);
		}
	}

	/**
	 * What has been counted as begun has been counted as ended, and once.
	 */
	private static void assertCountedToTheEnd(NatsExchanges side) {
		for (SideStatistics statistics : List.of(side.callerStatistics(), side.listenerStatistics())) {
			assertThat(statistics.exchanges().active()).isZero();
			assertThat(statistics.exchanges().begun()).isEqualTo(statistics.exchanges().ended());
			assertThat(statistics.streams().open()).isZero();
			assertThat(statistics.streams().waiting()).isZero();
		}
	}

	static TestBroker broker() {
		return broker;
	}

	/**
	 * Where the connections of the test go.
	 */
	String url() {
		return broker.url();
	}

	/**
	 * What the connections of the test are.
	 */
	DataPort dataPort() {
		return new NettyDataPort();
	}

	Connection newConnection() throws Exception {
		NatsConnector connector = new NatsConnector("test", "");
		this.connectors.add(connector);
		return connector.connectNow(connector.options()
			.dataPortType(dataPort().getClass().getName())
			.server(url())
			.reconnectWait(Duration.ofMillis(50))
			.reconnectJitter(Duration.ofMillis(10))
			.build());
	}

	NatsCaller caller() {
		return caller(NatsCallerOptions.DEFAULTS);
	}

	NatsCaller caller(NatsCallerOptions options) {
		NatsCaller caller = newCaller(options);
		this.callers.add(caller);
		return caller;
	}

	NatsCaller newCaller(NatsCallerOptions options) {
		return new NatsCaller(this.callerSide, options);
	}

	/**
	 * Answers plainly in NATS, as a service without a library of ours does.
	 */
	void subscribe(String subject, MessageHandler handler) throws Exception {
		this.serviceConnection.createDispatcher(handler).subscribe(subject);
		this.serviceConnection.flush(TIMEOUT);
	}

	/**
	 * Counts what is sent to a subject.
	 */
	AtomicInteger counting(String subject) throws Exception {
		AtomicInteger received = new AtomicInteger();
		subscribe(subject, (message) -> received.incrementAndGet());
		return received;
	}

	NatsListener listen(NatsRequestHandler handler, String... subjects) throws Exception {
		return listen(new NatsListenerOptions("service"), handler, subjects);
	}

	NatsListener listen(NatsListenerOptions options, NatsRequestHandler handler, String... subjects) throws Exception {
		NatsListener listener = newListener(options, handler);
		this.listeners.add(listener);
		listener.start(List.of(subjects));
		this.serviceConnection.flush(TIMEOUT);
		return listener;
	}

	NatsListener newListener(NatsListenerOptions options, NatsRequestHandler handler) {
		return new NatsListener(this.serviceSide, options, handler);
	}

	/**
	 * Waits until all that this connection has sent has been seen by whoever receives it:
	 * the other connection's turn comes after it.
	 */
	void settle() throws Exception {
		this.callerConnection.flush(TIMEOUT);
		this.serviceConnection.flush(TIMEOUT);
		this.callerConnection.flush(TIMEOUT);
	}

	static Mono<NatsReply> exchange(NatsCaller caller, RequestHead head, String body, Duration timeout) {
		return caller.exchange(head, Mono.just(bytes(body)), timeout, ForkJoinPool.commonPool());
	}

	static NatsReply reply(NatsCaller caller, RequestHead head, String body) {
		return exchange(caller, head, body, TIMEOUT).block(TIMEOUT.plus(TIMEOUT));
	}

	static NatsReply get(NatsCaller caller, String target) {
		return reply(caller, request("GET", target), "");
	}

	static NatsExchangeException failure(Mono<NatsReply> exchange) {
		return catchThrowableOfType(NatsExchangeException.class, () -> exchange.block(TIMEOUT.plus(TIMEOUT)));
	}

	static void assertFails(Mono<NatsReply> exchange, ExchangeFailure failure, int status) {
		NatsExchangeException ex = failure(exchange);
		assertThat(ex).isNotNull();
		assertThat(ex.failure()).isEqualTo(failure);
		assertThat(ex.status()).isEqualTo(status);
		assertThat(NatsReply.of(ex).head().status()).isEqualTo(status);
	}

	static RequestHead request(String method, String target) {
		return new RequestHead(method, target, null, HeaderFields.EMPTY);
	}

	/**
	 * Returns how long the body of a request may be that fits one message.
	 */
	int longestBody(RequestHead head) {
		NatsHeaders headers = new HeadCodec().encode(head);
		int maxPayload = (int) this.callerConnection.getMaxPayload();
		HeadCodec.setMaxReply(headers, maxPayload);
		return maxPayload - headers.serializedLength();
	}

	static ResponseHead ok() {
		return new ResponseHead(200, HeaderFields.EMPTY);
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

	static void assertProblem(Message message, int status) {
		assertThat(message).isNotNull();
		assertThat(message.getHeaders().getFirst("Natsproxy-Status")).isEqualTo(Integer.toString(status));
		assertThat(message.getHeaders().getFirst("Content-Type")).isEqualTo(Problem.MEDIA_TYPE);
		assertThat(text(message.getData())).startsWith("{\"type\":\"about:blank\"").contains("\"status\":" + status);
	}

}
