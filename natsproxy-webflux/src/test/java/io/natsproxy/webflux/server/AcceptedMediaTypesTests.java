package io.natsproxy.webflux.server;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.http.MediaType;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.accept.HeaderContentTypeResolver;
import org.springframework.web.reactive.accept.RequestedContentTypeResolver;
import org.springframework.web.reactive.result.HandlerResultHandlerSupport;
import org.springframework.web.server.ServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The media type of a response is the one that WebFlux chooses, and is looked for once.
 */
class AcceptedMediaTypesTests {

	private static final List<MediaType> JSON = List.of(MediaType.APPLICATION_JSON,
			MediaType.valueOf("application/*+json"), MediaType.APPLICATION_NDJSON, MediaType.TEXT_EVENT_STREAM);

	private static final List<MediaType> TEXT = List.of(MediaType.TEXT_PLAIN, MediaType.ALL);

	private final Selection webFlux = new Selection(new HeaderContentTypeResolver());

	private final AcceptResolver resolver = new AcceptResolver();

	private final Selection ours = new Selection(this.resolver);

	@ParameterizedTest
	@ValueSource(strings = { "application/json", "text/html, application/xml;q=0.9, */*;q=0.8", "image/png",
			"application/*;q=0.5, text/*", "text/event-stream, */*;q=0.1", "application/problem+json", "*/*",
			"application/json;charset=utf-8, text/plain;q=0.2" })
	void theChoiceIsThatOfWebFlux(String accept) {
		for (int i = 0; i < 2; i++) {
			for (List<MediaType> producible : List.of(JSON, TEXT)) {
				assertThat(choose(exchange(accept), producible))
					.isEqualTo(this.webFlux.select(exchange(accept), () -> producible));
			}
		}
	}

	@Test
	void aChoiceIsMadeOnce() {
		for (int i = 0; i < 3; i++) {
			assertThat(choose(exchange("application/json"), JSON)).isEqualTo(MediaType.APPLICATION_JSON);
			assertThat(choose(exchange("image/png"), JSON)).isNull();
		}
		assertThat(this.ours.selections).hasValue(2);
	}

	@Test
	void whatAHandlerOrItsMappingSaysIsNotRemembered() {
		for (int i = 0; i < 2; i++) {
			MockServerWebExchange decided = exchange("text/*, application/json;q=0.5");
			decided.getResponse().getHeaders().setContentType(MediaType.TEXT_HTML);
			assertThat(choose(decided, TEXT)).isEqualTo(MediaType.TEXT_HTML);
			MockServerWebExchange mapped = exchange("text/*, application/json;q=0.5");
			mapped.getAttributes()
				.put(HandlerMapping.PRODUCIBLE_MEDIA_TYPES_ATTRIBUTE, Set.of(MediaType.APPLICATION_JSON));
			assertThat(choose(mapped, TEXT)).isEqualTo(MediaType.APPLICATION_JSON);
		}
		assertThat(this.ours.selections).hasValue(4);
		assertThat(choose(exchange("text/*, application/json;q=0.5"), TEXT)).isEqualTo(MediaType.TEXT_PLAIN);
	}

	@Test
	void noMoreThanSomeChoicesAreRemembered() {
		MockServerWebExchange exchange = exchange("application/*");
		for (int i = 0; i < 200; i++) {
			MediaType type = new MediaType("application", "x" + i);
			assertThat(choose(exchange, List.of(type))).isEqualTo(type);
		}
		assertThat(this.ours.selections).hasValue(200);
		assertThat(choose(exchange, List.of(new MediaType("application", "x199")))).isNotNull();
		assertThat(this.ours.selections).hasValue(201);
		assertThat(choose(exchange, List.of(new MediaType("application", "x0")))).isNotNull();
		assertThat(this.ours.selections).hasValue(201);
	}

	private @Nullable MediaType choose(ServerWebExchange exchange, List<MediaType> producible) {
		return AcceptedMediaTypes.choose(exchange, () -> producible, this.resolver.resolveMediaTypes(exchange),
				this.ours::select);
	}

	private static MockServerWebExchange exchange(String accept) {
		return MockServerWebExchange.from(MockServerHttpRequest.get("/").header("Accept", accept));
	}

	private static final class Selection extends HandlerResultHandlerSupport {

		private final AtomicInteger selections = new AtomicInteger();

		Selection(RequestedContentTypeResolver resolver) {
			super(resolver, ReactiveAdapterRegistry.getSharedInstance());
		}

		@Nullable MediaType select(ServerWebExchange exchange, Supplier<List<MediaType>> producible) {
			return selectMediaType(exchange, producible);
		}

		@Nullable MediaType select(ServerWebExchange exchange, Supplier<List<MediaType>> producible, List<MediaType> acceptable) {
			this.selections.incrementAndGet();
			return selectMediaType(exchange, producible, acceptable);
		}

	}

}
