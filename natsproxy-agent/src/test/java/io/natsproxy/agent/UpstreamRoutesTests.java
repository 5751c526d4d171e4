package io.natsproxy.agent;

import java.net.URI;
import java.util.List;

import io.natsproxy.core.subject.RouteSubjects;
import io.natsproxy.core.subject.SubjectCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * What is subscribed for an upstream, and which upstreams get in each other's way.
 */
class UpstreamRoutesTests {

	private final RouteSubjects subjects = new RouteSubjects(new SubjectCodec("acme"));

	private static UpstreamRoutes routes(String name, String path) {
		return new UpstreamRoutes(new Upstream(name, List.of(path), URI.create("http://127.0.0.1:9000")));
	}

	private void requireApart(UpstreamRoutes one, UpstreamRoutes other) {
		UpstreamRoutes.requireApart(List.of(one, other), this.subjects, null);
	}

	@Test
	void pathsAreSubscribedForEachMethod() {
		assertThat(routes("orders", "/orders/**").subjects(this.subjects, null))
			.contains("acme.GET:.orders", "acme.GET:.orders.>", "acme.POST:.orders.>", "acme.OPTIONS:.orders")
			.noneMatch((subject) -> subject.contains("TRACE"));
	}

	@Test
	void oneNameIsOneUpstream() {
		assertThatExceptionOfType(OverlappingUpstreamsException.class)
			.isThrownBy(() -> requireApart(routes("orders", "/orders/**"), routes("orders", "/stock/**")))
			.withMessageContaining("'orders'")
			.withMessageContaining("[/orders/**]")
			.withMessageContaining("[/stock/**]");
	}

	@ParameterizedTest
	@CsvSource({ "/orders/**,/orders/7", "/**,/stock", "/orders/{id},/orders/{name:[a-z]+}", "/{a}/x,/b/{c}",
			"/orders/**,/orders", "/a/**,/a/b/**", "/*.txt,/notes.txt" })
	void overlappingPathsAreNamed(String one, String other) {
		assertThatExceptionOfType(OverlappingUpstreamsException.class)
			.isThrownBy(() -> requireApart(routes("one", one), routes("other", other)))
			.withMessageContaining("'one' with [" + one + "]")
			.withMessageContaining("'other' with [" + other + "]");
	}

	@ParameterizedTest
	@CsvSource({ "/orders/**,/stock/**", "/orders,/orders/{id}", "/orders/a,/orders/b", "/a/{x}/b,/a/{x}/c",
			"/orders/**,/orders2/**" })
	void othersAreApart(String one, String other) {
		assertThatNoException().isThrownBy(() -> requireApart(routes("one", one), routes("other", other)));
	}

}
