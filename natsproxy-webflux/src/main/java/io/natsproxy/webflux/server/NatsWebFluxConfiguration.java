package io.natsproxy.webflux.server;

import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.format.support.FormattingConversionService;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.web.reactive.HandlerResult;
import org.springframework.web.reactive.accept.RequestedContentTypeResolver;
import org.springframework.web.reactive.config.BlockingExecutionConfigurer;
import org.springframework.web.reactive.config.DelegatingWebFluxConfiguration;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.support.RouterFunctionMapping;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.reactive.result.method.annotation.ResponseBodyResultHandler;
import org.springframework.web.reactive.result.method.annotation.ResponseEntityResultHandler;
import org.springframework.web.server.ServerWebExchange;

/**
 * WebFlux's configuration as a plain object, which makes the parts of a chain of our own.
 */
class NatsWebFluxConfiguration extends DelegatingWebFluxConfiguration {

	private final AsyncTaskExecutor blockingExecutor;

	private final @Nullable RouterFunction<?> routes;

	/**
	 * Creates the configuration. It gets no application context, which it would refuse if
	 * Spring MVC were configured there: the parts that it makes are initialised with the
	 * context, and it needs none itself.
	 */
	NatsWebFluxConfiguration(List<WebFluxConfigurer> configurers, AsyncTaskExecutor blockingExecutor,
			@Nullable RouterFunction<?> routes) {
		this.blockingExecutor = blockingExecutor;
		this.routes = routes;
		setConfigurers(configurers);
	}

	/**
	 * Tells whether a configurer provides the validator.
	 */
	boolean hasValidator() {
		return getValidator() != null;
	}

	/**
	 * Returns a conversion service with the formatters of the configurers.
	 */
	FormattingConversionService conversionService(FormattingConversionService conversionService) {
		addFormatters(conversionService);
		return conversionService;
	}

	@Override
	public RequestedContentTypeResolver webFluxContentTypeResolver() {
		AcceptResolver.Builder builder = new AcceptResolver.Builder();
		configureContentTypeResolver(builder);
		return builder.build();
	}

	@Override
	public ResponseBodyResultHandler responseBodyResultHandler(ReactiveAdapterRegistry reactiveTypes,
			ServerCodecConfigurer codecs, RequestedContentTypeResolver contentTypes) {
		return new ResponseBodyResultHandler(codecs.getWriters(), contentTypes, reactiveTypes,
				getErrorResponseInterceptors()) {

			@Override
			protected @Nullable MediaType selectMediaType(ServerWebExchange exchange,
					Supplier<List<MediaType>> producible, List<MediaType> acceptable) {
				return AcceptedMediaTypes.choose(exchange, producible, acceptable, super::selectMediaType);
			}

			@Override
			public Mono<Void> handleResult(ServerWebExchange exchange, HandlerResult result) {
				return super.handleResult(exchange, ProblemInstance.completed(result, exchange.getRequest()));
			}

		};
	}

	@Override
	public ResponseEntityResultHandler responseEntityResultHandler(ReactiveAdapterRegistry reactiveTypes,
			ServerCodecConfigurer codecs, RequestedContentTypeResolver contentTypes) {
		return new ResponseEntityResultHandler(codecs.getWriters(), contentTypes, reactiveTypes,
				getErrorResponseInterceptors()) {

			@Override
			protected @Nullable MediaType selectMediaType(ServerWebExchange exchange,
					Supplier<List<MediaType>> producible, List<MediaType> acceptable) {
				return AcceptedMediaTypes.choose(exchange, producible, acceptable, super::selectMediaType);
			}

			@Override
			public Mono<Void> handleResult(ServerWebExchange exchange, HandlerResult result) {
				return super.handleResult(exchange, ProblemInstance.completed(result, exchange.getRequest()));
			}

		};
	}

	@Override
	protected RequestMappingHandlerMapping createRequestMappingHandlerMapping() {
		return new NatsHandlerMapping();
	}

	@Override
	protected RequestMappingHandlerAdapter createRequestMappingHandlerAdapter() {
		return new NatsHandlerAdapter();
	}

	@Override
	protected RouterFunctionMapping createRouterFunctionMapping() {
		// Given none, the mapping would look for those that are served over HTTP.
		return new RouterFunctionMapping((this.routes != null) ? this.routes : (request) -> Mono.empty());
	}

	@Override
	protected void configureHttpMessageCodecs(ServerCodecConfigurer configurer) {
		// A body has arrived in memory already: a smaller limit would protect nothing.
		configurer.defaultCodecs().maxInMemorySize(NatsHandlerFactory.MAX_IN_MEMORY_SIZE);
		super.configureHttpMessageCodecs(configurer);
	}

	@Override
	protected void configureBlockingExecution(BlockingExecutionConfigurer configurer) {
		configurer.setExecutor(this.blockingExecutor);
		super.configureBlockingExecution(configurer);
	}

}
