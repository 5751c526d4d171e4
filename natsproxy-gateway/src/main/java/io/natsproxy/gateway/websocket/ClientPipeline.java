package io.natsproxy.gateway.websocket;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionDecoder;

/**
 * The handlers between the connection of a client that has been upgraded and its session:
 * whole messages come out of it, and pings and breaches of the protocol are answered in
 * it. Stands in place of what Netty has read frames and inflated messages with.
 */
final class ClientPipeline {

	private static final String PREFIX = "natsproxy.";

	/**
	 * Bytes that a compressed frame may take beside its own.
	 */
	private static final int BLOCK_HEADERS = 1024;

	private ClientPipeline() {
	}

	/**
	 * Prepares a connection, on its event loop and before anything is read from it.
	 * @param channel the connection
	 * @param maxMessageSize longest message, in bytes
	 * @param messages is told of the end of what the client sends
	 */
	static void prepare(Channel channel, int maxMessageSize, ClientMessages messages) {
		ChannelPipeline pipeline = channel.pipeline();
		ChannelHandlerContext decoder = pipeline.context(WebSocket13FrameDecoder.class);
		if (decoder == null) {
			// The client has gone.
			return;
		}
		boolean compressed = pipeline.get(WebSocketExtensionDecoder.class) != null;
		if (compressed) {
			pipeline.remove(WebSocketExtensionDecoder.class);
		}
		pipeline.addAfter(decoder.name(), PREFIX + "pongs", new PongHandler());
		pipeline.addAfter(decoder.name(), PREFIX + "closeHandshake", new CloseHandshakeHandler(messages));
		pipeline.addAfter(decoder.name(), PREFIX + "messages", new MessageAssembler(maxMessageSize, compressed));
		// Last, since it hands on what has been read already.
		pipeline.replace(decoder.name(), PREFIX + "frames",
				new ClientFrameDecoder(compressed ? deflatedSize(maxMessageSize) : maxMessageSize));
	}

	/**
	 * Returns the length that a compressed frame may have: it may be longer than its
	 * message, at the worst by a bit for each byte.
	 */
	private static int deflatedSize(int size) {
		return (int) Math.min(Integer.MAX_VALUE, (long) size + size / 8 + BLOCK_HEADERS);
	}

}
