package io.natsproxy.core.jetstream;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Where a reader of a stream begins. Immutable.
 */
public final class StreamStart {

	/**
	 * With what is stored from now on.
	 */
	public static final StreamStart NEW = new StreamStart(null, null, false, false);

	/**
	 * With the last message of each subject.
	 */
	public static final StreamStart LAST_PER_SUBJECT = new StreamStart(null, null, true, false);

	private final @Nullable StreamPosition after;

	private final @Nullable Instant since;

	private final boolean lastPerSubject;

	private final boolean unknown;

	private StreamStart(@Nullable StreamPosition after, @Nullable Instant since, boolean lastPerSubject,
			boolean unknown) {
		this.after = after;
		this.since = since;
		this.lastPerSubject = lastPerSubject;
		this.unknown = unknown;
	}

	/**
	 * Begins behind a place that somebody was at before.
	 * @param id what was told of it; one that is the id of no place is that of one which
	 * is gone
	 * @return the start
	 */
	public static StreamStart after(String id) {
		StreamPosition position = StreamPosition.of(id);
		return new StreamStart(position, null, false, position == null);
	}

	/**
	 * Begins with what was stored at a time.
	 * @param time the time
	 * @return the start
	 */
	public static StreamStart since(Instant time) {
		return new StreamStart(null, time, false, false);
	}

	@Nullable StreamPosition after() {
		return this.after;
	}

	@Nullable Instant since() {
		return this.since;
	}

	boolean isLastPerSubject() {
		return this.lastPerSubject;
	}

	boolean isUnknown() {
		return this.unknown;
	}

}
