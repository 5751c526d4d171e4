package io.natsproxy.it.gateway;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Assertions on problem bodies (RFC 9457).
 */
public final class ProblemAssert {

	private static final JsonMapper json = JsonMapper.builder().build();

	private ProblemAssert() {
	}

	/**
	 * Asserts that a response has a status and a problem body that tells of it.
	 * @return the detail
	 */
	public static String assertProblem(RawHttpClient.Response response, int status) {
		assertThat(response.status()).as(response.toString()).isEqualTo(status);
		assertThat(response.header("Content-Type")).containsExactly("application/problem+json");
		assertThat(response.header("Content-Length")).containsExactly(Integer.toString(response.body().length));
		JsonNode problem = json.readTree(response.body());
		assertThat(problem.get("status").asInt()).isEqualTo(status);
		assertThat(problem.get("type").asString()).isEqualTo("about:blank");
		assertThat(problem.get("title").asString()).isNotEmpty();
		return problem.get("detail").asString();
	}

}
