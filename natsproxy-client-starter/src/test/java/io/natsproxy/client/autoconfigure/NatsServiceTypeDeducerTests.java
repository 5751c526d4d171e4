package io.natsproxy.client.autoconfigure;

import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.support.SpringFactoriesLoader;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class NatsServiceTypeDeducerTests {

	private static final String WEBFLUX = "org.springframework.boot.webflux.WebFluxWebApplicationTypeDeducer";

	private static final String SPRINGDOC = "org.springdoc.webflux.api.OpenApiResource";

	private static WebApplicationType deduce(String... classes) {
		return new NatsServiceTypeDeducer(Set.of(classes)::contains).deduceWebApplicationType();
	}

	@Test
	void webFluxOfSpringdocWithoutAnyServerIsNoWebApplication() {
		assertThat(deduce(WEBFLUX, SPRINGDOC)).isEqualTo(WebApplicationType.NONE);
	}

	@Test
	void webFluxWithoutSpringdocIsTheApplicationsOwn() {
		assertThat(deduce(WEBFLUX)).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "org.springframework.web.servlet.DispatcherServlet",
			"org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory",
			"org.springframework.boot.tomcat.reactive.TomcatReactiveWebServerFactory",
			"org.springframework.boot.jetty.reactive.JettyReactiveWebServerFactory",
			"io.natsproxy.webserver.NatsReactiveWebServerFactory" })
	void whereThereIsAServerOthersDecide(String server) {
		assertThat(deduce(WEBFLUX, SPRINGDOC, server)).isNull();
	}

	@Test
	void withoutWebFluxOthersDecide() {
		assertThat(deduce(SPRINGDOC)).isNull();
	}

	@Test
	void isAskedByTheStart() {
		assertThat(SpringFactoriesLoader.forDefaultResourceLocation().load(WebApplicationType.Deducer.class))
			.hasAtLeastOneElementOfType(NatsServiceTypeDeducer.class);
	}

	@Test
	void thatThereIsNoHttpIsLoggedUnlessItIsSaid(CapturedOutput output) {
		start("--spring.main.web-application-type=none");
		assertThat(output).doesNotContain("serves no HTTP");
		start();
		assertThat(output).contains("serves no HTTP", "spring.main.web-application-type=reactive");
		assertThat(SpringFactoriesLoader.forDefaultResourceLocation().load(ApplicationListener.class))
			.hasAtLeastOneElementOfType(NatsServiceTypeListener.class);
	}

	private static void start(String... arguments) {
		SpringApplication application = new SpringApplication(Empty.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.addListeners(new NatsServiceTypeListener(() -> WebApplicationType.NONE));
		application.setDefaultProperties(Map.of("logging.level.io.natsproxy.client", "info"));
		try (ConfigurableApplicationContext context = application.run(arguments)) {
			assertThat(context.isActive()).isTrue();
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Empty {

	}

}
