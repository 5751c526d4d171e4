package io.natsproxy.agent;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.stream.StreamOptions;
import io.natsproxy.core.websocket.NatsWebSocketOptions;
import io.natsproxy.core.wire.HeadCodec;
import io.natsproxy.core.wire.RequestHead;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Upstreams that fail, in whatever way: the caller is told the truth, and no request is
 * doubled.
 */
class FailingUpstreamTests extends AbstractAgentTests {

	private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

	private static final Duration SHORT = Duration.ofMillis(300);

	private ResponseEntity<String> get(String path) {
		return exchange(HttpMethod.GET, path);
	}

	private ResponseEntity<String> exchange(HttpMethod method, String path) {
		return client().method(method)
			.uri(URI.create("http://shop.example" + path))
			.exchangeToMono((response) -> response.toEntity(String.class))
			.block(TIMEOUT);
	}

	private RawUpstream upstream(RawUpstream.Script script) throws IOException {
		RawUpstream upstream = opened(new RawUpstream(script));
		serve(upstream(upstream.port()));
		return upstream;
	}

	private RawUpstream answering(String response) throws IOException {
		RawUpstream upstream = opened(RawUpstream.answering(response));
		serve(upstream(upstream.port()));
		return upstream;
	}

	private static void expectProblem(ResponseEntity<String> response, int status) {
		assertThat(response.getStatusCode().value()).as(response.getBody()).isEqualTo(status);
		assertThat(response.getHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
		assertThat(response.getBody()).contains("\"status\":" + status).doesNotContain("127.0.0.1");
	}

	@Test
	void awayIsUnavailableAtOnce() throws IOException {
		int port;
		try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			port = free.getLocalPort();
		}
		serve(upstream(port));
		ResponseEntity<String> response = get("/orders/1");
		expectProblem(response, 503);
		assertThat(response.getHeaders().getFirst(HttpHeaders.RETRY_AFTER)).isEqualTo("1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "nonsense\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n\r\n",
			"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
			"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nab\r\n0\r\n\r\n", "HTTP/1.1 999 OK\r\n\r\n",
			"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n" })
	void garbageIsABadGateway(String garbage) throws IOException {
		answering(garbage);
		expectProblem(get("/orders/1"), 502);
	}

	@ParameterizedTest
	@ValueSource(strings = { "HTTP/1.1 999 OK\r\nContent-Length: 100000\r\n\r\nx",
			"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n",
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" })
	void connectionOfABadResponseIsClosed(String bad) throws IOException {
		AtomicInteger responses = new AtomicInteger();
		RawUpstream upstream = opened(new RawUpstream((connection) -> {
			while (connection.readHead() != null) {
				connection.write((responses.getAndIncrement() == 0) ? bad : OK);
			}
		}));
		serve(upstream(upstream.port(), UpstreamRequests.DEFAULTS, new UpstreamConnections(1, TIMEOUT, 1,
				Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(2), 32 * 1024, null)));
		expectProblem(get("/orders/1"), 502);
		assertThat(get("/orders/2").getBody()).isEqualTo("ok");
		assertThat(upstream.connections()).isEqualTo(2);
	}

	@Test
	void headThatIsTooLongIsABadGateway() throws IOException {
		answering("HTTP/1.1 200 OK\r\nX-Long: " + "x".repeat(40_000) + "\r\nContent-Length: 2\r\n\r\nok");
		expectProblem(get("/orders/1"), 502);
	}

	@Test
	void endBeforeTheHeadIsABadGateway() throws IOException {
		RawUpstream upstream = upstream(RawUpstream.Connection::readHead);
		expectProblem(get("/orders/1"), 502);
		assertThat(upstream.heads()).hasSize(1);
	}

	@Test
	void endBeforeAnythingHasBeenPassedOnIsABadGateway() throws IOException {
		upstream((connection) -> {
			connection.readHead();
			connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort");
		});
		expectProblem(get("/orders/1"), 502);
	}

	@ParameterizedTest
	@ValueSource(strings = { "Content-Length: 200000", "Transfer-Encoding: chunked" })
	void endWithinTheBodyBreaksTheResponseOff(String framing) throws IOException {
		String part = framing.startsWith("C") ? "x".repeat(150_000) : "20000\r\n" + "x".repeat(0x20000) + "\r\n";
		AtomicInteger status = new AtomicInteger();
		upstream((connection) -> {
			connection.readHead();
			connection.write("HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n" + part);
			// Not before the response has begun, or it would be a 502.
			await().until(() -> status.get() != 0);
		});
		assertThatException().isThrownBy(() -> client().get().uri("/orders/1").exchangeToMono((response) -> {
			status.set(response.statusCode().value());
			return response.bodyToMono(byte[].class);
		}).block(TIMEOUT));
		assertThat(status.get()).isEqualTo(200);
	}

	@Test
	void callerIsToldWhileAnUpstreamTakesLong() throws IOException {
		RawUpstream upstream = opened(new RawUpstream((connection) -> {
			connection.readHead();
			await().until(() -> processing() == 1);
			connection.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate");
			connection.awaitEnd();
		}));
		serve(upstream(upstream.port()));
		assertThat(get("/orders/1").getBody()).isEqualTo("late");
	}

	@Test
	void noResponseInTimeIsAGatewayTimeout() throws IOException {
		RawUpstream upstream = opened(new RawUpstream((connection) -> {
			connection.readHead();
			connection.awaitEnd();
		}));
		serve(upstream(upstream.port(), UpstreamRequests.DEFAULTS, timeouts(TIMEOUT, SHORT, TIMEOUT)));
		expectProblem(get("/orders/1"), 504);
	}

	@Test
	void stallWithinTheBodyBreaksTheResponseOff() throws IOException {
		RawUpstream upstream = opened(new RawUpstream((connection) -> {
			connection.readHead();
			connection.write("HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + "x".repeat(150_000));
			connection.awaitEnd();
		}));
		serve(upstream(upstream.port(), UpstreamRequests.DEFAULTS, timeouts(TIMEOUT, TIMEOUT, SHORT)));
		assertThatException()
			.isThrownBy(() -> client().get().uri("/orders/1").retrieve().bodyToMono(byte[].class).block(TIMEOUT));
	}

	@Test
	void callerWhoStopsWaitingClosesTheConnection() throws Exception {
		CountDownLatch closed = new CountDownLatch(1);
		upstream((connection) -> {
			connection.readHead();
			connection.awaitEnd();
			closed.countDown();
		});
		assertThatException()
			.isThrownBy(() -> client(SHORT).get().uri("/orders/1").retrieve().bodyToMono(String.class).block(TIMEOUT));
		assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "Content-Type: text/event-stream", "Transfer-Encoding: chunked", "Content-Length: 9" })
	void headDoesNotWaitForItsBody(String field) throws IOException {
		upstream((connection) -> {
			connection.readHead();
			connection.write("HTTP/1.1 200 OK\r\n" + field + "\r\n\r\n");
			connection.awaitEnd();
		});
		ResponseEntity<Flux<String>> response = client().get()
			.uri("/orders/1")
			.retrieve()
			.toEntityFlux(String.class)
			.block(TIMEOUT);
		assertThat(response.getStatusCode().value()).isEqualTo(200);
		response.getBody().subscribe().dispose();
	}

	@Test
	void answerBeforeTheEndOfTheRequestIsPassedOn() throws IOException {
		upstream((connection) -> {
			connection.readHead();
			connection.write("HTTP/1.1 413 Too Long\r\nContent-Length: 3\r\n\r\nno!");
			connection.awaitEnd();
		});
		Flux<DataBuffer> endless = Flux.range(0, Integer.MAX_VALUE)
			.map((i) -> DefaultDataBufferFactory.sharedInstance.wrap(new byte[10_000]));
		ResponseEntity<String> response = client().post()
			.uri("/orders/1")
			.body(endless, DataBuffer.class)
			.exchangeToMono((answer) -> answer.toEntity(String.class))
			.block(TIMEOUT);
		assertThat(response.getStatusCode().value()).isEqualTo(413);
		assertThat(response.getBody()).isEqualTo("no!");
	}

	/**
	 * The upstream goes on with its response until the agent sends no more of the
	 * request.
	 */
	@Test
	void answerGoesOnWhenTheUpstreamTakesNoMoreOfTheRequest() throws Exception {
		CountDownLatch stopped = new CountDownLatch(1);
		RawUpstream upstream = opened(new RawUpstream((connection) -> {
			connection.readHead();
			connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
			while (!stopped.await(20, TimeUnit.MILLISECONDS)) {
				connection.write("1\r\n.\r\n");
			}
			connection.write("3\r\nend\r\n0\r\n\r\n");
			connection.awaitEnd();
		}));
		serve(upstream(upstream.port(), UpstreamRequests.DEFAULTS, timeouts(TIMEOUT, TIMEOUT, Duration.ofSeconds(1))));
		Flux<DataBuffer> endless = Flux.range(0, Integer.MAX_VALUE)
			.map((i) -> (DataBuffer) DefaultDataBufferFactory.sharedInstance.wrap(new byte[10_000]))
			.doOnCancel(stopped::countDown);
		ResponseEntity<String> response = client().post()
			.uri("/orders/1")
			.body(endless, DataBuffer.class)
			.exchangeToMono((answer) -> answer.toEntity(String.class))
			.block(TIMEOUT);
		assertThat(response.getStatusCode().value()).isEqualTo(200);
		assertThat(response.getBody()).endsWith(".end");
	}

	@Test
	void upstreamThatTakesNoMoreOfARequestIsTooLate() throws Exception {
		CountDownLatch answered = new CountDownLatch(1);
		RawUpstream upstream = opened(new RawUpstream((connection) -> {
			connection.readHead();
			answered.await();
		}));
		serve(upstream(upstream.port(), UpstreamRequests.DEFAULTS, timeouts(TIMEOUT, TIMEOUT, SHORT)));
		Flux<DataBuffer> endless = Flux.range(0, Integer.MAX_VALUE)
			.map((i) -> DefaultDataBufferFactory.sharedInstance.wrap(new byte[10_000]));
		expectProblem(client().post()
			.uri("/orders/1")
			.body(endless, DataBuffer.class)
			.exchangeToMono((answer) -> answer.toEntity(String.class))
			.block(TIMEOUT), 504);
		answered.countDown();
	}

	@Test
	void requestThatBreaksOffIsNotWholeForTheUpstream() throws Exception {
		CompletableFuture<String> received = new CompletableFuture<>();
		upstream((connection) -> {
			connection.readHead();
			ByteArrayOutputStream body = new ByteArrayOutputStream();
			try {
				connection.input().transferTo(body);
			}
			finally {
				received.complete(body.toString(StandardCharsets.ISO_8859_1));
			}
		});
		Flux<DataBuffer> broken = Flux.range(0, 500)
			.map((i) -> (DataBuffer) DefaultDataBufferFactory.sharedInstance.wrap(new byte[10_000]))
			.concatWith(Flux.error(new IllegalStateException("broken")));
		assertThatException().isThrownBy(() -> client().post()
			.uri("/orders/1")
			.body(broken, DataBuffer.class)
			.retrieve()
			.toBodilessEntity()
			.block(TIMEOUT));
		assertThat(received).succeedsWithin(TIMEOUT).asString().isNotEmpty().doesNotEndWith("0\r\n\r\n");
	}

	@Test
	void poolThatIsExhaustedIsUnavailable() throws Exception {
		CountDownLatch taken = new CountDownLatch(1);
		RawUpstream upstream = opened(new RawUpstream((connection) -> {
			connection.readHead();
			taken.countDown();
			connection.awaitEnd();
		}));
		serve(upstream(upstream.port(), UpstreamRequests.DEFAULTS,
				new UpstreamConnections(1, Duration.ofSeconds(1), 1, SHORT, TIMEOUT, TIMEOUT, 32 * 1024, null)));
		Disposable first = client().get().uri("/orders/1").retrieve().toBodilessEntity().subscribe();
		assertThat(taken.await(20, TimeUnit.SECONDS)).isTrue();
		expectProblem(get("/orders/2"), 503);
		first.dispose();
	}

	@Test
	void methodThatIsNotServedIsRefusedWhateverItsSubject() throws IOException {
		RawUpstream upstream = opened(RawUpstream.answering(OK));
		AgentOptions options = new AgentOptions(10, 10, 32 * 1024, false, StreamOptions.DEFAULTS,
				NatsWebSocketOptions.DEFAULTS, null, TIMEOUT, false);
		serve(options, upstream(upstream.port()));
		NatsHeaders headers = new HeadCodec()
			.encode(new RequestHead("TRACE", "/orders/1", TIMEOUT, HeaderFields.EMPTY));
		assertThat(call("GET:.orders.1", headers)).isEqualTo(405);
		headers = new HeadCodec().encode(new RequestHead("GET", "/admin", TIMEOUT, HeaderFields.EMPTY));
		assertThat(call("GET:.orders.1", headers)).isEqualTo(404);
		assertThat(upstream.heads()).isEmpty();
	}

	@Test
	void interimResponsesAreDropped() throws IOException {
		RawUpstream upstream = answering("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
				+ "HTTP/1.1 102 Processing\r\n\r\n" + OK);
		assertThat(get("/orders/1").getBody()).isEqualTo("ok");
		assertThat(get("/orders/2").getBody()).isEqualTo("ok");
		assertThat(upstream.connections()).isOne();
	}

	@Test
	void whatNobodyHasAskedForIsNotTheNextResponse() throws IOException {
		RawUpstream upstream = answering(OK + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged");
		for (int i = 0; i < 5; i++) {
			assertThat(get("/orders/" + i).getBody()).isEqualTo("ok");
		}
		assertThat(upstream.connections()).as("a connection is not used again").isEqualTo(5);
	}

	/**
	 * Answers the first request of a connection, and closes it upon the second, which it
	 * has seen.
	 */
	private static void answerOnce(RawUpstream.Connection connection) throws IOException {
		connection.readHead();
		connection.write(OK);
		connection.readHead();
	}

	private static long seen(RawUpstream upstream, String start) {
		return upstream.heads().stream().filter((head) -> head.startsWith(start + " ")).count();
	}

	@Test
	void idempotentRequestGoesOnceMoreOverANewConnection() throws IOException {
		RawUpstream upstream = upstream(FailingUpstreamTests::answerOnce);
		List<HttpMethod> methods = List.of(HttpMethod.GET, HttpMethod.PUT, HttpMethod.DELETE, HttpMethod.OPTIONS);
		for (int i = 0; i < 20; i++) {
			HttpMethod method = methods.get(i % methods.size());
			assertThat(exchange(method, "/orders/" + i).getBody()).isEqualTo("ok");
			assertThat(seen(upstream, method.name() + " /orders/" + i)).isBetween(1L, 2L);
		}
		assertThat(upstream.heads()).as("some have gone over a kept connection first").hasSizeGreaterThan(20);
	}

	@Test
	void requestThatMayHaveBeenSeenIsNeverDoubled() throws IOException {
		RawUpstream upstream = upstream(FailingUpstreamTests::answerOnce);
		int failed = 0;
		for (int i = 0; i < 20; i++) {
			ResponseEntity<String> response = exchange(HttpMethod.POST, "/orders/" + i);
			assertThat(seen(upstream, "POST /orders/" + i)).isOne();
			if (response.getStatusCode().value() != 200) {
				expectProblem(response, 502);
				failed++;
			}
		}
		assertThat(failed).as("some have gone over a kept connection").isPositive();
	}

	/**
	 * The upstream closes kept connections while none of them is used: whether or not the
	 * agent has noticed, each request is answered, and once.
	 */
	@Test
	void connectionsThatWereClosedMeanwhileLoseAndDoubleNothing() throws Exception {
		RawUpstream upstream = upstream((connection) -> {
			connection.readHead();
			connection.write(OK);
		});
		int answered = 0;
		for (int i = 0; i < 200; i++) {
			ResponseEntity<String> response = exchange(HttpMethod.POST, "/orders/" + i);
			answered += (response.getStatusCode().value() == 200) ? 1 : 0;
		}
		assertThat(upstream.heads()).hasSize(answered).doesNotHaveDuplicates();
		assertThat(answered).isPositive();
	}

}
