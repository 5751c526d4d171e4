package io.natsproxy.samples.hello.app;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * A service without an HTTP port.
 */
@SpringBootApplication(scanBasePackages = "io.natsproxy.samples.hello")
public class HelloServiceApplication {

	public static void main(String[] args) {
		SpringApplication.run(HelloServiceApplication.class, args);
	}

}
