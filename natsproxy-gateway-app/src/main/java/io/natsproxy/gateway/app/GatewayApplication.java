package io.natsproxy.gateway.app;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * The gateway as a ready application, made to run beside a real NATS server, whose
 * addresses are {@code natsproxy.nats.servers}. Flags, environment and
 * {@code application.yml} configure it. With {@code natsproxy.embedded.enabled=true} it
 * starts a broker of its own, for a demo and for development: one line of its log says
 * so.
 */
@SpringBootApplication
public class GatewayApplication {

	public static void main(String[] args) {
		SpringApplication.run(GatewayApplication.class, args);
	}

}
