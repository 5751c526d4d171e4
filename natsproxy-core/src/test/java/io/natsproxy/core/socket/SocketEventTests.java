package io.natsproxy.core.socket;

import java.nio.charset.StandardCharsets;

import io.natsproxy.core.wire.MalformedMessageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SocketEvent}.
 */
class SocketEventTests {

	@Test
	void eventsAreWrittenAndRead() {
		SocketEvent connected = new SocketEvent(SocketEvent.Type.CONNECTED, "g", "g.s", "/a\"b\\c", null);
		SocketEvent disconnected = new SocketEvent(SocketEvent.Type.DISCONNECTED, "g", "g.s", null,
				new SocketClose(4000, "fort – \n weg"));
		SocketEvent lost = new SocketEvent(SocketEvent.Type.GATEWAY_LOST, "g", null, null, null);
		assertThat(SocketEvent.parse(connected.toJson())).isEqualTo(connected);
		assertThat(SocketEvent.parse(disconnected.toJson())).isEqualTo(disconnected);
		assertThat(SocketEvent.parse(lost.toJson())).isEqualTo(lost);
		assertThat(lost.toJson()).asString(StandardCharsets.UTF_8)
			.isEqualTo("{\"type\":\"gateway-lost\",\"gateway\":\"g\"}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "x", "[]", "{}", "{\"type\":\"connected\"}", "{\"type\":\"other\",\"gateway\":\"g\"}",
			"{\"type\":1,\"gateway\":2}", "{\"type\":\"disconnected\",\"gateway\":\"g\",\"code\":1}" })
	void whatIsNoEventIsMalformed(String payload) {
		assertThatExceptionOfType(MalformedMessageException.class)
			.isThrownBy(() -> SocketEvent.parse(payload.getBytes(StandardCharsets.UTF_8)));
	}

}
