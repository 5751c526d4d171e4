package io.natsproxy.core.exchange.listener;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NoticeSubjects}, at times that are made up.
 */
class NoticeSubjectsTests {

	private final NoticeSubjects subjects = new NoticeSubjects();

	private long now = Long.MAX_VALUE - 5;

	private void pass(long nanos) {
		this.now += nanos;
		this.subjects.turn(this.now);
	}

	private boolean trySend(String subject) {
		return this.subjects.trySend(subject, this.now);
	}

	private int trySendMany(String prefix) {
		int sent = 0;
		for (int i = 0; i < 10 * NoticeSubjects.MAX_ON_TRIAL; i++) {
			sent += trySend(prefix + i) ? 1 : 0;
		}
		return sent;
	}

	@Test
	void deniedSubjectIsTriedAgainAfterAMinute() {
		assertThat(trySend("a")).isTrue();
		this.subjects.denied("a", this.now);
		pass(NoticeSubjects.REMEMBERED - 1);
		assertThat(trySend("a")).isFalse();
		pass(1);
		assertThat(trySend("a")).isTrue();
	}

	@Test
	void denialOfWhatIsNoNoticeIsNotRemembered() {
		for (int i = 0; i < 2000; i++) {
			this.subjects.denied("reply." + i, this.now);
		}
		this.subjects.denied(null, this.now);
		assertThat(this.subjects.size()).isZero();
		assertThat(trySend("reply.1")).isTrue();
	}

	@Test
	void fewAreTriedAtATimeAndFewViolationsFollowInAMinute() {
		assertThat(trySendMany("a")).isEqualTo(NoticeSubjects.MAX_ON_TRIAL);
		for (int i = 0; i < NoticeSubjects.MAX_ON_TRIAL; i++) {
			this.subjects.denied("a" + i, this.now);
		}
		pass(NoticeSubjects.TRIAL);
		assertThat(trySendMany("b")).isZero();
		pass(NoticeSubjects.REMEMBERED - NoticeSubjects.TRIAL);
		assertThat(trySendMany("b")).isEqualTo(NoticeSubjects.MAX_ON_TRIAL);
	}

	@Test
	void thoseThatAreNotDeniedMakeRoomForOthersAndGoOn() {
		trySendMany("a");
		pass(NoticeSubjects.TRIAL - 1);
		assertThat(trySend("b")).isFalse();
		pass(1);
		assertThat(trySendMany("b")).isEqualTo(NoticeSubjects.MAX_ON_TRIAL);
		assertThat(trySend("a1")).isTrue();
	}

	@Test
	void thatWhichIsToldGoesOnHoweverManyAreOnTrial() {
		assertThat(trySend("told")).isTrue();
		for (int i = 0; i < 100; i++) {
			pass(NoticeSubjects.REMEMBERED / 10);
			trySendMany("turn " + i + " ");
			assertThat(trySend("told")).isTrue();
		}
		assertThat(this.subjects.size()).isLessThanOrEqualTo(11 * NoticeSubjects.MAX_ON_TRIAL);
	}

	@Test
	void thatWhichCouldNotBeSentWasNotTried() {
		for (int i = 0; i < 10 * NoticeSubjects.MAX_ON_TRIAL; i++) {
			assertThat(trySend("a" + i)).isTrue();
			this.subjects.notSent("a" + i, this.now);
		}
		assertThat(this.subjects.size()).isZero();
	}

	@Test
	void thatWhichWasSentBeforeIsRememberedIfItCannotBeSentNow() {
		trySend("a");
		pass(1);
		trySend("a");
		this.subjects.notSent("a", this.now);
		this.subjects.denied("a", this.now);
		assertThat(trySend("a")).isFalse();
	}

}
