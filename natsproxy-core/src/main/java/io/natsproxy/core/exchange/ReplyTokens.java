package io.natsproxy.core.exchange;

import java.security.SecureRandom;

/**
 * Makes the last token of reply subjects: 72 random bits, so that a peer who has seen one
 * cannot reply to another's exchange. Random bytes are drawn in bulk.
 */
public final class ReplyTokens {

	private static final char[] ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
		.toCharArray();

	private static final int LENGTH = 12;

	private final SecureRandom random = new SecureRandom();

	private final byte[] pool = new byte[LENGTH * 256];

	private int used = this.pool.length;

	/**
	 * Makes a new token.
	 * @return twelve characters, one token of a subject
	 */
	public synchronized String next() {
		if (this.used == this.pool.length) {
			this.random.nextBytes(this.pool);
			this.used = 0;
		}
		char[] token = new char[LENGTH];
		for (int i = 0; i < LENGTH; i++) {
			token[i] = ALPHABET[this.pool[this.used++] & 0x3F];
		}
		return new String(token);
	}

}
