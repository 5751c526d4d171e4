package io.natsproxy.webflux.server;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.natsproxy.core.discovery.EndpointTraits;
import io.natsproxy.webflux.annotation.NatsWebSocket;
import io.natsproxy.webflux.websocket.SubProtocolHandler;
import reactor.core.publisher.Mono;

import org.springframework.context.ApplicationContext;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.server.support.WebSocketUpgradeHandlerPredicate;
import org.springframework.web.server.ServerWebExchange;

/**
 * Finds the {@link WebSocketHandler} beans of an application that have a
 * {@link NatsWebSocket} annotation.
 */
class WebSocketHandlerBeans {

	private static final Set<String> GET = Set.of("GET");

	private final Map<String, WebSocketHandler> handlers = new LinkedHashMap<>();

	private final Map<String, String> names = new LinkedHashMap<>();

	/**
	 * Finds the beans.
	 * @throws MisplacedNatsMappingException if one of the annotated beans is no handler
	 * @throws AmbiguousNatsMappingException if two have the same path
	 */
	WebSocketHandlerBeans(ApplicationContext context) {
		for (String name : context.getBeanNamesForAnnotation(NatsWebSocket.class)) {
			NatsWebSocket annotation = context.findAnnotationOnBean(name, NatsWebSocket.class);
			Object bean = context.getBean(name);
			if (!(bean instanceof WebSocketHandler handler)) {
				throw new MisplacedNatsMappingException(bean.getClass());
			}
			if (annotation != null) {
				List<String> subProtocols = List.of(annotation.subProtocols());
				for (String path : annotation.path()) {
					String other = this.names.putIfAbsent(MappedMethods.shape(path), name);
					if (other != null) {
						throw new AmbiguousNatsMappingException("WebSocket " + path, description(other),
								description(name));
					}
					this.handlers.put(path, SubProtocolHandler.of(handler, subProtocols));
				}
			}
		}
	}

	private static String description(String name) {
		return "bean '" + name + "' with @NatsWebSocket";
	}

	/**
	 * Requires that no method is mapped to the same.
	 */
	void requireUnambiguous(MappedMethods methods) {
		this.handlers.keySet()
			.forEach((path) -> methods.requireNotHidden(path,
					description(String.valueOf(this.names.get(MappedMethods.shape(path))))));
	}

	/**
	 * Returns a mapping for the handshakes of WebSockets, ahead of that of methods.
	 */
	SimpleUrlHandlerMapping mapping() {
		SimpleUrlHandlerMapping mapping = new HandshakeMapping(this.handlers);
		mapping.setHandlerPredicate(new WebSocketUpgradeHandlerPredicate());
		return mapping;
	}

	List<NatsRoute> routes() {
		List<NatsRoute> routes = new ArrayList<>();
		this.handlers.keySet().forEach((pattern) -> routes.add(new NatsRoute(GET, pattern, EndpointTraits.WEB_SOCKET)));
		return routes;
	}

	/**
	 * Passes over what is no handshake before it looks at paths.
	 */
	private static final class HandshakeMapping extends SimpleUrlHandlerMapping {

		HandshakeMapping(Map<String, WebSocketHandler> handlers) {
			super(handlers, -1);
		}

		@Override
		public Mono<Object> getHandler(ServerWebExchange exchange) {
			return (exchange.getRequest().getHeaders().getUpgrade() != null) ? super.getHandler(exchange)
					: Mono.empty();
		}

	}

}
