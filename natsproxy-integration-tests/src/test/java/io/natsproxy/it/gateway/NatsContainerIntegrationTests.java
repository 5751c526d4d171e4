package io.natsproxy.it.gateway;

import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.annotation.Import;

import static io.natsproxy.it.gateway.ProblemAssert.assertProblem;
import static io.natsproxy.it.gateway.RawHttpClient.get;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The whole chain on the official image of NATS. Skipped where there is no Docker.
 */
@Testcontainers(disabledWithoutDocker = true)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "natsproxy.nats.startup-wait=10s", "spring.application.name=container" })
class NatsContainerIntegrationTests {

	@Container
	@ServiceConnection
	static final GenericContainer<?> nats = new GenericContainer<>("nats:2.12-alpine").withExposedPorts(4222)
		.waitingFor(Wait.forLogMessage(".*Server is ready.*", 1));

	@LocalServerPort
	private int port;

	@Test
	void requestReachesTheServiceAndItsReplyTheClient() {
		assertThat(get(this.port, "/service/hello").text()).isEqualTo("hello");
		assertProblem(get(this.port, "/nobody"), 503);
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(ServiceRoutes.class)
	static class Application {

	}

}
