package io.natsproxy.gateway.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;
import io.netty.channel.nio.AbstractNioChannel;

/**
 * The bytes on their way to a client: how many have been written, how many of these the
 * client has taken, and whether it takes them fast enough. Used on the event loop of the
 * connection.
 */
final class OutgoingBytes {

	/**
	 * Bytes that an entry of the outgoing buffer counts for beside its own.
	 */
	private static final int ENTRY_OVERHEAD = Integer.getInteger("io.netty.transport.outboundBufferEntrySizeOverhead",
			96);

	private final boolean rateRequired;

	private final Pace pace;

	private long written;

	/**
	 * Number of files that are being sent without being read.
	 */
	private int files;

	/**
	 * Tells whether the pace is that of the bytes acknowledged, and not of those taken.
	 */
	private boolean acknowledgedCounts;

	OutgoingBytes(ClientLimits limits) {
		this.rateRequired = limits.minResponseRate() > 0;
		this.pace = new Pace(limits.minResponseRate(), limits.gracePeriod().toNanos());
	}

	/**
	 * Writes a message, and counts it.
	 */
	void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		if (message instanceof ByteBuf bytes) {
			this.written += bytes.readableBytes();
		}
		else if (message instanceof FileRegion) {
			this.files++;
			ctx.write(message, promise.unvoid().addListener((future) -> this.files--));
			return;
		}
		ctx.write(message, promise);
	}

	/**
	 * Returns how many bytes wait to be taken.
	 */
	static long pending(Channel channel) {
		ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
		if (buffer == null || buffer.isEmpty()) {
			return 0;
		}
		return Math.max(1,
				buffer.totalPendingWriteBytes() - buffer.size() * (long) ENTRY_OVERHEAD - buffer.currentProgress());
	}

	/**
	 * Returns how many bytes the client has taken.
	 */
	long taken(Channel channel) {
		return this.written - pending(channel);
	}

	/**
	 * Returns whether the client takes too slowly what waits for it. The system takes
	 * more in large steps, and on the selector only when it is asked; a native transport
	 * has asked already, and can tell how much has arrived meanwhile.
	 * @param channel the connection
	 * @param elapsed time since the last call, in nanoseconds
	 */
	boolean isTooSlow(Channel channel, long elapsed) {
		if (!this.rateRequired) {
			return false;
		}
		if (this.files > 0) {
			// Files are sent by the kernel, which does not tell how far it is.
			this.pace.restart(this.written);
			this.acknowledgedCounts = false;
			return false;
		}
		if (pending(channel) > 0 && channel.unsafe() instanceof AbstractNioChannel.NioUnsafe unsafe) {
			unsafe.forceFlush();
		}
		long pending = pending(channel);
		if (pending == 0) {
			this.pace.restart(this.written);
			this.acknowledgedCounts = false;
			return false;
		}
		long acknowledged = AcknowledgedBytes.of(channel);
		if (acknowledged < 0) {
			return this.pace.isTooSlow(elapsed, this.written - pending);
		}
		if (!this.acknowledgedCounts) {
			this.acknowledgedCounts = true;
			this.pace.restart(acknowledged);
		}
		return this.pace.isTooSlow(elapsed, acknowledged);
	}

}
