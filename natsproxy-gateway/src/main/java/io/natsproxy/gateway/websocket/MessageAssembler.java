package io.natsproxy.gateway.websocket;

import java.util.zip.DataFormatException;

import io.natsproxy.core.websocket.WebSocketClose;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtension;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * Makes whole messages of the frames of a client, inflated where it has compressed them.
 * Their length is that which they have then. A message that is not complete when the
 * client leaves is dropped. Frames whose reserved bits nothing has claimed (RFC 6455,
 * section 5.2; RFC 7692, section 6) are handed on as they are, to be refused.
 */
final class MessageAssembler extends ChannelInboundHandlerAdapter {

	private static final int MIN_CAPACITY = 256;

	private final int maxMessageSize;

	private final boolean compressed;

	private @Nullable MessageInflater inflater;

	/**
	 * The message of which the last frame has not come, and whether it is text, and has
	 * to be inflated.
	 */
	private @Nullable ByteBuf message;

	private boolean text;

	private boolean deflated;

	private boolean failed;

	/**
	 * Creates the handler.
	 * @param maxMessageSize longest message, in bytes
	 * @param compressed whether client and gateway have agreed upon compression
	 */
	MessageAssembler(int maxMessageSize, boolean compressed) {
		this.maxMessageSize = maxMessageSize;
		this.compressed = compressed;
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		if (!isData(message)) {
			ctx.fireChannelRead(message);
			return;
		}
		WebSocketFrame frame = (WebSocketFrame) message;
		boolean first = !(frame instanceof ContinuationWebSocketFrame);
		int claimed = (first && this.compressed) ? WebSocketExtension.RSV1 : 0;
		if (this.failed) {
			frame.release();
		}
		else if ((frame.rsv() & ~claimed) != 0) {
			ctx.fireChannelRead(frame);
		}
		else {
			read(ctx, frame, first);
		}
	}

	private static boolean isData(Object message) {
		return message instanceof TextWebSocketFrame || message instanceof BinaryWebSocketFrame
				|| message instanceof ContinuationWebSocketFrame;
	}

	private void read(ChannelHandlerContext ctx, WebSocketFrame frame, boolean first) {
		if (first) {
			this.text = frame instanceof TextWebSocketFrame;
			this.deflated = frame.rsv() != 0;
		}
		boolean whole = first && frame.isFinalFragment() && !this.deflated;
		if (whole && frame.content().readableBytes() <= this.maxMessageSize) {
			ctx.fireChannelRead(frame);
			return;
		}
		boolean last = frame.isFinalFragment();
		try {
			append(ctx, frame.content(), last);
		}
		catch (DataFormatException ex) {
			fail(ctx, new ClientBreachException(new WebSocketClose(1007, "A message that cannot be inflated")));
			return;
		}
		catch (ClientBreachException ex) {
			fail(ctx, ex);
			return;
		}
		finally {
			frame.release();
		}
		if (last) {
			emit(ctx);
		}
	}

	private void append(ChannelHandlerContext ctx, ByteBuf part, boolean last) throws DataFormatException {
		ByteBuf message = this.message;
		if (message == null) {
			message = ctx.alloc().buffer(Math.max(MIN_CAPACITY, Math.min(part.readableBytes(), this.maxMessageSize)));
			this.message = message;
		}
		boolean fits;
		if (this.deflated) {
			MessageInflater inflater = inflater();
			fits = inflater.inflate(part, message, this.maxMessageSize)
					&& (!last || inflater.finish(message, this.maxMessageSize));
		}
		else {
			fits = part.readableBytes() <= this.maxMessageSize - message.readableBytes();
			if (fits) {
				message.writeBytes(part);
			}
		}
		if (!fits) {
			throw ClientBreachException.tooLong();
		}
	}

	private MessageInflater inflater() {
		MessageInflater inflater = this.inflater;
		if (inflater == null) {
			inflater = new MessageInflater();
			this.inflater = inflater;
		}
		return inflater;
	}

	private void emit(ChannelHandlerContext ctx) {
		ByteBuf message = this.message;
		this.message = null;
		if (message != null) {
			ctx.fireChannelRead(this.text ? new TextWebSocketFrame(message) : new BinaryWebSocketFrame(message));
		}
	}

	private void fail(ChannelHandlerContext ctx, ClientBreachException failure) {
		this.failed = true;
		free();
		ctx.fireExceptionCaught(failure);
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		this.failed = true;
		free();
		ctx.fireChannelInactive();
	}

	@Override
	public void handlerRemoved(ChannelHandlerContext ctx) {
		free();
	}

	private void free() {
		ReferenceCountUtil.release(this.message);
		this.message = null;
		MessageInflater inflater = this.inflater;
		this.inflater = null;
		if (inflater != null) {
			inflater.close();
		}
	}

}
