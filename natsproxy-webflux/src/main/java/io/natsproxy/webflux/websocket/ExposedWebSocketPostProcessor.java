package io.natsproxy.webflux.websocket;

import java.util.function.Supplier;

import io.natsproxy.core.websocket.service.WebSocketAcceptor;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.web.reactive.config.WebFluxConfigurationSupport;
import org.springframework.web.reactive.socket.server.RequestUpgradeStrategy;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.reactive.socket.server.support.WebSocketHandlerAdapter;

/**
 * Has the services and handler adapters that an application has for WebSockets over HTTP
 * accept those that come over NATS, too. A service of the application's own class keeps
 * its behaviour, which may be a check, and so is left as it is: its upgrade strategy has
 * to be an {@link ExposedRequestUpgradeStrategy}.
 */
public final class ExposedWebSocketPostProcessor implements BeanPostProcessor {

	private static final Log logger = LogFactory.getLog(ExposedWebSocketPostProcessor.class);

	private final Supplier<WebSocketAcceptor> acceptor;

	/**
	 * Creates a post-processor.
	 * @param acceptor accepts; asked when the first bean of the kind is made
	 */
	public ExposedWebSocketPostProcessor(Supplier<WebSocketAcceptor> acceptor) {
		this.acceptor = acceptor;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean.getClass() == HandshakeWebSocketService.class) {
			return exposed((HandshakeWebSocketService) bean);
		}
		if (bean instanceof WebSocketHandlerAdapter adapter) {
			return exposed(adapter, beanName);
		}
		return bean;
	}

	private WebSocketHandlerAdapter exposed(WebSocketHandlerAdapter adapter, String beanName) {
		WebSocketService service = adapter.getWebSocketService();
		if (service instanceof HandshakeWebSocketService handshake && accepts(handshake.getUpgradeStrategy())) {
			return adapter;
		}
		if (adapter.getClass() == WebSocketHandlerAdapter.class) {
			if (service.getClass() == HandshakeWebSocketService.class) {
				return adapter(adapter, exposed((HandshakeWebSocketService) service));
			}
			if (service.getClass().getEnclosingClass() == WebFluxConfigurationSupport.class) {
				// Stands for a server that has no strategy.
				return adapter(adapter,
						new HandshakeWebSocketService(new NatsRequestUpgradeStrategy(this.acceptor.get())));
			}
		}
		logger.warn("Bean '" + beanName + "' (" + adapter.getClass().getName() + " with " + service.getClass().getName()
				+ ") accepts no WebSockets over NATS: give its service an ExposedRequestUpgradeStrategy");
		return adapter;
	}

	private static WebSocketHandlerAdapter adapter(WebSocketHandlerAdapter original, WebSocketService service) {
		WebSocketHandlerAdapter adapter = new WebSocketHandlerAdapter(service);
		adapter.setOrder(original.getOrder());
		return adapter;
	}

	private HandshakeWebSocketService exposed(HandshakeWebSocketService service) {
		RequestUpgradeStrategy strategy = service.getUpgradeStrategy();
		if (accepts(strategy)) {
			return service;
		}
		HandshakeWebSocketService exposed = new HandshakeWebSocketService(
				new ExposedRequestUpgradeStrategy(new NatsRequestUpgradeStrategy(this.acceptor.get()), strategy));
		exposed.setSessionAttributePredicate(service.getSessionAttributePredicate());
		return exposed;
	}

	private static boolean accepts(RequestUpgradeStrategy strategy) {
		return strategy instanceof ExposedRequestUpgradeStrategy || strategy instanceof NatsRequestUpgradeStrategy;
	}

}
