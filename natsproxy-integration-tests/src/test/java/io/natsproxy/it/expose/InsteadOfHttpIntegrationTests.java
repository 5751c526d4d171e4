package io.natsproxy.it.expose;

import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.server.NatsServer;
import io.natsproxy.webserver.NatsWebServer;
import org.junit.jupiter.api.Test;

import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.http.HttpMethod;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application in place of its HTTP port: all of it is on NATS, as it would be over
 * HTTP.
 */
class InsteadOfHttpIntegrationTests extends AbstractExistingApplicationTests {

	@Override
	TestApplication.Builder application(TestBroker broker) {
		return TestApplication.webFlux(broker, "instead")
			.with(ExistingApplication.class, Routes.class)
			.properties("natsproxy.service.web-server.enabled=true", "management.endpoints.web.exposure.include=*",
					"spring.web.resources.static-locations=classpath:/META-INF/");
	}

	@Test
	void thereIsNoPort() {
		ReactiveWebServerApplicationContext context = (ReactiveWebServerApplicationContext) application().context();
		assertThat(context.getWebServer()).isInstanceOf(NatsWebServer.class);
		assertThat(context.getWebServer().getPort()).isEqualTo(-1);
		assertThat(((NatsWebServer) context.getWebServer()).getNatsServer())
			.isSameAs(application().bean(NatsServer.class));
		assertThat(context.getEnvironment().getProperty("local.server.port")).isEqualTo("-1");
	}

	@Test
	void everyPathAndMethodIsServed() {
		http().get().uri("/internal/secret").exchange().expectBody(String.class).isEqualTo("secret");
		http().delete().uri("/api/orders/7").exchange().expectBody(String.class).isEqualTo("deleted 7");
		http().get().uri("/LICENSE").exchange().expectStatus().isOk();
		http().get().uri("/nothing").exchange().expectStatus().isNotFound();
	}

	@Test
	void actuatorIsServedAsOverHttp() {
		nats().get()
			.uri("/actuator/health")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.status")
			.isEqualTo("UP");
		nats().get().uri("/actuator/env").exchange().expectStatus().isOk();
	}

	@Test
	void routesForNatsComeFirst() {
		nats().get().uri("/own/route").exchange().expectStatus().isOk().expectBody(String.class).isEqualTo("own");
		assertThat(nats().options()
			.uri("/own/route")
			.exchange()
			.expectStatus()
			.isOk()
			.returnResult(Void.class)
			.getResponseHeaders()
			.getAllow()).containsExactlyInAnyOrder(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
	}

	@NatsController
	static class Routes {

		@NatsGet("/own/route")
		String own() {
			return "own";
		}

	}

}
