package io.natsproxy.webflux.server;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicLong;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.wire.RequestHead;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * On which threads requests are handled. The handler answers with the name of its own.
 */
class NatsHttpHandlerAdapterTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final String RECEIVING = "service-loop";

	private static final String SCHEDULED = "handler-";

	private static final int CHUNK = 16 * 1024;

	private static final int STREAMED = 4 * 1024 * 1024;

	private final Set<String> streamThreads = ConcurrentHashMap.newKeySet();

	private final CountDownLatch release = new CountDownLatch(1);

	/**
	 * Moved on by handlers only: how busy the machine is does not count.
	 */
	private final AtomicLong nanoTime = new AtomicLong();

	private final CountDownLatch blocked = new CountDownLatch(1);

	private final Scheduler scheduler = Schedulers.newBoundedElastic(4, 100, "handler", 60, true);

	private TestExchanges exchanges;

	@BeforeEach
	void start() throws Exception {
		this.exchanges = new TestExchanges("GET:.*", (service) -> new NatsHttpHandlerAdapter(this::handle,
				new ReceivingExecutor(this.scheduler, null, this.nanoTime::get), service.timer(), false));
	}

	@AfterEach
	void stop() throws Exception {
		this.release.countDown();
		this.exchanges.close();
		this.scheduler.dispose();
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

	@Test
	void aStreamIsMovedOnByTheThreadThatReceivesItsCredit() {
		assertThat(stream("/stream").block(TIMEOUT)).isEqualTo(STREAMED);
		assertThat(this.streamThreads).contains(RECEIVING);
	}

	@Test
	void aStreamIsHandedOverWhenThatThreadHasNoTime() {
		assertThat(get("/slow")).isEqualTo(RECEIVING);
		assertThat(stream("/stream").block(TIMEOUT)).isEqualTo(STREAMED);
		assertThat(this.streamThreads).allSatisfy((thread) -> assertThat(thread).startsWith(SCHEDULED));
	}

	@Test
	void aStreamOfAThreadThatMayBlockIsNeverMovedOnThere() {
		assertThat(stream("/blocking").block(TIMEOUT)).isEqualTo(STREAMED);
		assertThat(this.streamThreads).isNotEmpty().doesNotContain(RECEIVING);
	}

	@Test
	void anErrorWithinAStreamEndsIt() {
		assertThatExceptionOfType(NatsExchangeException.class).isThrownBy(() -> stream("/broken").block(TIMEOUT))
			.satisfies((ex) -> assertThat(ex.failure()).isEqualTo(ExchangeFailure.STREAM_FAILED));
		assertThat(get("/quick")).isNotEmpty();
	}

	private Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
		String thread = Thread.currentThread().getName();
		switch (request.getURI().getPath()) {
			case "/slow" -> this.nanoTime.addAndGet(Duration.ofSeconds(2).toNanos());
			case "/blocked" -> block();
			case "/stream" -> {
				return response.writeWith(body(response.bufferFactory(), () -> {
				}));
			}
			case "/blocking" -> {
				return response.writeWith(body(response.bufferFactory(), () -> {
				})).subscribeOn(Schedulers.boundedElastic());
			}
			case "/broken" -> {
				return response.writeWith(body(response.bufferFactory(), () -> {
					throw new LinkageError("broken");
				}));
			}
		}
		DataBuffer body = response.bufferFactory().wrap(thread.getBytes(StandardCharsets.UTF_8));
		return response.writeWith(Mono.just(body));
	}

	/**
	 * More than fits one message, and the window: who makes the last parts of it was
	 * asked for them by credit.
	 */
	private Flux<DataBuffer> body(DataBufferFactory bufferFactory, Runnable beforeLast) {
		return Flux.generate(() -> 0, (made, sink) -> {
			if (made == STREAMED) {
				sink.complete();
				return made;
			}
			if (made > STREAMED / 2) {
				this.streamThreads.add(Thread.currentThread().getName());
				beforeLast.run();
			}
			sink.next(bufferFactory.wrap(new byte[CHUNK]));
			return made + CHUNK;
		});
	}

	/**
	 * Keeps the processor busy; what follows is then handed over for four seconds.
	 */
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

	private Mono<Integer> stream(String path) {
		return reply(path)
			.flatMap((reply) -> reply.stream().consumedFrames().map((frame) -> frame.length).reduce(Integer::sum));
	}

	private Mono<NatsReply> reply(String path) {
		return this.exchanges.caller()
			.exchange(new RequestHead("GET", path, null, HeaderFields.EMPTY), Mono.empty(), TIMEOUT,
					ForkJoinPool.commonPool());
	}

	private Mono<String> exchange(String path) {
		return reply(path).map(NatsReply::body).map((body) -> new String(body, StandardCharsets.UTF_8));
	}

}
