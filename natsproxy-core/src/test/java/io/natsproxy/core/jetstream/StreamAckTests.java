package io.natsproxy.core.jetstream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class StreamAckTests {

	@Test
	void namesOfStreamsAreEscaped() {
		assertThat(new StreamAck("a\"b", Long.MAX_VALUE, true).toJson())
			.isEqualTo("{\"stream\":\"a\\\"b\",\"sequence\":9223372036854775807,\"duplicate\":true}");
	}

}
