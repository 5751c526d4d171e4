package io.natsproxy.gateway.declared.async;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Where requests are stored.
 */
class AsyncQueueTests {

	@Test
	void subjectIsNamedAfterTheStream() {
		assertThat(AsyncQueue.of("requests", "replies", "/results").subject()).isEqualTo("natsproxy.async.requests");
	}

	@ParameterizedTest
	@CsvSource({ "a.b, replies, /results", "requests, a*, /results", "requests, replies, results",
			"requests, replies, /results/", "requests, replies, /{id}", "requests, replies, /**" })
	void namesAreChecked(String stream, String bucket, String path) {
		assertThatIllegalArgumentException().isThrownBy(() -> AsyncQueue.of(stream, bucket, path));
	}

	@Test
	void resultsAreFoundByIdsOnly() {
		assertThat(AsyncResultTarget.routes(AsyncQueue.of("requests", "replies", "/results")))
			.extracting((route) -> route.path().getPatternString())
			.containsExactly("/results/{id:[0-9a-f]{32}}", "/results/{id:[0-9a-f]{32}}/response");
	}

}
