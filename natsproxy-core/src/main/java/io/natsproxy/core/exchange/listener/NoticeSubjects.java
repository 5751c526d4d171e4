package io.natsproxy.core.exchange.listener;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * The subjects to which notices of processing have been sent lately, and those of them
 * that the server has denied. Callers name them, as many as they like; of those on trial,
 * which the server has denied or may still deny, there are only so many at a time. Times
 * are on the clock of {@link System#nanoTime()}. One thread at a time sends; denials come
 * on any.
 */
final class NoticeSubjects {

	/**
	 * Most subjects on trial.
	 */
	static final int MAX_ON_TRIAL = 100;

	/**
	 * For how long a subject that is not denied is on trial, in nanoseconds: longer than
	 * a server that is well takes to deny.
	 */
	static final long TRIAL = Duration.ofSeconds(2).toNanos();

	/**
	 * For how long nothing is sent to a subject that is denied, and one to which nothing
	 * is sent is remembered, in nanoseconds: permissions may change.
	 */
	static final long REMEMBERED = Duration.ofMinutes(1).toNanos();

	private final Map<String, Sent> subjects = new ConcurrentHashMap<>();

	private int onTrial;

	/**
	 * Forgets what is old; to be called before each turn of notices.
	 */
	void turn(long now) {
		this.subjects.values().removeIf((sent) -> now - sent.last >= REMEMBERED);
		AtomicInteger onTrial = new AtomicInteger();
		this.subjects.values().forEach((sent) -> {
			if (sent.isOnTrial(now)) {
				onTrial.incrementAndGet();
			}
		});
		this.onTrial = onTrial.get();
	}

	/**
	 * Tells whether a notice may be sent to a subject, which counts as sent then.
	 * @param subject an inbox
	 * @return whether it is known and not denied, or another may be tried
	 */
	boolean trySend(String subject, long now) {
		Sent sent = this.subjects.get(subject);
		if (sent == null) {
			if (this.onTrial >= MAX_ON_TRIAL) {
				return false;
			}
			this.onTrial++;
			this.subjects.put(subject, new Sent(now));
			return true;
		}
		return sent.again(now);
	}

	/**
	 * Takes back that a notice was sent to a subject.
	 */
	void notSent(String subject, long now) {
		Sent sent = this.subjects.get(subject);
		if (sent != null && sent.first == now) {
			this.subjects.remove(subject);
			this.onTrial--;
		}
	}

	/**
	 * Takes note that the server has denied a message. Others than notices do not matter.
	 * @param subject the subject of the message, if it is known
	 */
	void denied(@Nullable String subject, long now) {
		Sent sent = (subject != null) ? this.subjects.get(subject) : null;
		if (sent != null) {
			sent.deny(now);
		}
	}

	/**
	 * Returns how many subjects are remembered.
	 */
	int size() {
		return this.subjects.size();
	}

	/**
	 * A subject to which a notice has been sent.
	 */
	private static final class Sent {

		private final long first;

		/**
		 * When the last notice was sent, or denied.
		 */
		private volatile long last;

		private volatile boolean denied;

		private Sent(long now) {
			this.first = now;
			this.last = now;
		}

		private boolean isOnTrial(long now) {
			return this.denied || now - this.first < TRIAL;
		}

		private synchronized boolean again(long now) {
			if (!this.denied) {
				this.last = now;
			}
			return !this.denied;
		}

		private synchronized void deny(long now) {
			this.denied = true;
			this.last = now;
		}

	}

}
