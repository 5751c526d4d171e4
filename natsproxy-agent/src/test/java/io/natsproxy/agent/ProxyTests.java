package io.natsproxy.agent;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests and responses as they go through an agent to Reactor Netty and back.
 */
class ProxyTests extends AbstractAgentTests {

	private static final int CHUNK = 10_000;

	private static final int CHUNKS = 2_000;

	private final AtomicLong produced = new AtomicLong();

	private final CountDownLatch cancelled = new CountDownLatch(1);

	private DisposableServer server;

	@BeforeEach
	void startServer() {
		this.server = HttpServer.create().host("127.0.0.1").port(0).handle(this::handle).bindNow();
		opened(() -> this.server.disposeNow());
	}

	private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
		String path = URI.create(request.uri()).getPath();
		return switch (path.substring(path.lastIndexOf('/') + 1)) {
			case "status" -> {
				int status = Integer.parseInt(request.requestHeaders().get("X-Status"));
				yield response.status(status).header("ETag", "\"1\"").send();
			}
			case "range" -> response.status(206).header("Content-Range", "bytes 2-3/10").sendString(Mono.just("cd"));
			case "upload" -> response.sendString(request.receive()
				.aggregate()
				.map((body) -> Integer.toString(body.readableBytes()))
				.defaultIfEmpty("0"));
			case "count" -> response
				.sendString(request.receive().map(ByteBuf::readableBytes).reduce(0L, Long::sum).map(String::valueOf));
			case "unread" -> Mono.never();
			case "large" -> response.send(large());
			case "echo" -> response.send(request.receive().retain());
			case "events" -> response.sse()
				.send(Flux.just("data: 1\n\n", "data: 2\n\n")
					.map((event) -> Unpooled.copiedBuffer(event, StandardCharsets.UTF_8))
					.concatWith(Flux.<ByteBuf>never().doOnCancel(this.cancelled::countDown)), (event) -> true);
			case "fields" -> response.addHeader("Set-Cookie", "a=1")
				.addHeader("Set-Cookie", "b=2")
				.header("X-Text", "d\u00e9j\u00e0")
				.header("Connection", "X-Internal")
				.header("X-Internal", "secret")
				.header("Keep-Alive", "timeout=5")
				.header("Proxy-Authenticate", "Basic")
				.header("Content-Encoding", "gzip")
				.sendString(Mono.just("not really gzip"));
			case "moved" -> response.status(302).header("Location", "/elsewhere").send();
			default -> response.sendString(Mono.just(describe(request)));
		};
	}

	private Flux<ByteBuf> large() {
		return Flux.range(0, CHUNKS).map((i) -> {
			this.produced.addAndGet(CHUNK);
			return Unpooled.wrappedBuffer(new byte[CHUNK]);
		});
	}

	private static String describe(HttpServerRequest request) {
		StringBuilder text = new StringBuilder(request.method().name() + " " + request.uri() + "\n");
		request.requestHeaders()
			.forEach((field) -> text.append(field.getKey().toLowerCase())
				.append(": ")
				.append(field.getValue())
				.append('\n'));
		return text.toString();
	}

	private int port() {
		return this.server.port();
	}

	private WebClient.RequestBodySpec request(HttpMethod method, String path) {
		return client().method(method).uri(URI.create("http://shop.example" + path));
	}

	private static ResponseEntity<String> send(WebClient.RequestHeadersSpec<?> request) {
		return request.exchangeToMono((response) -> response.toEntity(String.class)).block(TIMEOUT);
	}

	@Test
	void methodAndTargetGoOnAsTheyAre() {
		serve(upstream(port()));
		for (HttpMethod method : List.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH,
				HttpMethod.DELETE, HttpMethod.OPTIONS)) {
			assertThat(send(request(method, "/orders/a%2fb;v=1//x?q=%41&r=..")).getBody())
				.startsWith(method.name() + " /orders/a%2fb;v=1//x?q=%41&r=..\n");
		}
	}

	@Test
	void fieldsGoOnButThoseOfTheConnection() {
		serve(upstream(port()));
		String received = send(request(HttpMethod.GET, "/orders/1").header("X-Several", "one", "two")
			.header("Cookie", "a=b; c=d")
			.header("X-Latin", "d\u00e9j\u00e0")
			.header("X-Text", "\u4e16")
			.header("X-Forwarded-For", "192.0.2.7")
			.header("Via", "2 front")
			.header("Connection", "X-Hop, close")
			.header("X-Hop", "1")
			.header("TE", "trailers")
			.header("Expect", "100-continue")
			.header("Proxy-Authorization", "Basic x")).getBody();
		assertThat(received)
			.contains("host: shop.example\n", "x-several: one\n", "x-several: two\n", "cookie: a=b; c=d\n",
					"x-forwarded-for: 192.0.2.7\n", "via: 2 front\n", "via: 1.1 natsproxy-agent\n")
			.doesNotContain("x-hop", "te: ", "expect", "proxy-authorization", "reactornetty", "x-forwarded-prefix",
					"content-length", "transfer-encoding");
		assertThat(received.getBytes(StandardCharsets.ISO_8859_1))
			.containsSequence("x-latin: d\u00e9j\u00e0\n".getBytes(StandardCharsets.ISO_8859_1))
			.containsSequence("x-text: \u4e16\n".getBytes(StandardCharsets.UTF_8));
	}

	@Test
	void hostPrefixAndFieldsAreTheAgents() {
		serve(upstream(port(), requests("/orders", "inner.example", Map.of("X-Key", "k", "Accept", "text/plain")),
				UpstreamConnections.DEFAULTS));
		assertThat(send(request(HttpMethod.GET, "/orders/1").header("X-Key", "forged")
			.header("X-Forwarded-Prefix", "/shop")
			.accept(MediaType.APPLICATION_JSON)).getBody())
			.startsWith("GET /1\n")
			.contains("host: inner.example\n", "x-key: k\n", "x-forwarded-prefix: /shop/orders\n",
					"accept: text/plain\n")
			.doesNotContain("forged", "application/json");
	}

	@Test
	void malformedHostIsRefused() {
		serve(upstream(port()));
		assertThat(send(request(HttpMethod.GET, "/orders/1").header("Host", "a/b")).getStatusCode().value())
			.isEqualTo(400);
	}

	@Test
	void fieldsOfTheResponseGoBackButThoseOfTheConnection() {
		serve(upstream(port()));
		ResponseEntity<String> response = send(request(HttpMethod.GET, "/orders/fields"));
		HttpHeaders headers = response.getHeaders();
		assertThat(headers.get("Set-Cookie")).containsExactly("a=1", "b=2");
		assertThat(headers.getFirst("X-Text")).isEqualTo("d\u00e9j\u00e0");
		assertThat(headers.getFirst("Content-Encoding")).isEqualTo("gzip");
		assertThat(headers.getFirst("Via")).isEqualTo("1.1 natsproxy-agent");
		assertThat(headers.getFirst("Date")).endsWith("GMT");
		assertThat(headers.headerNames()).doesNotContain("X-Internal", "Keep-Alive", "Connection", "Proxy-Authenticate",
				"Transfer-Encoding");
		assertThat(response.getBody()).isEqualTo("not really gzip");
	}

	@Test
	void redirectsAreTheClients() {
		serve(upstream(port()));
		ResponseEntity<String> response = send(request(HttpMethod.GET, "/orders/moved"));
		assertThat(response.getStatusCode().value()).isEqualTo(302);
		assertThat(response.getHeaders().getFirst("Location")).isEqualTo("/elsewhere");
	}

	@ParameterizedTest
	@ValueSource(ints = { 200, 201, 204, 205, 304, 404, 418, 500, 503, 599 })
	void statusGoesBack(int status) {
		serve(upstream(port()));
		for (int i = 0; i < 3; i++) {
			ResponseEntity<String> response = send(
					request(HttpMethod.GET, "/orders/status").header("X-Status", Integer.toString(status)));
			assertThat(response.getStatusCode().value()).isEqualTo(status);
			assertThat(response.getHeaders().getFirst("ETag")).isEqualTo("\"1\"");
			assertThat(response.getBody()).isNull();
		}
	}

	@Test
	void headHasTheFieldsOfGet() {
		serve(upstream(port()));
		ResponseEntity<String> response = send(request(HttpMethod.HEAD, "/orders/range"));
		assertThat(response.getStatusCode().value()).isEqualTo(206);
		assertThat(response.getHeaders().getFirst("Content-Range")).isEqualTo("bytes 2-3/10");
		assertThat(response.getBody()).isNull();
	}

	@Test
	void partGoesBackAsAPart() {
		serve(upstream(port()));
		ResponseEntity<String> response = send(request(HttpMethod.GET, "/orders/range").header("Range", "bytes=2-3"));
		assertThat(response.getStatusCode().value()).isEqualTo(206);
		assertThat(response.getBody()).isEqualTo("cd");
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET", "DELETE", "POST", "PUT", "OPTIONS" })
	void bodyGoesOnWhateverTheMethod(String method) {
		serve(upstream(port()));
		assertThat(send(request(HttpMethod.valueOf(method), "/orders/upload").bodyValue("12345")).getBody())
			.isEqualTo("5");
		assertThat(
				send(request(HttpMethod.valueOf(method), "/orders/upload").body(chunks(5), DataBuffer.class)).getBody())
			.isEqualTo(Integer.toString(5 * CHUNK));
		assertThat(send(request(HttpMethod.valueOf(method), "/orders/upload")).getBody()).isEqualTo("0");
	}

	private static Flux<DataBuffer> chunks(int count) {
		return Flux.range(0, count).map((i) -> DefaultDataBufferFactory.sharedInstance.wrap(new byte[CHUNK]));
	}

	@Test
	void longBodiesAreStreamedBothWays() {
		serve(upstream(port()));
		long received = request(HttpMethod.POST, "/orders/echo").body(chunks(CHUNKS), DataBuffer.class)
			.retrieve()
			.bodyToFlux(DataBuffer.class)
			.map((buffer) -> {
				int length = buffer.readableByteCount();
				DataBufferUtils.release(buffer);
				return length;
			})
			.reduce(0L, Long::sum)
			.block(TIMEOUT);
		assertThat(received).isEqualTo((long) CHUNK * CHUNKS);
		assertThat(budget().peak()).isLessThan(4 * 1024 * 1024);
	}

	@Test
	void lengthThatIsAnnouncedIsToldToTheUpstream() {
		serve(upstream(port()));
		assertThat(send(request(HttpMethod.POST, "/orders/count").contentLength((long) CHUNK * CHUNKS)
			.body(chunks(CHUNKS), DataBuffer.class)).getBody()).isEqualTo(Integer.toString(CHUNK * CHUNKS));
	}

	@Test
	void slowReaderHoldsTheUpstreamBack() {
		serve(upstream(port()));
		AtomicLong consumed = new AtomicLong();
		Flux<DataBuffer> body = request(HttpMethod.GET, "/orders/large").retrieve().bodyToFlux(DataBuffer.class);
		reactor.test.StepVerifier.create(body, 0)
			.thenRequest(1)
			.consumeNextWith((buffer) -> consumed.addAndGet(buffer.readableByteCount()))
			.then(this::awaitStandstill)
			.then(() -> assertThat(budget().used()).isLessThan(1024 * 1024))
			.thenRequest(Long.MAX_VALUE)
			.thenConsumeWhile((buffer) -> consumed.addAndGet(buffer.readableByteCount()) > 0)
			.expectComplete()
			.verify(TIMEOUT);
		assertThat(consumed.get()).isEqualTo((long) CHUNK * CHUNKS);
	}

	/**
	 * Whatever the kernel's socket buffers take, it is far less than all.
	 */
	private void awaitStandstill() {
		AtomicLong last = new AtomicLong(-1);
		await().pollInterval(Duration.ofMillis(200))
			.until(() -> last.getAndSet(this.produced.get()) == this.produced.get());
		assertThat(this.produced.get()).isLessThan((long) CHUNK * CHUNKS);
	}

	@Test
	void upstreamThatReadsNothingHoldsTheCallerBack() {
		serve(upstream(port()));
		AtomicLong sent = new AtomicLong();
		var sending = request(HttpMethod.POST, "/orders/unread")
			.body(chunks(100 * CHUNKS).doOnNext((chunk) -> sent.addAndGet(CHUNK)), DataBuffer.class)
			.retrieve()
			.toBodilessEntity()
			.subscribe();
		AtomicLong last = new AtomicLong(-1);
		await().pollInterval(Duration.ofMillis(200))
			.until(() -> last.getAndSet(sent.get()) == sent.get() && sent.get() > 0);
		assertThat(sent.get()).isLessThan(100L * CHUNK * CHUNKS);
		assertThat(budget().used()).isLessThan(1024 * 1024);
		sending.dispose();
	}

	@Test
	void eventsComeAsTheyHappenAndEndWithTheirReader() throws InterruptedException {
		serve(upstream(port()));
		List<String> events = request(HttpMethod.GET, "/orders/events").accept(MediaType.TEXT_EVENT_STREAM)
			.retrieve()
			.bodyToFlux(String.class)
			.take(2)
			.collectList()
			.block(TIMEOUT);
		assertThat(events).containsExactly("1", "2");
		assertThat(this.cancelled.await(20, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void severalAgentsShareTheLoad() throws Exception {
		serve(upstream(port()));
		Agent second = serve(upstream(port()));
		for (int i = 0; i < 20; i++) {
			assertThat(send(request(HttpMethod.GET, "/orders/" + i)).getStatusCode().value()).isEqualTo(200);
		}
		second.stop();
		for (int i = 0; i < 20; i++) {
			assertThat(send(request(HttpMethod.GET, "/orders/" + i)).getStatusCode().value()).isEqualTo(200);
		}
	}

	@Test
	void lastHopIsAnsweredHere() {
		serve(upstream(port()));
		ResponseEntity<String> response = send(request(HttpMethod.OPTIONS, "/orders/1").header("Max-Forwards", "0"));
		assertThat(response.getHeaders().getFirst("Allow")).contains("GET");
		assertThat(send(request(HttpMethod.OPTIONS, "/orders/1").header("Max-Forwards", "3")).getBody())
			.contains("max-forwards: 2\n");
	}

}
