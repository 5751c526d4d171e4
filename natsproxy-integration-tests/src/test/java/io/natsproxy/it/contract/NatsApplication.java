package io.natsproxy.it.contract;

import io.natsproxy.gateway.autoconfigure.GatewayAutoConfiguration;
import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsRoutes;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/**
 * The same handlers as a service.
 */
@SpringBootConfiguration
@EnableAutoConfiguration(exclude = GatewayAutoConfiguration.class)
@Import({ NatsApplication.Requests.class, NatsApplication.Responses.class, NatsApplication.Failures.class,
		NatsApplication.Streams.class, NatsApplication.Forms.class, FailureEndpoints.Advice.class,
		MarkingFilter.class })
class NatsApplication {

	@NatsRoutes
	RouterFunction<ServerResponse> functions() {
		return Functions.routes();
	}

	@NatsController
	static class Requests extends ReactiveRequestEndpoints {

	}

	@NatsController
	static class Responses extends ReactiveResponseEndpoints {

	}

	@NatsController
	static class Failures extends FailureEndpoints {

	}

	@NatsController
	static class Streams extends ReactiveStreamEndpoints {

	}

	@NatsController
	static class Forms extends ReactiveFormEndpoints {

	}

}
