package io.natsproxy.webflux.websocket;

import java.util.ArrayList;
import java.util.List;

import io.natsproxy.webflux.annotation.NatsWebSocket;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.MethodParameter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.http.HttpStatus;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.util.ClassUtils;
import org.springframework.web.reactive.HandlerResult;
import org.springframework.web.reactive.accept.HeaderContentTypeResolver;
import org.springframework.web.reactive.result.method.annotation.ResponseBodyResultHandler;
import org.springframework.web.reactive.result.method.annotation.ResponseEntityResultHandler;
import org.springframework.web.reactive.socket.WebSocketHandler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What WebFlux hands over for a suspending function of Kotlin: its declared type is that
 * of what it returns, and its value a {@code Mono}.
 */
class WebSocketMethodSupportTests {

	private static final WebSocketHandler HANDLER = (session) -> Mono.empty();

	private final List<WebSocketHandler> accepted = new ArrayList<>();

	private final MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/ws"));

	private final WebSocketMethodSupport support = support();

	private WebSocketMethodSupport support() {
		ReactiveAdapterRegistry types = ReactiveAdapterRegistry.getSharedInstance();
		ServerCodecConfigurer codecs = ServerCodecConfigurer.create();
		HeaderContentTypeResolver resolver = new HeaderContentTypeResolver();
		return new WebSocketMethodSupport(types, codecs,
				(exchange, handler) -> Mono.fromRunnable(() -> this.accepted.add(handler)),
				List.of(new ResponseEntityResultHandler(codecs.getWriters(), resolver),
						new ResponseBodyResultHandler(codecs.getWriters(), resolver)));
	}

	private void handle(Object value) {
		MethodParameter declared = new MethodParameter(ClassUtils.getMethod(Suspending.class, "handler"), -1);
		this.support.handleResult(this.exchange, new HandlerResult(this, value, declared)).block();
	}

	@Test
	void handlerThatComesLaterIsAccepted() {
		handle(Mono.just(HANDLER));
		assertThat(this.accepted).containsExactly(HANDLER);
	}

	@Test
	void flowIsAccepted() {
		handle(Flux.just("a", "b"));
		assertThat(this.accepted).hasSize(1);
	}

	@Test
	void nothingRefuses() {
		handle(Mono.empty());
		assertThat(this.accepted).isEmpty();
		assertThat(this.exchange.getResponse().getStatusCode()).isEqualTo(HttpStatus.FORBIDDEN);
	}

	@Test
	void anythingElseIsTheResponse() {
		handle(Mono.just("not now"));
		assertThat(this.accepted).isEmpty();
		assertThat(this.exchange.getResponse().getBodyAsString().block()).isEqualTo("not now");
	}

	/**
	 * Declared like a suspending function.
	 */
	public static class Suspending {

		@NatsWebSocket("/ws")
		public WebSocketHandler handler() {
			return HANDLER;
		}

	}

}
