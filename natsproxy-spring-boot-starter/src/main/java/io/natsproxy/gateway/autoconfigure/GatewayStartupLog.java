package io.natsproxy.gateway.autoconfigure;

import io.natsproxy.core.transport.netty.SharedEventLoops;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.util.StringUtils;

/**
 * Says in one line what the gateway serves, once the web server listens.
 */
class GatewayStartupLog implements ApplicationListener<WebServerInitializedEvent> {

	private static final Log logger = LogFactory.getLog(GatewayStartupLog.class);

	private final GatewayProperties properties;

	private final @Nullable SharedEventLoops eventLoops;

	/**
	 * Creates the log.
	 * @param eventLoops the event loops that it shares with the connections to NATS, if
	 * it does
	 */
	GatewayStartupLog(GatewayProperties properties, @Nullable SharedEventLoops eventLoops) {
		this.properties = properties;
		this.eventLoops = eventLoops;
	}

	@Override
	public void onApplicationEvent(WebServerInitializedEvent event) {
		if (!StringUtils.hasText(event.getApplicationContext().getServerNamespace())) {
			logger.info("Gateway on port " + event.getWebServer().getPort()
					+ ((this.eventLoops != null) ? " (" + this.eventLoops.transport() + ")" : "")
					+ ": HTTP requests that no other mapping claims go to NATS (time-out "
					+ this.properties.timeout().toMillis() + " ms, at most " + this.properties.maxInFlight()
					+ " in flight)");
		}
	}

}
