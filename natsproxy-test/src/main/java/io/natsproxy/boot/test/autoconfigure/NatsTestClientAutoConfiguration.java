package io.natsproxy.boot.test.autoconfigure;

import io.natsproxy.boot.test.stub.NatsStubs;
import io.natsproxy.client.autoconfigure.NatsClientAutoConfiguration;
import io.natsproxy.core.exchange.NatsExchanges;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.http.codec.CodecCustomizer;
import org.springframework.boot.http.converter.autoconfigure.ClientHttpMessageConvertersCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.servlet.client.RestTestClient;

/**
 * Auto-configuration of what tests with {@link AutoConfigureNatsTransport} can have
 * injected.
 */
@AutoConfiguration(after = NatsClientAutoConfiguration.class,
		afterName = { "org.springframework.boot.webtestclient.autoconfigure.WebTestClientAutoConfiguration",
				"org.springframework.boot.resttestclient.autoconfigure.RestTestClientTestAutoConfiguration" })
@ConditionalOnBooleanProperty(name = "natsproxy.client.enabled", matchIfMissing = true)
public final class NatsTestClientAutoConfiguration {

	@Lazy
	@Bean
	@ConditionalOnMissingBean
	NatsStubs natsStubs(NatsExchanges exchanges, ObjectProvider<JsonMapper> jsonMapper) {
		return new NatsStubs(exchanges, jsonMapper.getIfAvailable(JsonMapper::shared));
	}

	@Lazy
	@Bean
	@ConditionalOnMissingBean
	WebTestClient natsWebTestClient(@Qualifier(NatsClientAutoConfiguration.QUALIFIER) ClientHttpConnector connector,
			ObjectProvider<CodecCustomizer> codecs) {
		return WebTestClient.bindToServer(connector)
			.codecs((configurer) -> codecs.orderedStream().forEach((codec) -> codec.customize(configurer)))
			.build();
	}

	@Lazy
	@Bean
	@ConditionalOnMissingBean(RestTestClient.class)
	NatsRestTestClientFactoryBean natsRestTestClient(
			@Qualifier(NatsClientAutoConfiguration.QUALIFIER) ClientHttpRequestFactory requestFactory,
			ObjectProvider<ClientHttpMessageConvertersCustomizer> converters) {
		return new NatsRestTestClientFactoryBean(requestFactory, converters);
	}

}
