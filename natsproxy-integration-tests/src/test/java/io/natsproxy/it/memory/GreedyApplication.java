package io.natsproxy.it.memory;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

import io.natsproxy.it.support.ForkedApplication;
import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsPost;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.bind.annotation.RequestBody;

/**
 * A gateway and a service in one process, whose handlers take all of its memory for a
 * while.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@NatsController
public class GreedyApplication {

	private static final long GREEDY_NANOS = TimeUnit.SECONDS.toNanos(8);

	private static final int THREADS = 3;

	private static final byte[] NOTHING = {};

	/**
	 * Ends where the last thread has taken what there was.
	 */
	private final AtomicReferenceArray<Taken> taken = new AtomicReferenceArray<>(THREADS);

	private final AtomicInteger failures = new AtomicInteger();

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

	@NatsPost("/upload")
	int upload(@RequestBody byte[] body) {
		return body.length;
	}

	@NatsGet("/greedy")
	String greedy() {
		CountDownLatch begin = new CountDownLatch(1);
		CountDownLatch ended = new CountDownLatch(THREADS);
		for (int i = 0; i < THREADS; i++) {
			int index = i;
			start(() -> {
				awaitQuietly(begin);
				takeAll(index);
				ended.countDown();
			});
		}
		start(() -> {
			awaitQuietly(ended);
			System.out.println("Ran out of memory " + this.failures + " times");
		});
		// Not before all have been started: there would be no memory for the others.
		begin.countDown();
		return "greedy";
	}

	private static void start(Runnable task) {
		Thread thread = new Thread(task, "greedy");
		thread.setDaemon(true);
		thread.start();
	}

	private static void awaitQuietly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			// Nobody does so.
		}
	}

	/**
	 * Takes whatever becomes free, to the last few bytes, and gives it back after a
	 * while.
	 */
	private void takeAll(int index) {
		long end = System.nanoTime() + GREEDY_NANOS;
		while (System.nanoTime() - end < 0) {
			for (int size = 64 * 1024; size >= 0; size = (size > 0) ? size / 8 : -1) {
				try {
					while (System.nanoTime() - end < 0) {
						this.taken.set(index, new Taken(this.taken.get(index), (size > 0) ? new byte[size] : NOTHING));
					}
				}
				catch (OutOfMemoryError ex) {
					this.failures.incrementAndGet();
				}
			}
		}
		this.taken.set(index, null);
	}

	private record Taken(Taken before, byte[] block) {

	}

}
