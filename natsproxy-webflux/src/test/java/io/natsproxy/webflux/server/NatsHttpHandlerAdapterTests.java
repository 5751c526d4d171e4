package io.natsproxy.webflux.server;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;

import io.natsproxy.core.connection.NatsConnector;
import io.natsproxy.core.exchange.NatsCaller;
import io.natsproxy.core.exchange.NatsCallerOptions;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.NatsListener;
import io.natsproxy.core.exchange.NatsListenerOptions;
import io.natsproxy.core.exchange.NatsReply;
import io.natsproxy.core.wire.HeaderFields;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.test.TestBroker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * On which threads requests are handled. The handler answers with the name of its own.
 */
class NatsHttpHandlerAdapterTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final String RECEIVING = "service-loop";

	private static final String SCHEDULED = "handler-";

	private final CountDownLatch release = new CountDownLatch(1);

	private final CountDownLatch blocked = new CountDownLatch(1);

	private final Scheduler scheduler = Schedulers.newBoundedElastic(4, 100, "handler", 60, true);

	private final NatsConnector service = new NatsConnector("service", "");

	private final NatsConnector client = new NatsConnector("client", "");

	private TestBroker broker;

	private NatsExchanges serviceSide;

	private NatsExchanges callerSide;

	private NatsListener listener;

	private NatsCaller caller;

	@BeforeEach
	void start() throws Exception {
		this.broker = TestBroker.start();
		this.serviceSide = exchanges(this.service);
		this.listener = this.serviceSide.newListener(new NatsListenerOptions("service"),
				new NatsHttpHandlerAdapter(this::handle, this.scheduler, this.serviceSide.timer(), false));
		this.listener.start(List.of("GET:.*"));
		assertThat(this.serviceSide.link().flush(TIMEOUT)).isTrue();
		this.callerSide = exchanges(this.client);
		this.caller = this.callerSide.newCaller(NatsCallerOptions.DEFAULTS);
	}

	private NatsExchanges exchanges(NatsConnector connector) {
		return new NatsExchanges(connector.connectNow(connector.options().server(this.broker.url()).build()), "");
	}

	@AfterEach
	void stop() throws Exception {
		this.release.countDown();
		this.caller.close();
		this.listener.drain(TIMEOUT);
		this.callerSide.close();
		this.serviceSide.close();
		this.client.close();
		this.service.close();
		this.scheduler.dispose();
		this.broker.close();
	}

	@Test
	void aRequestIsHandledOnTheThreadThatReceivesIt() {
		assertThat(get("/quick")).isEqualTo(RECEIVING);
	}

	@Test
	void oneSlowHandlerHasTheFollowingOnesHandedOver() throws Exception {
		assertThat(get("/slow")).isEqualTo(RECEIVING);
		Mono<String> blocked = exchange("/blocked").cache();
		blocked.subscribe();
		this.blocked.await();
		for (int request = 0; request < 20; request++) {
			assertThat(get("/quick")).startsWith(SCHEDULED);
		}
		this.release.countDown();
		assertThat(blocked.block(TIMEOUT)).startsWith(SCHEDULED);
	}

	private Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
		String thread = Thread.currentThread().getName();
		switch (request.getURI().getPath()) {
			case "/slow" -> work(Duration.ofMillis(100));
			case "/blocked" -> block();
		}
		DataBuffer body = response.bufferFactory().wrap(thread.getBytes(StandardCharsets.UTF_8));
		return response.writeWith(Mono.just(body));
	}

	/**
	 * Keeps the processor busy; what follows is then handed over for four seconds.
	 */
	private static void work(Duration duration) {
		long end = System.nanoTime() + duration.toNanos();
		while (System.nanoTime() < end) {
			Thread.onSpinWait();
		}
	}

	private void block() {
		try {
			this.blocked.countDown();
			this.release.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private String get(String path) {
		return exchange(path).block(TIMEOUT);
	}

	private Mono<String> exchange(String path) {
		return this.caller
			.exchange(new RequestHead("GET", path, null, HeaderFields.EMPTY), Mono.empty(), TIMEOUT,
					ForkJoinPool.commonPool())
			.map(NatsReply::body)
			.map((body) -> new String(body, StandardCharsets.UTF_8));
	}

}
