package io.natsproxy.core.exchange;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.nats.client.Connection;
import io.nats.client.Options;
import io.nats.client.impl.NatsServerPool;
import io.natsproxy.core.connection.NatsConnector;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsCallerOptions;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.netty.EventLoopTransport;
import io.natsproxy.core.transport.netty.EventLoops;
import io.natsproxy.core.transport.netty.NettyTransport;
import io.natsproxy.core.transport.netty.SharedEventLoops;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.core.wire.WebSocketEnd;
import io.netty.channel.EventLoop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * A caller on three event loops, over two connections: the second event loop has the
 * second one.
 */
class SeveralEventLoopsTests extends AbstractExchangeTests {

	private final EventLoops group = EventLoops.shared(EventLoopTransport.byDefault(), 3, "several");

	private final List<EventLoop> loops = new ArrayList<>();

	private final Queue<String> replySubjects = new ConcurrentLinkedQueue<>();

	private NatsConnector connector;

	private NatsExchanges exchanges;

	private NatsCaller caller;

	@BeforeEach
	void connectTwice() throws Exception {
		this.group.group().forEach((loop) -> this.loops.add((EventLoop) loop));
		connectSeveral();
		subscribe("GET:.*", (message) -> {
			this.replySubjects.add(message.getReplyTo());
			this.serviceConnection.publish(message.getReplyTo(), bytes("hello"));
		});
	}

	@AfterEach
	void close() {
		assertThat(this.caller.inFlight()).isZero();
		assertThat(this.caller.waiting()).isZero();
		disconnect();
		this.group.group().shutdownGracefully(0, 1, TimeUnit.SECONDS);
	}

	private void connectSeveral() {
		this.connector = new NatsConnector("several", "", loops(2));
		this.exchanges = new NatsExchanges(this.connector.connectNow(options().build()), "");
		this.caller = new NatsCaller(this.exchanges, NatsCallerOptions.DEFAULTS);
		await().atMost(TIMEOUT).until(() -> NettyTransport.of(this.connector.siblings().get(0)).isConnected());
	}

	private void disconnect() {
		this.caller.close();
		this.exchanges.close();
		this.connector.close();
	}

	private SharedEventLoops loops(int connections) {
		return new SharedEventLoops(this.loops, this.group.socketType(), connections);
	}

	private Options.Builder options() {
		return this.connector.options().server(broker().url()).reconnectWait(Duration.ofMillis(50));
	}

	@Test
	void theLossOfAConnectionIsToldOnceWhicheverItIs() throws Exception {
		ListAppender<ILoggingEvent> log = new ListAppender<>();
		Logger logger = (Logger) LoggerFactory.getLogger("io.natsproxy.connection");
		log.start();
		logger.addAppender(log);
		logger.setLevel(Level.INFO);
		try {
			Connection sibling = this.connector.siblings().get(0);
			sibling.forceReconnect();
			await().atMost(TIMEOUT).until(() -> lines(log, "All connections to NATS") == 1);
			assertThat(lines(log, "Disconnected from NATS at ")).isEqualTo(1);
			broker().restart();
			await().atMost(TIMEOUT)
				.until(() -> sibling.getStatus() == Connection.Status.CONNECTED
						&& this.connector.connection().getStatus() == Connection.Status.CONNECTED);
			// Those of the other connections of the test have lines of their own.
			assertThat(lines(log, "Disconnected from NATS at ")).isEqualTo(1 + 1 + 2);
		}
		finally {
			logger.setLevel(null);
			logger.detachAppender(log);
		}
	}

	private static long lines(ListAppender<ILoggingEvent> log, String start) {
		return List.copyOf(log.list)
			.stream()
			.filter((event) -> event.getLevel().isGreaterOrEqual(Level.INFO))
			.filter((event) -> event.getFormattedMessage().startsWith(start))
			.count();
	}

	@Test
	void eachEventLoopAsksByItsOwnConnection() {
		List<String> inboxes = List.of(inboxOf(0), inboxOf(1), inboxOf(2));
		assertThat(inboxes.get(2)).isEqualTo(inboxes.get(0));
		assertThat(inboxes.get(1)).isNotEqualTo(inboxes.get(0));
	}

	@Test
	void whoeverIsOnNoEventLoopAsksByTheFirstConnection() {
		assertThat(text(reply(this.caller, request("GET", "/x"), "").body())).isEqualTo("hello");
		assertThat(inbox(this.replySubjects.remove())).isEqualTo(inboxOf(0));
	}

	@Test
	void handshakesOfWebSocketsTakeTheConnectionOfTheirMessages() {
		WebSocketEnd socket = new WebSocketEnd("id.1", "frames", "alive", 1000);
		RequestHead handshake = new RequestHead("GET", "/x", null, HeaderFields.EMPTY, socket);
		this.caller.exchange(handshake, Mono.empty(), TIMEOUT, this.loops.get(1)).block(TIMEOUT);
		assertThat(inbox(this.replySubjects.remove())).isEqualTo(inboxOf(0));
	}

	@Test
	void aConnectionThatIsUpStandsInForOneThatIsNot() throws Exception {
		String first = inboxOf(0);
		String second = inboxOf(1);
		this.connector.siblings().get(0).close();
		assertThat(inboxOf(1)).isEqualTo(first);
		disconnect();
		connectSeveral();
		String sibling = inboxOf(1);
		assertThat(sibling).isNotIn(first, second);
		this.connector.connection().close();
		// A large message fits, whichever connection is up.
		assertThat(this.caller.maxPayload()).isEqualTo(this.serviceConnection.getMaxPayload());
		assertThat(inboxOf(0)).isEqualTo(sibling);
		assertThat(inboxOf(2)).isEqualTo(sibling);
		this.connector.siblings().get(0).close();
		assertFails(this.caller.exchange(request("GET", "/x"), Mono.empty(), TIMEOUT, this.loops.get(1)),
				ExchangeFailure.DISCONNECTED, 503);
	}

	@Test
	void allConnectionsAreOneSystem() {
		Connection first = this.connector.connection();
		Connection second = this.connector.siblings().get(0);
		assertThat(second).isNotSameAs(first);
		assertThat(second.getOptions().getConnectionName()).isEqualTo(first.getOptions().getConnectionName());
		NatsTransport transport = NettyTransport.of(first);
		assertThat(transport.siblings()).containsOnlyKeys(this.loops.get(1));
		assertThat(transport.siblings().get(this.loops.get(1)).connection()).isSameAs(second);
		this.connector.close();
		assertThat(first.getStatus()).isEqualTo(Connection.Status.CLOSED);
		assertThat(second.getStatus()).isEqualTo(Connection.Status.CLOSED);
		assertThat(this.loops).noneMatch(EventLoop::isShuttingDown);
	}

	@Test
	void aPoolOfServersServesOneConnection() {
		NatsConnector pooled = new NatsConnector("pooled", "", loops(3));
		try {
			Connection connection = pooled.connectNow(options().serverPool(new NatsServerPool()).build());
			assertThat(pooled.siblings()).isEmpty();
			assertThat(NettyTransport.of(connection).siblings()).isEmpty();
		}
		finally {
			pooled.close();
		}
	}

	@Test
	void thereAreNoMoreConnectionsThanEventLoops() {
		assertThatIllegalArgumentException().isThrownBy(() -> loops(4))
			.withMessage("There must be at least one connection, and at most one for each of the 3 event loops");
		assertThatIllegalArgumentException().isThrownBy(() -> loops(0));
	}

	/**
	 * Asks, and returns where the reply was expected.
	 */
	private String inboxOf(int loop) {
		NatsReply reply = this.caller.exchange(request("GET", "/x"), Mono.empty(), TIMEOUT, this.loops.get(loop))
			.doOnNext((each) -> assertThat(this.loops.get(loop).inEventLoop()).isTrue())
			.block(TIMEOUT);
		assertThat(text(reply.body())).isEqualTo("hello");
		return inbox(this.replySubjects.remove());
	}

	private static String inbox(String replySubject) {
		return replySubject.substring(0, replySubject.lastIndexOf('.'));
	}

}
