package com.example;

import java.util.Map;

import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.PathVariable;

@SpringBootApplication
public class ConsumerApplication {

	public static void main(String[] args) {
		SpringApplication.run(ConsumerApplication.class, args);
	}

	@NatsController
	static class HelloController {

		@NatsGet("/hello/{name}")
		Map<String, String> hello(@PathVariable String name) {
			return Map.of("hello", name);
		}

	}

}
