package io.natsproxy.client.autoconfigure;

import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.core.io.support.SpringFactoriesLoader;

import static org.assertj.core.api.Assertions.assertThat;

class NatsServiceTypeDeducerTests {

	private static final String WEBFLUX = "org.springframework.boot.webflux.WebFluxWebApplicationTypeDeducer";

	private static WebApplicationType deduce(String... classes) {
		return new NatsServiceTypeDeducer(Set.of(classes)::contains).deduceWebApplicationType();
	}

	@Test
	void webFluxWithoutAnyServerIsNoWebApplication() {
		assertThat(deduce(WEBFLUX)).isEqualTo(WebApplicationType.NONE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "org.springframework.web.servlet.DispatcherServlet",
			"org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory",
			"org.springframework.boot.tomcat.reactive.TomcatReactiveWebServerFactory",
			"org.springframework.boot.jetty.reactive.JettyReactiveWebServerFactory",
			"io.natsproxy.webserver.NatsReactiveWebServerFactory" })
	void whereThereIsAServerOthersDecide(String server) {
		assertThat(deduce(WEBFLUX, server)).isNull();
	}

	@Test
	void withoutWebFluxOthersDecide() {
		assertThat(deduce()).isNull();
	}

	@Test
	void isAskedByTheStart() {
		assertThat(SpringFactoriesLoader.forDefaultResourceLocation().load(WebApplicationType.Deducer.class))
			.hasAtLeastOneElementOfType(NatsServiceTypeDeducer.class);
	}

}
