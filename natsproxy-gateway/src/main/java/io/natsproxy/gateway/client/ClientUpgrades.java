package io.natsproxy.gateway.client;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpServerUpgradeHandler;
import reactor.netty.http.server.HttpServer;

/**
 * Decides which requests may change the connection of a client to HTTP/2 without TLS.
 */
public final class ClientUpgrades {

	private static final String UPGRADES = "natsproxy.upgrades";

	private ClientUpgrades() {
	}

	/**
	 * Adds the decision to a server.
	 * @param server the server
	 * @return the server with it; the same connections as before where it does not speak
	 * HTTP/2 without TLS
	 */
	public static HttpServer applyTo(HttpServer server) {
		return server.doOnChannelInit((observer, channel, remoteAddress) -> prepare(channel.pipeline()));
	}

	private static void prepare(ChannelPipeline pipeline) {
		ChannelHandlerContext upgrade = pipeline.context(HttpServerUpgradeHandler.class);
		if (upgrade != null) {
			pipeline.addBefore(upgrade.name(), UPGRADES, new UpgradeHandler());
		}
	}

}
