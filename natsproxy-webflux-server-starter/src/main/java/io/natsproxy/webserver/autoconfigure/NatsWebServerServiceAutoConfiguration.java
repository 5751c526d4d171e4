package io.natsproxy.webserver.autoconfigure;

import io.natsproxy.client.autoconfigure.NatsSecurityAutoConfiguration;
import io.natsproxy.client.autoconfigure.NatsServerFactory;
import io.natsproxy.client.autoconfigure.NatsServiceAutoConfiguration;
import io.natsproxy.webflux.server.NatsServer;
import io.natsproxy.webserver.NatsReactiveWebServerFactory;
import io.natsproxy.webserver.NatsWebServer;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.util.Assert;

/**
 * Auto-configuration of the one NATS server of an application whose web server is one. It
 * serves the application's NATS routes, too.
 */
@AutoConfiguration(after = NatsServiceAutoConfiguration.class, before = NatsSecurityAutoConfiguration.class)
@ConditionalOnBean({ NatsReactiveWebServerFactory.class, NatsServerFactory.class })
public final class NatsWebServerServiceAutoConfiguration {

	/**
	 * Returns the server that the web server starts and stops. A context of a test may
	 * have none.
	 */
	@Bean
	@ConditionalOnMissingBean
	NatsServer natsServer(ApplicationContext context, NatsServerFactory factory,
			ObjectProvider<NatsServerHolder> holder) {
		if (!(context instanceof WebServerApplicationContext web)) {
			return factory.create();
		}
		WebServer webServer = web.getWebServer();
		if (webServer instanceof NatsWebServer natsWebServer) {
			return natsWebServer.getNatsServer();
		}
		if (webServer != null) {
			return factory.create();
		}
		NatsServerHolder early = holder.getIfAvailable();
		Assert.state(early != null, "The NatsServer is that of the web server, which has not been made yet:"
				+ " have the bean that needs it made later, or inject an ObjectProvider<NatsServer>");
		return early.server();
	}

}
