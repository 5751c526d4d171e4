package io.natsproxy.core.wire;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class JsonObjectTests {

	@Test
	void membersAreTextsNumbersAndLists() {
		assertThat(new JsonObject().put("text", "a/b").put("number", 1).put("list", List.of("x", "y")))
			.hasToString("{\"text\":\"a/b\",\"number\":1,\"list\":[\"x\",\"y\"]}");
		assertThat(new JsonObject().put("list", List.of())).hasToString("{\"list\":[]}");
		assertThat(new JsonObject()).hasToString("{}");
	}

	@Test
	void whatWouldEndATextIsEscaped() {
		assertThat(new JsonObject().put("a\"", "\\\"\r\n\0é"))
			.hasToString("{\"a\\\"\":\"\\\\\\\"\\u000d\\u000a\\u0000é\"}");
	}

}
