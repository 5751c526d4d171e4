package io.natsproxy.core.websocket;

import java.nio.charset.StandardCharsets;

import io.natsproxy.core.wire.MalformedMessageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link WebSocketEvent}.
 */
class WebSocketEventTests {

	@Test
	void eventsAreWrittenAndRead() {
		WebSocketEvent connected = new WebSocketEvent(WebSocketEvent.Type.CONNECTED, "g", "g.s", "/a\"b\\c", null);
		WebSocketEvent disconnected = new WebSocketEvent(WebSocketEvent.Type.DISCONNECTED, "g", "g.s", null,
				new WebSocketClose(4000, "fort – \n weg"));
		WebSocketEvent lost = new WebSocketEvent(WebSocketEvent.Type.GATEWAY_LOST, "g", null, null, null);
		assertThat(WebSocketEvent.parse(connected.toJson())).isEqualTo(connected);
		assertThat(WebSocketEvent.parse(disconnected.toJson())).isEqualTo(disconnected);
		assertThat(WebSocketEvent.parse(lost.toJson())).isEqualTo(lost);
		assertThat(lost.toJson()).asString(StandardCharsets.UTF_8)
			.isEqualTo("{\"type\":\"gateway-lost\",\"gateway\":\"g\"}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "x", "[]", "{}", "{\"type\":\"connected\"}", "{\"type\":\"other\",\"gateway\":\"g\"}",
			"{\"type\":1,\"gateway\":2}", "{\"type\":\"disconnected\",\"gateway\":\"g\",\"code\":1}" })
	void whatIsNoEventIsMalformed(String payload) {
		assertThatExceptionOfType(MalformedMessageException.class)
			.isThrownBy(() -> WebSocketEvent.parse(payload.getBytes(StandardCharsets.UTF_8)));
	}

}
