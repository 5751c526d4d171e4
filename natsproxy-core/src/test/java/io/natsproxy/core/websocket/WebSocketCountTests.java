package io.natsproxy.core.websocket;

import io.natsproxy.core.exchange.WebSocketStatistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class WebSocketCountTests {

	private final WebSocketStatistics statistics = new WebSocketStatistics();

	private final WebSocketCount count = new WebSocketCount(this.statistics);

	@Test
	void openUntilItIsClosed() {
		this.count.opened();
		assertThat(this.statistics.open()).isOne();
		this.count.closed(1000);
		assertThat(this.statistics.open()).isZero();
		assertThat(this.statistics.closed("1000")).isOne();
	}

	@Test
	void closedByThePeerBeforeTheHandshakeIsKnownToHaveSucceeded() {
		this.count.closed(1000);
		assertThat(this.statistics.closed("1000")).isZero();
		this.count.opened();
		assertThat(this.statistics.open()).isZero();
		assertThat(this.statistics.closed("1000")).isOne();
	}

	@Test
	void handshakeThatFailsIsNotCounted() {
		this.count.closed(1014);
		assertThat(this.statistics.open()).isZero();
		assertThat(WebSocketStatistics.codes()).allMatch((code) -> this.statistics.closed(code) == 0);
	}

	@ParameterizedTest
	@CsvSource({ "1000, 1000", "1015, 1015", "1016, other", "2999, other", "3000, 3xxx", "3999, 3xxx", "4000, 4xxx",
			"4999, 4xxx" })
	void codesAreBounded(int code, String counted) {
		this.count.opened();
		this.count.closed(code);
		assertThat(this.statistics.closed(counted)).isOne();
	}

}
