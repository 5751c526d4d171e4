package io.natsproxy.boot.test.autoconfigure;

import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.http.converter.autoconfigure.ClientHttpMessageConvertersCustomizer;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.test.web.servlet.client.RestTestClient;

/**
 * Makes a {@link RestTestClient}, whose class cannot be introspected, as that of a bean
 * is, without Spring MVC on the class path.
 */
class NatsRestTestClientFactoryBean implements FactoryBean<RestTestClient> {

	private final ClientHttpRequestFactory requestFactory;

	private final ObjectProvider<ClientHttpMessageConvertersCustomizer> converters;

	NatsRestTestClientFactoryBean(ClientHttpRequestFactory requestFactory,
			ObjectProvider<ClientHttpMessageConvertersCustomizer> converters) {
		this.requestFactory = requestFactory;
		this.converters = converters;
	}

	@Override
	public RestTestClient getObject() {
		return RestTestClient.bindToServer(this.requestFactory)
			.configureMessageConverters(
					(builder) -> this.converters.orderedStream().forEach((customizer) -> customizer.customize(builder)))
			.build();
	}

	@Override
	public Class<?> getObjectType() {
		return RestTestClient.class;
	}

}
