package io.natsproxy.it.torture;

import io.natsproxy.it.support.ForkedApplication;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A gateway with the settings by default, but for the time-out: a lost request must not
 * take the test ten seconds.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
class TortureGateway {

	public static void main(String[] args) {
		ConfigurableApplicationContext context = new SpringApplicationBuilder(TortureGateway.class)
			.web(WebApplicationType.REACTIVE)
			.properties("server.port=0", "server.address=127.0.0.1", "spring.main.banner-mode=off",
					"natsproxy.service.enabled=false", "natsproxy.nats.startup-wait=20s",
					"natsproxy.gateway.timeout=5s")
			.run(args);
		System.out.println(ForkedApplication.READY
				+ context.getEnvironment().getRequiredProperty("local.server.port", Integer.class));
	}

}
