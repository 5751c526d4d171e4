package io.natsproxy.it.gateway;

import java.util.List;
import java.util.stream.Stream;

import io.natsproxy.it.gateway.RawHttpClient.Response;
import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsPut;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.web.bind.annotation.CrossOrigin;

import static io.natsproxy.it.gateway.RawHttpClient.get;
import static io.natsproxy.it.gateway.RawHttpClient.request;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * CORS at the chain.gateway(), at a service, and at both.
 */
class CorsIntegrationTests {

	private static final String FRIEND = "https://friend.example";

	private static final String PARTNER = "https://partner.example";

	@RegisterExtension
	static final GatewayChain chain = GatewayChain
		.of("natsproxy.gateway.cors.allowed-origins=" + FRIEND, "natsproxy.gateway.cors.allowed-methods=GET,PUT",
				"natsproxy.gateway.cors.allow-credentials=true", "natsproxy.gateway.cors.exposed-headers=X-Ours",
				"natsproxy.gateway.trusted-proxies=127.0.0.2",
				"natsproxy.gateway.websocket.allowed-origin-patterns=" + PARTNER)
		.service("cors", Routes.class);

	private final Peer peer = chain.peer();

	@Test
	void whatAServiceSaysOfCorsIsReplacedByWhatTheGatewaySays() {
		this.peer.answer("GET:.public", "x", "Natsproxy-Status", "200", "Access-Control-Allow-Origin", "*",
				"access-control-allow-methods", "DELETE", "Access-Control-Expose-Headers", "X-Theirs",
				"Access-Control-Max-Age", "5");
		Response response = get(chain.port(), "/public", "Origin: " + FRIEND);
		assertThat(response.text()).isEqualTo("x");
		assertThat(response.header("Access-Control-Allow-Origin")).containsExactly(FRIEND);
		assertThat(response.header("Access-Control-Allow-Credentials")).containsExactly("true");
		assertThat(response.header("Access-Control-Expose-Headers")).containsExactly("X-Ours");
		assertThat(response.headers()).doesNotContainKeys("Access-Control-Allow-Methods", "Access-Control-Max-Age");
	}

	@Test
	void requestOfNoOtherOriginGetsNothingOfCors() {
		this.peer.answer("GET:.public", "x", "Natsproxy-Status", "200", "Access-Control-Allow-Origin", "*");
		for (Response response : List.of(get(chain.port(), "/public"),
				get(chain.port(), "/public", "Origin: http://example.com"))) {
			assertThat(response.text()).isEqualTo("x");
			assertThat(response.headers().keySet()).noneMatch((name) -> name.startsWith("Access-Control-"));
		}
	}

	@Test
	void varyNamesEachFieldOnce() {
		this.peer.answer("GET:.varies", "x", "Natsproxy-Status", "200", "Vary",
				"origin, Access-Control-Request-Method,Accept", "Vary", "Access-Control-Request-Headers, accept");
		List<String> names = get(chain.port(), "/varies", "Origin: " + FRIEND).header("Vary")
			.stream()
			.flatMap((value) -> Stream.of(value.split(",")))
			.map((name) -> name.trim().toLowerCase())
			.toList();
		assertThat(names).containsExactlyInAnyOrder("origin", "access-control-request-method",
				"access-control-request-headers", "accept");
	}

	@Test
	void originThatTheGatewayAllowsIsNotRefusedByAService() {
		Response preflight = RawHttpClient.exchange(chain.port(),
				request("OPTIONS", "/cors/partner", "Origin: " + FRIEND, "Access-Control-Request-Method: PUT"));
		assertThat(preflight.status()).isEqualTo(200);
		assertThat(preflight.header("Access-Control-Allow-Origin")).containsExactly(FRIEND);
		Response response = RawHttpClient.exchange(chain.port(),
				request("PUT", "/cors/partner", "Origin: " + FRIEND, "Content-Length: 0"));
		assertThat(response.status()).isEqualTo(200);
		assertThat(response.text()).isEqualTo("put");
		assertThat(response.header("Access-Control-Allow-Origin")).containsExactly(FRIEND);
	}

	@Test
	void originThatTheGatewayDoesNotAllowReachesNoService() {
		this.peer.tap();
		assertThat(get(chain.port(), "/cors/partner", "Origin: " + PARTNER).status()).isEqualTo(403);
		assertThat(this.peer.subjects()).isEmpty();
	}

	@Test
	void servicesDoNotLearnOfOriginsThatTheGatewayHasJudged() {
		this.peer.tap();
		get(chain.port(), "/judged", "Origin: " + FRIEND, "Access-Control-Request-Method: PUT", "X-Other: x");
		assertThat(this.peer.next().getHeaders().keySet()).contains("X-Other")
			.doesNotContain("Origin", "Access-Control-Request-Method");
	}

	@Test
	void pagesOfTheGatewayItselfAreNoOtherOriginBehindAProxy() {
		this.peer.answer("PUT:.own", "x", "Natsproxy-Status", "200");
		String put = request("PUT", "/own", "Origin: https://shop.example", "X-Forwarded-Proto: https",
				"X-Forwarded-Host: shop.example", "Content-Length: 0");
		try (RawHttpClient proxy = new RawHttpClient(chain.port(), 0, "127.0.0.2");
				RawHttpClient stranger = new RawHttpClient(chain.port())) {
			Response response = proxy.send(put).read();
			assertThat(response.text()).isEqualTo("x");
			assertThat(response.header("Vary")).contains("Origin");
			assertThat(response.header("Access-Control-Allow-Origin")).isEmpty();
			assertThat(stranger.send(put).read().status()).isEqualTo(403);
		}
	}

	@Test
	void problemsOfTheGatewayMayBeReadByScripts() {
		Response response = get(chain.port(), "/nobody/answers", "Origin: " + FRIEND);
		ProblemAssert.assertProblem(response, 503);
		assertThat(response.header("Access-Control-Allow-Origin")).containsExactly(FRIEND);
	}

	@Test
	void handshakesOfWebSocketsAreJudgedByTheirOwnSettingOnly() {
		this.peer.answer("GET:.socket", "no", "Natsproxy-Status", "409");
		assertThat(handshake(PARTNER).status()).isEqualTo(409);
		assertThat(this.peer.next().getHeaders().keySet()).doesNotContain("Origin");
		assertThat(handshake("http://example.com").status()).isEqualTo(409);
		assertThat(handshake(FRIEND).status()).isEqualTo(403);
	}

	private static Response handshake(String origin) {
		return get(chain.port(), "/socket", "Origin: " + origin, "Connection: Upgrade", "Upgrade: websocket",
				"Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==");
	}

	@Test
	void withoutSettingsTheServiceAloneSpeaks() {
		Response preflight = RawHttpClient.exchange(chain.sharedPort(),
				request("OPTIONS", "/cors/partner", "Origin: " + PARTNER, "Access-Control-Request-Method: PUT"));
		assertThat(preflight.header("Access-Control-Allow-Origin")).containsExactly(PARTNER);
		Response response = get(chain.sharedPort(), "/cors/partner", "Origin: " + PARTNER);
		assertThat(response.text()).isEqualTo("get");
		assertThat(response.header("Access-Control-Allow-Origin")).containsExactly(PARTNER);
		assertThat(get(chain.sharedPort(), "/cors/partner", "Origin: " + FRIEND).status()).isEqualTo(403);
	}

	@NatsController
	@CrossOrigin(PARTNER)
	static class Routes {

		@NatsGet("/cors/partner")
		String read() {
			return "get";
		}

		@NatsPut("/cors/partner")
		String write() {
			return "put";
		}

	}

}
