package io.natsproxy.jetty;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.wire.RequestHead;
import org.awaitility.Awaitility;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MultiPartConfig;
import org.eclipse.jetty.http.MultiPartFormData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Jetty's handlers behind NATS.
 */
class NatsServerConnectorTests {

	private static final Duration TIMEOUT = JettyService.TIMEOUT;

	private static final int MEBIBYTE = 1024 * 1024;

	private static JettyService service;

	@BeforeAll
	static void start() throws Exception {
		service = new JettyService();
	}

	@AfterAll
	static void stop() throws Exception {
		service.close();
	}

	@AfterEach
	void nothingIsHeld() {
		Awaitility.await().atMost(TIMEOUT).untilAsserted(() -> {
			assertThat(service.connector().getInFlight()).isZero();
			assertThat(service.used()).isZero();
		});
	}

	@Test
	void requestIsHandledAndAnsweredInOneMessage() {
		service.handle((request, response, callback) -> {
			response.setStatus(201);
			response.getHeaders().add("X-A", "1").add("X-A", "2");
			String body = Content.Source.asString(request, StandardCharsets.UTF_8);
			Content.Sink.write(response, true, request.getMethod() + " " + request.getHttpURI().getPathQuery() + " "
					+ request.getHeaders().get("X-B") + " " + body + " " + request.getLength(), callback);
		});
		NatsReply reply = exchange("POST", "/a/b?c=d", (fields) -> fields.accept("X-B", List.of("b")), "body");
		assertThat(reply.head().status()).isEqualTo(201);
		assertThat(text(reply)).isEqualTo("POST /a/b?c=d b body 4");
		assertThat(JettyService.field(reply, "X-A")).containsExactly("1", "2");
	}

	@Test
	void callerIsToldOfARequestThatIsProcessedForLong() {
		CompletableFuture<Callback> handled = new CompletableFuture<>();
		service.handle((request, response, callback) -> handled.complete(callback));
		CompletableFuture<NatsReply> reply = service.get("/").toFuture();
		Awaitility.await().atMost(TIMEOUT).until(() -> service.processing() == 1);
		handled.join().succeeded();
		assertThat(reply.join().head().status()).isEqualTo(200);
	}

	/**
	 * Spring flushes every body that a converter has written.
	 */
	@Test
	void smallResponseThatIsFlushedStaysOneMessage() {
		service.handle((request, response, callback) -> {
			blocking((done) -> Content.Sink.write(response, false, "first ", done));
			blocking((done) -> response.write(false, null, done));
			Content.Sink.write(response, true, "last", callback);
		});
		assertThat(text(service.get("/").block(TIMEOUT))).isEqualTo("first last");
	}

	@Test
	void whatIsFlushedIsSentWhenTheHandlerReturns() {
		CompletableFuture<Callback> callback = new CompletableFuture<>();
		CompletableFuture<Response> response = new CompletableFuture<>();
		service.handle((request, theResponse, theCallback) -> {
			blocking((done) -> Content.Sink.write(theResponse, false, "first ", done));
			response.complete(theResponse);
			callback.complete(theCallback);
		});
		NatsReply reply = service.get("/").block(TIMEOUT);
		assertThat(reply.stream()).isNotNull();
		StepVerifier.create(reply.stream().consumedFrames().map(NatsServerConnectorTests::text))
			.expectNext("first ")
			.then(() -> Content.Sink.write(response.join(), true, "last", callback.join()))
			.expectNext("last")
			.expectComplete()
			.verify(TIMEOUT);
	}

	/**
	 * Jetty throws once more what the handler has met, when the response has been sent.
	 */
	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void formThatIsMalformedIsNoFailureOfTheService(CapturedOutput output) {
		service.handle((request, response, callback) -> {
			try {
				MultiPartFormData.getParts(request, request, "multipart/form-data; boundary=b",
						new MultiPartConfig.Builder().build());
			}
			catch (RuntimeException ex) {
				response.setStatus(400);
			}
			callback.succeeded();
		});
		NatsReply reply = exchange("POST", "/", (fields) -> {
		}, "garbage");
		assertThat(reply.head().status()).isEqualTo(400);
		QueuedThreadPool threads = (QueuedThreadPool) service.server().getThreadPool();
		Awaitility.await().atMost(TIMEOUT).until(() -> threads.getBusyThreads() == 0);
		assertThat(output).doesNotContain("A request could not be handled");
	}

	@Test
	void headThatIsFlushedIsSentBeforeThereIsABody() throws Exception {
		CountDownLatch received = new CountDownLatch(1);
		service.handle((request, response, callback) -> {
			blocking((done) -> response.write(false, null, done));
			assertThat(received.await(30, TimeUnit.SECONDS)).isTrue();
			Content.Sink.write(response, true, "body", callback);
		});
		NatsReply reply = service.get("/").block(TIMEOUT);
		received.countDown();
		assertThat(text(reply)).isEqualTo("body");
	}

	@Test
	void headHasNoBodyAndTellsTheLength() {
		service.handle((request, response, callback) -> Content.Sink.write(response, true, "body", callback));
		NatsReply reply = exchange("HEAD", "/", (fields) -> {
		}, "");
		assertThat(reply.head().status()).isEqualTo(200);
		assertThat(text(reply)).isEmpty();
		assertThat(JettyService.field(reply, "Content-Length")).containsExactly("4");
	}

	@Test
	void interimResponsesAreDropped() {
		service.handle((request, response, callback) -> {
			response.writeInterim(103, HttpFields.build().add("Link", "</a>")).join();
			response.setStatus(202);
			Content.Sink.write(response, true, "body", callback);
		});
		NatsReply reply = service.get("/").block(TIMEOUT);
		assertThat(reply.head().status()).isEqualTo(202);
		assertThat(text(reply)).isEqualTo("body");
	}

	@Test
	void twentyMebibytesAreStreamedBothWays() {
		service.handle((request, response, callback) -> Content.copy(request, response, callback));
		Flux<byte[]> body = Flux.range(0, 20 * 16).map((i) -> filled(MEBIBYTE / 16, i));
		NatsReply reply = service.post("/", body).block(TIMEOUT);
		AtomicLong expected = new AtomicLong();
		long length = reply.stream().consumedFrames().doOnNext((frame) -> {
			for (byte b : frame) {
				assertThat(b).isEqualTo((byte) (expected.getAndIncrement() / (MEBIBYTE / 16)));
			}
		}).map((frame) -> (long) frame.length).reduce(0L, Long::sum).block(TIMEOUT);
		assertThat(length).isEqualTo(20 * MEBIBYTE);
	}

	/**
	 * In one buffer, which its owner uses again.
	 */
	@Test
	void largeBufferIsSentInPartsAndGivenBackWhenItHasBeenTaken() {
		service.handle((request, response, callback) -> {
			ByteBuffer buffer = ByteBuffer.wrap(filled(2 * MEBIBYTE, 1));
			blocking((done) -> response.write(false, buffer, done));
			Arrays.fill(buffer.array(), (byte) 9);
			response.write(true, ByteBuffer.wrap(filled(MEBIBYTE, 2)), callback);
		});
		NatsReply reply = service.get("/").block(TIMEOUT);
		byte[] body = bytes(reply);
		assertThat(body).hasSize(3 * MEBIBYTE);
		assertThat(Arrays.copyOf(body, 2 * MEBIBYTE)).containsOnly(1);
	}

	@Test
	void writerWaitsForTheCallerAndFailsWhenItHasGone() throws Exception {
		AtomicInteger written = new AtomicInteger();
		CompletableFuture<Throwable> failure = new CompletableFuture<>();
		service.handle((request, response, callback) -> {
			try {
				while (true) {
					blocking((done) -> response.write(false, ByteBuffer.allocate(64 * 1024), done));
					written.incrementAndGet();
				}
			}
			catch (Throwable ex) {
				failure.complete(ex);
				callback.failed(ex);
			}
		});
		NatsReply reply = service.get("/").block(TIMEOUT);
		AtomicLong last = new AtomicLong(-1);
		Awaitility.await().pollInterval(Duration.ofMillis(300)).atMost(TIMEOUT).until(() -> {
			int now = written.get();
			return last.getAndSet(now) == now;
		});
		// The first message, and the windows of both ends.
		assertThat(written.get() * 64L * 1024).isLessThan(4L * MEBIBYTE);
		reply.stream().discard();
		assertThat(failure.get(30, TimeUnit.SECONDS)).isNotNull();
	}

	/**
	 * Readers that block must not starve what they wait for.
	 */
	@Test
	void moreSlowUploadsThanThreadsAreAllHandled() throws Exception {
		service.handle((request, response, callback) -> Content.Sink.write(response, true,
				"" + Content.Source.asByteBuffer(request).remaining(), callback));
		Sinks.Empty<byte[]> gate = Sinks.empty();
		Flux<byte[]> upload = Flux.range(0, 20)
			.map((i) -> new byte[100 * 1024])
			.concatWith(gate.asMono())
			.concatWith(Flux.range(0, 10).map((i) -> new byte[100 * 1024]));
		List<CompletableFuture<NatsReply>> replies = new ArrayList<>();
		for (int i = 1; i <= 14; i++) {
			replies.add(service.post("/", upload).toFuture());
			int begun = i;
			Awaitility.await().atMost(TIMEOUT).until(() -> service.connector().getInFlight() == begun);
		}
		gate.tryEmitEmpty();
		for (CompletableFuture<NatsReply> reply : replies) {
			assertThat(text(reply.get(30, TimeUnit.SECONDS))).isEqualTo("" + 30 * 100 * 1024);
		}
	}

	/**
	 * All threads wait for what is never going to come.
	 */
	@Test
	void readersWhoseCallersHaveGoneGiveTheirThreadsBack() {
		AtomicInteger reading = new AtomicInteger();
		AtomicInteger failed = new AtomicInteger();
		service.handle((request, response, callback) -> {
			if (!request.getMethod().equals("POST")) {
				callback.succeeded();
				return;
			}
			// As servlets do.
			request.addFailureListener((ex) -> {
			});
			reading.incrementAndGet();
			try {
				Content.Source.asByteBuffer(request);
			}
			catch (Throwable ex) {
				failed.incrementAndGet();
				callback.failed(ex);
			}
		});
		Flux<byte[]> upload = Flux.range(0, 20).map((i) -> new byte[100 * 1024]).concatWith(Flux.never());
		List<Disposable> calls = new ArrayList<>();
		for (int i = 1; i <= 8; i++) {
			calls.add(service.post("/", upload).subscribe());
			int begun = i;
			Awaitility.await().atMost(TIMEOUT).until(() -> service.connector().getInFlight() == begun);
		}
		int threads = ((QueuedThreadPool) service.server().getThreadPool()).getMaxThreads();
		Awaitility.await().atMost(TIMEOUT).until(() -> reading.get() >= threads);
		calls.forEach(Disposable::dispose);
		Awaitility.await().atMost(TIMEOUT).until(() -> failed.get() == 8);
		assertThat(service.get("/").block(TIMEOUT).head().status()).isEqualTo(200);
	}

	@Test
	void bodyCountsUntilItsChunksAreReleased() {
		AtomicLong whileHeld = new AtomicLong();
		AtomicLong afterRelease = new AtomicLong();
		service.handle((request, response, callback) -> {
			Content.Chunk chunk = request.read();
			whileHeld.set(service.used());
			chunk.release();
			afterRelease.set(service.used());
			callback.succeeded();
		});
		exchange("POST", "/", (fields) -> {
		}, "x".repeat(100_000));
		assertThat(whileHeld.get()).isGreaterThanOrEqualTo(100_000);
		assertThat(afterRelease.get()).isZero();
	}

	@Test
	void bodyThatNobodyReadsIsDroppedAndTheResponseSent() {
		service.handle((request, response, callback) -> Content.Sink.write(response, true, "no, thank you", callback));
		assertThat(text(service.post("/", Flux.range(0, 200).map((i) -> new byte[100 * 1024])).block(TIMEOUT)))
			.isEqualTo("no, thank you");
	}

	@Test
	void bodyThatIsReadInPartIsDroppedAndTheResponseSent() {
		service.handle((request, response, callback) -> {
			Content.Chunk chunk = request.read();
			if (chunk == null) {
				blocking((done) -> request.demand(done::succeeded));
				chunk = request.read();
			}
			chunk.release();
			response.setStatus(413);
			Content.Sink.write(response, true, "too much", callback);
		});
		NatsReply reply = service.post("/", Flux.range(0, 200).map((i) -> new byte[100 * 1024])).block(TIMEOUT);
		assertThat(reply.head().status()).isEqualTo(413);
		assertThat(text(reply)).isEqualTo("too much");
	}

	@Test
	void bodyThatBreaksFailsItsReader() throws Exception {
		CompletableFuture<Throwable> failure = new CompletableFuture<>();
		service.handle((request, response, callback) -> {
			try {
				Content.Source.asByteBuffer(request);
			}
			catch (Throwable ex) {
				failure.complete(ex);
				callback.failed(ex);
			}
		});
		Flux<byte[]> broken = Flux.range(0, 40)
			.map((i) -> new byte[100 * 1024])
			.concatWith(Mono.error(new IllegalStateException("broken")));
		Disposable call = service.post("/", broken).subscribe((reply) -> {
		}, (ex) -> {
		});
		assertThat(failure.get(30, TimeUnit.SECONDS)).isNotNull();
		call.dispose();
	}

	@Test
	void failureBeforeTheResponseBecomesAnErrorPage() {
		service.handle((request, response, callback) -> {
			throw new IllegalStateException("Secret");
		});
		assertThat(service.get("/").block(TIMEOUT).head().status()).isEqualTo(500);
	}

	/**
	 * As with every other service: nothing has been sent yet.
	 */
	@Test
	void failureAfterAFlushBecomesAProblemWhileNothingHasBeenSent() {
		service.handle((request, response, callback) -> {
			blocking((done) -> Content.Sink.write(response, false, "first", done));
			callback.failed(new IllegalStateException("Secret"));
		});
		NatsReply reply = service.get("/").block(TIMEOUT);
		assertThat(reply.head().status()).isEqualTo(500);
		assertThat(text(reply)).contains("The service failed").doesNotContain("Secret").doesNotContain("first");
	}

	@Test
	void bodyOfAnotherLengthThanIsToldIsAFailure() {
		for (String told : List.of("3", "9")) {
			service.handle((request, response, callback) -> {
				response.getHeaders().put(HttpHeader.CONTENT_LENGTH, told);
				Content.Sink.write(response, true, "body",
						Callback.from(callback::succeeded, (ex) -> callback.succeeded()));
			});
			assertThat(service.get("/").block(TIMEOUT).head().status()).isEqualTo(500);
		}
	}

	@Test
	void bodyOfNoContentIsDropped() {
		for (int status : List.of(204, 304)) {
			service.handle((request, response, callback) -> {
				response.setStatus(status);
				Content.Sink.write(response, true, "body", callback);
			});
			NatsReply reply = service.get("/").block(TIMEOUT);
			assertThat(reply.head().status()).isEqualTo(status);
			assertThat(text(reply)).isEmpty();
			assertThat(status == 204 && !JettyService.field(reply, "Content-Length").isEmpty()).isFalse();
		}
	}

	@Test
	void failureOfAStreamBreaksItOff() {
		CompletableFuture<Callback> callback = new CompletableFuture<>();
		service.handle((request, response, theCallback) -> {
			blocking((done) -> Content.Sink.write(response, false, "first", done));
			callback.complete(theCallback);
		});
		NatsReply reply = service.get("/").block(TIMEOUT);
		StepVerifier.create(reply.stream().consumedFrames().map(NatsServerConnectorTests::text))
			.expectNext("first")
			.then(() -> callback.join().failed(new IllegalStateException("broken")))
			.expectError()
			.verify(TIMEOUT);
	}

	@Test
	void requestWhoseCallerHasGoneIsToldSo() throws Exception {
		CompletableFuture<Throwable> failure = new CompletableFuture<>();
		CountDownLatch handling = new CountDownLatch(1);
		service.handle((request, response, callback) -> {
			request.addFailureListener((ex) -> {
				failure.complete(ex);
				callback.failed(ex);
			});
			handling.countDown();
		});
		Disposable call = service.get("/").subscribe();
		assertThat(handling.await(30, TimeUnit.SECONDS)).isTrue();
		call.dispose();
		assertThat(failure.get(30, TimeUnit.SECONDS)).isNotNull();
	}

	@Test
	void requestEndsAtTheDeadlineOfItsCaller() throws Exception {
		CompletableFuture<Throwable> failure = new CompletableFuture<>();
		service.handle((request, response, callback) -> request.addFailureListener((ex) -> {
			failure.complete(ex);
			callback.failed(ex);
		}));
		service.publish("/", Duration.ofMillis(200));
		assertThat(failure.get(30, TimeUnit.SECONDS)).isNotNull();
	}

	@Test
	void forwardedFieldsTellTheClient() {
		service.handle((request, response, callback) -> Content.Sink.write(response, true,
				request.getHttpURI().getScheme() + " " + Request.getServerName(request) + " "
						+ Request.getServerPort(request) + " " + Request.getRemoteAddr(request) + " "
						+ request.isSecure() + " " + request.getConnectionMetaData().isSecure(),
				callback));
		NatsReply reply = exchange("GET", "/", (fields) -> {
			fields.accept("Host", List.of("inside"));
			fields.accept("X-Forwarded-Proto", List.of("https"));
			fields.accept("X-Forwarded-Host", List.of("shop.example:8443"));
			fields.accept("X-Forwarded-For", List.of("192.0.2.7, 10.0.0.1"));
		}, "");
		assertThat(text(reply)).isEqualTo("https shop.example 8443 192.0.2.7 true true");
	}

	@Test
	void withoutForwardedFieldsTheHostIsThatOfTheRequest() {
		service.handle((request, response, callback) -> Content.Sink.write(response, true,
				request.getHttpURI().getScheme() + " " + Request.getServerName(request) + " "
						+ Request.getRemoteAddr(request) + " " + request.isSecure() + " "
						+ request.getConnectionMetaData().isSecure(),
				callback));
		assertThat(text(exchange("GET", "/", (fields) -> fields.accept("Host", List.of("a.example")), "")))
			.isEqualTo("http a.example 0.0.0.0 false false");
	}

	@Test
	void malformedHostIsRefused() {
		service.handle((request, response, callback) -> callback.succeeded());
		assertThat(exchange("GET", "/", (fields) -> fields.accept("Host", List.of("a b:c")), "").head().status())
			.isEqualTo(400);
	}

	@Test
	void fieldsOfConnectionsAreNotSent() {
		service.handle((request, response, callback) -> {
			response.getHeaders().put(HttpHeader.CONNECTION, "close").put(HttpHeader.TRANSFER_ENCODING, "chunked");
			Content.Sink.write(response, true, "body", callback);
		});
		NatsReply reply = service.get("/").block(TIMEOUT);
		assertThat(JettyService.field(reply, "Connection")).isEmpty();
		assertThat(JettyService.field(reply, "Transfer-Encoding")).isEmpty();
	}

	@Test
	void noMoreRequestsAreHandledAtOnceThanThereAreThreads() {
		assertThat(service.connector().getMaxInFlight()).isEqualTo(8);
	}

	@Test
	void flushedBodyThatIsTooShortIsAFailure() {
		service.handle((request, response, callback) -> {
			response.getHeaders().put(HttpHeader.CONTENT_LENGTH, "9");
			blocking((done) -> Content.Sink.write(response, false, "body", done));
			callback.succeeded();
		});
		NatsReply reply = service.get("/").block(TIMEOUT);
		assertThat(reply.head().status()).isEqualTo(500);
	}

	private void verifyStreamBreaks(int told, boolean last) {
		service.handle((request, response, callback) -> {
			response.getHeaders().put(HttpHeader.CONTENT_LENGTH, told);
			if (last) {
				blocking((done) -> response.write(false, ByteBuffer.allocate(2 * MEBIBYTE), done));
				response.write(true, ByteBuffer.allocate(10),
						Callback.from(callback::succeeded, (ex) -> callback.succeeded()));
			}
			else {
				blocking((done) -> response.write(false, ByteBuffer.allocate(2 * MEBIBYTE), done));
				callback.succeeded();
			}
		});
		NatsReply reply = service.get("/").block(TIMEOUT);
		StepVerifier.create(reply.stream().consumedFrames().then()).expectError().verify(TIMEOUT);
	}

	@Test
	void streamWhoseLastWriteIsTooShortBreaksOff() {
		verifyStreamBreaks(3 * MEBIBYTE, true);
	}

	@Test
	void streamWhoseLastWriteIsTooLongBreaksOff() {
		verifyStreamBreaks(2 * MEBIBYTE + 5, true);
	}

	@Test
	void streamThatIsCompletedTooEarlyBreaksOff() {
		verifyStreamBreaks(3 * MEBIBYTE, false);
	}

	@Test
	void missingBodyIsAFailure() {
		service.handle((request, response, callback) -> {
			response.getHeaders().put(HttpHeader.CONTENT_LENGTH, "9");
			callback.succeeded();
		});
		assertThat(service.get("/").block(TIMEOUT).head().status()).isEqualTo(500);
	}

	private static NatsReply exchange(String method, String target, Consumer<BiConsumer<String, List<String>>> fields,
			String body) {
		return service
			.exchange(new RequestHead(method, target, TIMEOUT, fields::accept), TIMEOUT,
					body.isEmpty() ? Flux.empty() : Flux.just(body.getBytes(StandardCharsets.UTF_8)))
			.block(TIMEOUT);
	}

	private static void blocking(Consumer<Callback> operation) {
		CompletableFuture<Void> done = new CompletableFuture<>();
		operation.accept(new Callback() {

			@Override
			public void succeeded() {
				done.complete(null);
			}

			@Override
			public void failed(Throwable failure) {
				done.completeExceptionally(failure);
			}

			@Override
			public InvocationType getInvocationType() {
				return InvocationType.NON_BLOCKING;
			}

		});
		done.orTimeout(60, TimeUnit.SECONDS).join();
	}

	private static byte[] filled(int length, int value) {
		byte[] bytes = new byte[length];
		Arrays.fill(bytes, (byte) value);
		return bytes;
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

	private static String text(NatsReply reply) {
		return text(bytes(reply));
	}

	private static byte[] bytes(NatsReply reply) {
		if (reply.stream() == null) {
			return reply.body();
		}
		ByteArrayOutputStream all = new ByteArrayOutputStream();
		reply.stream().consumedFrames().doOnNext(all::writeBytes).then().block(TIMEOUT);
		return all.toByteArray();
	}

}
