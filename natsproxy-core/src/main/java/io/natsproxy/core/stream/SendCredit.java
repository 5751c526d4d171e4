package io.natsproxy.core.stream;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;

/**
 * The bytes that the receiver of a stream or WebSocket still takes. What is sent last may
 * go beyond them. Guarded by its owner.
 */
public final class SendCredit {

	private long bytes;

	/**
	 * Adds what the receiver has granted.
	 * @param granted number of bytes
	 * @throws NatsExchangeException if there is more than any window holds
	 */
	public void add(long granted) {
		if (granted > Integer.MAX_VALUE - this.bytes) {
			throw new NatsExchangeException(ExchangeFailure.STREAM_BROKEN,
					"The peer has granted more than " + Integer.MAX_VALUE + " bytes");
		}
		this.bytes += granted;
	}

	/**
	 * Subtracts what has been sent.
	 * @param sent number of bytes
	 */
	public void use(int sent) {
		this.bytes -= sent;
	}

	/**
	 * Returns what is left.
	 * @return bytes, negative by what went beyond them
	 */
	long left() {
		return this.bytes;
	}

	/**
	 * Whether more may be sent.
	 * @return whether a byte or more is left
	 */
	public boolean isLeft() {
		return this.bytes > 0;
	}

}
