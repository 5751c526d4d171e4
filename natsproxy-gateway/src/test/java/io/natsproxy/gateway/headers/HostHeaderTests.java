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

	/**
	 * A name of RFC 3986, section 3.2.2, without what is percent-encoded.
	 */
	private static final Pattern NAME = Pattern.compile("[\\w.~!$&'()*+,;=-]*");

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

	@ParameterizedTest
	@ValueSource(strings = { "", "localhost", "localhost:", "127.0.0.1:8080", "[::1]", "[::1]:", "[::1]:80",
			"[2001:db8::1]:65535", "[::ffff:1.2.3.4]", "a_b.example", "EXAMPLE.org:443", "a%41b", "a%4a:80",
			"a!$&'()*+,;=~-" })
	void wellFormedHostsAreValid(String host) {
		assertThat(HostHeader.isValid(host)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "[::1]x", "[::1]]", "[::1][::2]", "[::1]x:80", "[::1", "[", "[]", "[]:80", "[a]",
			"[1.2.3.4]", "[::1%eth0]", "[::1%25eth0]", "[[::1]]", "[v1.a]", "a[b]c", "a]", "a[", "::1", "a%zz", "a%",
			"a%4", "a%4:80", "a:%34", ":80", ":", "a:b", "a:80:80", "a:65536", "a:+80", "a/b", "user@host", "a/b@c",
			"a b", "\u00e9.example" })
	void anythingElseIsNot(String host) {
		assertThat(HostHeader.isValid(host)).isFalse();
	}

	@Test
	void everyCharacterOfANameIsTakenOrRefusedAsTheGrammarHasIt() {
		assertThat(IntStream.rangeClosed(0, Character.MAX_VALUE)
			.mapToObj((c) -> "a" + (char) c + "b")
			.filter((host) -> HostHeader.isValid(host) != NAME.matcher(host).matches())).isEmpty();
	}

}
