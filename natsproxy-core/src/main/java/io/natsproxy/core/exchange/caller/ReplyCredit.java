package io.natsproxy.core.exchange.caller;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The part of the connection's credit that the reply to one exchange may use: the bytes
 * that it may carry before any of it has been granted. Safe for use by many threads.
 */
final class ReplyCredit {

	/**
	 * Bytes that each reply may carry, however many there are.
	 */
	private static final int LEAST = 16 * 1024;

	private final CallerConnection connection;

	private final AtomicInteger taken = new AtomicInteger();

	ReplyCredit(CallerConnection connection) {
		this.connection = connection;
	}

	/**
	 * Takes the credit.
	 * @return number of bytes
	 */
	int take() {
		int most = this.connection.maxReply();
		int taken = this.connection.credit().take(most, Math.min(most, LEAST));
		this.taken.set(taken);
		return taken;
	}

	/**
	 * Gives back what has been taken. Later calls change nothing.
	 */
	void giveBack() {
		this.connection.credit().giveBack(this.taken.getAndSet(0));
	}

}
