package io.natsproxy.it.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.natsproxy.it.stream.ForkedApplication;
import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A gateway and a service in one process, whose handlers take all of its memory for a
 * while.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@NatsController
public class GreedyApplication {

	private static final long GREEDY_NANOS = TimeUnit.SECONDS.toNanos(4);

	private static final int MAX_BLOCKS = 100_000;

	/**
	 * Made before there is no memory for it.
	 */
	private final List<byte[]> taken = new ArrayList<>(MAX_BLOCKS);

	public static void main(String[] args) {
		ConfigurableApplicationContext context = new SpringApplicationBuilder(GreedyApplication.class)
			.web(WebApplicationType.REACTIVE)
			.run(Arrays.copyOf(args, args.length));
		System.out.println(ForkedApplication.READY + context.getEnvironment().getRequiredProperty("local.server.port"));
	}

	@NatsGet("/hello")
	String hello() {
		return "hello";
	}

	@NatsGet("/greedy")
	String greedy() {
		new Thread(this::takeAll, "greedy").start();
		return "greedy";
	}

	/**
	 * Takes whatever becomes free, and gives it back after a while.
	 */
	private void takeAll() {
		long end = System.nanoTime() + GREEDY_NANOS;
		int failures = 0;
		while (System.nanoTime() - end < 0) {
			for (int size = 1024 * 1024; size > 512; size /= 4) {
				try {
					while (this.taken.size() < MAX_BLOCKS && System.nanoTime() - end < 0) {
						this.taken.add(new byte[size]);
					}
				}
				catch (OutOfMemoryError ex) {
					failures++;
				}
			}
		}
		this.taken.clear();
		System.out.println("Ran out of memory " + failures + " times");
	}

}
