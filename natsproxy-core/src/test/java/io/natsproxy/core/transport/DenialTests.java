package io.natsproxy.core.transport;

import io.natsproxy.core.transport.Denial.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The errors are those that nats-server 2.9.10 and 2.15.1 send.
 */
class DenialTests {

	@ParameterizedTest
	@CsvSource(delimiterString = "->", quoteCharacter = '|', textBlock = """
			'Permissions Violation for Publish to "GET:.a.%7E"' -> GET:.a.%7E
			Permissions Violation for Publish to "GET:.a" -> GET:.a
			'Permissions Violation for Publish with Reply of "_R_.a.b"' -> _R_.a.b
			'Permissions Violation for Publish to "GET:.\\"quo'te\\""' -> GET:."quo'te"
			'Permissions Violation for Publish to "GET:.back\\\\slash"' -> GET:.back\\slash
			'Permissions Violation for Publish to "GET:.é"' -> GET:.é
			""")
	void messageThatMayNotBePublished(String error, String subject) {
		assertThat(Denial.of(error)).isEqualTo(new Denial(Kind.PUBLISH, subject, null, null));
	}

	@ParameterizedTest
	@CsvSource(delimiterString = "->", quoteCharacter = '|', nullValues = "none", textBlock = """
			'Permissions Violation for Subscription to "_INBOX.a.*"' -> _INBOX.a.* -> none -> none
			'Permissions Violation for Subscription to "GET:.*" using queue "group"' -> GET:.* -> group -> none
			'Permissions Violation for Subscription to "y.a" (sid "p3")' -> y.a -> none -> p3
			'Permissions Violation for Subscription to "y.*" using queue "q" (sid "2")' -> y.* -> q -> 2
			'Permissions Violation for Subscription to "a.b.c.d", too many tokens' -> a.b.c.d -> none -> none
			'maximum subscriptions exceeded' -> none -> none -> none
			""")
	void subscriptionThatMayNotBeMade(String error, String subject, String queueGroup, String subscription) {
		assertThat(Denial.of(error)).isEqualTo(new Denial(Kind.SUBSCRIPTION, subject, queueGroup, subscription));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "'Unknown Protocol Operation'", "'Authorization Violation'",
			"'Permissions Violation for Publish to'", "'Permissions Violation for Publish to \"open'",
			"'Permissions Violation for something else \"a\"'" })
	void otherErrorsAreNone(String error) {
		assertThat(Denial.of(error)).isNull();
	}

	@Test
	void longSubjectOfQuotationMarksIsRead() {
		assertThat(Denial.of("'Permissions Violation for Publish to \"" + "\\\"".repeat(4000) + "\"'").subject())
			.isEqualTo("\"".repeat(4000));
	}

	@Test
	void subjectWithoutItsApostrophesIsTheSame() {
		Denial denial = Denial.of("Permissions Violation for Publish to \"GET:.its\"");
		assertThat(denial.concerns("GET:.it's")).isTrue();
		assertThat(denial.concerns("GET:.its")).isTrue();
		assertThat(denial.concerns("GET:.it")).isFalse();
		assertThat(denial.concerns(null)).isFalse();
	}

}
