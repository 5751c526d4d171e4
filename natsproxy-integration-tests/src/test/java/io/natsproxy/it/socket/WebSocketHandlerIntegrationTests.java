package io.natsproxy.it.socket;

import java.util.List;
import java.util.concurrent.TimeUnit;

import io.natsproxy.it.gateway.RawHttpClient;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.webflux.annotation.NatsWebSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.socket.WebSocketHandler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What a service may annotate with {@code @NatsWebSocket}, and what it learns.
 */
class WebSocketHandlerIntegrationTests {

	private static final String[] HANDSHAKE = { "X-Client: the client", "Cookie: session=abc; other=1" };

	@RegisterExtension
	static SocketChain chain = new SocketChain();

	private static RawWebSocketClient open(String target, String... headers) {
		return RawWebSocketClient.open(chain.port(), target, headers);
	}

	@Test
	void handlerClassServes() {
		try (SocketPair pair = chain.open()) {
			pair.client().text("to the class");
			assertThat(pair.service().next().text()).isEqualTo("to the class");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/ws/bean", "/ws/other-bean" })
	void beanMethodServesAllOfItsPaths(String path) {
		try (RawWebSocketClient client = open(path, "Sec-WebSocket-Protocol: bean.v2, bean.v1")) {
			assertThat(client.response().header("Sec-WebSocket-Protocol")).containsExactly("bean.v1");
			assertThat(client.readText()).isEqualTo("from a bean");
			client.expectClose(1000, "");
		}
	}

	@Test
	void sessionKnowsTheHandshake() {
		try (RawWebSocketClient client = open("/ws/tell/caf%C3%A9/b%2Fc?x=1&y=%20", HANDSHAKE)) {
			assertThat(client.readText()).matches(
					"\\{first=café, second=b/c\\}\\|x=1&y=%20\\|the client\\|session=abc\\|/127\\.0\\.0\\.1:.*\\|null");
			client.expectClose(1000, "");
		}
	}

	@Test
	void sessionsHaveIdsOfTheirOwn() {
		try (SocketPair one = chain.open(); SocketPair two = chain.open()) {
			assertThat(one.service().id()).isNotEqualTo(two.service().id()).contains(".");
		}
	}

	@Test
	void methodWithArgumentsReturnsAHandler() {
		try (RawWebSocketClient client = open("/ws/methods/handler/caf%C3%A9?count=3", "X-Client: the client",
				"Cookie: session=abc", "Sec-WebSocket-Protocol: method.v1")) {
			assertThat(client.readText()).isEqualTo("café|3|the client|abc|method.v1");
			client.expectClose(1000, "");
		}
	}

	@Test
	void argumentThatIsMissingIsA400() {
		assertThat(RawWebSocketClient.handshake(chain.port(), "/ws/methods/handler/a?count=x", HANDSHAKE).status())
			.isEqualTo(400);
		assertThat(RawWebSocketClient.handshake(chain.port(), "/ws/methods/handler/a", HANDSHAKE).status())
			.isEqualTo(400);
	}

	@Test
	void methodMayDecideLater() {
		try (RawWebSocketClient client = open("/ws/methods/mono/yes")) {
			assertThat(client.response().header("X-Decided")).containsExactly("yes");
			assertThat(client.readText()).isEqualTo("mono");
			client.expectClose(1000, "");
		}
	}

	@ParameterizedTest
	@CsvSource({ "mono/empty,403", "mono/unauthorized,401", "mono/conflict,409", "mono/broken,500", "thrown,404" })
	void methodMayRefuse(String path, int status) {
		RawHttpClient.Response response = RawWebSocketClient.handshake(chain.port(), "/ws/methods/" + path);
		assertThat(response.status()).as(response.toString()).isEqualTo(status);
		assertThat(response.text()).doesNotContain("secret");
	}

	@ParameterizedTest
	@ValueSource(strings = { "object", "mono-of-object", "mono-of-any", "future", "optional" })
	void whatIsReturnedIsResolvedAndJudgedByWhatItIs(String declared) {
		for (String what : List.of("handler", "flux", "nested")) {
			try (RawWebSocketClient client = open("/ws/methods/" + declared + "/" + what)) {
				assertThat(client.readText()).isEqualTo("accepted");
				client.expectClose(1000, "");
			}
		}
		assertThat(refused(declared, "nothing", 403).body()).isEmpty();
		assertThat(refused(declared, "text", 200).text()).isEqualTo("no WebSocket");
		assertThat(refused(declared, "record", 200).text()).isEqualTo("{\"sum\":7}");
		RawHttpClient.Response entity = refused(declared, "entity", 402);
		assertThat(entity.text()).isEqualTo("pay");
		assertThat(entity.header("X-Why")).containsExactly("price");
		assertThat(refused(declared, "problem", 423).header("Content-Type"))
			.containsExactly("application/problem+json");
		assertThat(refused(declared, "error-response", 410).text()).contains("\"status\":410");
		refused(declared, "failed", 409);
	}

	private static RawHttpClient.Response refused(String declared, String what, int status) {
		RawHttpClient.Response response = RawWebSocketClient.handshake(chain.port(),
				"/ws/methods/" + declared + "/" + what);
		assertThat(response.status()).as(what + " " + response).isEqualTo(status);
		return response;
	}

	@Test
	void methodMayMapText() {
		try (RawWebSocketClient client = open("/ws/methods/text")) {
			client.text("ä").text("");
			assertThat(client.readText()).isEqualTo("echo ä");
			assertThat(client.readText()).isEqualTo("echo ");
			client.close(1000, "").expectClose(1000, "");
		}
	}

	@Test
	void methodMayMapBytes() {
		try (RawWebSocketClient client = open("/ws/methods/bytes")) {
			client.binary(new byte[7]);
			RawWebSocketClient.Frame frame = client.read();
			assertThat(frame.opcode()).isEqualTo(RawWebSocketClient.BINARY);
			assertThat(frame.payload()).containsExactly(7);
		}
	}

	@Test
	void methodMayMapObjectsAsJson() {
		try (RawWebSocketClient client = open("/ws/methods/json")) {
			client.text("{\"left\":1,\"right\":2}").text("{\"left\":3,\"right\":4}");
			assertThat(client.readText()).isEqualTo("{\"sum\":3}");
			assertThat(client.readText()).isEqualTo("{\"sum\":7}");
		}
	}

	@Test
	void textThatIsNoJsonFailsTheMethod() {
		try (RawWebSocketClient client = open("/ws/methods/json")) {
			client.text("{");
			RawWebSocketClient.Frame close = client.read();
			assertThat(close.closeCode()).isBetween(1003, 1011);
			assertThat(close.closeReason()).doesNotContain("json");
		}
	}

	@Test
	void methodWithoutAParameterDropsWhatTheClientSendsAndSeesItsClose() throws Exception {
		String name = SocketChain.newName();
		try (RawWebSocketClient client = open("/ws/methods/ticks/" + name)) {
			assertThat(client.readText()).isEqualTo("tick");
			for (int i = 0; i < 100; i++) {
				client.binary(new byte[4096]);
			}
			client.close(1000, "").expectClose(1000, "");
		}
		assertThat(SocketMethods.ticks.poll(30, TimeUnit.SECONDS)).startsWith(name + " ");
	}

	@Test
	void endOfTheFluxIsTheEndOfTheWebSocket() {
		try (RawWebSocketClient client = open("/ws/methods/three")) {
			assertThat(client.readText()).isEqualTo("1");
			assertThat(client.readText()).isEqualTo("2");
			assertThat(client.readText()).isEqualTo("3");
			client.expectClose(1000, "");
		}
	}

	@Test
	void failureOfTheFluxIsA1011AfterWhatCameBefore() {
		try (RawWebSocketClient client = open("/ws/methods/failing")) {
			assertThat(client.readText()).isEqualTo("before");
			client.expectClose(1011, "The service failed");
		}
	}

	@Test
	void annotationOnABeanThatIsNoHandlerFailsAtStartUp() {
		assertThatThrownBy(() -> TestApplication.service(chain.broker(), "sockets").with(NoHandler.class).start())
			.hasStackTraceContaining("has a @NatsWebSocket annotation, but it is not a WebSocketHandler");
	}

	@Test
	void annotationOnAMethodOfAnOrdinaryBeanFailsAtStartUp() {
		assertThatThrownBy(() -> TestApplication.service(chain.broker(), "sockets").with(OrdinaryBean.class).start())
			.hasStackTraceContaining("is mapped to NATS, but its class is not a @NatsController");
	}

	@Test
	void twoHandlersOfOnePathFailAtStartUp() {
		assertThatThrownBy(() -> TestApplication.service(chain.broker(), "sockets").with(Twice.class).start().close())
			.hasStackTraceContaining("WebSocket /twice is mapped to two handlers");
	}

	@Configuration(proxyBeanMethods = false)
	@Import(NoHandler.Misplaced.class)
	static class NoHandler {

		@NatsWebSocket("/misplaced")
		static class Misplaced {

		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(OrdinaryBean.Misplaced.class)
	static class OrdinaryBean {

		@Component
		static class Misplaced {

			@NatsWebSocket("/misplaced")
			WebSocketHandler handler() {
				return (session) -> Mono.empty();
			}

		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Twice.One.class, Twice.Two.class })
	static class Twice {

		@NatsWebSocket("/twice")
		static class One implements WebSocketHandler {

			@Override
			public Mono<Void> handle(org.springframework.web.reactive.socket.WebSocketSession session) {
				return Mono.empty();
			}

		}

		@NatsWebSocket("/twice")
		static class Two implements WebSocketHandler {

			@Override
			public Mono<Void> handle(org.springframework.web.reactive.socket.WebSocketSession session) {
				return Mono.empty();
			}

		}

	}

}
