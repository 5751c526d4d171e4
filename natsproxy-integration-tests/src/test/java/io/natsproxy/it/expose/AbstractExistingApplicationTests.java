package io.natsproxy.it.expose;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.it.contract.TestContent;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import io.natsproxy.webflux.client.NatsClientHttpConnector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.MediaType;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An application for HTTP, behind a gateway and called over NATS, whichever way it has
 * been put on NATS.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AbstractExistingApplicationTests {

	static final int LARGE = 20 * 1024 * 1024;

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private TestBroker broker;

	private TestApplication application;

	private TestApplication gateway;

	/**
	 * Returns a builder of the application.
	 */
	abstract TestApplication.Builder application(TestBroker broker);

	@BeforeAll
	void start() {
		this.broker = TestBroker.start();
		this.application = application(this.broker).start();
		this.gateway = TestApplication.gateway(this.broker).start();
	}

	@AfterAll
	void stop() {
		this.gateway.close();
		this.application.close();
		this.broker.close();
	}

	TestBroker broker() {
		return this.broker;
	}

	TestApplication application() {
		return this.application;
	}

	/**
	 * Returns a client over HTTP and the gateway.
	 */
	WebTestClient http() {
		return WebTestClient.bindToServer(new JdkClientHttpConnector())
			.baseUrl("http://localhost:" + this.gateway.port())
			.responseTimeout(PATIENCE)
			.build();
	}

	/**
	 * Returns a client over NATS alone, which cleans nothing.
	 */
	WebTestClient nats() {
		return nats(this.application);
	}

	static WebTestClient nats(TestApplication application) {
		return WebTestClient
			.bindToServer(new NatsClientHttpConnector(application.bean(NatsCaller.class), Duration.ofSeconds(10)))
			.responseTimeout(PATIENCE)
			.build();
	}

	/**
	 * As the context cache of Spring's test framework does.
	 */
	@Test
	void applicationThatWasPausedAnswersAgain() {
		this.application.context().pause();
		this.application.context().restart();
		nats().get().uri("/api/orders/7").exchange().expectStatus().isOk();
		http().get().uri("/api/orders/7").exchange().expectStatus().isOk();
	}

	@Test
	void controllersAnswer() {
		http().get().uri("/api/orders/7").exchange().expectStatus().isOk().expectBody().jsonPath("$.id").isEqualTo("7");
		http().head()
			.uri("/api/orders/7")
			.exchange()
			.expectStatus()
			.isOk()
			.expectHeader()
			.contentType(MediaType.APPLICATION_JSON);
	}

	@Test
	void webSocketsOfHandlerMappingsAreAccepted() {
		assertThat(talk(this.gateway.port(), "/api/echo", "one", "two")).containsExactly("echo", "one", "two");
	}

	/**
	 * Returns the sub-protocol, and what comes back.
	 */
	static List<String> talk(int port, String path, String... messages) {
		List<String> heard = new CopyOnWriteArrayList<>();
		WebSocketHandler handler = new WebSocketHandler() {

			@Override
			public List<String> getSubProtocols() {
				return List.of("other", "echo");
			}

			@Override
			public Mono<Void> handle(WebSocketSession session) {
				heard.add(String.valueOf(session.getHandshakeInfo().getSubProtocol()));
				return session.send(Flux.just(messages).map(session::textMessage))
					.thenMany(session.receive().map(WebSocketMessage::getPayloadAsText).take(messages.length))
					.doOnNext(heard::add)
					.then(session.close());
			}

		};
		new ReactorNettyWebSocketClient().execute(URI.create("ws://localhost:" + port + path), handler).block(PATIENCE);
		return heard;
	}

	@Test
	void largeBodiesPassBothWays() {
		http().post()
			.uri("/api/upload")
			.contentType(MediaType.APPLICATION_OCTET_STREAM)
			.body(TestContent.buffers(LARGE), DataBuffer.class)
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(TestContent.Summary.class)
			.isEqualTo(TestContent.summary(LARGE));
		Flux<DataBuffer> body = WebClient.create("http://localhost:" + this.gateway.port())
			.get()
			.uri("/api/download")
			.exchangeToFlux((response) -> response.body(BodyExtractors.toDataBuffers()));
		assertThat(TestContent.summary(body).block(PATIENCE)).isEqualTo(TestContent.summary(LARGE));
	}

	/**
	 * The forwarded headers of the gateway are read before the application's own
	 * transformer could read them once more.
	 */
	@Test
	void requestsHaveTheUriThatTheClientSees() {
		http().get()
			.uri("/api/origin")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(String.class)
			.isEqualTo("http://localhost:" + this.gateway.port() + "/api/origin false");
	}

	@Test
	void forwardedPrefixDoesNotChangeWhatIsAskedFor() {
		nats().get()
			.uri("/api/orders/7")
			.header("X-Forwarded-Prefix", "/internal")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.id")
			.isEqualTo("7");
	}

	@Test
	void sessionsAreKept() {
		String cookie = http().get()
			.uri("/api/visits")
			.exchange()
			.expectBody(String.class)
			.isEqualTo("1")
			.returnResult()
			.getResponseCookies()
			.getFirst("SESSION")
			.getValue();
		http().get().uri("/api/visits").cookie("SESSION", cookie).exchange().expectBody(String.class).isEqualTo("2");
	}

	/**
	 * It holds up those that share its thread, as on an event loop, and nothing else.
	 */
	@Test
	void handlerThatBlocksDoesNotBlockTheConnection() {
		ExistingApplication.Api api = this.application.bean(ExistingApplication.Api.class);
		CompletableFuture<String> blocked = CompletableFuture.supplyAsync(() -> nats().get()
			.uri("/api/blocking")
			.exchange()
			.expectBody(String.class)
			.returnResult()
			.getResponseBody());
		try {
			await().atMost(PATIENCE).until(api::isBlocking);
			await().atMost(PATIENCE)
				.until(() -> this.application.bean(NatsExchanges.class).transport().flush(Duration.ofSeconds(1)));
			assertThat(blocked).isNotDone();
		}
		finally {
			api.unblock();
		}
		assertThat(blocked).succeedsWithin(PATIENCE).isEqualTo("unblocked");
	}

	@Test
	void requestInFlightIsAnsweredBeforeTheApplicationStops() throws Exception {
		try (TestBroker another = TestBroker.start();
				TestApplication caller = TestApplication.service(another, "caller").start()) {
			TestApplication stopping = application(another).start();
			CompletableFuture<String> reply = WebClient.builder()
				.clientConnector(new NatsClientHttpConnector(caller.bean(NatsCaller.class), Duration.ofSeconds(20)))
				.build()
				.get()
				.uri("/api/slow")
				.retrieve()
				.bodyToMono(String.class)
				.toFuture();
			await().atMost(PATIENCE).until(() -> stopping.inFlight() == 1);
			ExistingApplication.Api api = stopping.bean(ExistingApplication.Api.class);
			CompletableFuture<Void> stopped = CompletableFuture.runAsync(stopping::close);
			await().atMost(PATIENCE).until(() -> isUnsubscribed(caller));
			assertThat(stopped).isNotDone();
			api.answer("answered");
			assertThat(reply.get(30, TimeUnit.SECONDS)).isEqualTo("answered");
			stopped.get(30, TimeUnit.SECONDS);
		}
	}

	private static boolean isUnsubscribed(TestApplication caller) {
		try {
			nats(caller).get().uri("/api/orders/7").exchange();
			return false;
		}
		catch (RuntimeException ex) {
			return true;
		}
	}

}
