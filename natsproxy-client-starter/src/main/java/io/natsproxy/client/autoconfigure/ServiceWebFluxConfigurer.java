package io.natsproxy.client.autoconfigure;

import java.util.List;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.http.codec.CodecCustomizer;
import org.springframework.format.FormatterRegistry;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.web.reactive.config.WebFluxConfigurer;

/**
 * Gives the chain of a service what Spring Boot gives WebFlux, where Spring Boot's own
 * configuration of WebFlux is absent: the application's codecs, converters and
 * formatters.
 */
class ServiceWebFluxConfigurer implements WebFluxConfigurer {

	private final ListableBeanFactory beanFactory;

	private final List<CodecCustomizer> codecCustomizers;

	ServiceWebFluxConfigurer(ListableBeanFactory beanFactory, List<CodecCustomizer> codecCustomizers) {
		this.beanFactory = beanFactory;
		this.codecCustomizers = codecCustomizers;
	}

	@Override
	public void configureHttpMessageCodecs(ServerCodecConfigurer configurer) {
		this.codecCustomizers.forEach((customizer) -> customizer.customize(configurer));
	}

	@Override
	public void addFormatters(FormatterRegistry registry) {
		ApplicationConversionService.addBeans(registry, this.beanFactory);
	}

}
