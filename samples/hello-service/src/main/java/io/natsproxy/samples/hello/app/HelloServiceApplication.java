package io.natsproxy.samples.hello.app;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * Starts the service, which connects to NATS and opens no port.
 */
@SpringBootApplication(scanBasePackages = "io.natsproxy.samples.hello")
public class HelloServiceApplication {

	public static void main(String[] args) {
		SpringApplication.run(HelloServiceApplication.class, args);
	}

}
