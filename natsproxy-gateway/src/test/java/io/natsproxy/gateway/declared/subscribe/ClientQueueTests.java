package io.natsproxy.gateway.declared.subscribe;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.subject.SubjectTemplate;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ClientQueue}.
 */
class ClientQueueTests {

	private final ByteReservation memory = new ByteReservation(new ByteBudget(1024 * 1024));

	private final ClientQueue queue = new ClientQueue(
			new SubscribeTarget(SubjectTemplate.ofSubscription("prices"), null, List.of(SubscribeFormat.NDJSON),
					SubscribeTarget.HEARTBEAT, null, 100, SlowClientPolicy.DROP_OLDEST, 1),
			SubscribeFormat.NDJSON, this.memory, Runnable::run, (client) -> {
			});

	@Test
	void whatIsDeliveredStaysReservedUntilItIsReleased() {
		this.queue.onEvent(event("1"));
		StepVerifier.create(this.queue, 2)
			.expectNextCount(2)
			.then(() -> assertThat(this.memory.held()).isEqualTo(2))
			.then(() -> this.memory.release(2))
			.then(() -> this.queue.onEvent(event("23")))
			.then(() -> assertThat(this.memory.held()).isEqualTo(3))
			.thenCancel()
			.verify();
		assertThat(this.memory.held()).isZero();
	}

	@Test
	void whatIsDroppedIsReleasedAndTheGapIsReserved() {
		for (int i = 0; i < 3; i++) {
			this.queue.onEvent(event("1".repeat(80)));
		}
		assertThat(this.memory.held()).isEqualTo(81);
		StepVerifier.create(this.queue)
			.consumeNextWith((gap) -> this.memory.release(gap.length))
			.consumeNextWith((part) -> this.memory.release(part.length))
			.then(() -> assertThat(this.memory.held()).isZero())
			.thenCancel()
			.verify();
	}

	private static Event event(String json) {
		return new Event(null, json.getBytes(StandardCharsets.UTF_8));
	}

}
