package io.natsproxy.core.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;

import org.junit.jupiter.api.Test;
import reactor.core.Exceptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class DeliveryExecutorTests {

	private final List<String> log = new ArrayList<>();

	private final DeliveryExecutor executor = new DeliveryExecutor(Runnable::run);

	@Test
	void whatIsAskedForWithinAnEmissionRunsAfterItWithoutTheLock() {
		this.executor.emit(() -> {
			this.executor.execute(() -> this.log.add("locked: " + Thread.holdsLock(this.executor)));
			this.log.add("emitted");
		});
		assertThat(this.log).containsExactly("emitted", "locked: false");
	}

	@Test
	void whatIsAskedForOtherwiseRunsAtOnce() {
		this.executor.execute(() -> this.log.add("delivered"));
		assertThat(this.log).containsExactly("delivered");
	}

	@Test
	void anEmissionReturnsWhatItSays() {
		assertThat(this.executor.emit((BooleanSupplier) () -> false)).isFalse();
		assertThat(this.executor.emit((BooleanSupplier) () -> true)).isTrue();
	}

	@Test
	void anEmissionThatFailsDeliversNothing() {
		assertThatIllegalStateException().isThrownBy(() -> this.executor.emit((Runnable) () -> {
			throw new IllegalStateException("failed");
		}));
		this.executor.emit(() -> this.log.add("next"));
		assertThat(this.log).containsExactly("next");
	}

	@Test
	void whatAnEmissionThatFailsHasAskedForIsDelivered() {
		assertThatIllegalStateException().isThrownBy(() -> this.executor.emit((Runnable) () -> {
			this.executor.execute(() -> this.log.add("delivered"));
			throw new IllegalStateException("failed");
		}));
		assertThat(this.log).containsExactly("delivered");
	}

	@Test
	void whatIsRefusedIsDeliveredWhereItWasEmitted() {
		for (Throwable refusal : List.of(new RejectedExecutionException(), new OutOfMemoryError("test"))) {
			DeliveryExecutor refused = new DeliveryExecutor((task) -> {
				throw Exceptions.propagate(refusal);
			});
			refused.emit(() -> refused.execute(() -> this.log.add(refusal.getClass().getSimpleName())));
		}
		assertThat(this.log).containsExactly("RejectedExecutionException", "OutOfMemoryError");
	}

}
