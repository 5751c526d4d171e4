package io.natsproxy.gateway.websocket;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.natsproxy.core.websocket.WebSocketClose;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;

/**
 * Reads the frames of a client. What breaks the protocol is an exception and nothing
 * more: {@link CloseHandshakeHandler} answers it. Knows which codes may stand in a close
 * frame, of which Netty lets those pass that are too large, and leaves the others without
 * a close frame in answer.
 */
final class ClientFrameDecoder extends WebSocket13FrameDecoder {

	private static final int CODE_LENGTH = 2;

	/**
	 * Tells whether nothing that comes can be read any more.
	 */
	private boolean corrupt;

	/**
	 * Creates a decoder.
	 * @param maxFrameSize longest payload of a frame, in bytes
	 */
	ClientFrameDecoder(int maxFrameSize) {
		super(WebSocketDecoderConfig.newBuilder()
			.expectMaskedFrames(true)
			.allowExtensions(true)
			.maxFramePayloadLength(maxFrameSize)
			.closeOnProtocolViolation(false)
			.build());
	}

	@Override
	protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
		if (this.corrupt) {
			in.skipBytes(actualReadableBytes());
			return;
		}
		try {
			super.decode(ctx, in, out);
		}
		catch (CorruptedWebSocketFrameException ex) {
			this.corrupt = true;
			throw ex;
		}
	}

	/**
	 * Checks code and reason (RFC 6455, sections 7.4 and 5.5.1).
	 */
	@Override
	protected void checkCloseFrameBody(ChannelHandlerContext ctx, ByteBuf body) {
		if (!body.isReadable()) {
			return;
		}
		int code = body.getUnsignedShort(body.readerIndex());
		if (!WebSocketClose.isSendable(code)) {
			throw new CorruptedWebSocketFrameException(WebSocketCloseStatus.PROTOCOL_ERROR,
					"The close code " + code + " must not be sent");
		}
		int reason = body.readerIndex() + CODE_LENGTH;
		if (!ByteBufUtil.isText(body, reason, body.writerIndex() - reason, StandardCharsets.UTF_8)) {
			throw new CorruptedWebSocketFrameException(WebSocketCloseStatus.INVALID_PAYLOAD_DATA,
					"The reason is not UTF-8");
		}
	}

}
