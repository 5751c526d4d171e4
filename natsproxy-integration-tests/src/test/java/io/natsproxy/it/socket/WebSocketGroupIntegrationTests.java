package io.natsproxy.it.socket;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.websocket.WebSocketEvent;
import io.natsproxy.core.websocket.gateway.GatewayWebSockets;
import io.natsproxy.it.gateway.Peer;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.webflux.websocket.NatsWebSockets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.socket.CloseStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Groups over two gateways, commands from another service, and events.
 */
@Timeout(60)
class WebSocketGroupIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	@RegisterExtension
	static SocketChain chain = new SocketChain();

	static TestApplication second;

	/**
	 * A service that has accepted none of the WebSockets.
	 */
	static TestApplication elsewhere;

	@BeforeAll
	static void start() {
		second = TestApplication.gateway(chain.broker()).start();
		elsewhere = TestApplication.service(chain.broker(), "sockets").start();
	}

	@AfterAll
	static void stop() {
		SocketChain.awaitNothingOpen(second, chain.service());
		second.close();
		elsewhere.close();
	}

	private static NatsWebSockets sockets() {
		return elsewhere.bean(NatsWebSockets.class);
	}

	private static SocketPair openSecond() {
		return SocketPair.open(second.port(), chain.service(), "");
	}

	private static <T> T get(Mono<T> mono) {
		return mono.block(PATIENCE);
	}

	private static void assertHasNoMore(SocketPair... pairs) {
		for (SocketPair pair : pairs) {
			pair.service().sendText("nothing before this");
			assertThat(pair.client().readText()).isEqualTo("nothing before this");
		}
	}

	@Test
	void anyServiceSendsToOneWebSocketByItsId() {
		try (SocketPair one = chain.open(); SocketPair other = openSecond()) {
			assertThat(get(sockets().sendText(one.service().id(), "for öne"))).isTrue();
			assertThat(get(sockets().sendBinary(other.service().id(), new byte[] { 1, 2 }))).isTrue();
			assertThat(one.client().readText()).isEqualTo("for öne");
			assertThat(other.client().read().payload()).containsExactly(1, 2);
			assertHasNoMore(one, other);
		}
	}

	@Test
	void messageToAGroupThatIsTooLongIsRefusedOrDroppedAndClosesNobody() {
		try (SocketPair one = chain.open(); Peer peer = chain.peer()) {
			assertThat(get(sockets().join(one.service().id(), "long"))).isTrue();
			assertThatIllegalArgumentException()
				.isThrownBy(() -> sockets().broadcastText("long", "x".repeat(64 * 1024 + 1)));
			peer.connection().publish("natsproxy.ws.group.long", new byte[64 * 1024 + 1]);
			get(sockets().broadcastText("long", "short"));
			assertThat(one.client().readText()).isEqualTo("short");
		}
	}

	@Test
	void anyServiceClosesAWebSocketAndBothEndsAreTold() {
		try (SocketPair pair = chain.open()) {
			assertThat(get(sockets().close(pair.service().id(), new CloseStatus(4001, "out")))).isTrue();
			assertThat(pair.service().closed()).isEqualTo("4001 out");
			pair.client().expectClose(4001, "out");
			assertThat(get(sockets().close(pair.service().id(), CloseStatus.NORMAL))).isFalse();
		}
	}

	@Test
	void whatIsNotThereIsFalse() {
		for (String gateway : gatewaysAnd("no-such-gateway")) {
			String id = gateway + ".unknown";
			assertThat(get(sockets().sendText(id, "text"))).isFalse();
			assertThat(get(sockets().close(id, CloseStatus.NORMAL))).isFalse();
			assertThat(get(sockets().join(id, "group"))).isFalse();
			assertThat(get(sockets().leave(id, "group"))).isFalse();
		}
		assertThat(chain.gateway().bean(GatewayWebSockets.class).groups()).isZero();
	}

	private static List<String> gatewaysAnd(String other) {
		return Stream.concat(chain.gateway().bean(GatewayWebSockets.class).ids().stream(), Stream.of(other)).toList();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "one", "a.b.c", "a.*", "*.>", "a b.c", "a\r\nb.c" })
	void whatIsNoIdIsRefused(String id) {
		assertThatIllegalArgumentException().isThrownBy(() -> get(sockets().sendText(id, "text")));
	}

	@Test
	void messageThatIsTooLongForTheGatewayIsAnError() {
		try (SocketPair pair = chain.open()) {
			assertThatThrownBy(() -> get(sockets().sendText(pair.service().id(), "x".repeat(64 * 1024 + 1))))
				.isInstanceOf(NatsExchangeException.class);
			assertHasNoMore(pair);
		}
	}

	@Test
	void broadcastReachesTheMembersAtAllGatewaysAndNobodyElse() {
		String group = "room:" + SocketChain.newName() + " ä.*>";
		try (SocketPair one = chain.open();
				SocketPair two = chain.open();
				SocketPair three = openSecond();
				SocketPair outside = openSecond()) {
			for (SocketPair member : List.of(one, two, three)) {
				assertThat(get(chain.service().bean(NatsWebSockets.class).join(member.service().id(), group))).isTrue();
			}
			assertThat(get(sockets().join(outside.service().id(), group + "2"))).isTrue();
			get(sockets().broadcastText(group, "to äll"));
			get(sockets().broadcastBinary(group, new byte[] { 7 }));
			for (SocketPair member : List.of(one, two, three)) {
				assertThat(member.client().readText()).isEqualTo("to äll");
				assertThat(member.client().read().payload()).containsExactly(7);
			}
			assertHasNoMore(one, two, three, outside);
		}
	}

	@Test
	void joinIsEffectiveWhenItCompletes() {
		try (SocketPair pair = chain.open()) {
			for (int i = 0; i < 100; i++) {
				String group = "join" + i;
				get(sockets().join(pair.service().id(), group).then(sockets().broadcastText(group, "joined " + i)));
				assertThat(pair.client().readText()).isEqualTo("joined " + i);
			}
			assertThat(chain.gateway().bean(GatewayWebSockets.class).groups()).isEqualTo(100);
		}
	}

	@Test
	void joiningTwiceIsJoiningOnceAndLeavingTwiceIsNothing() {
		try (SocketPair pair = chain.open()) {
			assertThat(get(sockets().join(pair.service().id(), "twice"))).isTrue();
			assertThat(get(sockets().join(pair.service().id(), "twice"))).isTrue();
			get(sockets().broadcastText("twice", "once"));
			assertThat(pair.client().readText()).isEqualTo("once");
			assertThat(get(sockets().leave(pair.service().id(), "twice"))).isTrue();
			assertThat(get(sockets().leave(pair.service().id(), "twice"))).isTrue();
			assertThat(chain.gateway().bean(GatewayWebSockets.class).groups()).isZero();
			get(sockets().broadcastText("twice", "too late"));
			assertHasNoMore(pair);
		}
	}

	@Test
	void gatewayUnsubscribesWhenTheLastMemberIsGone() {
		GatewayWebSockets gateway = chain.gateway().bean(GatewayWebSockets.class);
		try (SocketPair one = chain.open(); SocketPair two = chain.open()) {
			get(sockets().join(one.service().id(), "shrinking"));
			get(sockets().join(two.service().id(), "shrinking"));
			assertThat(gateway.groups()).isOne();
			one.client().reset();
			assertThat(one.service().closed()).startsWith("1006");
			get(sockets().broadcastText("shrinking", "still there"));
			assertThat(two.client().readText()).isEqualTo("still there");
			two.service().close(1000, "");
			SocketChain.await().untilAsserted(() -> assertThat(gateway.groups()).isZero());
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 257 })
	void namesOfGroupsHaveALimit(int length) {
		assertThatIllegalArgumentException().isThrownBy(() -> get(sockets().join("a.b", "g".repeat(length))));
		assertThatIllegalArgumentException().isThrownBy(() -> get(sockets().broadcastText("g".repeat(length), "text")));
	}

	@Test
	void longestNameOfAGroupWorksWhateverItsCharacters() {
		String group = "\u0001".repeat(256);
		try (SocketPair pair = chain.open()) {
			assertThat(get(sockets().join(pair.service().id(), group))).isTrue();
			get(sockets().broadcastText(group, "long"));
			assertThat(pair.client().readText()).isEqualTo("long");
		}
	}

	@Test
	void plainMessageToAGroupIsText() {
		try (SocketPair pair = chain.open(); Peer peer = chain.peer()) {
			get(sockets().join(pair.service().id(), "news"));
			peer.connection().publish("natsproxy.ws.group.news", "pläin".getBytes(StandardCharsets.UTF_8));
			assertThat(pair.client().readText()).isEqualTo("pläin");
			peer.connection().publish("natsproxy.ws.group.news", new byte[] { (byte) 0xff });
			peer.publish("natsproxy.ws.group.news", null, "4000 out", "Natsproxy-Command", "close");
			peer.publish("natsproxy.ws.group.news", null, "other", "Natsproxy-Command", "join");
			peer.publish("natsproxy.ws.group.news", null, "x", "Natsproxy-Command", "unknown");
			peer.publish("natsproxy.ws.group.news", null, "end", "Natsproxy-Command", "text");
			assertThat(pair.client().readText()).isEqualTo("end");
			assertThat(chain.gateway().bean(GatewayWebSockets.class).groups()).isOne();
		}
	}

	@Test
	void slowMemberIsClosedWith1013AndOthersGetAll() {
		int count = 600;
		String text = "x".repeat(32 * 1024);
		try (SocketPair slow = SocketPair.open(chain.port(), 8 * 1024, chain.service(), "");
				SocketPair quick = openSecond()) {
			get(sockets().join(slow.service().id(), "slow"));
			get(sockets().join(quick.service().id(), "slow"));
			for (int i = 0; i < count; i++) {
				get(sockets().broadcastText("slow", text + i));
				assertThat(quick.client().readText()).endsWith("x" + i);
			}
			assertThat(slow.service().closed()).isEqualTo("1013 Too slow for its group");
			assertThat(slow.client().readToClose().closeCode()).isEqualTo(1013);
			slow.client().close(1013, "");
		}
	}

	@Test
	void oneByIdThatIsTooSlowIsAnErrorAndStaysOpen() {
		String text = "x".repeat(32 * 1024);
		try (SocketPair slow = SocketPair.open(chain.port(), 8 * 1024, chain.service(), "")) {
			assertThatThrownBy(() -> Flux.range(0, 2000)
				.concatMap((i) -> sockets().sendText(slow.service().id(), text))
				.blockLast(PATIENCE)).isInstanceOf(NatsExchangeException.class).hasMessageContaining("Too much");
			assertThat(slow.service().isOpen()).isTrue();
			assertThat(slow.client().readText()).isEqualTo(text);
		}
	}

	@Test
	void eventsTellOfEveryWebSocketWithPathAndCode() throws Exception {
		BlockingQueue<WebSocketEvent> events = new LinkedBlockingQueue<>();
		Disposable listening = sockets().events().subscribe(events::add);
		flushEvents(events);
		try (SocketPair pair = openSecond(); SocketPair reset = chain.open()) {
			String id = pair.service().id();
			WebSocketEvent connected = next(events, id);
			assertThat(connected.type()).isEqualTo(WebSocketEvent.Type.CONNECTED);
			assertThat(second.bean(GatewayWebSockets.class).ids()).contains(connected.gateway());
			assertThat(connected.path()).startsWith("/ws/probe/");
			assertThat(connected.close()).isNull();
			assertThat(next(events, reset.service().id()).type()).isEqualTo(WebSocketEvent.Type.CONNECTED);
			pair.client().close(4002, "\"bye\" \\ ö");
			WebSocketEvent disconnected = next(events, id);
			assertThat(disconnected.type()).isEqualTo(WebSocketEvent.Type.DISCONNECTED);
			assertThat(disconnected.close().code()).isEqualTo(4002);
			assertThat(disconnected.close().reason()).isEqualTo("\"bye\" \\ ö");
			reset.client().reset();
			assertThat(next(events, reset.service().id()).close().code()).isEqualTo(1006);
		}
		finally {
			listening.dispose();
		}
	}

	/**
	 * Waits until events arrive, since subscribing does not.
	 */
	private static void flushEvents(BlockingQueue<WebSocketEvent> events) {
		SocketChain.await().until(() -> {
			try (RawWebSocketClient client = RawWebSocketClient.open(chain.port(), "/ws/bean")) {
				client.readText();
			}
			return events.poll(100, TimeUnit.MILLISECONDS) != null;
		});
	}

	/**
	 * Those of one WebSocket come in order. Those of another may come before them, from
	 * another gateway, and stay for later.
	 */
	private static WebSocketEvent next(BlockingQueue<WebSocketEvent> events, String socket) {
		AtomicReference<WebSocketEvent> next = new AtomicReference<>();
		SocketChain.await().untilAsserted(() -> {
			next.set(events.stream().filter((event) -> socket.equals(event.socket())).findFirst().orElse(null));
			assertThat(next.get()).as("event of " + socket).isNotNull();
		});
		events.remove(next.get());
		return next.get();
	}

	@Test
	void refusedHandshakesAreNoEvents() throws Exception {
		BlockingQueue<WebSocketEvent> events = new LinkedBlockingQueue<>();
		Disposable listening = sockets().events().subscribe(events::add);
		flushEvents(events);
		assertThat(RawWebSocketClient.handshake(chain.port(), "/ws/guarded/403").status()).isEqualTo(403);
		try (SocketPair pair = chain.open()) {
			assertThat(next(events, pair.service().id()).type()).isEqualTo(WebSocketEvent.Type.CONNECTED);
			assertThat(events).noneMatch((event) -> "/ws/guarded/403".equals(event.path()));
		}
		finally {
			listening.dispose();
		}
	}

	@Test
	void messagesToAGroupFromOnePublisherKeepTheirOrder() {
		try (SocketPair one = chain.open(); SocketPair two = openSecond()) {
			for (SocketPair pair : List.of(one, two)) {
				get(sockets().join(pair.service().id(), "order"));
			}
			for (int i = 0; i < 200; i++) {
				get(sockets().broadcastText("order", "message " + i));
			}
			for (SocketPair pair : List.of(one, two)) {
				for (int i = 0; i < 200; i++) {
					assertThat(pair.client().readText()).isEqualTo("message " + i);
				}
			}
		}
	}

	@Test
	void attributesNameNothingThatIsSharedBetweenSessions() {
		try (SocketPair one = chain.open(); SocketPair two = chain.open()) {
			one.service().session().getAttributes().put("own", Map.of());
			assertThat(two.service().session().getAttributes()).doesNotContainKey("own");
		}
	}

}
