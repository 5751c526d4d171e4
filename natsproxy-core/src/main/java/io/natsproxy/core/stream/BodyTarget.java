package io.natsproxy.core.stream;

import io.natsproxy.core.wire.FrameKind;

/**
 * Takes a body. Methods are called one after the other.
 */
public interface BodyTarget {

	/**
	 * The body fits one message. Its memory is held until the owner of the reservation
	 * gives it back.
	 */
	void complete(byte[] body);

	/**
	 * The body is going to be a stream, and this is the first part of it. Anything thrown
	 * comes back as {@link #failed}.
	 */
	void begin(byte[] firstPart);

	/**
	 * Sends a frame of the stream. Anything thrown comes back as {@link #failed}.
	 */
	void frame(FrameKind kind, byte[] payload);

	/**
	 * Whether so much waits to be sent that the source of the stream is not to be asked
	 * for more.
	 * @return whether it does
	 */
	boolean isCrowded();

	/**
	 * The stream has to wait for credit. Called while the sender is locked: must not
	 * block.
	 */
	default void stalled() {
	}

	/**
	 * The stream has to wait no longer, whether credit has come or it has ended. Called
	 * while the sender is locked: must not block.
	 * @param nanos the time for which it had to, in nanoseconds
	 */
	default void resumed(long nanos) {
	}

	/**
	 * The stream has been sent.
	 */
	void sent();

	/**
	 * The source has failed, or a method of the target.
	 */
	void failed(Throwable failure);

}
