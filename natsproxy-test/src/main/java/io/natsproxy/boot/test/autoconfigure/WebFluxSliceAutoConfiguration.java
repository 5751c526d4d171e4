package io.natsproxy.boot.test.autoconfigure;

import java.util.Arrays;

import io.natsproxy.webflux.annotation.NatsController;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for tests of WebFlux controllers, imported by {@code @WebFluxTest}:
 * says that a {@link NatsController} cannot be tested there.
 */
@AutoConfiguration
public final class WebFluxSliceAutoConfiguration {

	@Bean
	static BeanFactoryPostProcessor natsControllerCheck() {
		return (beanFactory) -> {
			String[] names = beanFactory.getBeanNamesForAnnotation(NatsController.class);
			if (names.length > 0) {
				throw new IllegalStateException("@WebFluxTest tests controllers that answer over HTTP, and "
						+ Arrays.toString(names) + " with @NatsController do not: use @NatsControllerTest");
			}
		};
	}

}
