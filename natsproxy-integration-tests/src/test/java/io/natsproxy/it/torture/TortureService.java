package io.natsproxy.it.torture;

import io.natsproxy.it.support.ForkedApplication;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Import;

/**
 * An instance of the service, with the settings by default.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import(TortureRoutes.class)
class TortureService {

	public static void main(String[] args) {
		new SpringApplicationBuilder(TortureService.class).web(WebApplicationType.NONE)
			.properties("spring.application.name=torture", "spring.main.banner-mode=off",
					"natsproxy.nats.startup-wait=20s")
			.run(args);
		System.out.println(ForkedApplication.READY + 0);
	}

}
