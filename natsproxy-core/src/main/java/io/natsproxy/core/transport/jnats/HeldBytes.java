package io.natsproxy.core.transport.jnats;

import java.io.EOFException;
import java.io.IOException;

/**
 * Bytes that were read from the socket and not yet passed on, because what they begin is
 * not complete. For one thread.
 */
final class HeldBytes {

	private static final int ROOM = 4096;

	private byte[] bytes = new byte[0];

	private int start;

	private int end;

	/**
	 * Moves bytes from the front to the target, as many as there are and fit.
	 */
	int take(byte[] target, int offset, int length) {
		int taken = Math.min(length, this.end - this.start);
		System.arraycopy(this.bytes, this.start, target, offset, taken);
		this.start += taken;
		return taken;
	}

	/**
	 * Puts bytes before those that are held.
	 */
	void putBack(byte[] source, int offset, int length) {
		int behind = this.end - this.start;
		if (behind == 0 && length <= this.bytes.length) {
			this.start = length;
			this.end = length;
		}
		else if (length > this.start) {
			byte[] grown = new byte[length + behind];
			System.arraycopy(this.bytes, this.start, grown, length, behind);
			this.bytes = grown;
			this.start = length;
			this.end = length + behind;
		}
		this.start -= length;
		System.arraycopy(source, offset, this.bytes, this.start, length);
	}

	long inspect(Inspection inspection) throws IOException {
		return inspection.inspect(this.bytes, this.start, this.end);
	}

	/**
	 * Forgets the bytes before the position that an inspection has found.
	 */
	void dropUpTo(int position) {
		this.start = position;
	}

	/**
	 * Adds what the source has, waiting for one byte at least.
	 * @throws EOFException if the source has ended
	 */
	void readMore(InboundGuard.Source source) throws IOException {
		if (this.end == this.bytes.length) {
			int kept = this.end - this.start;
			byte[] grown = new byte[kept + Math.max(ROOM, kept)];
			System.arraycopy(this.bytes, this.start, grown, 0, kept);
			this.bytes = grown;
			this.start = 0;
			this.end = kept;
		}
		int read = source.read(this.bytes, this.end, this.bytes.length - this.end);
		if (read < 0) {
			throw new EOFException("The connection ended within a message");
		}
		this.end += read;
	}

	/**
	 * Looks at bytes between two positions.
	 */
	@FunctionalInterface
	interface Inspection {

		long inspect(byte[] bytes, int start, int end) throws IOException;

	}

}
