package io.natsproxy.samples.quickstart;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * Starts gateway, service and broker.
 */
@SpringBootApplication(scanBasePackages = "io.natsproxy.samples")
public class QuickstartApplication {

	public static void main(String[] args) {
		SpringApplication.run(QuickstartApplication.class, args);
	}

}
