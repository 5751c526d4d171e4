package io.natsproxy.core.exchange;

import java.util.HashSet;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ReplyTokens}.
 */
class ReplyTokensTests {

	@Test
	void tokensAreShortLiteralAndNeverTheSame() {
		ReplyTokens tokens = new ReplyTokens();
		Set<String> seen = new HashSet<>();
		for (int i = 0; i < 10_000; i++) {
			String token = tokens.next();
			assertThat(token).matches("[A-Za-z0-9_-]{12}");
			assertThat(seen.add(token)).isTrue();
		}
	}

}
