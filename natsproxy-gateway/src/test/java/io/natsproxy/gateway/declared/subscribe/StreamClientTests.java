package io.natsproxy.gateway.declared.subscribe;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import io.natsproxy.core.jetstream.StreamPosition;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.subject.SubjectTemplate;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client that is to be disconnected when it is slow.
 */
class StreamClientTests {

	private static final SubscribeTarget TARGET = new SubscribeTarget(SubjectTemplate.ofSubscription("a"), "A",
			List.of(SubscribeFormat.NDJSON), Duration.ofSeconds(15), null, 10, SlowClientPolicy.DISCONNECT, 1);

	private final ClientQueue queue = new ClientQueue(TARGET, SubscribeFormat.NDJSON,
			new ByteReservation(new ByteBudget(1024 * 1024)), Runnable::run, (left) -> {
			});

	private final StreamClient client = new StreamClient(this.queue, SlowClientPolicy.DISCONNECT);

	@Test
	void isNotSlowWhileItTakesWhatItHasAskedFor() {
		this.client.onStoredEvent(event("12345"));
		this.client.onStoredEvent(event("12345"));
		StepVerifier.create(this.queue, 0)
			.then(() -> assertThat(this.client.onEvent(event("12345"))).isFalse())
			.thenRequest(4)
			.expectNextCount(3)
			.then(() -> assertThat(this.client.onEvent(event("12345"))).isTrue())
			.expectNextCount(1)
			.thenCancel()
			.verify();
	}

	@Test
	void isDisconnectedWhenItIsSlowerThanWhatComes() {
		this.client.onStart(new StreamPosition("a", 1));
		StepVerifier.create(this.queue, 0).thenRequest(3).expectNextCount(2).then(() -> {
			assertThat(this.client.onEvent(event("12345"))).isTrue();
			assertThat(this.client.onEvent(event("12345"))).isTrue();
			assertThat(this.client.onEvent(event("12345"))).isTrue();
		}).expectNextCount(1).expectError().verify();
	}

	private static Event event(String payload) {
		return new Event(null, ("\"" + payload + "\"").getBytes(StandardCharsets.US_ASCII));
	}

}
