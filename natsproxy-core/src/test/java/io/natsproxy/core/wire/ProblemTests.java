package io.natsproxy.core.wire;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import io.nats.client.support.JsonParser;
import io.nats.client.support.JsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Problem}.
 */
class ProblemTests {

	@Test
	void problemIsWrittenAsJson() {
		assertThat(new String(new Problem(503, "Service Unavailable", "Nobody").toJson(), StandardCharsets.UTF_8))
			.isEqualTo("{\"type\":\"about:blank\",\"title\":\"Service Unavailable\",\"status\":503,"
					+ "\"detail\":\"Nobody\"}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"", "\\", "a\"},{\"b", "\r\n\t\b\f", "\0\u0001\u001F", "/", "\u00E9\u20AC",
			"\uD83D\uDE00", "\u2028" })
	void detailIsEscaped(String detail) throws IOException {
		byte[] json = Problem.of(500, detail).toJson();
		assertThat(new String(json, StandardCharsets.UTF_8).chars()).allMatch((c) -> c >= ' ');
		JsonValue parsed = JsonParser.parse(json);
		assertThat(parsed.map.get("detail").string).isEqualTo(detail);
	}

	@ParameterizedTest
	@CsvSource({ "400,Bad Request", "404,Not Found", "418,Client Error", "431,Request Header Fields Too Large",
			"501,Not Implemented", "505,HTTP Version Not Supported", "599,Server Error" })
	void titleIsTheReasonPhraseOfTheStatus(int status, String title) {
		assertThat(Problem.of(status, "x").title()).isEqualTo(title);
	}

	@Test
	void fieldsNameTheMediaTypeAndWhenToRetry() {
		assertThat(TestFields.toMap(Problem.HEADERS))
			.isEqualTo(Map.of("Content-Type", List.of("application/problem+json")));
		assertThat(TestFields.toMap(Problem.RETRY_HEADERS))
			.isEqualTo(Map.of("Content-Type", List.of("application/problem+json"), "Retry-After", List.of("1")));
	}

}
