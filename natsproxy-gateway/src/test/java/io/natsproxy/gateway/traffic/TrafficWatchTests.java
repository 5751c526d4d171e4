package io.natsproxy.gateway.traffic;

import java.util.function.Function;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.WebHandler;

import static org.assertj.core.api.Assertions.assertThat;

class TrafficWatchTests {

	private final TrafficWatch watch = new TrafficWatch(TraceIds.OF_CLIENTS);

	private final WebHandler handler = this.watch.of((exchange) -> {
		exchange.getResponse().setStatusCode(HttpStatus.ACCEPTED);
		return exchange.getResponse().setComplete();
	});

	private static MockServerWebExchange exchange(String method, String traceparent) {
		return MockServerWebExchange.from(MockServerHttpRequest.method(HttpMethod.valueOf(method), "/a/b?secret=1")
			.header("traceparent", traceparent));
	}

	@Test
	void nothingIsCountedWhileNobodyLooks() {
		this.handler.handle(exchange("GET", "")).block();
		this.watch.begin();
		assertThat(this.watch.takeEnded()).isEmpty();
		this.handler.handle(exchange("GET", "")).block();
		this.watch.begin();
		this.watch.end();
		assertThat(this.watch.takeEnded()).hasSize(1);
		this.watch.end();
		this.handler.handle(exchange("GET", "")).block();
		assertThat(this.watch.sums(Function.identity())).isEmpty();
	}

	@Test
	void requestIsShownWithoutItsQueryAndWithItsTrace() {
		this.watch.begin();
		String trace = "0af7651916cd43dd8448eb211c80319c";
		this.handler.handle(exchange("PROPFIND", "00-" + trace + "-b7ad6b7169203331-01")).block();
		this.handler.handle(exchange("GET", "00-" + trace + "<b>-b7ad6b7169203331-01")).block();
		assertThat(this.watch.takeEnded()).satisfiesExactly((first) -> {
			assertThat(first.method()).isEqualTo("PROPFIND");
			assertThat(first.route()).isEqualTo(new RouteKey("OTHER", "/**"));
			assertThat(first.path()).isEqualTo("/a/b");
			assertThat(first.status()).isEqualTo(202);
			assertThat(first.outcome()).isEqualTo("ok");
			assertThat(first.trace()).isEqualTo(trace);
			assertThat(first.totalMicros()).isGreaterThanOrEqualTo(first.micros());
		}, (second) -> assertThat(second.trace()).isNull());
	}

	@Test
	void requestWhoseClientGoesHasNoStatus() {
		this.watch.begin();
		this.watch.of((exchange) -> Mono.never()).handle(exchange("GET", "")).subscribe().dispose();
		assertThat(this.watch.takeEnded()).singleElement().satisfies((ended) -> {
			assertThat(ended.status()).isZero();
			assertThat(ended.outcome()).isEqualTo("gone");
		});
	}

}
