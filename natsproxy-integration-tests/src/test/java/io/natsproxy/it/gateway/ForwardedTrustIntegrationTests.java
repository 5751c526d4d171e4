package io.natsproxy.it.gateway;

import java.util.List;

import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.natsproxy.boot.autoconfigure.InvalidNatsSettingException;
import io.natsproxy.it.support.TestApplication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.server.WebFilter;

import static io.natsproxy.it.gateway.RawHttpClient.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a client can make services believe of itself, by forwarded fields and by fields
 * that it nominates in {@code Connection}.
 */
@Timeout(60)
class ForwardedTrustIntegrationTests {

	@RegisterExtension
	static final SharedGateway shared = new SharedGateway();

	/**
	 * In a pod of Kubernetes, with a filter that authenticates.
	 */
	private static TestApplication pod;

	/**
	 * Behind a trusted proxy.
	 */
	private static TestApplication proxied;

	private final Peer peer = shared.peer().tap();

	@BeforeAll
	static void start() {
		pod = TestApplication.gateway(shared.broker())
			.with(Application.class)
			.properties("KUBERNETES_SERVICE_HOST=10.0.0.1", "KUBERNETES_SERVICE_PORT=443",
					"spring.main.cloud-platform=kubernetes")
			.start();
		proxied = TestApplication.gateway(shared.broker())
			.with(Application.class)
			.properties("natsproxy.gateway.trusted-proxies=127.0.0.1")
			.start();
	}

	@AfterAll
	static void stop() {
		pod.close();
		proxied.close();
	}

	@Test
	void nobodyIsBelievedInAPod() {
		get(pod.port(), "/pod", "X-Forwarded-For: 6.6.6.6", "X-Forwarded-Proto: https", "X-Forwarded-Host: evil.com",
				"X-Forwarded-Prefix: /evil", "Forwarded: for=6.6.6.6;proto=https;host=evil.com");
		Message message = this.peer.next();
		assertThat(message.getSubject()).isEqualTo("GET:.pod");
		assertOwnFields(message.getHeaders());
	}

	@ParameterizedTest
	@ValueSource(strings = { "x.example:", "x.example", "x.example: , inner.example", "x.example:443" })
	void emptyPortOfAForwardedHostIsNone(String host) {
		assertThat(get(proxied.port(), "/port", "X-Forwarded-Host: " + host, "X-Forwarded-Proto: https").status())
			.isEqualTo(200);
		Headers headers = this.peer.next().getHeaders();
		assertThat(headers.get("X-Forwarded-Host")).containsExactly("x.example");
		assertThat(headers.get("X-Forwarded-Port")).containsExactly("443");
	}

	@ParameterizedTest
	@ValueSource(strings = { "native", "framework", "NATIVE" })
	void strategyThatBelievesEverybodyFailsTheStart(String strategy) {
		assertThatExceptionOfType(Exception.class)
			.isThrownBy(() -> TestApplication.gateway(shared.broker())
				.properties("server.forward-headers-strategy=" + strategy)
				.start())
			.havingRootCause()
			.isInstanceOf(InvalidNatsSettingException.class)
			.withMessageContaining("server.forward-headers-strategy is " + strategy);
	}

	@Test
	void strategyNoneIsFine() {
		try (TestApplication gateway = TestApplication.gateway(shared.broker())
			.properties("server.forward-headers-strategy=none")
			.start()) {
			assertThat(get(gateway.port(), "/none").status()).isEqualTo(200);
		}
	}

	@Test
	void fieldsThatTheGatewayWritesCannotBeNominatedAway() {
		get(shared.port(), "/nominated", "Connection: X-Forwarded-For, X-Forwarded-Proto, X-Forwarded-Host, Host",
				"Connection: X-Forwarded-Port, Forwarded, close");
		assertOwnFields(this.peer.next().getHeaders());
	}

	@Test
	void fieldOfAFilterStaysAndThatOfTheClientDoesNot() {
		get(pod.port(), "/user", "Connection: X-User, X-Client", "X-User: mallory", "X-Client: 1", "X-Kept: 2");
		Headers headers = this.peer.next().getHeaders();
		assertThat(headers.get("X-User")).containsExactly("alice");
		assertThat(headers.containsKey("X-Client")).isFalse();
		assertThat(headers.get("X-Kept")).containsExactly("2");
	}

	@Test
	void fieldsOfATrustedProxyCannotBeNominatedAway() {
		get(proxied.port(), "/proxied", "Connection: X-Forwarded-For, X-Forwarded-Host, X-User",
				"X-Forwarded-For: 1.2.3.4", "X-Forwarded-Host: shop.example");
		Headers headers = this.peer.next().getHeaders();
		assertThat(headers.get("X-Forwarded-For")).containsExactly("1.2.3.4, 127.0.0.1");
		assertThat(headers.get("X-Forwarded-Host")).containsExactly("shop.example");
		assertThat(headers.get("X-User")).containsExactly("alice");
	}

	@Test
	void handshakeOfAWebSocketIsTreatedAlike() {
		get(pod.port(), "/socket", "Connection: Upgrade, X-Forwarded-For, Host, X-User, X-Client, Sec-WebSocket-Key",
				"Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
				"X-Client: 1");
		Headers headers = this.peer.next().getHeaders();
		assertThat(headers.getFirst("Natsproxy-Upgrade")).isEqualTo("websocket");
		assertThat(headers.get("X-User")).containsExactly("alice");
		assertThat(headers.containsKey("X-Client")).isFalse();
		assertOwnFields(headers);
	}

	@Test
	void nominatingWhatFramesAMessageDoesNoHarm() {
		try (RawHttpClient client = new RawHttpClient(shared.port())) {
			for (String nominated : List.of("Content-Length", "Host", "Transfer-Encoding", "Authorization", ",, ,",
					"\t", "Connection")) {
				client.send(RawHttpClient.post("/framed", "hello", "Connection: keep-alive, " + nominated));
				assertThat(client.read().status()).isEqualTo(200);
				Message message = this.peer.next();
				assertThat(message.getData()).asString().isEqualTo("hello");
				assertThat(message.getHeaders().get("Host")).containsExactly("example.com");
			}
		}
	}

	private static void assertOwnFields(Headers headers) {
		assertThat(headers.get("X-Forwarded-For")).containsExactly("127.0.0.1");
		assertThat(headers.get("X-Forwarded-Proto")).containsExactly("http");
		assertThat(headers.get("X-Forwarded-Host")).containsExactly("example.com");
		assertThat(headers.get("X-Forwarded-Port")).containsExactly("80");
		assertThat(headers.get("Host")).containsExactly("example.com");
		assertThat(headers.containsKey("X-Forwarded-Prefix")).isFalse();
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		WebFilter authenticating() {
			return (exchange,
					chain) -> chain.filter(exchange.mutate()
						.request((request) -> request.headers((headers) -> headers.set("X-User", "alice")))
						.build());
		}

	}

}
