package io.natsproxy.samples.streams;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

/**
 * The page. Static resources would come behind the gateway, which takes every path.
 */
@Configuration(proxyBeanMethods = false)
class PageConfiguration {

	@Bean
	RouterFunction<ServerResponse> page() {
		return RouterFunctions.route()
			.resource(RequestPredicates.path("/"), new ClassPathResource("page/index.html"))
			.resource(RequestPredicates.path("/streams.js"), new ClassPathResource("page/streams.js"))
			.build();
	}

}
