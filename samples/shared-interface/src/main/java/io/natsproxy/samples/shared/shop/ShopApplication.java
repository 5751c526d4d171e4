package io.natsproxy.samples.shared.shop;

import io.natsproxy.samples.shared.stock.Stock;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.service.registry.ImportHttpServices;

/**
 * Starts the service that calls it.
 */
@SpringBootApplication
@ImportHttpServices(group = "warehouse", types = Stock.class)
public class ShopApplication {

	public static void main(String[] args) {
		SpringApplication application = new SpringApplication(ShopApplication.class);
		application.setAdditionalProfiles("shop");
		application.run(args);
	}

}
