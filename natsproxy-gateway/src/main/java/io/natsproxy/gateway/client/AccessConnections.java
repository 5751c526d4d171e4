package io.natsproxy.gateway.client;

import io.natsproxy.gateway.access.AccessHandler;
import io.natsproxy.gateway.access.AccessLog;
import io.natsproxy.gateway.access.ClientAccess;
import io.natsproxy.gateway.access.Http2AccessHandler;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpServerCodec;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/**
 * Watches the connections of an HTTP server for the access log: before everything that
 * refuses requests, and whatever the version of HTTP.
 */
public final class AccessConnections {

	private static final String MESSAGES = "natsproxy.access.messages";

	private static final String FRAMES = "natsproxy.access.frames";

	private static final String NEGOTIATION = "natsproxy.access.negotiation";

	private final AccessLog log;

	/**
	 * Creates the object.
	 * @param log where requests are written
	 */
	public AccessConnections(AccessLog log) {
		this.log = log;
	}

	/**
	 * Adds the access log to a server.
	 * @param server the server
	 * @return the server with it
	 */
	public HttpServer applyTo(HttpServer server) {
		return server.doOnChannelInit((observer, channel, remoteAddress) -> prepare(channel));
	}

	private void prepare(Channel channel) {
		ChannelPipeline pipeline = channel.pipeline();
		ClientAccess access = ClientAccess.begin(this.log, channel);
		if (pipeline.get(NettyPipeline.H2OrHttp11Codec) != null) {
			pipeline.addAfter(NettyPipeline.H2OrHttp11Codec, NEGOTIATION,
					new NegotiationHandler(() -> addHandlers(pipeline, access)));
		}
		else {
			addHandlers(pipeline, access);
		}
	}

	private static void addHandlers(ChannelPipeline pipeline, ClientAccess access) {
		ChannelHandlerContext codec = pipeline.context(HttpServerCodec.class);
		if (codec != null) {
			pipeline.addAfter(codec.name(), MESSAGES, new AccessHandler(access));
			if (pipeline.get(NettyPipeline.H2CUpgradeHandler) != null) {
				addFrames(pipeline, access, ClientConnections.MESSAGES, NettyPipeline.HttpTrafficHandler);
			}
		}
		else {
			addFrames(pipeline, access, ClientConnections.FRAMES, NettyPipeline.H2MultiplexHandler);
		}
	}

	/**
	 * Adds the handler of frames before the first of two that is there.
	 */
	private static void addFrames(ChannelPipeline pipeline, ClientAccess access, String first, String second) {
		if (pipeline.get(first) != null) {
			pipeline.addBefore(first, FRAMES, new Http2AccessHandler(access));
		}
		else if (pipeline.get(second) != null) {
			pipeline.addBefore(second, FRAMES, new Http2AccessHandler(access));
		}
	}

}
