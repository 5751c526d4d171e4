package io.natsproxy.gateway.declared.async;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The field {@code Prefer} (RFC 7240).
 */
class PreferencesTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "respond-async | true | 0", "respond-async, wait=5 | true | 5", "Wait = 10 ; x=y | false | 10",
					"RESPOND-ASYNC;foo=\"bar\" | true | 0", "wait=\"7\" | false | 7", "wait=-1 | false | 0",
					"wait=99999999999 | false | 0", "wait=x, handling=lenient | false | 0",
					"respond-asynchronously | false | 0" })
	void whatIsUnderstoodCounts(String value, boolean respondAsync, long seconds) {
		assertThat(Preferences.of(List.of(value)))
			.isEqualTo(new Preferences(respondAsync, Duration.ofSeconds(seconds)));
	}

	@Test
	void fieldMayStandSeveralTimes() {
		assertThat(Preferences.of(List.of("wait=5", "respond-async")))
			.isEqualTo(new Preferences(true, Duration.ofSeconds(5)));
		assertThat(Preferences.of(List.of())).isEqualTo(new Preferences(false, Duration.ZERO));
	}

}
