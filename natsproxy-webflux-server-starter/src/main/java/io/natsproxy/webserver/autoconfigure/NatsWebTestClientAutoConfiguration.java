package io.natsproxy.webserver.autoconfigure;

import io.natsproxy.client.autoconfigure.NatsClientAutoConfiguration;
import io.natsproxy.webserver.NatsReactiveWebServerFactory;
import io.natsproxy.webserver.NatsWebServer;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.webtestclient.autoconfigure.WebTestClientBuilderCustomizer;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.web.util.DefaultUriBuilderFactory;

/**
 * Auto-configuration of tests with {@code @AutoConfigureWebTestClient} and a web
 * environment: there is no port, and the client calls over NATS.
 */
@AutoConfiguration(after = { NatsWebServerAutoConfiguration.class, NatsClientAutoConfiguration.class })
@ConditionalOnClass(WebTestClientBuilderCustomizer.class)
@ConditionalOnBean(NatsReactiveWebServerFactory.class)
public final class NatsWebTestClientAutoConfiguration {

	@Bean
	WebTestClientBuilderCustomizer natsWebTestClientBuilderCustomizer(ApplicationContext context,
			@Lazy @Qualifier(NatsClientAutoConfiguration.QUALIFIER) ClientHttpConnector connector) {
		return (builder) -> {
			if (context instanceof WebServerApplicationContext web && web.getWebServer() instanceof NatsWebServer) {
				builder.uriBuilderFactory(new DefaultUriBuilderFactory("http://localhost")).clientConnector(connector);
			}
		};
	}

}
