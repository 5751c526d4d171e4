package io.natsproxy.it.socket;

import java.util.ArrayList;
import java.util.List;

import io.natsproxy.gateway.websocket.WebSocketGateway;
import io.natsproxy.it.gateway.RawHttpClient;
import io.natsproxy.it.support.TestApplication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which pages may open WebSockets, and how many there may be.
 */
class WebSocketLimitIntegrationTests {

	@RegisterExtension
	static SocketChain chain = new SocketChain();

	/**
	 * A gateway behind a proxy, with few places.
	 */
	static TestApplication limited;

	@BeforeAll
	static void start() {
		limited = TestApplication.gateway(chain.broker())
			.properties("natsproxy.gateway.trusted-proxies=127.0.0.1",
					"natsproxy.gateway.websocket.allowed-origin-patterns=https://*.example.org,http://exact.example.net:8080",
					"natsproxy.gateway.websocket.max-sockets=4",
					"natsproxy.gateway.websocket.max-sockets-per-address=2",
					"natsproxy.gateway.websocket.handshake-timeout=1s")
			.start();
	}

	@AfterAll
	static void stop() {
		SocketChain.awaitNothingOpen(limited, chain.service());
		limited.close();
	}

	private static void awaitFree() {
		SocketChain.awaitNothingOpen(limited, chain.service());
	}

	private static int status(TestApplication gateway, String... headers) {
		RawHttpClient.Response response = RawWebSocketClient.handshake(gateway.port(), "/ws/echo/a", headers);
		if (response.status() == 101) {
			awaitFree();
		}
		return response.status();
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://example.com", "http://example.com:80", "HTTP://EXAMPLE.com" })
	void ownOriginMayOpenWebSockets(String origin) {
		assertThat(status(chain.gateway(), "Origin: " + origin)).isEqualTo(101);
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://example.com", "http://example.com:8080", "http://example.com.evil.example",
			"http://evil.example", "http://sub.example.com", "null", "example.com", "", "file://", "http://",
			"http://example.com@evil.example", "http://evil.example/http://example.com" })
	void otherOriginsMayNot(String origin) {
		RawHttpClient.Response response = RawWebSocketClient.handshake(chain.port(), "/ws/echo/a", "Origin: " + origin);
		assertThat(response.status()).as(response.toString()).isEqualTo(403);
	}

	@Test
	void twoOriginsAreNone() {
		assertThat(status(chain.gateway(), "Origin: http://example.com", "Origin: http://example.com")).isEqualTo(403);
	}

	@Test
	void whatSendsNoOriginMayOpenWebSockets() {
		assertThat(status(chain.gateway())).isEqualTo(101);
		assertThat(status(limited)).isEqualTo(101);
	}

	@ParameterizedTest
	@CsvSource({ "https://a.example.org,101", "https://a.b.example.org,101", "http://exact.example.net:8080,101",
			"http://a.example.org,403", "https://example.org.evil.example,403", "http://exact.example.net,403",
			"https://evilexample.org,403" })
	void patternsNameOtherOrigins(String origin, int status) {
		assertThat(status(limited, "Origin: " + origin)).isEqualTo(status);
	}

	@ParameterizedTest
	@CsvSource({ "https://shop.example.net,101", "https://shop.example.net:443,101", "http://shop.example.net,403",
			"http://example.com,403" })
	void behindATrustedProxyTheOriginIsTheOneThatTheProxyTells(String origin, int status) {
		String[] headers = { "Origin: " + origin, "X-Forwarded-Host: shop.example.net", "X-Forwarded-Proto: https" };
		assertThat(status(limited, headers)).isEqualTo(status);
	}

	@Test
	void nobodyElseTellsTheOriginOfTheGateway() {
		assertThat(status(chain.gateway(), "Origin: https://shop.example.net", "X-Forwarded-Host: shop.example.net",
				"X-Forwarded-Proto: https"))
			.isEqualTo(403);
	}

	@Test
	void malformedForwardedHeaderOfATrustedProxyIsA400() {
		assertThat(status(limited, "Origin: http://example.com", "X-Forwarded-Host: a b<c>")).isEqualTo(400);
		assertThat(limited.bean(WebSocketGateway.class).open()).isZero();
	}

	@Test
	void oneAddressHasItsPlacesAndGetsThemBack() {
		for (int round = 0; round < 3; round++) {
			try (RawWebSocketClient one = open("10.0.0.1"); RawWebSocketClient two = open("10.0.0.1, 127.0.0.1")) {
				RawHttpClient.Response refused = handshake("/ws/echo/a", "10.0.0.1");
				assertThat(refused.status()).as(refused.toString()).isEqualTo(429);
				assertThat(refused.header("Retry-After")).isNotEmpty();
				assertThat(limited.bean(WebSocketGateway.class).open()).isEqualTo(2);
				try (RawWebSocketClient other = open("10.0.0.2")) {
					assertThat(other.text("x").readText()).isEqualTo("x");
				}
				assertThat(one.text("x").readText()).isEqualTo("x");
				assertThat(two.text("x").readText()).isEqualTo("x");
			}
			awaitFree();
		}
	}

	@Test
	void gatewayHasItsPlacesAndGetsThemBack() {
		for (int round = 0; round < 3; round++) {
			List<RawWebSocketClient> clients = new ArrayList<>();
			for (int i = 0; i < 4; i++) {
				clients.add(open("10.0.1." + i));
			}
			RawHttpClient.Response refused = handshake("/ws/echo/a", "10.0.1.9");
			assertThat(refused.status()).as(refused.toString()).isEqualTo(503);
			assertThat(refused.header("Retry-After")).isNotEmpty();
			clients.get(0).reset();
			SocketChain.await().until(() -> limited.bean(WebSocketGateway.class).open() == 3);
			clients.add(open("10.0.1.9"));
			clients.forEach(RawWebSocketClient::close);
			awaitFree();
		}
	}

	@Test
	void refusedAndFailedHandshakesKeepNoPlace() {
		for (int i = 0; i < 6; i++) {
			assertThat(handshake("/ws/guarded/403", "10.0.2.1").status()).isEqualTo(403);
			assertThat(handshake("/ws/nobody/there", "10.0.2.1").status()).isEqualTo(503);
		}
		assertThat(handshake("/ws/slow", "10.0.2.1").status()).isEqualTo(504);
		for (int i = 0; i < 6; i++) {
			int asked = SocketHandlers.slow.size();
			try (RawHttpClient client = new RawHttpClient(limited.port())) {
				client.send(RawWebSocketClient.handshakeRequest("/ws/slow", "X-Forwarded-For: 10.0.2.1"));
				SocketChain.await().until(() -> SocketHandlers.slow.size() > asked);
			}
			awaitFree();
		}
		assertThat(limited.bean(WebSocketGateway.class).open()).isZero();
	}

	private static RawWebSocketClient open(String address) {
		return RawWebSocketClient.open(limited.port(), "/ws/echo/a", "X-Forwarded-For: " + address);
	}

	private static RawHttpClient.Response handshake(String path, String address) {
		return RawWebSocketClient.handshake(limited.port(), path, "X-Forwarded-For: " + address);
	}

}
