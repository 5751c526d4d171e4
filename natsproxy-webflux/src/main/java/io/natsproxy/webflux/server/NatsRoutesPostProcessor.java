package io.natsproxy.webflux.server;

import io.natsproxy.webflux.annotation.NatsRoutes;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;

/**
 * Keeps the routes of {@link NatsRoutes} from being served over HTTP: WebFlux serves
 * every {@link RouterFunction} that is a bean, whether it is a candidate for injection or
 * not. These look like routers without routes to everybody but ourselves.
 */
public final class NatsRoutesPostProcessor implements BeanPostProcessor, BeanFactoryAware {

	private @Nullable ListableBeanFactory beanFactory;

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beanFactory = (ListableBeanFactory) beanFactory;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		return (bean instanceof RouterFunction<?> routes && isNatsRoutes(beanName)) ? new HiddenRoutes(routes) : bean;
	}

	private boolean isNatsRoutes(String beanName) {
		ListableBeanFactory beanFactory = this.beanFactory;
		return beanFactory != null && beanFactory.containsBean(beanName)
				&& beanFactory.findAnnotationOnBean(beanName, NatsRoutes.class) != null;
	}

	/**
	 * Returns the routes themselves.
	 */
	static RouterFunction<?> unwrap(RouterFunction<?> bean) {
		return (bean instanceof HiddenRoutes hidden) ? hidden.routes() : bean;
	}

	/**
	 * Routes that nobody finds.
	 *
	 * @param routes the routes
	 */
	private record HiddenRoutes(RouterFunction<?> routes) implements RouterFunction<ServerResponse> {

		@Override
		public Mono<HandlerFunction<ServerResponse>> route(ServerRequest request) {
			return Mono.empty();
		}

		@Override
		public void accept(RouterFunctions.Visitor visitor) {
			// There is nothing to see.
		}

		@Override
		public String toString() {
			return "Over NATS: " + this.routes;
		}

	}

}
