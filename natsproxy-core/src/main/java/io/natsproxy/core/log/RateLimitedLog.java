package io.natsproxy.core.log;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * A log for one kind of event that peers or clients can cause as often as they like: one
 * line in an interval at its level, which says how many came before without one; the
 * others at the level debug. Texts among the arguments are made safe by {@link SafeText}.
 * Safe for use by many threads; never waits.
 */
public final class RateLimitedLog {

	/**
	 * Interval where none is given.
	 */
	public static final Duration INTERVAL = Duration.ofSeconds(10);

	private static final long LEFT_OUT = -1;

	private final Logger logger;

	private final long interval;

	/**
	 * The time at which the next line may be written, on the clock of
	 * {@link System#nanoTime()}.
	 */
	private final AtomicLong next = new AtomicLong(System.nanoTime());

	private final AtomicLong leftOut = new AtomicLong();

	/**
	 * Creates a log of one line in ten seconds at the most.
	 * @param logger where lines are written
	 */
	public RateLimitedLog(Logger logger) {
		this(logger, INTERVAL);
	}

	/**
	 * Creates a log.
	 * @param logger where lines are written
	 * @param interval in which one line is written at the most
	 */
	public RateLimitedLog(Logger logger, Duration interval) {
		this.logger = logger;
		this.interval = interval.toNanos();
	}

	/**
	 * Writes a warning, or leaves it out.
	 * @param format the line, with {@code {}} in place of each argument
	 * @param arguments the arguments
	 */
	public void warn(String format, Object... arguments) {
		log(Level.WARN, format, arguments);
	}

	/**
	 * Writes a warning, or leaves it out.
	 * @param format the line, with {@code {}} in place of each argument
	 * @param arguments makes the arguments; is not asked for a line that nobody sees
	 */
	public void warn(String format, Supplier<Object[]> arguments) {
		if (this.logger.isWarnEnabled()) {
			long before = leftOutBefore();
			if (before != LEFT_OUT || this.logger.isDebugEnabled()) {
				write(Level.WARN, before, format, arguments.get());
			}
		}
	}

	/**
	 * Writes a line, or leaves it out.
	 * @param level the level of the lines that are not left out
	 * @param format the line, with {@code {}} in place of each argument
	 * @param arguments the arguments
	 */
	public void log(Level level, String format, Object... arguments) {
		if (this.logger.isEnabledForLevel(level)) {
			long before = leftOutBefore();
			if (before != LEFT_OUT || this.logger.isDebugEnabled()) {
				write(level, before, format, arguments);
			}
		}
	}

	/**
	 * Returns how many lines have been left out before one that is written, or that this
	 * one is left out too.
	 */
	private long leftOutBefore() {
		if (isDue()) {
			return this.leftOut.getAndSet(0);
		}
		this.leftOut.incrementAndGet();
		return LEFT_OUT;
	}

	private void write(Level level, long before, String format, Object[] arguments) {
		if (before == LEFT_OUT) {
			this.logger.debug(format, safe(arguments));
			return;
		}
		String line = (before > 0) ? format + " ({} more like this since the last such line)" : format;
		this.logger.atLevel(level).log(line, safe(arguments, before));
	}

	private boolean isDue() {
		long now = System.nanoTime();
		long due = this.next.get();
		return now - due >= 0 && this.next.compareAndSet(due, now + this.interval);
	}

	private static Object[] safe(Object[] arguments, Object... more) {
		Object[] safe = new Object[arguments.length + more.length];
		for (int i = 0; i < arguments.length; i++) {
			safe[i] = (arguments[i] instanceof CharSequence text) ? SafeText.of(text.toString()) : arguments[i];
		}
		System.arraycopy(more, 0, safe, arguments.length, more.length);
		return safe;
	}

}
