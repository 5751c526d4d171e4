package io.natsproxy.gateway.access;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.jspecify.annotations.Nullable;

/**
 * Watches the requests of HTTP/1.1 on a connection, and the WebSocket that it may become.
 * Stands next to the codec, so that it sees what the codec gets and gives.
 */
public final class AccessHandler extends ChannelDuplexHandler {

	/**
	 * The target that Netty makes up where it cannot read one.
	 */
	private static final String UNREADABLE = "/bad-request";

	private final ClientAccess access;

	/**
	 * Whether a response is being written: not so for a status like 100.
	 */
	private boolean answering;

	/**
	 * Creates the handler.
	 * @param access the requests of the connection
	 */
	public AccessHandler(ClientAccess access) {
		this.access = access;
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		if (message instanceof HttpRequest request) {
			onRequest(request);
		}
		if (message instanceof HttpContent content) {
			received(this.access.last(), content.content().readableBytes());
		}
		else if (message instanceof WebSocketFrame frame) {
			received(this.access.socket(), frame.content().readableBytes());
		}
		ctx.fireChannelRead(message);
	}

	private static void received(@Nullable AccessEntry entry, int bytes) {
		if (entry != null) {
			entry.addReceived(bytes);
		}
	}

	private void onRequest(HttpRequest request) {
		boolean failed = request.decoderResult().isFailure();
		if (failed && request.decoderResult().cause() instanceof PrematureChannelClosureException) {
			// The client has gone within a head.
			return;
		}
		boolean unreadable = failed && request.uri().equals(UNREADABLE);
		AccessEntry entry = unreadable ? new AccessEntry(this.access.peer(), null, "", "") : new AccessEntry(
				this.access.peer(), request.method().name(), request.uri(), request.protocolVersion().text());
		entry.fields(request.headers());
		this.access.add(entry);
	}

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		if (message instanceof HttpResponse response) {
			onResponse(response);
		}
		if (this.answering) {
			AccessEntry entry = this.access.first();
			if (entry != null) {
				entry.addSent(length(message));
			}
		}
		else if (message instanceof WebSocketFrame frame) {
			onFrame(frame);
		}
		if (this.answering && message instanceof LastHttpContent) {
			this.answering = false;
			ctx.write(message, this.access.endFirst(promise));
		}
		else {
			ctx.write(message, promise);
		}
	}

	private void onResponse(HttpResponse response) {
		HttpResponseStatus status = response.status();
		if (status.equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
			if (response.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)) {
				this.access.upgraded(status.code());
			}
			else {
				this.access.becameStream();
			}
		}
		else if (status.codeClass() != HttpStatusClass.INFORMATIONAL) {
			this.answering = true;
			AccessEntry entry = this.access.first();
			if (entry != null) {
				entry.status(status.code());
			}
		}
	}

	private void onFrame(WebSocketFrame frame) {
		AccessEntry socket = this.access.socket();
		if (socket != null) {
			socket.addSent(frame.content().readableBytes());
			if (frame instanceof CloseWebSocketFrame close) {
				socket.closeCode(close.statusCode());
			}
		}
	}

	private static long length(Object message) {
		if (message instanceof HttpContent content) {
			return content.content().readableBytes();
		}
		if (message instanceof ByteBuf bytes) {
			return bytes.readableBytes();
		}
		return (message instanceof FileRegion region) ? region.count() : 0;
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		this.access.closed();
		ctx.fireChannelInactive();
	}

}
