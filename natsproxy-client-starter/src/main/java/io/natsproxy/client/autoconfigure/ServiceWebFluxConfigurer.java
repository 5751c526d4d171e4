package io.natsproxy.client.autoconfigure;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.http.codec.CodecCustomizer;
import org.springframework.format.FormatterRegistry;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.util.ClassUtils;
import org.springframework.validation.Validator;
import org.springframework.validation.beanvalidation.SpringValidatorAdapter;
import org.springframework.web.reactive.config.WebFluxConfigurer;

/**
 * Gives the chain of a service what Spring Boot gives WebFlux, where Spring Boot's own
 * configuration of WebFlux is absent: the application's codecs, converters, formatters
 * and validator.
 */
class ServiceWebFluxConfigurer implements WebFluxConfigurer {

	private static final boolean BEAN_VALIDATION = ClassUtils.isPresent("jakarta.validation.Validator",
			ServiceWebFluxConfigurer.class.getClassLoader());

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

	@Override
	public @Nullable Validator getValidator() {
		return BEAN_VALIDATION ? BeanValidation.validator(this.beanFactory) : null;
	}

	/**
	 * Only loaded where Jakarta Validation is there. A bean which is a validator of
	 * Spring's alone may be meant for one form only.
	 */
	private static final class BeanValidation {

		private static @Nullable Validator validator(ListableBeanFactory beanFactory) {
			jakarta.validation.Validator validator = beanFactory.getBeanProvider(jakarta.validation.Validator.class)
				.getIfUnique();
			if (validator == null || validator instanceof Validator) {
				return (Validator) validator;
			}
			return new SpringValidatorAdapter(validator);
		}

	}

}
