package io.natsproxy.client.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsPost;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * A RestClient calls services over NATS: bodies of any length, at the pace of the other
 * end, and failures that can be told apart.
 */
@Timeout(60)
class NatsRestClientTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final ApplicationContextRunner runner = Services.runner()
		.withConfiguration(AutoConfigurations.of(RestClientAutoConfiguration.class))
		.withBean(Handlers.class);

	@Test
	void objectsGoBothWays() {
		this.runner.run((context) -> {
			ResponseEntity<Item> created = client(context).post()
				.uri("/items/{name}?count=2", "a b")
				.header("X-Test", "sent")
				.body(new Item("body", 1))
				.retrieve()
				.toEntity(Item.class);
			assertThat(created.getStatusCode()).isEqualTo(HttpStatus.CREATED);
			assertThat(created.getHeaders().getFirst("X-Test")).isEqualTo("sent");
			assertThat(created.getBody()).isEqualTo(new Item("body of a b", 1));
			assertThat(client(context).get().uri("/empty").retrieve().toBodilessEntity().getStatusCode())
				.isEqualTo(HttpStatus.NO_CONTENT);
		});
	}

	@Test
	void hostOfTheUriIsAHeaderOnly() {
		this.runner.run((context) -> {
			RestClient.Builder builder = context.getBean("natsRestClientBuilder", RestClient.Builder.class);
			assertThat(builder.baseUrl("http://whoever:81").build().get().uri("/host").retrieve().body(String.class))
				.isEqualTo("whoever:81");
		});
	}

	@Test
	void declarativeClientCallsTheService() {
		this.runner.run((context) -> {
			Declared declared = HttpServiceProxyFactory.builderFor(RestClientAdapter.create(client(context)))
				.build()
				.createClient(Declared.class);
			assertThat(declared.host()).isEqualTo("none");
		});
	}

	@Test
	void statusOfTheServiceIsThatOfTheException() {
		this.runner.run((context) -> assertThatExceptionOfType(HttpClientErrorException.Conflict.class)
			.isThrownBy(() -> client(context).get().uri("/conflict").retrieve().body(String.class))
			.satisfies((ex) -> assertThat(ex.getResponseBodyAsString()).contains("\"status\":409")));
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 40_000, 1024 * 1024, 5_000_000 })
	void bodiesOfAnyLengthAreWholeBothWays(int length) {
		this.runner.run((context) -> {
			byte[] sent = bytes(length);
			byte[] received = client(context).post()
				.uri("/echo")
				.contentType(MediaType.APPLICATION_OCTET_STREAM)
				.body((output) -> {
					for (int i = 0; i < length; i += 7000) {
						output.write(sent, i, Math.min(7000, length - i));
					}
				})
				.retrieve()
				.body(byte[].class);
			assertThat((received != null) ? received : new byte[0]).isEqualTo(sent);
			assertNothingIsLeft(context);
		});
	}

	/**
	 * Long ones are begun on the calling thread, and written anew on another.
	 */
	@ParameterizedTest
	@ValueSource(ints = { 10, 65_536, 65_537, 900_000 })
	void objectsOfAnyLengthAreWhole(int length) {
		this.runner.run((context) -> assertThat(client(context).post()
			.uri("/length")
			.contentType(MediaType.TEXT_PLAIN)
			.body("x".repeat(length))
			.retrieve()
			.body(Integer.class)).isEqualTo(length));
	}

	@Test
	void streamedResponseIsReadAsItComes() {
		this.runner.run((context) -> {
			String first = client(context).get().uri("/endless").exchange((request, response) -> {
				byte[] bytes = new byte[1024];
				int length = response.getBody().read(bytes);
				return new String(bytes, 0, length, StandardCharsets.UTF_8);
			});
			assertThat(first).startsWith("0\n");
			assertNothingIsLeft(context);
			await().atMost(PATIENCE).until(() -> context.getBean(Handlers.class).cancelled.getCount() == 0);
		});
	}

	@Test
	void readerSlowsTheServiceDown() {
		this.runner.run((context) -> client(context).get().uri("/large").exchange((request, response) -> {
			Handlers handlers = context.getBean(Handlers.class);
			InputStream body = response.getBody();
			assertThat(body.read()).isNotNegative();
			AtomicLong before = new AtomicLong(-1);
			await().atMost(PATIENCE)
				.pollInterval(Duration.ofMillis(200))
				.until(() -> before.getAndSet(handlers.produced.get()) == handlers.produced.get());
			assertThat(handlers.produced.get()).isLessThan(8 * 1024 * 1024);
			assertThat(body.readAllBytes()).hasSize(Handlers.LARGE - 1);
			return "";
		}));
	}

	@Test
	void requestMayBeAnsweredBeforeItIsRead() {
		this.runner.run((context) -> {
			assertThatExceptionOfType(HttpClientErrorException.Unauthorized.class)
				.isThrownBy(() -> client(context).post()
					.uri("/unauthorized")
					.body((output) -> output.write(bytes(5_000_000)))
					.retrieve()
					.toBodilessEntity());
			assertNothingIsLeft(context);
		});
	}

	@Test
	void bodyThatFailsIsTheFailureOfTheCall() {
		this.runner.run((context) -> {
			IOException failure = new IOException("the source is broken");
			assertThatExceptionOfType(ResourceAccessException.class)
				.isThrownBy(() -> client(context).post().uri("/length").body((output) -> {
					output.write(bytes(500_000));
					throw failure;
				}).retrieve().body(byte[].class))
				.withCause(failure);
			assertNothingIsLeft(context);
		});
	}

	@Test
	void failuresAreToldApart() {
		this.runner.withPropertyValues("natsproxy.client.timeout=300ms").run((context) -> {
			expectFailure(context, "/nobody", ConnectException.class, ExchangeFailure.NO_RESPONDERS);
			expectFailure(context, "/never", SocketTimeoutException.class, ExchangeFailure.REPLY_TIMEOUT);
		});
	}

	@Test
	void brokenResponseIsAFailure() {
		this.runner.run((context) -> {
			assertThatExceptionOfType(ResourceAccessException.class)
				.isThrownBy(() -> client(context).get()
					.uri("/broken")
					.exchange((request, response) -> response.getBody().readAllBytes()))
				.satisfies((ex) -> assertThat(NatsExchangeException.in(ex)).isNotNull());
			assertNothingIsLeft(context);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "head", "body", "response" })
	void interruptEndsTheCall(String place) {
		this.runner.run((context) -> {
			CountDownLatch begun = new CountDownLatch(1);
			AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
			AtomicReference<@Nullable Boolean> interrupted = new AtomicReference<>();
			Thread thread = new Thread(() -> {
				try {
					call(place, client(context), begun);
				}
				catch (Throwable ex) {
					thrown.set(ex);
				}
				interrupted.set(Thread.currentThread().isInterrupted());
			});
			thread.start();
			assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
			await().atMost(PATIENCE).until(() -> thread.getState() == Thread.State.WAITING);
			thread.interrupt();
			thread.join(PATIENCE.toMillis());
			assertThat(thrown.get()).isInstanceOf(ResourceAccessException.class)
				.hasCauseInstanceOf(InterruptedIOException.class);
			assertThat(interrupted.get()).isTrue();
			assertNothingIsLeft(context);
		});
	}

	private static void call(String place, RestClient client, CountDownLatch begun) {
		switch (place) {
			case "head" -> {
				begun.countDown();
				client.get().uri("/never").retrieve().body(String.class);
			}
			case "body" -> client.post().uri("/unread").body((output) -> {
				begun.countDown();
				output.write(bytes(5_000_000));
			}).retrieve().body(String.class);
			default -> client.get().uri("/stalled").exchange((request, response) -> {
				response.getBody().read();
				begun.countDown();
				return response.getBody().readAllBytes();
			});
		}
	}

	private static void expectFailure(ApplicationContext context, String path, Class<? extends IOException> type,
			ExchangeFailure failure) {
		assertThatExceptionOfType(ResourceAccessException.class)
			.isThrownBy(() -> client(context).get().uri(path).retrieve().body(String.class))
			.withCauseInstanceOf(type)
			.satisfies((ex) -> assertThat(NatsExchangeException.in(ex)).extracting(NatsExchangeException::failure)
				.isEqualTo(failure));
	}

	private static void assertNothingIsLeft(ApplicationContext context) {
		await().atMost(PATIENCE).until(() -> context.getBean(NatsCaller.class).inFlight() == 0);
	}

	private static byte[] bytes(int length) {
		byte[] bytes = new byte[length];
		for (int i = 0; i < length; i++) {
			bytes[i] = (byte) (i * 31 + (i >> 8));
		}
		return bytes;
	}

	private static RestClient client(ApplicationContext context) {
		return context.getBean("natsRestClientBuilder", RestClient.Builder.class).build();
	}

	record Item(String name, int count) {
	}

	interface Declared {

		@GetExchange("/host")
		String host();

	}

	@NatsController
	static class Handlers {

		static final int LARGE = 64 * 1024 * 1024;

		private static final int CHUNK = 16 * 1024;

		private final CountDownLatch cancelled = new CountDownLatch(1);

		private final AtomicLong produced = new AtomicLong();

		@NatsPost("/items/{name}")
		ResponseEntity<Item> create(@PathVariable String name, @RequestBody Item item,
				@RequestHeader("X-Test") String test) {
			return ResponseEntity.status(HttpStatus.CREATED)
				.header("X-Test", test)
				.body(new Item(item.name() + " of " + name, item.count()));
		}

		@NatsGet("/empty")
		ResponseEntity<Void> empty() {
			return ResponseEntity.noContent().build();
		}

		@NatsGet("/host")
		String host(@RequestHeader(name = HttpHeaders.HOST, defaultValue = "none") String host) {
			return host;
		}

		@NatsGet("/conflict")
		String conflict() {
			throw new ResponseStatusException(HttpStatus.CONFLICT);
		}

		@NatsPost(path = "/echo", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
		Flux<DataBuffer> echo(@RequestBody(required = false) Flux<DataBuffer> body) {
			return body;
		}

		@NatsGet(path = "/endless", produces = MediaType.APPLICATION_NDJSON_VALUE)
		Flux<Integer> endless() {
			return Flux.range(0, Integer.MAX_VALUE).doOnCancel(this.cancelled::countDown);
		}

		@NatsGet(path = "/large", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
		Flux<DataBuffer> large() {
			return Flux.range(0, LARGE / CHUNK).map((i) -> {
				this.produced.addAndGet(CHUNK);
				return DefaultDataBufferFactory.sharedInstance.wrap(new byte[CHUNK]);
			});
		}

		@NatsPost("/unauthorized")
		Mono<String> unauthorized() {
			return Mono.error(new ResponseStatusException(HttpStatus.UNAUTHORIZED));
		}

		@NatsGet("/never")
		Mono<String> never() {
			return Mono.never();
		}

		@NatsPost("/length")
		int length(@RequestBody byte[] body) {
			return body.length;
		}

		@NatsPost("/unread")
		Mono<String> unread(@RequestBody Flux<DataBuffer> body) {
			return body.doOnNext(DataBufferUtils::release).concatMap((buffer) -> Mono.never(), 1).then(Mono.never());
		}

		@NatsGet(path = "/stalled", produces = MediaType.APPLICATION_NDJSON_VALUE)
		Flux<Integer> stalled() {
			return Flux.just(1).concatWith(Mono.never());
		}

		@NatsGet(path = "/broken", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
		Flux<DataBuffer> broken() {
			byte[] bytes = new byte[2 * 1024 * 1024];
			Arrays.fill(bytes, (byte) 1);
			return Flux.just((DataBuffer) DefaultDataBufferFactory.sharedInstance.wrap(bytes))
				.concatWith(Mono.error(new IllegalStateException("broken on purpose")));
		}

	}

}
