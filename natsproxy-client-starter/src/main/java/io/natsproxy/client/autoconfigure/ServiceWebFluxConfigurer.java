package io.natsproxy.client.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.http.codec.CodecCustomizer;
import org.springframework.format.FormatterRegistry;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.util.ClassUtils;
import org.springframework.validation.Validator;
import org.springframework.validation.beanvalidation.SpringValidatorAdapter;
import org.springframework.web.accept.ApiVersionParser;
import org.springframework.web.reactive.accept.ApiVersionDeprecationHandler;
import org.springframework.web.reactive.accept.ApiVersionResolver;
import org.springframework.web.reactive.config.ApiVersionConfigurer;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.reactive.result.method.HandlerMethodArgumentResolver;
import org.springframework.web.reactive.result.method.annotation.ArgumentResolverConfigurer;

/**
 * Gives the chain of a service what Spring Boot gives WebFlux, where Spring Boot's own
 * configuration of WebFlux is absent: the application's codecs, converters, formatters,
 * resolvers of arguments, API versions and validator.
 */
class ServiceWebFluxConfigurer implements WebFluxConfigurer {

	private static final boolean BEAN_VALIDATION = ClassUtils.isPresent("jakarta.validation.Validator",
			ServiceWebFluxConfigurer.class.getClassLoader());

	private final ListableBeanFactory beanFactory;

	private final WebFluxSettings settings;

	ServiceWebFluxConfigurer(ListableBeanFactory beanFactory, WebFluxSettings settings) {
		this.beanFactory = beanFactory;
		this.settings = settings;
	}

	@Override
	public void configureHttpMessageCodecs(ServerCodecConfigurer configurer) {
		configurer.defaultCodecs().configureDefaultCodec(new MultipartCodecs(this.settings.multipart())::configure);
		this.beanFactory.getBeanProvider(CodecCustomizer.class)
			.orderedStream()
			.forEach((customizer) -> customizer.customize(configurer));
	}

	@Override
	public void configureArgumentResolvers(ArgumentResolverConfigurer configurer) {
		this.beanFactory.getBeanProvider(HandlerMethodArgumentResolver.class)
			.orderedStream()
			.forEach(configurer::addCustomResolver);
	}

	@Override
	public void addFormatters(FormatterRegistry registry) {
		ApplicationConversionService.addBeans(registry, this.beanFactory);
	}

	@Override
	public void configureApiVersioning(ApiVersionConfigurer configurer) {
		PropertyMapper map = PropertyMapper.get();
		WebFluxSettings.Apiversion versions = this.settings.apiversion();
		map.from(versions::required).to(configurer::setVersionRequired);
		map.from(versions::defaultVersion).to(configurer::setDefaultVersion);
		versions.supported().forEach(configurer::addSupportedVersions);
		map.from(versions::detectSupported).to(configurer::detectSupportedVersions);
		WebFluxSettings.Use use = versions.use();
		map.from(use::header).whenHasText().to(configurer::useRequestHeader);
		map.from(use::queryParameter).whenHasText().to(configurer::useQueryParam);
		use.mediaTypeParameter().forEach(configurer::useMediaTypeParameter);
		map.from(use::pathSegment).to(configurer::usePathSegment);
		this.beanFactory.getBeanProvider(ApiVersionResolver.class)
			.orderedStream()
			.forEach(configurer::useVersionResolver);
		this.beanFactory.getBeanProvider(ApiVersionParser.class).ifAvailable(configurer::setVersionParser);
		this.beanFactory.getBeanProvider(ApiVersionDeprecationHandler.class)
			.ifAvailable(configurer::setDeprecationHandler);
	}

	@Override
	public @Nullable Validator getValidator() {
		return BEAN_VALIDATION ? BeanValidation.validator(this.beanFactory) : null;
	}

	/**
	 * Validator of Spring Boot. Only loaded where Jakarta Validation is there. A bean
	 * which is a validator of Spring's alone may be meant for one form only.
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
