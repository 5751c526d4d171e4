package io.natsproxy.it.interop;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.WebSocketStatistics;
import io.natsproxy.core.websocket.gateway.GatewayWebSockets;
import io.natsproxy.core.websocket.service.WebSocketAcceptor;
import io.natsproxy.interop.go.GoMessageCodec;
import io.natsproxy.interop.go.GoRequest;
import io.natsproxy.interop.go.GoResponse;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.web.reactive.socket.CloseStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * WebSockets in the Go project's format: between our gateway and our service, and between
 * each of them and a program of the Go project.
 */
class GoFormatWebSocketIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final String ID = "uLsXaWRPSHvkpg482Yvt3R";

	private static TestBroker broker;

	private static TestApplication service;

	private static GoFormatGateway gateway;

	private static GoPeer peer;

	@BeforeAll
	static void start() {
		broker = TestBroker.start();
		service = GoFormatRoutes.service(broker)
			.properties("natsproxy.websocket.window=8KB", "natsproxy.websocket.max-message-size=4KB")
			.start();
		gateway = GoFormatGateway.start(broker, "natsproxy.gateway.websocket.max-sockets=3",
				"natsproxy.gateway.websocket.max-sockets-per-address=3");
		peer = new GoPeer(broker);
	}

	@AfterAll
	static void stop() {
		peer.close();
		gateway.close();
		service.close();
		broker.close();
	}

	private static void nothingIsLeft() {
		await().atMost(PATIENCE).untilAsserted(() -> {
			assertThat(service.bean(WebSocketAcceptor.class).open()).isZero();
			assertThat(gateway.gateway().bean(GatewayWebSockets.class).open()).isZero();
			assertThat(service.bean(NatsExchanges.class).listenerStatistics().webSockets().open()).isZero();
			assertThat(gateway.gateway().bean(NatsExchanges.class).callerStatistics().webSockets().open()).isZero();
		});
	}

	private static CloseStatus closedService() throws InterruptedException {
		return service.bean(GoFormatRoutes.Sockets.class).closed.poll(30, TimeUnit.SECONDS);
	}

	@Test
	void messagesGoBothWaysBetweenOurGatewayAndOurService() throws Exception {
		service.bean(GoFormatRoutes.Sockets.class).closed.clear();
		TestSocket client = gateway.socket("/ws/1234");
		assertThat(client.send("Hello").next()).isEqualTo("text Hi there: Hello (TEXT)");
		assertThat(client.send("é").next()).isEqualTo("text Hi there: é (TEXT)");
		assertThat(client.send(new byte[] { 'a' }).next()).isEqualTo("text Hi there: a (TEXT)");
		assertThat(client.send(new byte[] { (byte) 0xFF }).next()).contains("(BINARY)");
		for (int i = 0; i < 50; i++) {
			client.send("message " + i);
			assertThat(client.next()).isEqualTo("text Hi there: message " + i + " (TEXT)");
		}
		client.close(4000, "done");
		assertThat(closedService()).isEqualTo(new CloseStatus(4000, "done"));
		nothingIsLeft();
		WebSocketStatistics counted = service.bean(NatsExchanges.class).listenerStatistics().webSockets();
		assertThat(counted.closed("4xxx")).isPositive();
		assertThat(counted.receivedMessages()).isGreaterThanOrEqualTo(54);
		assertThat(counted.sentMessages()).isGreaterThanOrEqualTo(54);
	}

	@Test
	void closeOfOurServiceReachesTheClientOfOurGateway() {
		TestSocket client = gateway.socket("/ws/1234");
		assertThat(client.send("close").next()).isEqualTo("close 4001 as told");
		nothingIsLeft();
	}

	@Test
	void clientThatVanishesEndsTheSessionOfOurService() throws Exception {
		service.bean(GoFormatRoutes.Sockets.class).closed.clear();
		gateway.socket("/ws/1234").abort();
		assertThat(closedService().getCode()).isEqualTo(1006);
		nothingIsLeft();
	}

	@Test
	void sendingWhatIsNoTextFails() {
		TestSocket client = gateway.socket("/ws/1234");
		assertThat(client.send("binary").next()).startsWith("close 1011");
		nothingIsLeft();
	}

	@Test
	void serviceThatRefusesAnswersOverHttp() {
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> gateway.socket("/test/1/2"));
		assertThat(gateway.get("/ws/1234").statusCode()).isEqualTo(426);
		nothingIsLeft();
	}

	@Test
	void limitsOfWebSocketsHold() {
		TestSocket[] clients = { gateway.socket("/ws/1"), gateway.socket("/ws/2"), gateway.socket("/ws/3") };
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> gateway.socket("/ws/4"));
		for (TestSocket client : clients) {
			client.close(1000, "");
		}
		nothingIsLeft();
	}

	@Test
	void pageOfAnotherOriginIsRefused() {
		assertThatExceptionOfType(CompletionException.class)
			.isThrownBy(() -> gateway.socket("/ws/1", "Origin", "https://evil.example"));
		nothingIsLeft();
	}

	@Test
	void ourServiceBehindAGoGateway() throws Exception {
		service.bean(GoFormatRoutes.Sockets.class).closed.clear();
		BlockingQueue<String> out = peer.texts("WS_OUT" + ID);
		BlockingQueue<String> notices = peer.texts("WS_CLOSE_OUT" + ID);
		GoResponse accepted = peer.exchange("GET:.ws.1234", "GET", "/ws/1234", "", ID, "Sec-Websocket-Version", "13",
				"Sec-Websocket-Key", "EC7YOyPbcWMpV7IQ5nJyoQ==");
		assertThat(accepted.upgrade()).isTrue();
		peer.publish("WS_IN" + ID, "Hello");
		assertThat(out.poll(30, TimeUnit.SECONDS)).isEqualTo("Hi there: Hello (TEXT)");
		peer.publish("WS_IN" + ID, "close");
		assertThat(notices.poll(30, TimeUnit.SECONDS)).isEqualTo("4001 as told");
		assertThat(closedService().getCode()).isEqualTo(4001);
		nothingIsLeft();
		await().until(() -> !peer.isHeard("WS_IN" + ID));
	}

	@Test
	void subscriptionOfASocketEndsWithTheSocket() throws Exception {
		String id = "subscriptionOfASocket";
		GoResponse accepted = peer.exchange("GET:.ws.1234", "GET", "/ws/1234", "", id, "Sec-Websocket-Version", "13",
				"Sec-Websocket-Key", "EC7YOyPbcWMpV7IQ5nJyoQ==");
		assertThat(accepted.upgrade()).isTrue();
		assertThat(peer.isHeard("WS_IN" + id)).isTrue();
		peer.publish("WS_IN" + id, "close");
		nothingIsLeft();
		await().until(() -> !peer.isHeard("WS_IN" + id));
	}

	@Test
	void messageThatComesBeforeTheGoGatewayHasUpgradedIsNotLost() throws Exception {
		service.bean(GoFormatRoutes.Sockets.class).opened.clear();
		assertThat(peer.exchange("GET:.ws.1234", "GET", "/ws/1234", "", "upgrading").upgrade()).isTrue();
		peer.publish("WS_INupgrading", "one");
		peer.publish("WS_INupgrading", "two");
		await().pollDelay(Duration.ofMillis(200)).until(() -> true);
		BlockingQueue<String> out = peer.texts("WS_OUTupgrading");
		assertThat(out.poll(30, TimeUnit.SECONDS)).isEqualTo("Hi there: one (TEXT)");
		assertThat(out.poll(30, TimeUnit.SECONDS)).isEqualTo("Hi there: two (TEXT)");
		peer.publish("WS_INupgrading", "three");
		assertThat(out.poll(10, TimeUnit.SECONDS)).isEqualTo("Hi there: three (TEXT)");
		assertThat(out).isEmpty();
		peer.publish("WS_CLOSE_INupgrading", "1000");
		nothingIsLeft();
	}

	@Test
	void goGatewayThatHasGoneIsNoticedWithTheNextMessage() throws Exception {
		try (GoPeer goGateway = new GoPeer(broker)) {
			BlockingQueue<String> out = goGateway.texts("WS_OUTgone");
			goGateway.exchange("GET:.ws.1234", "GET", "/ws/1234", "", "gone");
			goGateway.publish("WS_INgone", "one");
			assertThat(out.poll(30, TimeUnit.SECONDS)).isEqualTo("Hi there: one (TEXT)");
		}
		service.bean(GoFormatRoutes.Sockets.class).closed.clear();
		peer.publish("WS_INgone", "two");
		assertThat(closedService().getCode()).isEqualTo(1006);
		nothingIsLeft();
	}

	@Test
	void capturedHandshakeOpensAWebSocket() throws Exception {
		Captured captured = Captured.named("websocket-upgrade");
		BlockingQueue<String> out = peer.texts("WS_OUT" + captured.text("webSocketId"));
		peer.request(captured.text("subject"), captured.request());
		peer.publish("WS_IN" + captured.text("webSocketId"), "Hello");
		assertThat(out.poll(30, TimeUnit.SECONDS)).isEqualTo("Hi there: Hello (TEXT)");
		peer.publish("WS_CLOSE_IN" + captured.text("webSocketId"), "1000");
		nothingIsLeft();
	}

	@Test
	void gatewayThatTellsNothingIsGivenUpAfterAnIdleTime() throws Exception {
		try (TestBroker own = TestBroker.start();
				TestApplication impatient = GoFormatRoutes.service(own)
					.properties("natsproxy.websocket.foreign-idle-timeout=300ms")
					.start();
				GoPeer goGateway = new GoPeer(own)) {
			assertThat(goGateway.exchange("GET:.ws.1234", "GET", "/ws/1234", "", ID).upgrade()).isTrue();
			assertThat(impatient.bean(GoFormatRoutes.Sockets.class).closed.poll(30, TimeUnit.SECONDS).getCode())
				.isEqualTo(1001);
			await().atMost(PATIENCE).until(() -> !goGateway.isHeard("WS_IN" + ID));
		}
	}

	@Test
	void clientThatSendsMoreThanIsTakenIsClosed() throws Exception {
		service.bean(GoFormatRoutes.Sockets.class).closed.clear();
		peer.exchange("GET:.ws.1234", "GET", "/ws/1234", "", "flood");
		peer.publish("WS_INflood", "wait");
		for (int i = 0; i < 20; i++) {
			peer.publish("WS_INflood", "x".repeat(1000));
		}
		assertThat(closedService().getCode()).isEqualTo(1013);
		peer.exchange("GET:.ws.1234", "GET", "/ws/1234", "", "long");
		peer.publish("WS_INlong", "x".repeat(5000));
		assertThat(closedService().getCode()).isEqualTo(1009);
		nothingIsLeft();
	}

	@Test
	void ourGatewayBeforeAGoService() throws Exception {
		try (GoPeer goService = new GoPeer(broker)) {
			goService.answer("GET:.go.1234", 204, "inherited", true, "Set-Cookie", "a=1", "Content-Type",
					"application/octet-stream");
			TestSocket client = gateway.socket("/go/1234?x=y");
			GoRequest handshake = goService.nextRequest();
			String id = handshake.webSocketId();
			assertThat(id).matches("[A-Za-z0-9_-]{20,}");
			assertThat(handshake.head().target()).isEqualTo("/go/1234?x=y");
			BlockingQueue<String> in = goService.texts("WS_IN" + id);
			BlockingQueue<String> notices = goService.texts("WS_CLOSE_IN" + id);
			client.send("Hello");
			assertThat(in.poll(30, TimeUnit.SECONDS)).isEqualTo("Hello");
			goService.publish("WS_OUT" + id, "Hi there");
			assertThat(client.next()).isEqualTo("text Hi there");
			goService.publish("WS_OUT" + id, new byte[] { (byte) 0xFF });
			assertThat(client.next()).isEqualTo("binary 1");
			assertThat(goService.isHeard("WS_OUT" + id)).isTrue();
			client.close(1000, "bye");
			assertThat(notices.poll(30, TimeUnit.SECONDS)).isEqualTo("1000 bye");
			await().atMost(PATIENCE).until(() -> !goService.isHeard("WS_OUT" + id));
		}
		nothingIsLeft();
	}

	@Test
	void messageThatComesBeforeTheAcceptanceIsNotLost() {
		try (GoPeer goService = new GoPeer(broker)) {
			goService.on("GET:.early", (message) -> {
				String id = new GoMessageCodec().decodeRequest(message.getData()).webSocketId();
				goService.publish("WS_OUT" + id, "early");
				goService.reply(message, GoPeer.response(200, "", true));
			});
			TestSocket client = gateway.socket("/early");
			assertThat(client.next()).isEqualTo("text early");
			client.close(1000, "");
		}
		nothingIsLeft();
	}

	@Test
	void clientThatIsTooSlowForAGoServiceIsClosed() {
		try (GoPeer goService = new GoPeer(broker)) {
			goService.on("GET:.fast", (message) -> {
				String id = new GoMessageCodec().decodeRequest(message.getData()).webSocketId();
				for (int i = 0; i < 200; i++) {
					goService.publish("WS_OUT" + id, "x".repeat(1000));
				}
				goService.reply(message, GoPeer.response(200, "", true));
			});
			TestSocket client = gateway.socket("/fast");
			String last = client.next();
			while (last.startsWith("text")) {
				last = client.next();
			}
			assertThat(last).startsWith("close 1013");
		}
		nothingIsLeft();
	}

	@Test
	void serviceThatStopsTellsTheClientOfOurGateway() {
		try (TestBroker own = TestBroker.start(); GoFormatGateway ownGateway = GoFormatGateway.start(own)) {
			TestApplication stopping = GoFormatRoutes.service(own).start();
			TestSocket client = ownGateway.socket("/ws/1");
			assertThat(client.send("a").next()).startsWith("text");
			stopping.close();
			assertThat(client.next()).startsWith("close 1012");
		}
	}

	@Test
	void gatewayThatStopsTellsOurService() throws Exception {
		service.bean(GoFormatRoutes.Sockets.class).closed.clear();
		GoFormatGateway stopping = GoFormatGateway.start(broker);
		stopping.socket("/ws/1").send("a").next();
		stopping.close();
		assertThat(closedService().getCode()).isEqualTo(1001);
		nothingIsLeft();
	}

}
