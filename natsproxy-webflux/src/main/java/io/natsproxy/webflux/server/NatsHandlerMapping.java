package io.natsproxy.webflux.server;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.natsproxy.core.discovery.EndpointTraits;
import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsMapping;
import io.natsproxy.webflux.annotation.NatsWebSocket;
import io.natsproxy.webflux.websocket.WebSocketUpgradeCondition;
import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.Bean;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.stereotype.Controller;
import org.springframework.util.ClassUtils;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.result.condition.RequestCondition;
import org.springframework.web.reactive.result.method.RequestMappingInfo;
import org.springframework.web.util.pattern.PathPattern;

/**
 * Finds the methods of {@link NatsController} beans. Never a bean: every
 * {@code DispatcherHandler} in the context would serve its routes over HTTP.
 */
class NatsHandlerMapping extends IndexedHandlerMapping {

	private static final Set<String> OPTIONS = Set.of("OPTIONS");

	private final MappedMethods mappedMethods = new MappedMethods();

	@Override
	protected boolean isHandler(Class<?> beanType) {
		boolean natsController = AnnotatedElementUtils.hasAnnotation(beanType, NatsController.class);
		boolean controller = AnnotatedElementUtils.hasAnnotation(beanType, Controller.class);
		if (controller || !natsController) {
			requireNoNatsMapping(beanType, natsController);
		}
		return natsController;
	}

	private static void requireNoNatsMapping(Class<?> beanType, boolean natsController) {
		if (natsController) {
			throw new MisplacedNatsMappingException(beanType, null);
		}
		if (beanType.getName().startsWith("org.springframework.")
				|| !AnnotationUtils.isCandidateClass(beanType, NatsMapping.class)) {
			return;
		}
		Set<Method> methods = MethodIntrospector.selectMethods(beanType,
				(Method method) -> AnnotatedElementUtils.hasAnnotation(method, NatsMapping.class)
						&& !AnnotatedElementUtils.hasAnnotation(method, Bean.class));
		if (!methods.isEmpty()) {
			throw new MisplacedNatsMappingException(beanType, methods.iterator().next());
		}
	}

	@Override
	protected void registerHandlerMethod(Object handler, Method method, RequestMappingInfo mapping) {
		this.mappedMethods.add(mapping, "method '" + method.getName() + "' of "
				+ ClassUtils.getUserClass(method.getDeclaringClass()).getName() + " (bean '" + handler + "')");
		super.registerHandlerMethod(handler, method, mapping);
	}

	/**
	 * Returns the methods that were found.
	 */
	MappedMethods mappedMethods() {
		return this.mappedMethods;
	}

	@Override
	protected @Nullable RequestCondition<?> getCustomMethodCondition(Method method) {
		return AnnotatedElementUtils.hasAnnotation(method, NatsWebSocket.class) ? new WebSocketUpgradeCondition()
				: null;
	}

	/**
	 * Returns the routes that were found.
	 */
	List<NatsRoute> routes() {
		List<NatsRoute> routes = new ArrayList<>();
		getHandlerMethods().forEach((info, method) -> {
			Set<String> methods = info.getMethodsCondition()
				.getMethods()
				.stream()
				.map(Enum::name)
				.collect(Collectors.toUnmodifiableSet());
			EndpointTraits traits = MethodTraits.of(info, method);
			for (PathPattern pattern : info.getPatternsCondition().getPatterns()) {
				routes.add(new NatsRoute(methods, pattern.getPatternString(), traits));
			}
		});
		return routes;
	}

	/**
	 * Returns the methods that answer requests, and not handshakes of WebSockets.
	 */
	Map<RequestMappingInfo, HandlerMethod> requestMethods() {
		Map<RequestMappingInfo, HandlerMethod> methods = new LinkedHashMap<>(getHandlerMethods());
		methods.keySet().removeIf((mapping) -> mapping.getCustomCondition() instanceof WebSocketUpgradeCondition);
		return methods;
	}

	/**
	 * Returns the routes that WebFlux answers by itself: OPTIONS for every path.
	 */
	List<NatsRoute> implicitRoutes() {
		return routes().stream().map((route) -> new NatsRoute(OPTIONS, route.pattern())).distinct().toList();
	}

}
