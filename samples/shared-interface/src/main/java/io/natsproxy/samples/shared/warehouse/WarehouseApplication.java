package io.natsproxy.samples.shared.warehouse;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * Starts the service that implements the interface.
 */
@SpringBootApplication
public class WarehouseApplication {

	public static void main(String[] args) {
		SpringApplication application = new SpringApplication(WarehouseApplication.class);
		application.setAdditionalProfiles("warehouse");
		application.run(args);
	}

}
