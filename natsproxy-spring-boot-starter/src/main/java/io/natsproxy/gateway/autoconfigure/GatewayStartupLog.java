package io.natsproxy.gateway.autoconfigure;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.util.StringUtils;

/**
 * Says in one line what the gateway serves, once the web server listens.
 */
class GatewayStartupLog implements ApplicationListener<WebServerInitializedEvent> {

	private static final Log logger = LogFactory.getLog(GatewayStartupLog.class);

	private final GatewayProperties properties;

	GatewayStartupLog(GatewayProperties properties) {
		this.properties = properties;
	}

	@Override
	public void onApplicationEvent(WebServerInitializedEvent event) {
		if (!StringUtils.hasText(event.getApplicationContext().getServerNamespace())) {
			logger.info("Gateway on port " + event.getWebServer().getPort()
					+ ": HTTP requests that no other mapping claims go to NATS (time-out "
					+ this.properties.timeout().toMillis() + " ms, at most " + this.properties.maxInFlight()
					+ " in flight)");
		}
	}

}
