package io.natsproxy.benchmarks.load;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class TargetTests {

	@Test
	void aUrlHasHostAndPort() {
		assertThat(Target.of("http://127.0.0.1:8080/")).isEqualTo(new Target("127.0.0.1", 8080));
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "http://127.0.0.1", "https://127.0.0.1:8080", "127.0.0.1:8080", "http://127.0.0.1:8080/api" })
	void anythingElseIsRefused(String url) {
		assertThatIllegalArgumentException().isThrownBy(() -> Target.of(url));
	}

}
