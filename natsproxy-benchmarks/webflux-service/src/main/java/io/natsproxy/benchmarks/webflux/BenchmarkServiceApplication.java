package io.natsproxy.benchmarks.webflux;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * Starts the service, which listens for HTTP.
 */
@SpringBootApplication
public class BenchmarkServiceApplication {

	public static void main(String[] args) {
		SpringApplication.run(BenchmarkServiceApplication.class, args);
	}

}
