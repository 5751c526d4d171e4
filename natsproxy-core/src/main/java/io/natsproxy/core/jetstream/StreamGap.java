package io.natsproxy.core.jetstream;

/**
 * What a reader of a stream has asked for, and is gone.
 *
 * @param reason why it is gone
 * @param from the first sequence that may be missing; 0 where that is not known
 * @param to the last sequence that may be missing; 0 where that is not known
 * @param position where the reader goes on
 */
public record StreamGap(Reason reason, long from, long to, StreamPosition position) {

	/**
	 * The reasons why messages are gone.
	 */
	public enum Reason {

		/**
		 * The stream keeps them no more.
		 */
		EXPIRED,

		/**
		 * The stream is another one, or has never had them.
		 */
		OTHER_STREAM

	}

}
