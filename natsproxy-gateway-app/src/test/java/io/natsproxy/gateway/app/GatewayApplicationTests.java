package io.natsproxy.gateway.app;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.natsproxy.broker.EmbeddedNatsBroker;
import io.natsproxy.core.format.MessageFormat;
import io.natsproxy.gateway.autoconfigure.GatewayProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpStatus;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application is a gateway, and tells its health.
 */
@ExtendWith(OutputCaptureExtension.class)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = { "natsproxy.embedded.enabled=true",
		"management.server.port=0", "natsproxy.gateway.no-responders-status=service-unavailable" })
class GatewayApplicationTests {

	private final WebTestClient client;

	GatewayApplicationTests(@LocalServerPort int port) {
		this.client = WebTestClient.bindToServer().baseUrl("http://localhost:" + port).build();
	}

	@Test
	void sendsRequestsToNats(@Autowired Connection connection) throws Exception {
		Dispatcher service = connection.createDispatcher(
				(message) -> connection.publish(message.getReplyTo(), "Hello".getBytes(StandardCharsets.UTF_8)));
		service.subscribe("GET:.hello");
		connection.flush(null);
		this.client.get().uri("/hello").exchange().expectStatus().isOk().expectBody(String.class).isEqualTo("Hello");
	}

	@Test
	void carriesTheFormatOfTheGoProjectWithoutUsingIt(@Autowired MessageFormat format,
			@Autowired GatewayProperties properties) {
		assertThat(format.name()).isEqualTo("go-nats-proxy");
		assertThat(properties.format()).isEqualTo("native");
		assertThat(properties.formats()).isEmpty();
	}

	@Test
	void answersForPathsThatNoServiceAnswers() {
		this.client.get().uri("/nobody").exchange().expectStatus().isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
	}

	@Test
	void saysThatTheEmbeddedBrokerIsForDevelopment(@Autowired Connection connection, CapturedOutput output) {
		assertThat(output.getAll().lines().filter((line) -> line.contains("embedded NATS broker"))).singleElement()
			.asString()
			.contains("INFO", connection.getConnectedUrl(), "development");
	}

	@Test
	void startsNoBrokerUnlessToldSo() {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(GatewayApplication.class,
				OwnEventLoops.class)
			.run("--server.port=0", "--management.server.port=0", "--natsproxy.nats.servers=nats://127.0.0.1:1",
					"--natsproxy.nats.startup-wait=0s")) {
			assertThat(context.getBeansOfType(EmbeddedNatsBroker.class)).isEmpty();
			assertThat(context.getBean(Connection.class).getOptions().getServers()).extracting(Object::toString)
				.containsExactly("nats://127.0.0.1:1");
		}
	}

	@Test
	void isReadyWhileConnected(@LocalManagementPort int managementPort) {
		WebTestClient.bindToServer()
			.baseUrl("http://localhost:" + managementPort)
			.build()
			.get()
			.uri("/actuator/health/readiness")
			.exchange()
			.expectStatus()
			.isOk();
	}

	/**
	 * An application that ends takes the event loops with it that all of a JVM share. It
	 * has no stereotype, so that it is not found.
	 */
	static class OwnEventLoops {

		@Bean
		ReactorResourceFactory reactorResourceFactory() {
			ReactorResourceFactory factory = new ReactorResourceFactory();
			factory.setUseGlobalResources(false);
			factory.setShutdownQuietPeriod(Duration.ZERO);
			return factory;
		}

	}

}
