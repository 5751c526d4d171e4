package io.natsproxy.benchmarks.mvc;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * Starts the service, which listens on NATS or for HTTP.
 */
@SpringBootApplication
public class BenchmarkServiceApplication {

	public static void main(String[] args) {
		SpringApplication.run(BenchmarkServiceApplication.class, args);
	}

}
