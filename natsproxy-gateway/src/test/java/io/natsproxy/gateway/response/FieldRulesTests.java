package io.natsproxy.gateway.response;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

import io.natsproxy.webflux.path.PathCondition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.context.support.StaticApplicationContext;
import org.springframework.http.ResponseCookie;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;
import org.springframework.web.server.adapter.HttpWebHandlerAdapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class FieldRulesTests {

	private final StaticApplicationContext context = new StaticApplicationContext();

	private final MockServerHttpResponse response = new MockServerHttpResponse();

	@Test
	void rulesComeAfterWhateverIsDoneBeforeTheCommit() {
		handle((wrapped) -> {
			wrapped.beforeCommit(() -> set(wrapped, "X", "first"));
			Mono<Void> written = wrapped.setComplete();
			wrapped.beforeCommit(() -> set(wrapped, "X", "second"));
			return written;
		}, new ConfiguredFields(PathCondition.any(), List.of("X"), Map.of(), Map.of()));
		assertThat(this.response.getHeaders().headerNames()).isEmpty();
	}

	@Test
	void theyApplyOnceAndInTheirOrder() {
		handle((wrapped) -> wrapped.writeWith(Flux.empty()).then(wrapped.setComplete()), add("a"), add("b"));
		assertThat(this.response.getHeaders().get("X")).containsExactly("a", "b");
	}

	@Test
	void theyApplyToWhatAnswersAFailureBeforeTheCommit() {
		handle((wrapped) -> {
			wrapped.beforeCommit(() -> Mono.error(new IllegalStateException("fails")));
			return wrapped.setComplete().onErrorResume((ex) -> {
				wrapped.getHeaders().set("X", "failed");
				return wrapped.writeAndFlushWith(Flux.empty());
			});
		}, add("a"));
		assertThat(this.response.getHeaders().get("X")).containsExactly("failed", "a");
	}

	@Test
	void cookiesThatBecomeFieldsAreFields() {
		handle((wrapped) -> {
			wrapped.addCookie(ResponseCookie.from("session", "x").build());
			return wrapped.setComplete();
		}, new ConfiguredFields(PathCondition.any(), List.of("set-cookie"), Map.of(), Map.of()));
		assertThat(this.response.getCookies()).isEmpty();
	}

	@Test
	void otherPathsAndOtherContextsAreNotTouched() {
		handle(ServerHttpResponse::setComplete,
				new ConfiguredFields(PathCondition.pattern("/other"), List.of(), Map.of("X", "a"), Map.of()));
		assertThat(this.response.getHeaders().headerNames()).isEmpty();
		HttpWebHandlerAdapter other = new HttpWebHandlerAdapter((exchange) -> Mono.empty());
		other.setApplicationContext(new StaticApplicationContext());
		assertThat(rules(add("a")).apply(other)).isSameAs(other);
	}

	@Test
	void withoutRulesNothingIsDone() {
		HttpHandler handler = (request, response) -> Mono.empty();
		assertThat(rules().apply(handler)).isSameAs(handler);
	}

	@ParameterizedTest
	@ValueSource(strings = { "Content-Length", "transfer-encoding" })
	void framingCannotBeChanged(String name) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new ConfiguredFields(PathCondition.any(), List.of(name), Map.of(), Map.of()))
			.withMessageContaining(name);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new ConfiguredFields(PathCondition.any(), List.of(), Map.of(), Map.of(name, "1")));
	}

	private void handle(Function<ServerHttpResponse, Mono<Void>> handler, FieldRule... rules) {
		rules(rules).apply((request, response) -> handler.apply(response))
			.handle(MockServerHttpRequest.get("/path").build(), this.response)
			.block();
	}

	private FieldRules rules(FieldRule... rules) {
		return new FieldRules(this.context, List.of(rules));
	}

	private static FieldRule add(String value) {
		return new ConfiguredFields(PathCondition.any(), List.of(), Map.of(), Map.of("X", value));
	}

	private static Mono<Void> set(ServerHttpResponse response, String name, String value) {
		return Mono.fromRunnable(() -> response.getHeaders().set(name, value));
	}

}
