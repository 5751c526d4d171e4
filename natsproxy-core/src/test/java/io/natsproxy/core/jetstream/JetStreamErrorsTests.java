package io.natsproxy.core.jetstream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class JetStreamErrorsTests {

	@ParameterizedTest
	@CsvSource({ "503, 10039, 503", "400, 10071, 412", "400, 10070, 412", "400, 10164, 412", "400, 10054, 413",
			"503, 10077, 507", "503, 10047, 507", "409, 10158, 409", "400, 10060, 404", "404, 10059, 404",
			"429, 10167, 429", "503, 10008, 503", "400, 10109, 502", "500, 0, 502" })
	void errorsOfTheServerAreFailures(int code, int apiCode, int status) {
		JetStreamException failure = JetStreamErrors.of(code, apiCode, "the words of the server");
		assertThat(failure.failure().status()).isEqualTo(status);
		assertThat(failure.detail()).doesNotContain("words");
		assertThat(failure).hasMessageContaining("the words of the server");
	}

}
