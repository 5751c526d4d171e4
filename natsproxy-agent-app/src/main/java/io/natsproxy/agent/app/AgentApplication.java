package io.natsproxy.agent.app;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * The agent as a ready application, made to run beside the HTTP servers that it serves
 * over NATS. It opens no port. Flags, environment and {@code application.yml} configure
 * it: {@code natsproxy.nats.servers}, and {@code natsproxy.agent.upstreams[]}.
 */
@SpringBootApplication
public class AgentApplication {

	public static void main(String[] args) {
		SpringApplication.run(AgentApplication.class, args);
	}

}
