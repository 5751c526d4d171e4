package io.natsproxy.it.contract;

import io.natsproxy.gateway.autoconfigure.GatewayAutoConfiguration;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/**
 * The handlers of the reference, with NATS beside them.
 */
@SpringBootConfiguration
@EnableAutoConfiguration(exclude = GatewayAutoConfiguration.class)
@Import({ HttpApplication.Requests.class, HttpApplication.Responses.class, HttpApplication.Failures.class,
		HttpApplication.Streams.class, HttpApplication.Forms.class, FailureEndpoints.Advice.class,
		MarkingFilter.class })
class ExposedApplication {

	@Bean
	RouterFunction<ServerResponse> functions() {
		return Functions.routes();
	}

}
