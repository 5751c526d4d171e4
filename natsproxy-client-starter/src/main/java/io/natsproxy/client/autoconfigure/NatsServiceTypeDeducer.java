package io.natsproxy.client.autoconfigure;

import java.util.List;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.WebApplicationType;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.util.ClassUtils;

/**
 * Takes a service for no web application where Spring Boot's WebFlux is on the class path
 * for the sake of springdoc, without any web server: the start would fail.
 * {@link NatsServiceTypeListener} tells of it.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class NatsServiceTypeDeducer implements WebApplicationType.Deducer {

	private static final String WEBFLUX = "org.springframework.boot.webflux.WebFluxWebApplicationTypeDeducer";

	private static final String SPRINGDOC = "org.springdoc.webflux.api.OpenApiResource";

	private static final List<String> OTHERS = List.of("org.springframework.web.servlet.DispatcherServlet",
			"org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory",
			"org.springframework.boot.tomcat.reactive.TomcatReactiveWebServerFactory",
			"org.springframework.boot.jetty.reactive.JettyReactiveWebServerFactory",
			"io.natsproxy.webserver.NatsReactiveWebServerFactory");

	private final Predicate<String> classPath;

	NatsServiceTypeDeducer() {
		this((name) -> ClassUtils.isPresent(name, NatsServiceTypeDeducer.class.getClassLoader()));
	}

	/**
	 * Creates the deducer.
	 * @param classPath tells whether there is a class
	 */
	NatsServiceTypeDeducer(Predicate<String> classPath) {
		this.classPath = classPath;
	}

	@Override
	public @Nullable WebApplicationType deduceWebApplicationType() {
		return (this.classPath.test(WEBFLUX) && this.classPath.test(SPRINGDOC)
				&& OTHERS.stream().noneMatch(this.classPath)) ? WebApplicationType.NONE : null;
	}

}
