package io.natsproxy.it.contract;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bodies that do not fit one message, or are not known in advance.
 */
interface StreamContract extends HttpStreamContract {

	@Test
	default void bodyThatIsReadAsAWholeHasTheLimitOfItsCodec() {
		int limit = 256 * 1024;
		upload("/streams/bytes", limit).expectStatus()
			.isOk()
			.expectBody(String.class)
			.isEqualTo(Integer.toString(limit));
		expectError(upload("/streams/bytes", limit + 1), 413);
	}

	@ParameterizedTest
	@ValueSource(ints = { 500_000, 3 * MEGABYTE })
	default void requestMayBeAnsweredBeforeItIsRead(int length) {
		expectError(upload("/streams/unauthorized", length), 401);
		expectError(upload("/streams/too-large", length), 413);
		expectError(upload("/streams/bytes", length), 413);
	}

}
