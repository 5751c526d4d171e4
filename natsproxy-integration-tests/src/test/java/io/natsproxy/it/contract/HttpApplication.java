package io.natsproxy.it.contract;

import io.natsproxy.boot.autoconfigure.NatsConnectionAutoConfiguration;
import io.natsproxy.client.autoconfigure.NatsClientAutoConfiguration;
import io.natsproxy.client.autoconfigure.NatsServiceAutoConfiguration;
import io.natsproxy.gateway.autoconfigure.GatewayAutoConfiguration;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/**
 * The reference: the handlers on Reactor Netty, with nothing of ours.
 */
@SpringBootConfiguration
@EnableAutoConfiguration(exclude = { NatsConnectionAutoConfiguration.class, NatsClientAutoConfiguration.class,
		NatsServiceAutoConfiguration.class, GatewayAutoConfiguration.class })
@Import({ HttpApplication.Requests.class, HttpApplication.Responses.class, HttpApplication.Failures.class,
		HttpApplication.Streams.class, HttpApplication.Forms.class, FailureEndpoints.Advice.class,
		MarkingFilter.class })
class HttpApplication {

	@Bean
	RouterFunction<ServerResponse> functions() {
		return Functions.routes();
	}

	@RestController
	static class Requests extends ReactiveRequestEndpoints {

	}

	@RestController
	static class Responses extends ReactiveResponseEndpoints {

	}

	@RestController
	static class Failures extends FailureEndpoints {

	}

	@RestController
	static class Streams extends ReactiveStreamEndpoints {

	}

	@RestController
	static class Forms extends ReactiveFormEndpoints {

	}

}
