package io.natsproxy.gateway.declared.jetstream;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import io.natsproxy.gateway.declared.RouteProblemException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

class IdempotencyMemoryTests {

	private static final byte[] ONE = { 1 };

	private static final byte[] OTHER = { 2 };

	private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);

	private final IdempotencyMemory memory = new IdempotencyMemory(2, this.now::get);

	private void use(String key, byte[] payload) {
		IdempotencyMemory.Use use = this.memory.begin("route", "subject", key);
		try {
			use.payload(payload);
		}
		finally {
			use.end();
		}
	}

	private static void assertRefused(int status, ThrowingCallable call) {
		assertThatExceptionOfType(RouteProblemException.class).isThrownBy(call)
			.matches((ex) -> ex.status() == status, "status " + status);
	}

	@Test
	void keyIsInUseUntilTheUseEnds() {
		IdempotencyMemory.Use use = this.memory.begin("route", "subject", "key");
		assertRefused(409, () -> this.memory.begin("route", "subject", "key"));
		this.memory.begin("route", "other", "key").end();
		this.memory.begin("other", "subject", "key").end();
		use.end();
		use("key", ONE);
	}

	@Test
	void otherPayloadIsRefusedForAsLongAsTheKeyIsKnown() {
		use("key", ONE);
		use("key", ONE);
		assertRefused(422, () -> use("key", OTHER));
		this.now.addAndGet(Duration.ofMinutes(3).toNanos());
		use("key", OTHER);
	}

	@Test
	void whatHasFailedLeavesThePayloadBefore() {
		IdempotencyMemory.Use failed = this.memory.begin("route", "subject", "key");
		failed.payload(OTHER);
		failed.failed();
		failed.end();
		use("key", ONE);
		IdempotencyMemory.Use again = this.memory.begin("route", "subject", "key");
		again.payload(ONE);
		again.failed();
		again.end();
		assertRefused(422, () -> use("key", OTHER));
	}

	@Test
	void oldestIsForgottenWhenThereAreTooMany() {
		use("1", ONE);
		use("2", ONE);
		use("1", ONE);
		use("3", ONE);
		assertRefused(422, () -> use("1", OTHER));
		assertThatNoException().isThrownBy(() -> use("2", OTHER));
	}

}
