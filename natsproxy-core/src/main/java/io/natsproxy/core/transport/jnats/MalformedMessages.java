package io.natsproxy.core.transport.jnats;

import java.util.concurrent.atomic.AtomicLong;

import io.natsproxy.core.log.SafeText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log of messages whose headers could not be read: the 1st, 2nd, 4th, 8th and so on
 * with a warning, because whoever sends them must not be able to fill the log.
 */
public final class MalformedMessages {

	private static final Logger logger = LoggerFactory.getLogger("io.natsproxy.connection");

	/**
	 * The most characters of a subject that are shown.
	 */
	private static final int MAX_SUBJECT = 200;

	private static final AtomicLong count = new AtomicLong();

	private MalformedMessages() {
	}

	/**
	 * Reports a message.
	 * @param subject its subject
	 */
	public static void report(String subject) {
		long number = count.incrementAndGet();
		if (Long.bitCount(number) == 1) {
			logger.warn("Received {} message(s) with malformed NATS headers so far, the last one on subject '{}'",
					number, SafeText.of(subject, MAX_SUBJECT));
		}
	}

	static void reportLine(String controlLine) {
		String[] words = controlLine.split(" ");
		report((words.length > 1) ? words[1] : "");
	}

}
