package io.natsproxy.gateway.declared;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class EventStreamTests {

	private static final Duration INTERVAL = Duration.ofSeconds(15);

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

	@Test
	void eventHasNameIdAndData() {
		assertThat(text(EventStream.event("put", "7", "é"))).isEqualTo("event: put\nid: 7\ndata: é\n\n");
		assertThat(text(EventStream.event(null, null, ""))).isEqualTo("data: \n\n");
	}

	@Test
	void everyLineOfDataIsData() {
		assertThat(text(EventStream.event(null, null, "a\nid: 1\r\n\rb\n")))
			.isEqualTo("data: a\ndata: id: 1\ndata: \ndata: b\ndata: \n\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "1\n", "1\r", "\0" })
	void nameAndIdAreOfOneLine(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> EventStream.event(null, text, ""));
		assertThatIllegalArgumentException().isThrownBy(() -> EventStream.event(text, null, ""));
	}

	@Test
	void commentsShowThatTheStreamIsThere() {
		StepVerifier.withVirtualTime(() -> EventStream.alive(Flux.never(), INTERVAL).map(EventStreamTests::text))
			.expectNext(":\n\n")
			.expectNoEvent(INTERVAL)
			.expectNext(":\n\n")
			.expectNoEvent(INTERVAL)
			.expectNext(":\n\n")
			.thenCancel()
			.verify();
	}

	@Test
	void streamEndsAsItsEventsDo() {
		StepVerifier.withVirtualTime(() -> EventStream.alive(Flux.just(EventStream.event(null, null, "a")), INTERVAL))
			.expectNextCount(2)
			.verifyComplete();
		StepVerifier.withVirtualTime(() -> EventStream.alive(Flux.error(new IllegalStateException("over")), INTERVAL))
			.expectNextCount(1)
			.verifyErrorMessage("over");
	}

	@Test
	void slowClientGetsFewerCommentsAndAsksForOneEvent() {
		TestPublisher<byte[]> events = TestPublisher.create();
		StepVerifier.withVirtualTime(() -> EventStream.alive(events.flux(), INTERVAL), 1)
			.expectNextCount(1)
			.thenAwait(INTERVAL.multipliedBy(100))
			.thenRequest(1)
			.expectNextCount(1)
			.then(() -> events.assertMaxRequested(1))
			.thenCancel()
			.verify();
		events.assertCancelled();
	}

}
