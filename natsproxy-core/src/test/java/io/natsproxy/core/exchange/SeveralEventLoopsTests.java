package io.natsproxy.core.exchange;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.nats.client.Connection;
import io.nats.client.impl.NatsServerPool;
import io.natsproxy.core.connection.NatsConnector;
import io.natsproxy.core.exchange.caller.CallOptions;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.netty.NettyTransport;
import io.netty.channel.EventLoop;
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
class SeveralEventLoopsTests extends AbstractEventLoopsTests {

	private final Queue<String> replySubjects = new ConcurrentLinkedQueue<>();

	@BeforeEach
	void answer() throws Exception {
		subscribe("GET:.*", (message) -> {
			this.replySubjects.add(message.getReplyTo());
			this.serviceConnection.publish(message.getReplyTo(), bytes("hello"));
		});
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
	void whoeverNamesAConnectionAsksByThatOne() throws Exception {
		NatsTransport second = this.caller.transport(this.loops.get(1));
		CallOptions call = new CallOptions(TIMEOUT, this.loops.get(0)).on(second);
		this.caller.exchange(request("GET", "/x"), Mono.empty(), call).block(TIMEOUT);
		assertThat(inbox(this.replySubjects.remove())).isEqualTo(inboxOf(1)).isNotEqualTo(inboxOf(0));
		this.connector.siblings().get(0).close();
		assertFails(this.caller.exchange(request("GET", "/x"), Mono.empty(), call), ExchangeFailure.DISCONNECTED, 503);
	}

	@Test
	void connectionOfAnotherCallerIsRefused() {
		assertThat(this.caller.isOn(this.callerSide.transport())).isFalse();
		CallOptions call = new CallOptions(TIMEOUT, this.loops.get(0)).on(this.callerSide.transport());
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.caller.exchange(request("GET", "/x"), Mono.empty(), call).block(TIMEOUT));
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
