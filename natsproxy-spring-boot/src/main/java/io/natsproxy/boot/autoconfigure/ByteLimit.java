package io.natsproxy.boot.autoconfigure;

import org.springframework.util.unit.DataSize;

/**
 * A size of the configuration as a limit of the protocol.
 */
public final class ByteLimit {

	private ByteLimit() {
	}

	/**
	 * Returns the limit.
	 * @param size a size; one beyond the range of an integer is no other limit than the
	 * greatest
	 * @return the bytes
	 */
	public static int of(DataSize size) {
		return (int) Math.max(Math.min(size.toBytes(), Integer.MAX_VALUE), Integer.MIN_VALUE);
	}

}
