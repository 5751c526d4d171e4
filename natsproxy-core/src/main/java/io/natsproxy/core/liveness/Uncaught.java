package io.natsproxy.core.liveness;

import java.util.concurrent.atomic.AtomicLong;

import org.slf4j.Logger;

/**
 * A log of what was thrown where nobody is left to catch it and the thread goes on. Never
 * throws, not even when there is no memory for a line in the log. Errors of the virtual
 * machine, of which there may be thousands at once, are logged once a second. Safe for
 * use by many threads.
 */
public final class Uncaught {

	private static final long SECOND = 1_000_000_000;

	private static final AtomicLong nextReport = new AtomicLong(System.nanoTime());

	private static final AtomicLong unreported = new AtomicLong();

	private Uncaught() {
	}

	/**
	 * Loads what reports need, while there is memory for it: a class whose loading has
	 * failed once may never be usable again.
	 */
	public static void prepare() {
		unreported.get();
	}

	/**
	 * Logs a failure at the level of errors, if that can be done.
	 * @param logger the logger
	 * @param message a sentence about what has failed
	 * @param failure what was thrown
	 */
	public static void report(Logger logger, String message, Throwable failure) {
		try {
			if (!(failure instanceof VirtualMachineError)) {
				logger.error(message, failure);
			}
			else if (isDue()) {
				long others = unreported.getAndSet(0);
				logger.error((others > 0) ? message + " (" + others + " others like it were not logged)" : message,
						failure);
			}
			else {
				unreported.incrementAndGet();
			}
		}
		catch (Throwable ex) {
			unreported.incrementAndGet();
		}
	}

	private static boolean isDue() {
		long now = System.nanoTime();
		long next = nextReport.get();
		return now - next >= 0 && nextReport.compareAndSet(next, now + SECOND);
	}

}
