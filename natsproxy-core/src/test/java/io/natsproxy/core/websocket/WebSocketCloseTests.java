package io.natsproxy.core.websocket;

import java.nio.charset.StandardCharsets;

import io.natsproxy.core.wire.MalformedMessageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link WebSocketClose}.
 */
class WebSocketCloseTests {

	@Test
	void codeAndReasonAreWrittenAndRead() {
		WebSocketClose close = new WebSocketClose(4001, "auf Wiedersehen – bis später");
		assertThat(WebSocketClose.parse(close.payload())).isEqualTo(close);
	}

	@Test
	void aReasonMayBeMissing() {
		assertThat(WebSocketClose.NORMAL.payload()).asString(StandardCharsets.US_ASCII).isEqualTo("1000");
		assertThat(WebSocketClose.parse(WebSocketClose.NORMAL.payload())).isEqualTo(WebSocketClose.NORMAL);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "1", "999", "5000", "10000", "abcd", "-100", "+100", " 1000", "1000x", "0999" })
	void whatDoesNotBeginWithACodeIsMalformed(String payload) {
		assertThatExceptionOfType(MalformedMessageException.class)
			.isThrownBy(() -> WebSocketClose.parse(payload.getBytes(StandardCharsets.UTF_8)));
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, 0, 999, 5000, 65536 })
	void codesOutsideOfTheRangeAreRefused(int code) {
		assertThatIllegalArgumentException().isThrownBy(() -> new WebSocketClose(code, ""));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4999 })
	void codesThatAreNotReservedCanBeSent(int code) {
		assertThat(new WebSocketClose(code, "").isSendable()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1004, 1005, 1006, 1015, 1016, 2000, 2999 })
	void reservedCodesCannotBeSent(int code) {
		assertThat(new WebSocketClose(code, "").isSendable()).isFalse();
	}

	@Test
	void aLongReasonIsCutWithoutCuttingACharacter() {
		String reason = new WebSocketClose(1000, "a" + "é".repeat(100)).reason();
		assertThat(reason).isEqualTo("a" + "é".repeat(61));
		assertThat(reason.getBytes(StandardCharsets.UTF_8)).hasSize(123);
		assertThat(new WebSocketClose(1000, "\uD83D\uDE00".repeat(40)).reason()).isEqualTo("\uD83D\uDE00".repeat(30));
	}

}
