package io.natsproxy.gateway;

import io.natsproxy.gateway.route.KnownRoute;
import io.natsproxy.gateway.route.RouteTable;
import io.natsproxy.webflux.websocket.WebSocketUpgradeCondition;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsProcessor;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Gives the gateway every request that no other mapping of the application claims, except
 * static resources. A CORS preflight request is answered here when CORS is configured for
 * the gateway, and goes to the service like any other request when it is not.
 */
public final class GatewayHandlerMapping implements HandlerMapping, Ordered {

	/**
	 * Order after the application's mappings, and before static resources, which claim
	 * every path.
	 */
	public static final int ORDER = Ordered.LOWEST_PRECEDENCE - 10;

	private static final PathPattern EVERY_PATH = PathPatternParser.defaultInstance.parse("/**");

	private static final String FAILURE_ATTRIBUTE = GatewayHandlerMapping.class.getName() + ".failure";

	private static final WebHandler ANSWERED = (exchange) -> Mono.empty();

	private final ApplicationContext context;

	private final WebHandler handler;

	private final @Nullable WebHandler webSocketHandler;

	private final @Nullable CorsConfiguration cors;

	private final CorsProcessor corsProcessor;

	private final @Nullable RouteTable routes;

	private final @Nullable DeclaredHandlers declared;

	/**
	 * Creates the mapping.
	 * @param context the context whose requests are the gateway's; those of a management
	 * context, which sees this mapping too, are not
	 * @param handler the gateway
	 * @param webSocketHandler the gateway for the handshakes of WebSockets, which check
	 * origins by themselves; {@code null} to take them for other requests
	 * @param cors how CORS requests are answered; {@code null} to leave it to services
	 * @param corsProcessor answers them
	 */
	public GatewayHandlerMapping(ApplicationContext context, WebHandler handler, @Nullable WebHandler webSocketHandler,
			@Nullable CorsConfiguration cors, CorsProcessor corsProcessor) {
		this(context, handler, webSocketHandler, cors, corsProcessor, null, null);
	}

	/**
	 * Creates the mapping.
	 * @param context the context whose requests are the gateway's; those of a management
	 * context, which sees this mapping too, are not
	 * @param handler the gateway
	 * @param webSocketHandler the gateway for the handshakes of WebSockets, which check
	 * origins by themselves; {@code null} to take them for other requests
	 * @param cors how CORS requests are answered; {@code null} to leave it to services
	 * @param corsProcessor answers them
	 * @param routes the routes that services have told; {@code null} for none
	 * @param declared the routes that the operator declares, which come before those of
	 * services; {@code null} for none
	 */
	public GatewayHandlerMapping(ApplicationContext context, WebHandler handler, @Nullable WebHandler webSocketHandler,
			@Nullable CorsConfiguration cors, CorsProcessor corsProcessor, @Nullable RouteTable routes,
			@Nullable DeclaredHandlers declared) {
		this.routes = routes;
		this.declared = declared;
		this.context = context;
		this.handler = handler;
		this.webSocketHandler = webSocketHandler;
		this.cors = cors;
		this.corsProcessor = corsProcessor;
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	public Mono<Object> getHandler(ServerWebExchange exchange) {
		if (exchange.getApplicationContext() != this.context) {
			return Mono.empty();
		}
		if (exchange.getAttributes().remove(FAILURE_ATTRIBUTE) instanceof Throwable failure) {
			return Mono.error(failure);
		}
		WebHandler found = find(exchange);
		// For a preflight request, handlers are looked for and never called.
		return (found != ANSWERED && CorsUtils.isPreFlightRequest(exchange.getRequest()))
				? found.handle(exchange).thenReturn(ANSWERED) : Mono.just(found);
	}

	/**
	 * Handles a request that no other mapping claims, and is no preflight request.
	 */
	Mono<Void> handle(ServerWebExchange exchange) {
		return find(exchange).handle(exchange);
	}

	/**
	 * Has a request of which the handling has failed fail once more when it is looked for
	 * a handler.
	 */
	void failed(ServerWebExchange exchange, Throwable failure) {
		exchange.getAttributes().put(FAILURE_ATTRIBUTE, failure);
	}

	/**
	 * Looks for the route of a request, which all that handle it find in its attributes.
	 * @return the template by which the request is observed
	 */
	private String route(ServerWebExchange exchange) {
		ServerHttpRequest request = exchange.getRequest();
		KnownRoute route = (this.routes != null)
				? this.routes.find(request.getMethod().name(), request.getPath().pathWithinApplication().value())
				: null;
		if (route != null) {
			exchange.getAttributes().put(KnownRoute.ATTRIBUTE, route);
		}
		String template = (route != null) ? route.uriTag() : null;
		return (template != null) ? template : EVERY_PATH.getPatternString();
	}

	private WebHandler find(ServerWebExchange exchange) {
		boolean handshake = this.webSocketHandler != null
				&& WebSocketUpgradeCondition.isHandshake(exchange.getRequest());
		WebHandler declared = (this.declared != null) ? this.declared.find(exchange, handshake) : null;
		if (declared == null) {
			if (exchange.getAttribute(DeclaredHandshake.ATTRIBUTE) == null) {
				findRoute(exchange);
			}
			if (handshake && this.webSocketHandler != null) {
				return this.webSocketHandler;
			}
		}
		WebHandler handler = (declared != null) ? declared : this.handler;
		if (this.cors == null) {
			return handler;
		}
		boolean allowed = this.corsProcessor.process(this.cors, exchange);
		return (allowed && !CorsUtils.isPreFlightRequest(exchange.getRequest())) ? handler : ANSWERED;
	}

	private void findRoute(ServerWebExchange exchange) {
		exchange.getAttributes().put(BEST_MATCHING_PATTERN_ATTRIBUTE, EVERY_PATH);
		String template = route(exchange);
		ServerRequestObservationContext.findCurrent(exchange.getAttributes())
			.ifPresent((observation) -> observation.setPathPattern(template));
	}

}
