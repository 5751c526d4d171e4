package io.natsproxy.core.transport.netty;

import java.io.IOException;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/**
 * The last handler of the channel of a {@link NettyDataPort}: gives what comes to an
 * {@link InboundReader}, keeps what that cannot tell yet, and hands on what is for jnats
 * once for each read of the socket.
 */
final class InboundHandler extends ChannelInboundHandlerAdapter {

	private final NettyDataPort port;

	private final InboundReader reader;

	private @Nullable ByteBuf held;

	/**
	 * Creates a handler.
	 * @param port is told of what happens, and hands on what is for jnats
	 * @param subscriptions the subscriptions of the transport
	 * @param maxControlLine the longest control line of a message, in bytes
	 */
	InboundHandler(NettyDataPort port, NettySubscriptions subscriptions, int maxControlLine) {
		this.port = port;
		this.reader = new InboundReader(port, subscriptions, maxControlLine);
	}

	@Override
	public void channelRead(ChannelHandlerContext context, Object message) throws IOException {
		ByteBuf input = (ByteBuf) message;
		this.port.onRead(input.readableBytes());
		if (this.reader.isLost()) {
			input.release();
			context.close();
			return;
		}
		if (this.held != null) {
			input = cumulate(context, this.held, input);
			this.held = null;
		}
		boolean keep = false;
		try {
			this.reader.read(context.channel(), input);
			keep = input.isReadable();
		}
		finally {
			if (keep) {
				this.held = input;
			}
			else {
				input.release();
			}
		}
	}

	/**
	 * Appends what has come, and releases it, whatever happens.
	 */
	private ByteBuf cumulate(ChannelHandlerContext context, ByteBuf held, ByteBuf input) {
		boolean whole = false;
		try {
			ByteBuf all = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), held, input);
			whole = true;
			return all;
		}
		finally {
			if (!whole) {
				this.reader.lose();
			}
		}
	}

	/**
	 * Returns whether all that has come has been handed on.
	 */
	boolean isIdle() {
		return this.held == null && this.reader.isBetweenMessages();
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext context) {
		byte[] bytes = this.reader.takeForJnats();
		if (bytes != null) {
			this.port.pass(bytes);
		}
		context.fireChannelReadComplete();
	}

	@Override
	public void channelInactive(ChannelHandlerContext context) {
		try {
			channelReadComplete(context);
		}
		finally {
			this.port.onEnd(null);
		}
	}

	/**
	 * Ends the connection, whatever has failed, so that it is made anew.
	 */
	@Override
	public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
		try {
			this.port.onEnd((cause instanceof IOException ex) ? ex : new IOException(cause));
		}
		finally {
			context.close();
		}
	}

	/**
	 * Closes a connection of which Netty has ended one direction only, because something
	 * could not be written.
	 */
	@Override
	public void userEventTriggered(ChannelHandlerContext context, Object event) {
		if (event instanceof ChannelOutputShutdownEvent) {
			context.close();
		}
		context.fireUserEventTriggered(event);
	}

	@Override
	public void handlerRemoved(ChannelHandlerContext context) {
		ByteBuf held = this.held;
		this.held = null;
		if (held != null) {
			held.release();
		}
	}

}
