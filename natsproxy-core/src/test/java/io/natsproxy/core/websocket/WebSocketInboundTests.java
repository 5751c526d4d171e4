package io.natsproxy.core.websocket;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.stream.StreamOptions;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.BaseSubscriber;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the memory of {@link WebSocketInbound}.
 */
class WebSocketInboundTests {

	private static final int COST = 64;

	private final ByteBudget budget = new ByteBudget(40_000);

	private final List<Long> grants = new ArrayList<>();

	private final WebSocketInbound inbound = new WebSocketInbound(
			new NatsWebSocketOptions(30_000, 20_000, StreamOptions.DEFAULTS, Duration.ZERO),
			new ByteReservation(this.budget), Runnable::run, this.grants::add);

	private void receive(int length) {
		this.inbound.message(NatsWebSocketMessage.Type.BINARY, new byte[length]);
	}

	@Test
	void messagesThatWaitAreHeld() {
		receive(1000);
		receive(500);
		assertThat(this.budget.used()).isEqualTo(1500 + 2 * COST);
	}

	@Test
	void messageIsHeldUntilTheNextOneIsTaken() {
		BaseSubscriber<NatsWebSocketMessage> subscriber = new BaseSubscriber<>() {
		};
		this.inbound.messages().subscribe(subscriber);
		receive(1000);
		assertThat(this.budget.used()).isEqualTo(1000 + COST);
		receive(500);
		assertThat(this.budget.used()).isEqualTo(500 + COST);
		subscriber.cancel();
		assertThat(this.budget.used()).isZero();
	}

	@Test
	void nothingIsHeldAtTheEnd() {
		receive(1000);
		this.inbound.end();
		assertThat(this.budget.used()).isZero();
	}

	@Test
	void nothingIsHeldWhenTheLastMessageHasBeenTaken() {
		receive(1000);
		StepVerifier.create(this.inbound.messages())
			.expectNextCount(1)
			.then(this.inbound::end)
			.expectComplete()
			.verify(Duration.ofSeconds(30));
		assertThat(this.budget.used()).isZero();
	}

	@Test
	void messageForWhichThereIsNoMemoryIsRefused() {
		this.budget.reserve(39_000);
		assertThatExceptionOfType(NatsExchangeException.class).isThrownBy(() -> receive(5000))
			.satisfies((ex) -> assertThat(ex.failure()).isEqualTo(ExchangeFailure.MEMORY_EXHAUSTED));
		receive(500);
	}

}
