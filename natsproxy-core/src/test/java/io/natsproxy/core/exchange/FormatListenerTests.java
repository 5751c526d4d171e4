package io.natsproxy.core.exchange;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.nats.client.Message;
import io.natsproxy.core.exchange.caller.CallOptions;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.exchange.listener.NatsListener;
import io.natsproxy.core.exchange.listener.NatsListenerOptions;
import io.natsproxy.core.exchange.listener.NatsRequestHandler;
import io.natsproxy.core.format.FormatCall;
import io.natsproxy.core.format.LineFormat;
import io.natsproxy.core.stream.BodyChunks;
import io.natsproxy.core.stream.StreamOptions;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.core.wire.TestFields;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link NatsListener} with requests in another format.
 */
class FormatListenerTests extends AbstractExchangeTests {

	private final BlockingQueue<IncomingExchange> received = new LinkedBlockingQueue<>();

	private void echo(IncomingExchange exchange) {
		this.received.add(exchange);
		exchange.reply(ok(), exchange.body());
	}

	private NatsListener listenToLines(NatsRequestHandler handler, String... subjects) throws Exception {
		return listen(options(2, 1024), handler, subjects);
	}

	private static NatsListenerOptions options(int maxInFlight, int maxHeadSize) {
		return new NatsListenerOptions("service", maxInFlight, maxInFlight, maxHeadSize, true, StreamOptions.DEFAULTS,
				new LineFormat());
	}

	private String ask(String subject, String payload) throws Exception {
		Message reply = this.callerConnection.request(subject, bytes(payload), TIMEOUT);
		assertThat(reply).isNotNull();
		assertThat(reply.getHeaders()).isNull();
		return text(reply.getData());
	}

	@Test
	void requestIsAnsweredInItsFormat() throws Exception {
		listenToLines((exchange) -> {
			this.received.add(exchange);
			exchange.reply(new ResponseHead(201, TestFields.of("X-A", "b")), exchange.body());
		}, "POST:.a");
		assertThat(ask("POST:.a", "LINE POST /a?b=c\nX-B:d\n\nbody")).isEqualTo("LINE 201\nX-A:b\n\nbody");
		IncomingExchange exchange = this.received.remove();
		assertThat(exchange.head().target()).isEqualTo("/a?b=c");
		assertThat(TestFields.toMap(exchange.head().headers())).containsEntry("X-B", List.of("d"));
		assertThat(exchange.head().timeout()).isPositive();
		assertThat(exchange.socketId()).isNull();
		assertThat(exchange.isStreamed()).isFalse();
	}

	@Test
	void requestOfNeitherFormatIsAPlainOne() throws Exception {
		listenToLines(this::echo, "POST:.a");
		for (String payload : List.of("", "text", "{\"a\":1}")) {
			Message reply = this.callerConnection.request("POST:.a", bytes(payload), TIMEOUT);
			assertThat(reply.getHeaders().getFirst("Natsproxy-Status")).isEqualTo("200");
			assertThat(text(reply.getData())).isEqualTo(payload);
		}
	}

	@Test
	void requestOfTheProtocolMayHaveABodyThatLooksLikeOne() throws Exception {
		listenToLines(this::echo, "POST:.a");
		String body = "LINE GET /b\n\n";
		assertThat(text(reply(caller(), request("POST", "/a"), body).body())).isEqualTo(body);
		assertThat(this.received.remove().format()).isNull();
	}

	@Test
	void withoutTheFormatSuchAPayloadIsTheBodyOfAPlainRequest() throws Exception {
		listen(this::echo, "POST:.a");
		Message reply = this.callerConnection.request("POST:.a", bytes("LINE GET /b\n\n"), TIMEOUT);
		assertThat(reply.getHeaders().getFirst("Natsproxy-Status")).isEqualTo("200");
	}

	@Test
	void whatTheListenerRefusesIsAProblemInTheFormat() throws Exception {
		listenToLines(this::echo, "GET:.public");
		assertThat(ask("GET:.public", "LINE GET /admin\n\n")).startsWith("LINE 400\nContent-Type:application/problem");
		assertThat(ask("GET:.public", "LINE GET\n\n")).startsWith("LINE 422\n");
		assertThat(ask("GET:.public", "LINE GET /public\nX:" + "x".repeat(1024) + "\n\n")).startsWith("LINE 431\n");
		assertThat(this.received).isEmpty();
	}

	@Test
	void requestBeyondTheLimitIsA503InTheFormat() throws Exception {
		CountDownLatch release = new CountDownLatch(1);
		listen(options(1, 1024), (exchange) -> CompletableFuture.runAsync(() -> {
			try {
				release.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			exchange.reply(ok(), NO_BODY);
		}), "GET:.a");
		CompletableFuture<Message> first = this.callerConnection.request("GET:.a", bytes("LINE GET /a\n\n"));
		assertThat(ask("GET:.a", "LINE GET /a\n\n")).startsWith("LINE 503\n").contains("Retry-After:1");
		release.countDown();
		assertThat(text(first.get(30, TimeUnit.SECONDS).getData())).startsWith("LINE 200\n");
	}

	@Test
	void handlerThatFailsIsA500InTheFormat() throws Exception {
		listenToLines((exchange) -> {
			throw new IllegalStateException("test");
		}, "GET:.a");
		assertThat(ask("GET:.a", "LINE GET /a\n\n")).startsWith("LINE 500\n");
	}

	@Test
	void flushedResponseIsCollected() throws Exception {
		listenToLines((exchange) -> exchange
			.write(ok(), Flux.just(bytes("one "), BodyChunks.FLUSH, bytes("two"), BodyChunks.FLUSH),
					ForkJoinPool.commonPool())
			.subscribe(null, null, () -> exchange.complete(ok())), "GET:.a");
		assertThat(ask("GET:.a", "LINE GET /a\n\n")).isEqualTo("LINE 200\n\none two");
	}

	@Test
	void responseThatDoesNotFitIsA502InTheFormat() throws Exception {
		long max = this.serviceConnection.getMaxPayload();
		listenToLines((exchange) -> exchange.reply(ok(), new byte[(int) max]), "GET:.whole");
		listenToLines((exchange) -> {
			Flux<byte[]> endless = Flux.generate((sink) -> sink.next(new byte[65_536]));
			exchange.write(ok(), endless, ForkJoinPool.commonPool())
				.subscribe(null, null, () -> exchange.complete(ok()));
		}, "GET:.endless");
		assertThat(ask("GET:.whole", "LINE GET /whole\n\n")).startsWith("LINE 502\n");
		assertThat(ask("GET:.endless", "LINE GET /endless\n\n")).startsWith("LINE 502\n").contains("no streams");
	}

	@Test
	void responseOfACallerThatHasGoneIsCancelled() throws Exception {
		Sinks.Many<byte[]> open = Sinks.many().unicast().onBackpressureBuffer();
		listenToLines((exchange) -> {
			var written = exchange.write(ok(), open.asFlux(), ForkJoinPool.commonPool()).subscribe();
			exchange.onCancel(written::dispose);
		}, "GET:.a");
		NatsCaller caller = caller();
		var call = caller
			.exchange(request("GET", "/a"), Flux.empty(),
					new CallOptions(TIMEOUT, ForkJoinPool.commonPool()).in(new FormatCall(new LineFormat(), null)))
			.subscribe();
		await().atMost(TIMEOUT).until(() -> open.currentSubscriberCount() == 1);
		call.dispose();
		await().atMost(TIMEOUT).until(() -> open.currentSubscriberCount() == 0);
	}

	@Test
	void stopAnswersInTheFormat() throws Exception {
		NatsListener listener = listenToLines(this.received::add, "GET:.a");
		CompletableFuture<Message> reply = this.callerConnection.request("GET:.a", bytes("LINE GET /a\n\n"));
		await().atMost(TIMEOUT).until(() -> !this.received.isEmpty());
		assertThat(listener.drain(Duration.ofMillis(100))).isFalse();
		assertThat(text(reply.get(30, TimeUnit.SECONDS).getData())).startsWith("LINE 503\n");
	}

}
