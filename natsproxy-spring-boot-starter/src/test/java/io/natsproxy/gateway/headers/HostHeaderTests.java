package io.natsproxy.gateway.headers;

import java.util.regex.Pattern;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class HostHeaderTests {

	/**
	 * Host and port of RFC 3986, section 3.2, loosely.
	 */
	private static final Pattern AUTHORITY = Pattern.compile("[\\w.~!$&'()*+,;=:%\\[\\]-]*");

	@Test
	void everyCharacterIsTakenOrRefusedAsTheGrammarHasIt() {
		assertThat(IntStream.rangeClosed(0, Character.MAX_VALUE)
			.mapToObj((c) -> "a" + (char) c)
			.filter((host) -> HostHeader.isAuthority(host) != AUTHORITY.matcher(host).matches())).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "localhost", "127.0.0.1:8080", "[::1]:80", "a_b.example", "EXAMPLE.org:443" })
	void hostsAndPortsAreTaken(String host) {
		assertThat(HostHeader.isAuthority(host)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "a/b", "a?b", "a#b", "user@host", "a b", "a\\b", "\u00e9.example" })
	void whatEndsTheAuthorityOfAUriIsRefused(String host) {
		assertThat(HostHeader.isAuthority(host)).isFalse();
	}

}
