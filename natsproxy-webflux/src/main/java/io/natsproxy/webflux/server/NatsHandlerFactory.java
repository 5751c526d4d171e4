package io.natsproxy.webflux.server;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.micrometer.observation.ObservationRegistry;
import io.natsproxy.core.websocket.service.WebSocketAcceptor;
import io.natsproxy.webflux.annotation.NatsRoutes;
import io.natsproxy.webflux.websocket.NatsHandshakeService;
import io.natsproxy.webflux.websocket.NatsRequestUpgradeStrategy;
import io.natsproxy.webflux.websocket.WebSocketMethodSupport;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.annotation.Order;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.format.support.DefaultFormattingConversionService;
import org.springframework.format.support.FormattingConversionService;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.HttpHandlerDecoratorFactory;
import org.springframework.http.server.reactive.observation.ServerRequestObservationConvention;
import org.springframework.validation.Validator;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.reactive.accept.ApiVersionStrategy;
import org.springframework.web.reactive.accept.RequestedContentTypeResolver;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.support.RouterFunctionMapping;
import org.springframework.web.reactive.result.method.HandlerMethodArgumentResolver;
import org.springframework.web.reactive.result.method.annotation.ArgumentResolverConfigurer;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.reactive.result.method.annotation.ResponseBodyResultHandler;
import org.springframework.web.reactive.result.method.annotation.ResponseEntityResultHandler;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.reactive.socket.server.support.WebSocketHandlerAdapter;
import org.springframework.web.server.WebExceptionHandler;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.adapter.HttpWebHandlerAdapter;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import org.springframework.web.server.i18n.LocaleContextResolver;
import org.springframework.web.server.session.WebSessionManager;

/**
 * Builds the chain of a service from the beans of an application: its NATS controllers
 * and routes, and around them its filters, middleware, exception handlers and codecs. The
 * parts that are particular to NATS live outside of the application context, where no
 * HTTP server can find them.
 */
public final class NatsHandlerFactory {

	/**
	 * The default limit for the part of a body that codecs hold in memory, in bytes: the
	 * default of the largest NATS message.
	 */
	public static final int MAX_IN_MEMORY_SIZE = 1024 * 1024;

	private final ApplicationContext context;

	private final AsyncTaskExecutor blockingExecutor;

	private final WebSocketService webSocketService;

	private FormattingConversionService conversionService = new DefaultFormattingConversionService();

	/**
	 * Creates a factory.
	 * @param context the context of the application
	 * @param blockingExecutor runs handlers that block, unless a configurer names another
	 * @param acceptor accepts WebSockets; not closed by this object
	 */
	public NatsHandlerFactory(ApplicationContext context, AsyncTaskExecutor blockingExecutor,
			WebSocketAcceptor acceptor) {
		this.context = context;
		this.blockingExecutor = blockingExecutor;
		this.webSocketService = new NatsHandshakeService(new NatsRequestUpgradeStrategy(acceptor));
	}

	/**
	 * Sets what converts where WebFlux is not configured for HTTP too: formatters of
	 * configurers are added.
	 * @param conversionService a new conversion service
	 * @return this factory
	 */
	public NatsHandlerFactory conversionService(FormattingConversionService conversionService) {
		this.conversionService = conversionService;
		return this;
	}

	/**
	 * Builds the chain.
	 * @param configurers configure codecs, conversion, validation and more
	 * @param middleware runs between the filters and the handlers, in this order
	 * @return the chain and its routes
	 * @throws MisplacedNatsMappingException if a route is declared where it cannot be
	 * served
	 * @throws AmbiguousNatsMappingException if two handlers are mapped to the same
	 */
	public NatsHandler create(List<WebFluxConfigurer> configurers, List<NatsMiddleware> middleware) {
		Map<String, RouterFunction<?>> routerFunctions = routerFunctions();
		RouterFunction<?> routerFunction = routerFunctions.values()
			.stream()
			.reduce(RouterFunction::andOther)
			.orElse(null);
		NatsWebFluxConfiguration configuration = new NatsWebFluxConfiguration(configurers, this.blockingExecutor,
				routerFunction);
		ServerCodecConfigurer applicationCodecs = configuration.serverCodecConfigurer();
		ServerCodecConfigurer codecs = new RequestCodecs(applicationCodecs);
		RequestedContentTypeResolver contentTypes = configuration.webFluxContentTypeResolver();
		ApiVersionStrategy versions = configuration.webFluxApiVersionStrategy();
		NatsHandlerMapping mapping = (NatsHandlerMapping) initialize(
				configuration.requestMappingHandlerMapping(contentTypes, versions), "natsHandlerMapping");

		GenericApplicationContext parts = new GenericApplicationContext();
		parts.getBeanFactory().registerSingleton("handlerMapping", mapping);
		WebSocketHandlerBeans sockets = new WebSocketHandlerBeans(this.context);
		sockets.requireUnambiguous(mapping.mappedMethods());
		// Every mapping is asked for every request: those without routes are left out.
		if (!sockets.routes().isEmpty()) {
			register(parts, sockets.mapping(), "webSocketMapping");
		}
		List<NatsRoute> functionalRoutes = List.of();
		if (routerFunction != null) {
			register(parts, configuration.routerFunctionMapping(codecs, versions), "routerFunctionMapping");
			functionalRoutes = RouterFunctionRoutes.of(routerFunction);
			routerFunctions.forEach((name, function) -> RouterFunctionRoutes.takenBy(function)
				.forEach((route) -> mapping.mappedMethods()
					.requireNotHidden(route, "bean '" + name + "' with @NatsRoutes")));
		}
		RouterFunctionOptions options = new RouterFunctionOptions(functionalRoutes);
		if (!options.routes().isEmpty()) {
			register(parts, optionsMapping(options, codecs), "optionsMapping");
		}
		registerAdapters(parts, configuration, codecs, contentTypes, applicationCodecs);
		parts.refresh();

		HttpHandler httpHandler = httpHandler(new DispatcherHandler(parts), codecs, middleware);
		List<NatsRoute> routes = new ArrayList<>(mapping.routes());
		routes.addAll(functionalRoutes);
		routes.addAll(sockets.routes());
		List<NatsRoute> implicitRoutes = new ArrayList<>(mapping.implicitRoutes());
		implicitRoutes.addAll(options.routes());
		return new NatsHandler(httpHandler, List.copyOf(routes), List.copyOf(implicitRoutes),
				new RouteHandlers(mapping.requestMethods(), routerFunctions, functionalRoutes, null));
	}

	private static RouterFunctionMapping optionsMapping(RouterFunctionOptions options, ServerCodecConfigurer codecs) {
		RouterFunctionMapping mapping = new RouterFunctionMapping(options);
		mapping.setMessageReaders(codecs.getReaders());
		mapping.setOrder(Ordered.LOWEST_PRECEDENCE);
		return mapping;
	}

	private void registerAdapters(GenericApplicationContext parts, NatsWebFluxConfiguration configuration,
			ServerCodecConfigurer codecs, RequestedContentTypeResolver contentTypes,
			ServerCodecConfigurer messageCodecs) {
		ReactiveAdapterRegistry reactiveTypes = configuration.webFluxAdapterRegistry();
		ResponseEntityResultHandler entities = configuration.responseEntityResultHandler(reactiveTypes, codecs,
				contentTypes);
		ResponseBodyResultHandler bodies = configuration.responseBodyResultHandler(reactiveTypes, codecs, contentTypes);
		WebSocketMethodSupport socketMethods = new WebSocketMethodSupport(reactiveTypes, messageCodecs,
				this.webSocketService, List.of(entities, bodies));
		FormattingConversionService conversion = conversionService(configuration);
		Validator validator = validator(configuration);
		RequestMappingHandlerAdapter adapter = configuration.requestMappingHandlerAdapter(reactiveTypes, codecs,
				conversion, contentTypes, validator);
		addArgumentResolver(adapter, socketMethods);
		register(parts, adapter, "handlerAdapter");
		register(parts, socketMethods, "webSocketMethodSupport");
		register(parts, MatchedRoute.before(new WebSocketHandlerAdapter(this.webSocketService)),
				"webSocketHandlerAdapter");
		register(parts, MatchedRoute.before(configuration.handlerFunctionAdapter()), "handlerFunctionAdapter");
		register(parts, configuration.simpleHandlerAdapter(), "simpleHandlerAdapter");
		register(parts, entities, "responseEntityResultHandler");
		register(parts, bodies, "responseBodyResultHandler");
		register(parts, configuration.serverResponseResultHandler(codecs), "serverResponseResultHandler");
	}

	private static void addArgumentResolver(RequestMappingHandlerAdapter adapter,
			HandlerMethodArgumentResolver resolver) {
		ArgumentResolverConfigurer resolvers = adapter.getArgumentResolverConfigurer();
		if (resolvers == null) {
			resolvers = new ArgumentResolverConfigurer();
			adapter.setArgumentResolverConfigurer(resolvers);
		}
		resolvers.addCustomResolver(resolver);
	}

	/**
	 * Returns the conversion service of WebFlux over HTTP where there is one, else a new
	 * one.
	 */
	private FormattingConversionService conversionService(NatsWebFluxConfiguration configuration) {
		return this.context.containsBean("webFluxConversionService")
				? this.context.getBean("webFluxConversionService", FormattingConversionService.class)
				: configuration.conversionService(this.conversionService);
	}

	/**
	 * The validator of WebFlux over HTTP where there is one, else that of a configurer,
	 * which is ready, else a new one.
	 */
	private Validator validator(NatsWebFluxConfiguration configuration) {
		if (this.context.containsBean("webFluxValidator")) {
			return this.context.getBean("webFluxValidator", Validator.class);
		}
		Validator validator = configuration.webFluxValidator();
		return configuration.hasValidator() ? validator : initialize(validator, "natsValidator");
	}

	/**
	 * Registers a part as it is: made and initialised for the application's context.
	 */
	private void register(GenericApplicationContext parts, Object part, String name) {
		parts.getBeanFactory().registerSingleton(name, initialize(part, name));
	}

	@SuppressWarnings("unchecked")
	private <T> T initialize(T part, String name) {
		return (T) this.context.getAutowireCapableBeanFactory().initializeBean(part, name);
	}

	/**
	 * Returns the router functions by the names of their beans, in their order.
	 */
	private Map<String, RouterFunction<?>> routerFunctions() {
		Map<Object, String> names = new IdentityHashMap<>();
		for (String name : this.context.getBeanNamesForType(RouterFunction.class)) {
			if (this.context.findAnnotationOnBean(name, NatsRoutes.class) != null) {
				names.put(this.context.getBean(name), name);
			}
		}
		Map<String, RouterFunction<?>> found = new LinkedHashMap<>();
		if (!names.isEmpty()) {
			this.context.getBeanProvider(RouterFunction.class).orderedStream().forEach((function) -> {
				String name = names.get(function);
				if (name != null) {
					found.put(name, NatsRoutesPostProcessor.unwrap(function));
				}
			});
		}
		return found;
	}

	private HttpHandler httpHandler(DispatcherHandler dispatcher, ServerCodecConfigurer codecs,
			List<NatsMiddleware> middleware) {
		WebHttpHandlerBuilder builder = WebHttpHandlerBuilder.webHandler(dispatcher)
			.codecConfigurer(codecs)
			.filters((filters) -> {
				this.context.getBeanProvider(WebFilter.class).orderedStream().forEach(filters::add);
				middleware.forEach((each) -> filters.add(new MiddlewareFilter(each, each.path())));
			})
			.exceptionHandlers((handlers) -> addExceptionHandlers(handlers, codecs));
		this.context.getBeanProvider(HttpHandlerDecoratorFactory.class)
			.orderedStream()
			.forEach(builder::httpHandlerDecorator);
		this.context.getBeanProvider(ObservationRegistry.class).ifUnique(builder::observationRegistry);
		this.context.getBeanProvider(ServerRequestObservationConvention.class)
			.ifAvailable(builder::observationConvention);
		ifNamed(WebHttpHandlerBuilder.WEB_SESSION_MANAGER_BEAN_NAME, WebSessionManager.class, builder::sessionManager);
		ifNamed(WebHttpHandlerBuilder.LOCALE_CONTEXT_RESOLVER_BEAN_NAME, LocaleContextResolver.class,
				builder::localeContextResolver);
		// The decorator that is added last sees the adapter itself.
		builder.httpHandlerDecorator(this::withApplicationContext);
		return builder.build();
	}

	private <T> void ifNamed(String name, Class<T> type, Consumer<T> consumer) {
		if (this.context.containsBean(name)) {
			consumer.accept(this.context.getBean(name, type));
		}
	}

	private HttpHandler withApplicationContext(HttpHandler httpHandler) {
		if (httpHandler instanceof HttpWebHandlerAdapter adapter) {
			adapter.setApplicationContext(this.context);
		}
		return httpHandler;
	}

	/**
	 * Adds the application's exception handlers, and ours where its order puts it.
	 */
	private void addExceptionHandlers(List<WebExceptionHandler> handlers, ServerCodecConfigurer codecs) {
		Map<Object, String> names = new IdentityHashMap<>();
		this.context.getBeansOfType(WebExceptionHandler.class).forEach((name, handler) -> names.put(handler, name));
		this.context.getBeanProvider(WebExceptionHandler.class).orderedStream().forEach(handlers::add);
		int index = 0;
		while (index < handlers.size()
				&& order(handlers.get(index), names.get(handlers.get(index))) < ProblemExceptionHandler.ORDER) {
			index++;
		}
		handlers.add(index, new ProblemExceptionHandler(codecs.getWriters(), this.context));
	}

	/**
	 * The order that the class or the {@code @Bean} method says.
	 */
	private int order(WebExceptionHandler handler, @Nullable String name) {
		Order order = (name != null) ? this.context.findAnnotationOnBean(name, Order.class) : null;
		if (order != null) {
			return order.value();
		}
		return (handler instanceof Ordered ordered) ? ordered.getOrder() : Ordered.LOWEST_PRECEDENCE;
	}

}
