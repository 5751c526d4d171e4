package io.natsproxy.agent;

import java.util.ArrayList;
import java.util.List;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.natsproxy.core.exchange.listener.ExchangeOutcome;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.wire.RequestHead;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An observation ends once, when both sides have.
 */
class StartedObservationTests {

	private final List<String> ended = new ArrayList<>();

	private final ObservedRequest request = new ObservedRequest("orders",
			new RequestHead("GET", "/orders/1", null, HeaderFields.EMPTY));

	private boolean failing;

	private StartedObservation observation;

	@BeforeEach
	void observe() {
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(new Handler());
		Observation received = Observation.createNotStarted("received", registry).start();
		this.observation = new StartedObservation(new AgentObservations(registry, true), this.request, received);
		this.observation.sending(new DefaultHttpHeaders());
	}

	@Test
	void endsWhenBothSidesHave() {
		this.observation.passed();
		assertThat(this.ended).isEmpty();
		this.observation.answered(ExchangeOutcome.ANSWERED, 200);
		assertThat(this.ended).hasSize(2);
		this.observation.answered(ExchangeOutcome.BROKEN, 0);
		this.observation.passed();
		assertThat(this.ended).hasSize(2);
		assertThat(this.request.status()).isEqualTo(200);
	}

	@Test
	void failureOfWhichTheCallerIsNotToldDoesNotCount() {
		this.observation.failed(new StalledException("late"), 504);
		this.observation.answered(ExchangeOutcome.ANSWERED, 200);
		this.observation.passed();
		assertThat(this.request.failure()).isNull();
		assertThat(this.ended).doesNotContain("late");
	}

	@Test
	void failureOfWhichTheCallerIsToldCounts() {
		this.observation.failed(new StalledException("late"), 504);
		this.observation.answered(ExchangeOutcome.ANSWERED, 504);
		this.observation.failed(new IllegalStateException("ended"));
		this.observation.passed();
		assertThat(this.request.failure()).isInstanceOf(StalledException.class);
		assertThat(this.ended).containsExactly("late", "late");
	}

	@Test
	void failureAfterTheHeadOfAResponseCounts() {
		this.observation.failed(new StalledException("late"), 504);
		this.observation.answered(ExchangeOutcome.BROKEN, 200);
		this.observation.passed();
		assertThat(this.ended).containsExactly("late", "late");
	}

	@Test
	void observerThatFailsHoldsNothingUp() {
		this.failing = true;
		this.observation.sending(new DefaultHttpHeaders());
		this.observation.answered(ExchangeOutcome.ANSWERED, 200);
		this.observation.passed();
		assertThat(this.ended).hasSize(3);
	}

	private final class Handler implements ObservationHandler<Observation.Context> {

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

		@Override
		public void onStop(Observation.Context context) {
			Throwable failure = context.getError();
			StartedObservationTests.this.ended.add((failure != null) ? failure.getMessage() : "none");
			if (StartedObservationTests.this.failing) {
				throw new IllegalStateException("The observer fails");
			}
		}

	}

}
