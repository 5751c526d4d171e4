package io.natsproxy.benchmarks.nats;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * Starts the service, which connects to NATS and opens no port.
 */
@SpringBootApplication
public class BenchmarkServiceApplication {

	public static void main(String[] args) {
		SpringApplication.run(BenchmarkServiceApplication.class, args);
	}

}
