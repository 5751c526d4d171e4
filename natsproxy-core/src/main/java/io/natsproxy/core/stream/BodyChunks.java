package io.natsproxy.core.stream;

/**
 * Elements of a body that is to be sent.
 */
public final class BodyChunks {

	/**
	 * Stands between chunks and says: what has come so far must not wait for more. Known
	 * by its identity.
	 */
	public static final byte[] FLUSH = {};

	private BodyChunks() {
	}

}
