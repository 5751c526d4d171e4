package io.natsproxy.webflux.websocket;

import java.util.function.Predicate;

import io.natsproxy.core.websocket.service.WebSocketAcceptor;
import org.junit.jupiter.api.Test;

import org.springframework.web.reactive.config.DelegatingWebFluxConfiguration;
import org.springframework.web.reactive.socket.server.RequestUpgradeStrategy;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.reactive.socket.server.support.WebSocketHandlerAdapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Which of an application's beans accept WebSockets over NATS, too.
 */
class ExposedWebSocketPostProcessorTests {

	private final WebSocketAcceptor acceptor = mock(WebSocketAcceptor.class);

	private final RequestUpgradeStrategy http = mock(RequestUpgradeStrategy.class);

	private final ExposedWebSocketPostProcessor processor = new ExposedWebSocketPostProcessor(() -> this.acceptor);

	@Test
	void serviceKeepsItsSettings() {
		Predicate<String> predicate = "user"::equals;
		HandshakeWebSocketService service = new HandshakeWebSocketService(this.http);
		service.setSessionAttributePredicate(predicate);
		HandshakeWebSocketService processed = (HandshakeWebSocketService) process(service);
		assertThat(processed.getUpgradeStrategy()).isInstanceOf(ExposedRequestUpgradeStrategy.class);
		assertThat(processed.getSessionAttributePredicate()).isSameAs(predicate);
		assertThat(process(processed)).isSameAs(processed);
	}

	@Test
	void adapterKeepsItsOrder() {
		WebSocketHandlerAdapter adapter = new WebSocketHandlerAdapter(new HandshakeWebSocketService(this.http));
		adapter.setOrder(42);
		WebSocketHandlerAdapter processed = (WebSocketHandlerAdapter) process(adapter);
		assertThat(processed.getOrder()).isEqualTo(42);
		assertThat(((HandshakeWebSocketService) processed.getWebSocketService()).getUpgradeStrategy())
			.isInstanceOf(ExposedRequestUpgradeStrategy.class);
		assertThat(process(processed)).isSameAs(processed);
	}

	/**
	 * There is no server with WebSockets on the class path here.
	 */
	@Test
	void adapterWithoutAServerAcceptsWebSocketsOverNats() {
		WebSocketHandlerAdapter adapter = new DelegatingWebFluxConfiguration().webFluxWebSocketHandlerAdapter();
		assertThat(adapter.getWebSocketService()).isNotInstanceOf(HandshakeWebSocketService.class);
		WebSocketHandlerAdapter processed = (WebSocketHandlerAdapter) process(adapter);
		assertThat(((HandshakeWebSocketService) processed.getWebSocketService()).getUpgradeStrategy())
			.isInstanceOf(NatsRequestUpgradeStrategy.class);
	}

	@Test
	void servicesOfTheApplicationsOwnClassesAreNotGoneAround() {
		HandshakeWebSocketService checking = new HandshakeWebSocketService(this.http) {
		};
		assertThat(process(checking)).isSameAs(checking);
		for (WebSocketService service : new WebSocketService[] { checking, mock(WebSocketService.class) }) {
			WebSocketHandlerAdapter adapter = new WebSocketHandlerAdapter(service);
			assertThat(process(adapter)).isSameAs(adapter);
		}
	}

	@Test
	void serviceOfOursIsLeftAsItIs() {
		WebSocketHandlerAdapter adapter = new WebSocketHandlerAdapter(
				new NatsHandshakeService(new NatsRequestUpgradeStrategy(this.acceptor)));
		assertThat(process(adapter)).isSameAs(adapter);
	}

	private Object process(Object bean) {
		return this.processor.postProcessAfterInitialization(bean, "bean");
	}

}
