package io.natsproxy.gateway.access;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2FrameStreamEvent;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamFrame;
import org.jspecify.annotations.Nullable;

/**
 * Watches the requests of a connection of HTTP/2. Stands between the codec and the
 * streams, and sees the frames of all of them.
 */
public final class Http2AccessHandler extends ChannelDuplexHandler {

	private static final String PROTOCOL = "HTTP/2.0";

	private final ClientAccess access;

	/**
	 * Creates the handler.
	 * @param access the requests of the connection
	 */
	public Http2AccessHandler(ClientAccess access) {
		this.access = access;
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		if (message instanceof Http2StreamFrame frame && frame.stream() != null) {
			int stream = frame.stream().id();
			if (frame instanceof Http2HeadersFrame headers && headers.headers().method() != null) {
				this.access.add(stream, entry(headers.headers()));
			}
			else if (frame instanceof Http2DataFrame data) {
				AccessEntry entry = this.access.get(stream);
				if (entry != null) {
					entry.addReceived(data.content().readableBytes());
				}
			}
			else if (frame instanceof Http2ResetFrame) {
				this.access.closed(stream, AccessLog.CLIENT_GONE);
			}
		}
		ctx.fireChannelRead(message);
	}

	private AccessEntry entry(Http2Headers headers) {
		AccessEntry entry = new AccessEntry(this.access.peer(), text(headers.method()), text(headers.path()), PROTOCOL);
		entry.fields(headers.get(HttpHeaderNames.REFERER), headers.get(HttpHeaderNames.USER_AGENT));
		return entry;
	}

	private static String text(@Nullable CharSequence value) {
		return (value != null) ? value.toString() : "";
	}

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		ctx.write(message, (message instanceof Http2StreamFrame frame && frame.stream() != null)
				? written(frame, frame.stream().id(), promise) : promise);
	}

	private ChannelPromise written(Http2StreamFrame frame, int stream, ChannelPromise promise) {
		AccessEntry entry = this.access.get(stream);
		if (entry == null) {
			return promise;
		}
		if (frame instanceof Http2HeadersFrame headers) {
			int status = status(headers.headers());
			if (status >= 200) {
				entry.status(status);
			}
			return headers.isEndStream() ? this.access.end(stream, promise) : promise;
		}
		if (frame instanceof Http2DataFrame data) {
			entry.addSent(data.content().readableBytes());
			return data.isEndStream() ? this.access.end(stream, promise) : promise;
		}
		if (frame instanceof Http2ResetFrame) {
			this.access.closed(stream, AccessLog.BROKEN_OFF);
		}
		return promise;
	}

	private static int status(Http2Headers headers) {
		CharSequence status = headers.status();
		try {
			return (status != null) ? Integer.parseInt(status.toString()) : 0;
		}
		catch (NumberFormatException ex) {
			return 0;
		}
	}

	/**
	 * The codec may close a stream by itself.
	 */
	@Override
	public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
		if (event instanceof Http2FrameStreamEvent change) {
			Http2FrameStream stream = change.stream();
			if (stream.state() == Http2Stream.State.CLOSED) {
				this.access.closed(stream.id(), AccessLog.CLIENT_GONE);
			}
		}
		ctx.fireUserEventTriggered(event);
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		this.access.closed();
		ctx.fireChannelInactive();
	}

}
