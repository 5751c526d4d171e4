package io.natsproxy.webflux.server;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.wire.RequestHead;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * For how long the body of a request that came in one message counts in the budget of
 * bytes.
 */
class HeldBodyTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final int LENGTH = 200_000;

	private volatile BiFunction<ServerHttpRequest, ServerHttpResponse, Mono<Void>> handler = (request,
			response) -> response.setComplete();

	private TestExchanges exchanges;

	@BeforeEach
	void start() throws Exception {
		this.exchanges = new TestExchanges("POST:.a",
				(service) -> new NatsHttpHandlerAdapter((request, response) -> this.handler.apply(request, response),
						Schedulers.parallel(), service.timer(), false));
	}

	@AfterEach
	void stop() throws Exception {
		this.exchanges.close();
	}

	private long used() {
		return this.exchanges.service().budget().used();
	}

	@Test
	void bodyThatHasBeenReadDoesNotCountWhileTheResponseStreams() throws Exception {
		CompletableFuture<Long> usedBefore = new CompletableFuture<>();
		this.handler = (request, response) -> DataBufferUtils.join(request.getBody()).flatMap((body) -> {
			usedBefore.complete(used());
			DataBufferUtils.release(body);
			return response.writeAndFlushWith(
					Flux.just(Mono.just(text(response, "first"))).concatWith(Flux.<Mono<DataBuffer>>never()));
		});
		NatsReply reply = post().block(TIMEOUT);
		assertThat(usedBefore.get(30, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(LENGTH);
		try {
			// What the response asks its source for counts.
			Awaitility.await().atMost(TIMEOUT).untilAsserted(() -> assertThat(used()).isLessThan(LENGTH / 2));
		}
		finally {
			reply.stream().discard();
		}
	}

	@Test
	void bodyCountsUntilTheLastBufferHasBeenReleased() throws Exception {
		CompletableFuture<long[]> used = new CompletableFuture<>();
		this.handler = (request, response) -> Mono
			.zip(DataBufferUtils.join(request.getBody()), DataBufferUtils.join(request.getBody()))
			.flatMap((both) -> {
				DataBufferUtils.release(both.getT1());
				long whileOneIsLeft = used();
				assertThat(both.getT2().readableByteCount()).isEqualTo(LENGTH);
				DataBufferUtils.release(both.getT2());
				used.complete(new long[] { whileOneIsLeft, used() });
				return response.setComplete();
			});
		post().block(TIMEOUT);
		long[] measured = used.get(30, TimeUnit.SECONDS);
		assertThat(measured[0]).isGreaterThanOrEqualTo(LENGTH);
		assertThat(measured[1]).isZero();
	}

	/**
	 * As over HTTP.
	 */
	@Test
	void bodyThatHasBeenReadCannotBeReadAgain() throws Exception {
		CompletableFuture<Throwable> failure = new CompletableFuture<>();
		this.handler = (request, response) -> request.getBody()
			.map(DataBufferUtils::release)
			.then(request.getBody().then())
			.onErrorResume((ex) -> {
				failure.complete(ex);
				return response.setComplete();
			});
		post().block(TIMEOUT);
		assertThatIllegalStateException().isThrownBy(() -> {
			throw failure.get(30, TimeUnit.SECONDS);
		}).withMessageContaining("has been read already");
	}

	private Mono<NatsReply> post() {
		return this.exchanges.caller()
			.exchange(new RequestHead("POST", "/a", null, HeaderFields.EMPTY), Mono.just(new byte[LENGTH]), TIMEOUT,
					ForkJoinPool.commonPool());
	}

	private static DataBuffer text(ServerHttpResponse response, String text) {
		return response.bufferFactory().wrap(text.getBytes(StandardCharsets.US_ASCII));
	}

}
