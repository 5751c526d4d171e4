package io.natsproxy.gateway;

import java.util.List;

import io.natsproxy.gateway.BodyLimits.BodyLimit;
import io.natsproxy.webflux.path.PathCondition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.http.server.RequestPath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class BodyLimitsTests {

	private final BodyLimits limits = new BodyLimits(List.of(new BodyLimit(PathCondition.pattern("/upload/avatar"), 10),
			new BodyLimit(PathCondition.pattern("/upload/**"), 1000), new BodyLimit(PathCondition.regex("/up.*"), 100)),
			50);

	@ParameterizedTest
	@CsvSource({ "/upload/avatar,10", "/upload/a%76atar,10", "/upload/video,1000", "/uplink,100", "/other,50", "/,50" })
	void firstLimitWhoseConditionIsMetCounts(String path, long limit) {
		assertThat(this.limits.of(RequestPath.parse(path, null))).isEqualTo(limit);
	}

	@Test
	void negativeLimitIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new BodyLimits(List.of(), -1));
		assertThatIllegalArgumentException().isThrownBy(() -> new BodyLimit(PathCondition.any(), -1));
	}

}
