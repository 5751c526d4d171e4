package io.natsproxy.core.jetstream;

/**
 * Reads a stream. Called by one thread at a time, which it must not block, and for one
 * message after the other, none twice.
 *
 * @param <E> what messages are made into
 */
public interface StreamListener<E> {

	/**
	 * Takes note that it gets what is stored from now on, before any of that.
	 * @param position where it begins
	 */
	void onStart(StreamPosition position);

	/**
	 * Takes a message as it is stored.
	 * @param event what the message was made into
	 * @return {@code false} if there is no room for it: then it comes again, and all
	 * after it, once the reader is {@linkplain StreamReading#proceed() told to proceed}
	 */
	boolean onEvent(E event);

	/**
	 * Takes a message that was stored before. So many come at once as fit the buffer of
	 * the reader.
	 * @param event what the message was made into
	 */
	void onStoredEvent(E event);

	/**
	 * Takes note that more was stored before, for which the reader has to be
	 * {@linkplain StreamReading#proceed() told to proceed}.
	 */
	void onMore();

	/**
	 * Takes note of what is gone.
	 * @param gap what is missing
	 */
	void onGap(StreamGap gap);

	/**
	 * Takes note that nothing comes any more: the stream is gone.
	 */
	void onEnd();

}
