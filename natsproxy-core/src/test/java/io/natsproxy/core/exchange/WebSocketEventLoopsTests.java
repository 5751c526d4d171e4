package io.natsproxy.core.exchange;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.nats.client.Connection;
import io.natsproxy.core.exchange.caller.CallOptions;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsCallerOptions;
import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.subject.ReplySubjects;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.websocket.NatsWebSocketMessage;
import io.natsproxy.core.websocket.NatsWebSocketOptions;
import io.natsproxy.core.websocket.WebSocketClose;
import io.natsproxy.core.websocket.WebSocketConnection;
import io.natsproxy.core.websocket.WebSocketEvent;
import io.natsproxy.core.websocket.gateway.GatewayWebSockets;
import io.natsproxy.core.websocket.gateway.OpenWebSocket;
import io.natsproxy.core.websocket.gateway.WebSocketHandshake;
import io.natsproxy.core.websocket.service.WebSocketAcceptor;
import io.natsproxy.core.websocket.service.WebSocketCommands;
import io.natsproxy.core.wire.WebSocketEnd;
import io.natsproxy.core.wire.WireProtocol;
import io.netty.channel.EventLoop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * The WebSockets of a gateway on three event loops, over two connections.
 */
class WebSocketEventLoopsTests extends AbstractEventLoopsTests {

	private static final String GROUP = "group";

	private final Queue<WebSocketEnd> handshakes = new ConcurrentLinkedQueue<>();

	private final Queue<String> closedAtService = new ConcurrentLinkedQueue<>();

	private GatewayWebSockets gateway;

	private WebSocketAcceptor acceptor;

	private WebSocketCommands commands;

	@BeforeEach
	void start() throws Exception {
		this.acceptor = new WebSocketAcceptor(this.serviceSide, NatsWebSocketOptions.DEFAULTS);
		listen(this::echo, "GET:.ws");
		this.commands = new WebSocketCommands(this.serviceSide,
				new NatsCaller(this.serviceSide, NatsCallerOptions.DEFAULTS), TIMEOUT, NatsWebSocketOptions.DEFAULTS);
		this.gateway = new GatewayWebSockets(this.exchanges, this.caller, NatsWebSocketOptions.DEFAULTS);
	}

	private void echo(IncomingExchange exchange) {
		this.handshakes.add(exchange.head().socket());
		WebSocketConnection socket = this.acceptor.accept(exchange, HeaderFields.EMPTY, ForkJoinPool.commonPool());
		socket.closed().subscribe((status) -> {
			this.closedAtService.add(socket.id() + " " + status.code());
			this.acceptor.handled();
		});
		socket.send(socket.receive()).subscribe();
	}

	@AfterEach
	void stop() {
		this.gateway.closeAll(WebSocketClose.NORMAL);
		assertThat(this.gateway.open()).isZero();
		assertThat(this.gateway.groups()).isZero();
		assertThat(this.gateway.groupMembers(10)).isEmpty();
		WebSocketStatistics statistics = this.exchanges.callerStatistics().webSockets();
		assertThat(statistics.open()).isZero();
		assertThat(statistics.groups()).isZero();
		this.gateway.close();
		this.acceptor.close();
		assertThat(this.exchanges.budget().used()).isZero();
	}

	@Test
	void everythingOfAWebSocketIsOnTheConnectionOfItsEventLoop() {
		Client first = open(0);
		Client second = open(1);
		Client third = open(2);
		assertThat(this.gateway.ids()).doesNotHaveDuplicates()
			.containsExactly(gatewayOf(first.id()), gatewayOf(second.id()));
		assertThat(gatewayOf(third.id())).isEqualTo(gatewayOf(first.id()));
		List<WebSocketEnd> ends = List.copyOf(this.handshakes);
		assertThat(ends).extracting(WebSocketEnd::id).containsExactly(first.id(), second.id(), third.id());
		assertThat(ends.get(2).alive()).isEqualTo(ends.get(0).alive()).isNotEqualTo(ends.get(1).alive());
		List.of(first, second, third).forEach(Client::assertEchoes);
		assertThat(this.gateway.open()).isEqualTo(3);
		assertThat(this.exchanges.callerStatistics().webSockets().open()).isEqualTo(3);
		assertThat(this.gateway.openWebSockets(10)).extracting(OpenWebSocket::id)
			.containsExactlyInAnyOrder(first.id(), second.id(), third.id());
		assertThat(this.gateway.openWebSockets(2)).hasSize(2);
	}

	@Test
	void messageToAGroupReachesEachMemberOnce() throws Exception {
		List<Client> members = List.of(open(0), open(1), open(1), open(2));
		Client outside = open(1);
		for (Client member : members) {
			assertThat(this.commands.join(member.id(), GROUP).block(TIMEOUT)).isTrue();
		}
		assertThat(this.commands.join(outside.id(), "other").block(TIMEOUT)).isTrue();
		assertThat(this.gateway.groups()).isEqualTo(2);
		assertThat(this.exchanges.callerStatistics().webSockets().groups()).isEqualTo(2);
		assertThat(this.gateway.groupMembers(2)).isEqualTo(Map.of(GROUP, 4, "other", 1));
		assertThat(this.gateway.groupMembers(1)).hasSize(1).containsAnyOf(Map.entry(GROUP, 4), Map.entry("other", 1));
		for (String text : List.of("one", "two")) {
			this.commands.broadcast(GROUP, NatsWebSocketMessage.text(text)).block(TIMEOUT);
		}
		for (Client member : members) {
			assertThat(member.next()).isEqualTo("one");
			assertThat(member.next()).isEqualTo("two");
			member.assertEchoes();
		}
		outside.assertEchoes();
		// Of one connection the last leaves, of the other only one of two.
		assertThat(this.commands.leave(members.get(1).id(), GROUP).block(TIMEOUT)).isTrue();
		members.get(2).socket().close(WebSocketClose.NORMAL);
		assertThat(this.commands.leave(members.get(3).id(), GROUP).block(TIMEOUT)).isTrue();
		assertThat(this.gateway.groupMembers(10)).isEqualTo(Map.of(GROUP, 1, "other", 1));
		assertThat(this.exchanges.callerStatistics().webSockets().groups()).isEqualTo(2);
		this.commands.broadcast(GROUP, NatsWebSocketMessage.text("three")).block(TIMEOUT);
		assertThat(members.get(0).next()).isEqualTo("three");
		members.get(1).assertEchoes();
		assertThat(this.commands.leave(members.get(0).id(), GROUP).block(TIMEOUT)).isTrue();
		assertThat(this.gateway.groups()).isOne();
	}

	@Test
	void commandsReachAWebSocketWhicheverConnectionItIsOn() throws Exception {
		List<Client> clients = List.of(open(0), open(1), open(2));
		for (Client client : clients) {
			NatsWebSocketMessage message = NatsWebSocketMessage.text("to " + client.id());
			assertThat(this.commands.send(client.id(), message).block(TIMEOUT)).isTrue();
			assertThat(client.next()).isEqualTo("to " + client.id());
			String elsewhere = this.gateway.ids()
				.stream()
				.filter((id) -> !id.equals(gatewayOf(client.id())))
				.findFirst()
				.orElseThrow() + client.id().substring(client.id().indexOf('.'));
			assertThat(this.commands.send(elsewhere, message).block(TIMEOUT)).isFalse();
		}
		for (Client client : clients) {
			assertThat(this.commands.close(client.id(), new WebSocketClose(4001, "out")).block(TIMEOUT)).isTrue();
			assertThat(client.socket().closed().block(TIMEOUT)).isEqualTo(new WebSocketClose(4001, "out"));
			assertThat(this.commands.close(client.id(), WebSocketClose.NORMAL).block(TIMEOUT)).isFalse();
		}
		await().atMost(TIMEOUT)
			.untilAsserted(() -> assertThat(this.closedAtService)
				.containsExactlyInAnyOrderElementsOf(clients.stream().map((client) -> client.id() + " 4001").toList()));
	}

	@Test
	void eventsNameTheConnectionAsTheGateway() throws Exception {
		BlockingQueue<WebSocketEvent> events = new LinkedBlockingQueue<>();
		Disposable listening = this.commands.events().subscribe(events::add);
		try {
			this.serviceConnection.flush(TIMEOUT);
			Set<String> gateways = new HashSet<>();
			for (int loop = 0; loop < 3; loop++) {
				Client client = open(loop);
				WebSocketEvent connected = events.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
				assertThat(connected).isEqualTo(new WebSocketEvent(WebSocketEvent.Type.CONNECTED,
						gatewayOf(client.id()), client.id(), "/ws", null));
				client.socket().close(WebSocketClose.NORMAL);
				assertThat(events.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS).type())
					.isEqualTo(WebSocketEvent.Type.DISCONNECTED);
				gateways.add(connected.gateway());
			}
			assertThat(gateways).containsExactlyInAnyOrderElementsOf(this.gateway.ids());
		}
		finally {
			listening.dispose();
		}
	}

	@Test
	void webSocketsGoOnWhenTheirConnectionComesBack() throws Exception {
		List<Client> clients = List.of(open(0), open(1), open(2));
		for (Client client : clients) {
			assertThat(this.commands.join(client.id(), GROUP).block(TIMEOUT)).isTrue();
		}
		Connection second = this.connector.siblings().get(0);
		long reconnects = second.getStatistics().getReconnects();
		second.forceReconnect();
		clients.get(0).assertEchoes();
		clients.get(2).assertEchoes();
		await().atMost(TIMEOUT).until(() -> second.getStatistics().getReconnects() > reconnects);
		awaitSettled();
		clients.get(1).assertEchoes();
		broker().restart();
		awaitSettled();
		this.commands.broadcast(GROUP, NatsWebSocketMessage.text("back")).block(TIMEOUT);
		for (Client client : clients) {
			assertThat(client.next()).isEqualTo("back");
			client.assertEchoes();
		}
		assertThat(gatewayOf(open(1).id())).isEqualTo(gatewayOf(clients.get(1).id()));
	}

	/**
	 * Waits until all connections are there, with their subscriptions.
	 */
	private void awaitSettled() throws Exception {
		for (Connection connection : List.of(this.serviceConnection, this.connector.connection(),
				this.connector.siblings().get(0))) {
			await().atMost(TIMEOUT).until(() -> connection.getStatus() == Connection.Status.CONNECTED);
		}
		awaitConnected();
		for (NatsTransport transport : this.exchanges.transports()) {
			assertThat(transport.flush(TIMEOUT)).isTrue();
		}
		assertThat(this.serviceSide.transport().flush(TIMEOUT)).isTrue();
	}

	@Test
	void aConnectionThatIsUpStandsInForOneThatIsNot() throws Exception {
		Client first = open(0);
		this.connector.siblings().get(0).close();
		Client second = open(1);
		assertThat(gatewayOf(second.id())).isEqualTo(gatewayOf(first.id()));
		second.assertEchoes();
		first.assertEchoes();
	}

	@Test
	void failsWhereNoConnectionIsUp() throws Exception {
		this.connector.siblings().get(0).close();
		this.connector.connection().close();
		assertThatExceptionOfType(NatsExchangeException.class).isThrownBy(() -> open(1))
			.satisfies((ex) -> assertThat(ex.failure()).isEqualTo(ExchangeFailure.DISCONNECTED));
		assertThat(this.gateway.open()).isZero();
	}

	@Test
	void allConnectionsAreSubscribedToOrNone() {
		FailingTransport first = new FailingTransport(this.exchanges.transport());
		FailingTransport second = new FailingTransport(this.exchanges.transport());
		FailingTransport third = new FailingTransport(this.exchanges.transport());
		List<FailingTransport> all = List.of(first, second, third);
		first.siblings(Map.of(this.loops.get(1), second, this.loops.get(2), third));
		NatsExchanges several = new NatsExchanges(first, "", ReplySubjects.DEFAULT_PREFIXES,
				ByteBudget.ofHeap(ByteBudget.DEFAULT_PERCENT));
		try (NatsCaller ofSeveral = new NatsCaller(several, NatsCallerOptions.DEFAULTS)) {
			List<Integer> subscribers = all.stream().map(FailingTransport::subscribers).toList();
			long timers = several.timer().pending();
			for (FailingTransport failing : all) {
				failing.failAtSubscriptionTo((subject) -> subject.contains(WireProtocol.SOCKET_SUBJECT));
				assertThatExceptionOfType(OutOfMemoryError.class)
					.isThrownBy(() -> new GatewayWebSockets(several, ofSeveral, NatsWebSocketOptions.DEFAULTS));
				failing.failAtSubscriptionTo((subject) -> false);
				assertThat(all).extracting(FailingTransport::subscribers).isEqualTo(subscribers);
				await().atMost(TIMEOUT).until(() -> several.timer().pending() == timers);
			}
			new GatewayWebSockets(several, ofSeveral, NatsWebSocketOptions.DEFAULTS).close();
			assertThat(all).extracting(FailingTransport::subscribers).isEqualTo(subscribers);
		}
		finally {
			several.close();
		}
	}

	@Test
	void callerOnOtherConnectionsIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new GatewayWebSockets(this.callerSide, this.caller, NatsWebSocketOptions.DEFAULTS))
			.withMessageContaining("on the same Connection");
	}

	@Test
	void whoeverIsOnNoEventLoopUsesTheFirstConnection() {
		WebSocketHandshake handshake = connect(new CallOptions(TIMEOUT, ForkJoinPool.commonPool())).block(TIMEOUT);
		assertThat(gatewayOf(handshake.socket().id())).isEqualTo(this.gateway.ids().get(0));
	}

	private Mono<WebSocketHandshake> connect(CallOptions call) {
		return this.gateway.connect(request("GET", "/ws"), call);
	}

	private Client open(int loop) {
		EventLoop eventLoop = this.loops.get(loop);
		WebSocketHandshake handshake = connect(new CallOptions(TIMEOUT, eventLoop))
			.doOnNext((each) -> assertThat(eventLoop.inEventLoop()).isTrue())
			.block(TIMEOUT);
		Client client = new Client(handshake.socket(), new LinkedBlockingQueue<>());
		client.socket()
			.receive()
			.subscribe((message) -> client.received()
				.add(eventLoop.inEventLoop() ? text(message.payload()) : "not on the event loop"));
		return client;
	}

	private static String gatewayOf(String id) {
		return id.substring(0, id.indexOf('.'));
	}

	/**
	 * The end of a client.
	 *
	 * @param socket the WebSocket
	 * @param received what has come
	 */
	private record Client(WebSocketConnection socket, BlockingQueue<String> received) {

		String id() {
			return this.socket.id();
		}

		String next() throws InterruptedException {
			return this.received.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		}

		/**
		 * What is sent comes back, and nothing before it.
		 */
		void assertEchoes() {
			byte[] payload = ("echo " + id()).getBytes(StandardCharsets.UTF_8);
			this.socket.send(Mono.just(new NatsWebSocketMessage(NatsWebSocketMessage.Type.TEXT, payload)))
				.block(TIMEOUT);
			try {
				assertThat(next()).isEqualTo("echo " + id());
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
