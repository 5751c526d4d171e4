package io.natsproxy.gateway.client;

import io.natsproxy.gateway.RefusalReason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.util.ReferenceCountUtil;

/**
 * The bytes that a client goes on sending after it has been answered, and that nobody
 * reads. Used on the event loop of the connection.
 */
final class UnreadRest {

	private final long limit;

	private final ClientRefusals refusals;

	private long size;

	UnreadRest(ClientLimits limits, ClientRefusals refusals) {
		this.limit = limits.drainSize();
		this.refusals = refusals;
	}

	/**
	 * Begins with the next request.
	 */
	void restart() {
		this.size = 0;
	}

	/**
	 * Counts bytes.
	 * @return whether there are more of them than may come
	 */
	boolean isTooMuchWith(int bytes) {
		this.size += bytes;
		return this.size > this.limit;
	}

	/**
	 * Drops what has come on a connection that lingers, and reports it once when it is
	 * more than may come.
	 * @param message released by this method
	 */
	void drop(Channel channel, Object message) {
		boolean known = this.size > this.limit;
		int bytes = (message instanceof ByteBuf buffer) ? buffer.readableBytes() : 0;
		ReferenceCountUtil.release(message);
		if (isTooMuchWith(bytes) && !known) {
			report(channel);
		}
	}

	/**
	 * Reports that the client sends too much, or for too long.
	 */
	void report(Channel channel) {
		this.refusals.refused(RefusalReason.ANSWERED_BODY, channel, "it goes on sending what has been answered");
	}

}
