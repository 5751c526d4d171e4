package io.natsproxy.core.subject;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ReplySubjectsTests {

	private final ReplySubjects subjects = new ReplySubjects(ReplySubjects.DEFAULT_PREFIXES, "acme.own.Kx7");

	@ParameterizedTest
	@ValueSource(strings = { "_INBOX.a", "_INBOX.aB3.d-_", "_R_.abc.def", "acme.own.a", "acme.own.a.b" })
	void inboxesAreInboxes(String subject) {
		assertThat(this.subjects.isInbox(subject)).isTrue();
		assertThat(this.subjects.allows(subject, "a test")).isTrue();
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", "_INBOX", "_INBOX.", "_INBOX.*", "_INBOX.>", "_INBOX.a.>", "_INBOX.a b", "_INBOX..a",
			"_INBOX.a.", "_INBOXES.a", "_inbox.a", " _INBOX.a", "a._INBOX.b", "acme.own", "acme.ownership.a", "GET:.a",
			"natsproxy.ws.group.a", "$JS.ACK.a", "_R_", "_INBOX.\u007f", "_INBOX.a\r\nPUB b 0" })
	void nothingElseIs(String subject) {
		assertThat(this.subjects.isInbox(subject)).isFalse();
		assertThat(this.subjects.allows(subject, "a test")).isFalse();
	}

	@Test
	void subjectThatCouldCostTheConnectionIsNone() {
		assertThat(this.subjects.isInbox("_INBOX." + "x".repeat(505))).isTrue();
		assertThat(this.subjects.isInbox("_INBOX." + "x".repeat(506))).isFalse();
	}

	@Test
	void onlyThePrefixesThatAreNamedAndTheOwnCount() {
		ReplySubjects named = new ReplySubjects(List.of("_INBOX_gateway."), "_INBOX_service.Kx7");
		assertThat(named.isInbox("_INBOX_gateway.a")).isTrue();
		assertThat(named.isInbox("_INBOX_service.a")).isTrue();
		assertThat(named.isInbox("_INBOX.a")).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ".", "a..b", "*", "a.>", "a b" })
	void prefixThatIsNoLiteralSubjectIsRefused(String prefix) {
		assertThatIllegalArgumentException().isThrownBy(() -> new ReplySubjects(List.of(prefix), "_INBOX.a"));
	}

	@ParameterizedTest
	@CsvSource({ "_INBOX.a,_INBOX.a,true", "_INBOX.a,_INBOX.b,false", "_R_.a.b,_R_.a.c,true",
			"_R_.a.b,_INBOX.a,false" })
	void serversMakeAReplySubjectForEachMessage(String first, String second, boolean same) {
		assertThat(ReplySubjects.areOfOneSender(first, second)).isEqualTo(same);
	}

}
