package io.natsproxy.boot.test.autoconfigure;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsWebSocket;
import io.natsproxy.webflux.server.NatsMiddleware;
import tools.jackson.databind.JacksonModule;

import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.boot.jackson.JacksonComponent;
import org.springframework.boot.test.context.filter.annotation.StandardAnnotationCustomizableTypeExcludeFilter;
import org.springframework.core.convert.converter.Converter;
import org.springframework.core.convert.converter.GenericConverter;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.server.WebExceptionHandler;
import org.springframework.web.server.WebFilter;

/**
 * {@link TypeExcludeFilter} of {@link NatsControllerTest}.
 */
class NatsControllerTypeExcludeFilter extends StandardAnnotationCustomizableTypeExcludeFilter<NatsControllerTest> {

	private static final Set<Class<?>> WITHOUT_CONTROLLERS = Set.of(ControllerAdvice.class, NatsMiddleware.class,
			WebFilter.class, WebExceptionHandler.class, WebFluxConfigurer.class, Converter.class,
			GenericConverter.class, JacksonComponent.class, JacksonModule.class);

	private final List<Class<?>> controllers;

	NatsControllerTypeExcludeFilter(Class<?> testClass) {
		super(testClass);
		this.controllers = List.of(getAnnotation().getValue("controllers", Class[].class).orElse(new Class<?>[0]));
	}

	@Override
	protected Set<Class<?>> getKnownIncludes() {
		if (!this.controllers.isEmpty()) {
			return WITHOUT_CONTROLLERS;
		}
		Set<Class<?>> includes = new LinkedHashSet<>(WITHOUT_CONTROLLERS);
		includes.add(NatsController.class);
		includes.add(NatsWebSocket.class);
		return includes;
	}

	@Override
	protected Set<Class<?>> getComponentIncludes() {
		return new LinkedHashSet<>(this.controllers);
	}

}
