package io.natsproxy.gateway.autoconfigure;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.stream.Stream;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import io.natsproxy.gateway.cors.GatewayCors;
import io.natsproxy.test.TestBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.cors.reactive.CorsConfigurationSource;
import org.springframework.web.server.WebFilter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A gateway in an application with Spring Security, as it is by default.
 */
class GatewaySecurityTests {

	private static final String FRIEND = "https://friend.example";

	private static TestBroker broker;

	private static Connection service;

	private static ConfigurableApplicationContext gateway;

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	@BeforeAll
	static void start() throws Exception {
		broker = TestBroker.start();
		service = Nats.connect(broker.url());
		service.createDispatcher((message) -> service.publish(NatsMessage.builder()
			.subject(message.getReplyTo())
			.headers(new Headers().add("Natsproxy-Status", "200").add("Cache-Control", "max-age=60"))
			.data("secret")
			.build())).subscribe("GET:.orders.>");
		service.flush(Duration.ofSeconds(30));
		gateway = run("natsproxy.gateway.no-responders-status=service-unavailable",
				"natsproxy.gateway.cors.allowed-origins=" + FRIEND,
				"natsproxy.gateway.cors.allowed-headers=Authorization",
				"natsproxy.gateway.websocket.allowed-origin-patterns=https://partner.example",
				"natsproxy.gateway.response-headers[0].path=/orders/bare/**",
				"natsproxy.gateway.response-headers[0].remove=Cache-Control,Pragma,Expires,X-Frame-Options,X-Late",
				"natsproxy.gateway.response-headers[1].path=/own",
				"natsproxy.gateway.response-headers[1].set.Cache-Control=no-cache",
				"natsproxy.gateway.response-headers[2].path=/nobody/**",
				"natsproxy.gateway.response-headers[2].remove=cache-control,pragma,x-frame-options");
	}

	private static ConfigurableApplicationContext run(String... properties) {
		return run(Application.class, properties);
	}

	private static ConfigurableApplicationContext run(Class<?> application, String... properties) {
		return new SpringApplicationBuilder(application).web(WebApplicationType.REACTIVE)
			.properties("server.port=0", "spring.main.banner-mode=off", "natsproxy.nats.servers=" + broker.url(),
					"natsproxy.nats.startup-wait=5s", "server.shutdown=immediate")
			.run(Stream.of(properties).map((property) -> "--" + property).toArray(String[]::new));
	}

	@AfterAll
	static void stop() throws InterruptedException {
		gateway.close();
		service.close();
		broker.close();
	}

	@Test
	void preflightRequestNeedsNoCredentials() {
		HttpResponse<String> response = send("OPTIONS", "/orders/1", "Origin", FRIEND, "Access-Control-Request-Method",
				"GET", "Access-Control-Request-Headers", "authorization");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().allValues("Access-Control-Allow-Origin")).containsExactly(FRIEND);
		assertThat(response.headers().allValues("Access-Control-Allow-Headers")).containsExactly("authorization");
	}

	@Test
	void preflightRequestOfAnotherOriginIsRefused() {
		assertThat(send("OPTIONS", "/orders/1", "Origin", "https://foe.example", "Access-Control-Request-Method", "GET")
			.statusCode()).isEqualTo(403);
	}

	@Test
	void requestItselfNeedsThem() {
		HttpResponse<String> refused = send("GET", "/orders/1", "Origin", FRIEND);
		assertThat(refused.statusCode()).isEqualTo(401);
		assertThat(refused.headers().allValues("Access-Control-Allow-Origin")).containsExactly(FRIEND);
		HttpResponse<String> response = send("GET", "/orders/1", "Origin", FRIEND, "Authorization", credentials());
		assertThat(response.body()).isEqualTo("secret");
		assertThat(response.headers().allValues("Access-Control-Allow-Origin")).containsExactly(FRIEND);
		assertThat(String.join(",", response.headers().allValues("Vary")).split(",")).doesNotHaveDuplicates();
	}

	@Test
	void handshakeOfAWebSocketIsJudgedByItsOwnSetting() throws IOException {
		String handshake = "GET /nobody HTTP/1.1\r\nHost: example.com\r\nOrigin: https://partner.example\r\n"
				+ "Connection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
				+ "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nAuthorization: " + credentials() + "\r\n\r\n";
		try (Socket socket = new Socket("127.0.0.1", port())) {
			socket.setSoTimeout(15_000);
			socket.getOutputStream().write(handshake.getBytes(StandardCharsets.ISO_8859_1));
			assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1))
				.isEqualTo("HTTP/1.1 503");
		}
	}

	@Test
	void rulesForFieldsComeAfterTheWritersOfSpringSecurity() {
		HttpResponse<String> ruled = send("GET", "/orders/bare/1", "Authorization", credentials());
		assertThat(ruled.body()).isEqualTo("secret");
		assertThat(ruled.headers().map().keySet()).contains("x-content-type-options")
			.doesNotContain("cache-control", "pragma", "expires", "x-frame-options", "x-late");
		HttpResponse<String> other = send("GET", "/orders/1", "Authorization", credentials());
		assertThat(other.headers().allValues("Cache-Control")).containsExactly("max-age=60");
		assertThat(other.headers().map().keySet()).contains("x-frame-options", "x-late");
	}

	@ParameterizedTest
	@CsvSource({ "/orders/bare/1, false, 401", "/nobody/answers, true, 503", "/orders/bare/%00, true, 400" })
	void theyApplyToRefusalsAndProblems(String target, boolean authorized, int status) {
		HttpResponse<String> response = authorized ? send("GET", target, "Authorization", credentials())
				: send("GET", target);
		assertThat(response.statusCode()).isEqualTo(status);
		assertThat(response.headers().map().keySet()).doesNotContain("cache-control", "pragma", "x-frame-options");
	}

	@Test
	void theyApplyToTheApplicationsOwnControllers() {
		HttpResponse<String> response = send("GET", "/own", "Authorization", credentials());
		assertThat(response.body()).isEqualTo("own");
		assertThat(response.headers().allValues("Cache-Control")).containsExactly("no-cache");
	}

	@Test
	void sourceOfTheApplicationWins() {
		try (ConfigurableApplicationContext own = run(OwnSource.class, "natsproxy.gateway.cors.allowed-origins=*")) {
			assertThat(own.getBeansOfType(CorsConfigurationSource.class)).containsOnlyKeys("ownSource");
		}
	}

	@Test
	void withoutSettingsThereIsNoSource() {
		try (ConfigurableApplicationContext other = run()) {
			assertThat(other.getBeansOfType(CorsConfigurationSource.class)).isEmpty();
		}
		assertThat(gateway.getBean(CorsConfigurationSource.class)).isInstanceOf(GatewayCors.class);
	}

	private HttpResponse<String> send(String method, String target, String... fields) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + target))
			.timeout(Duration.ofSeconds(15))
			.method(method, BodyPublishers.noBody());
		if (fields.length > 0) {
			request.headers(fields);
		}
		try {
			return this.client.send(request.build(), BodyHandlers.ofString());
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static int port() {
		return gateway.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	private static String credentials() {
		return "Basic " + Base64.getEncoder().encodeToString("user:password".getBytes(StandardCharsets.UTF_8));
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@EnableWebFluxSecurity
	@Import(Own.class)
	static class Application {

		@Bean
		ReactorResourceFactory reactorResourceFactory() {
			ReactorResourceFactory factory = new ReactorResourceFactory();
			factory.setUseGlobalResources(false);
			factory.setShutdownQuietPeriod(Duration.ZERO);
			return factory;
		}

		@Bean
		MapReactiveUserDetailsService users() {
			return new MapReactiveUserDetailsService(
					User.withUsername("user").password("{noop}password").roles("USER").build());
		}

		/**
		 * After Spring Security.
		 */
		@Bean
		@Order(100)
		WebFilter late() {
			return (exchange, chain) -> {
				exchange.getResponse().beforeCommit(() -> {
					exchange.getResponse().getHeaders().set("X-Late", "late");
					return Mono.empty();
				});
				return chain.filter(exchange);
			};
		}

	}

	static class OwnSource extends Application {

		@Bean
		CorsConfigurationSource ownSource() {
			return (exchange) -> null;
		}

	}

	@RestController
	static class Own {

		@GetMapping("/own")
		String own() {
			return "own";
		}

	}

}
