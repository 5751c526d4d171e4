package io.natsproxy.webflux.server;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.MediaType;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.reactive.accept.HeaderContentTypeResolver;
import org.springframework.web.reactive.accept.RequestedContentTypeResolver;
import org.springframework.web.server.NotAcceptableStatusException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The {@code Accept} header means what it means to WebFlux.
 */
class AcceptResolverTests {

	private final RequestedContentTypeResolver resolver = new AcceptResolver();

	@ParameterizedTest
	@ValueSource(strings = { "application/json", "text/plain, application/*, */*;q=0.1, text/html;q=0.8",
			"*/*, application/json;charset=utf-8", "", " ", "text/a, ,text/b" })
	void isReadAsWebFluxReadsIt(String accept) {
		for (int i = 0; i < 2; i++) {
			assertThat(this.resolver.resolveMediaTypes(exchange(accept)))
				.isEqualTo(new HeaderContentTypeResolver().resolveMediaTypes(exchange(accept)));
		}
	}

	@Test
	void severalHeadersAreReadTogether() {
		assertThat(this.resolver.resolveMediaTypes(exchange("text/*", "text/plain")))
			.containsExactly(MediaType.TEXT_PLAIN, MediaType.valueOf("text/*"));
	}

	@Test
	void withoutHeaderEverythingIsAccepted() {
		assertThat(this.resolver.resolveMediaTypes(exchange())).containsExactly(MediaType.ALL);
	}

	@Test
	void longHeadersAreRead() {
		String accept = "text/plain;a=" + "b".repeat(1000);
		assertThat(this.resolver.resolveMediaTypes(exchange(accept))).containsExactly(MediaType.valueOf(accept));
	}

	@Test
	void malformedHeadersAreRefusedEachTime() {
		for (int i = 0; i < 2; i++) {
			assertThatExceptionOfType(NotAcceptableStatusException.class)
				.isThrownBy(() -> this.resolver.resolveMediaTypes(exchange("json")))
				.withMessageContaining("Could not parse 'Accept' header [json]");
		}
	}

	@Test
	void whatIsConfiguredIsAskedInOrder() {
		AcceptResolver.Builder builder = new AcceptResolver.Builder();
		builder.parameterResolver().mediaType("xml", MediaType.APPLICATION_XML);
		builder.headerResolver();
		builder.fixedResolver(MediaType.TEXT_HTML);
		RequestedContentTypeResolver configured = builder.build();
		assertThat(configured.resolveMediaTypes(exchange("text/plain"))).containsExactly(MediaType.TEXT_PLAIN);
		assertThat(configured.resolveMediaTypes(exchange())).containsExactly(MediaType.TEXT_HTML);
		assertThat(configured.resolveMediaTypes(
				MockServerWebExchange.from(MockServerHttpRequest.get("/?format=xml").header("Accept", "text/plain"))))
			.containsExactly(MediaType.APPLICATION_XML);
	}

	@Test
	void onlyWhatIsConfiguredIsAsked() {
		AcceptResolver.Builder builder = new AcceptResolver.Builder();
		builder.fixedResolver(MediaType.TEXT_HTML);
		assertThat(builder.build().resolveMediaTypes(exchange("text/plain"))).containsExactly(MediaType.TEXT_HTML);
	}

	private static MockServerWebExchange exchange(String... accept) {
		return MockServerWebExchange
			.from(MockServerHttpRequest.get("/").header("Accept", List.of(accept).toArray(String[]::new)));
	}

}
