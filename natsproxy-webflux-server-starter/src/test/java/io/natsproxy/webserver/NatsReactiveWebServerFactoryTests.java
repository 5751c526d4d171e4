package io.natsproxy.webserver;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import io.natsproxy.client.autoconfigure.NatsServerFactory;
import io.natsproxy.webflux.server.NatsServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.server.GracefulShutdownResult;
import org.springframework.boot.web.server.Shutdown;
import org.springframework.boot.web.server.WebServer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseCookie;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Web servers of NATS with handlers of the kinds by which Spring tests those of HTTP.
 */
class NatsReactiveWebServerFactoryTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static ConfigurableApplicationContext context;

	private final NatsReactiveWebServerFactory factory = new NatsReactiveWebServerFactory(
			context.getBean(NatsServerFactory.class)::create);

	private final WebTestClient client = Applications.client(context);

	private WebServer webServer;

	@BeforeAll
	static void connect() {
		context = Applications.run(WebApplicationType.NONE, Connection.class);
	}

	@AfterAll
	static void disconnect() {
		context.close();
	}

	@AfterEach
	void stop() {
		if (this.webServer != null) {
			this.webServer.stop();
			this.webServer.destroy();
		}
	}

	@Test
	void serverAnswersBetweenStartAndStopAndAgain() {
		this.webServer = this.factory.getWebServer(text("hello"));
		expectNobody();
		for (int i = 0; i < 2; i++) {
			this.webServer.start();
			this.webServer.start();
			this.client.get().uri("/").exchange().expectBody(String.class).isEqualTo("hello");
			assertThat(this.webServer.getPort()).isEqualTo(-1);
			this.webServer.stop();
			this.webServer.stop();
			expectNobody();
		}
	}

	@Test
	void serverThatHasNotStartedStopsWithoutBeingMade() {
		this.webServer = new NatsReactiveWebServerFactory((handler) -> {
			throw new IllegalStateException("The context is not there");
		}).getWebServer(text("hello"));
		this.webServer.stop();
		CompletableFuture<GracefulShutdownResult> result = new CompletableFuture<>();
		this.webServer.shutDownGracefully(result::complete);
		assertThat(result).succeedsWithin(PATIENCE);
	}

	@Test
	void randomContentIsEchoed() {
		byte[] content = new byte[4 * 1024 * 1024];
		new Random(1).nextBytes(content);
		start((request, response) -> response.writeWith(request.getBody()));
		Flux<DataBuffer> parts = Flux.range(0, 1024)
			.map((i) -> DefaultDataBufferFactory.sharedInstance.wrap(ByteBuffer.wrap(content, i * 4096, 4096)));
		byte[] echoed = this.client.mutate()
			.codecs((codecs) -> codecs.defaultCodecs().maxInMemorySize(content.length))
			.build()
			.post()
			.uri("/")
			.contentType(MediaType.APPLICATION_OCTET_STREAM)
			.body(parts, DataBuffer.class)
			.exchange()
			.expectBody(byte[].class)
			.returnResult()
			.getResponseBody();
		assertThat(echoed).isEqualTo(content);
	}

	@Test
	void handlerThatDoesNotReadTheRequestAnswers() {
		start(text("written only"));
		Flux<DataBuffer> endless = Flux
			.generate((sink) -> sink.next(DefaultDataBufferFactory.sharedInstance.wrap(new byte[16 * 1024])));
		this.client.post()
			.uri("/")
			.contentType(MediaType.APPLICATION_OCTET_STREAM)
			.body(endless, DataBuffer.class)
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(String.class)
			.isEqualTo("written only");
	}

	@Test
	void cookiesPassBothWays() {
		start((request, response) -> {
			String name = request.getCookies().getFirst("name").getValue();
			response.addCookie(ResponseCookie.from("name", name + "!").path("/").secure(true).httpOnly(true).build());
			response.addCookie(ResponseCookie.from("lang", "en").maxAge(Duration.ofHours(1)).sameSite("Lax").build());
			return response.setComplete();
		});
		List<String> cookies = this.client.get()
			.uri("/")
			.cookie("name", "one")
			.cookie("lang", "de")
			.exchange()
			.expectStatus()
			.isOk()
			.returnResult(Void.class)
			.getResponseHeaders()
			.get("Set-Cookie");
		assertThat(cookies).hasSize(2);
		assertThat(cookies.get(0)).isEqualTo("name=one!; Path=/; Secure; HttpOnly");
		assertThat(cookies.get(1)).startsWith("lang=en; Max-Age=3600;").endsWith("SameSite=Lax");
	}

	@Test
	void errorsOfHandlersAreServerErrors() {
		start((request, response) -> {
			if (request.getPath().value().equals("/thrown")) {
				throw new IllegalStateException("thrown");
			}
			if (request.getPath().value().equals("/body")) {
				return response.writeWith(Mono.error(new IllegalStateException("body")));
			}
			return Mono.error(new IllegalStateException("returned"));
		});
		for (String path : List.of("/thrown", "/returned", "/body")) {
			this.client.get().uri(path).exchange().expectStatus().isEqualTo(500);
		}
	}

	@Test
	void pathsWithEmptySegmentsReachTheHandler() {
		start((request, response) -> write(response, request.getPath().value()));
		for (String path : List.of("//", "//a//b", "/a/")) {
			this.client.get()
				.uri((builder) -> URI.create("http://localhost" + path))
				.exchange()
				.expectBody(String.class)
				.isEqualTo(path);
		}
	}

	@Test
	void gracefulShutdownWaitsForTheAnswer() {
		Sinks.One<String> answer = Sinks.one();
		CompletableFuture<String> reply = startWithRequest(Shutdown.GRACEFUL, answer);
		CompletableFuture<GracefulShutdownResult> result = new CompletableFuture<>();
		this.webServer.shutDownGracefully(result::complete);
		await().atMost(PATIENCE).until(this::nobodyAnswers);
		assertThat(result).isNotDone();
		assertThat(reply).isNotDone();
		answer.tryEmitValue("answered");
		assertThat(reply).succeedsWithin(PATIENCE).isEqualTo("answered");
		assertThat(result).succeedsWithin(PATIENCE).isEqualTo(GracefulShutdownResult.IDLE);
	}

	@Test
	void stopEndsTheWaitOfAGracefulShutdown() {
		CompletableFuture<String> reply = startWithRequest(Shutdown.GRACEFUL, Sinks.one());
		CompletableFuture<GracefulShutdownResult> result = new CompletableFuture<>();
		this.webServer.shutDownGracefully(result::complete);
		await().atMost(PATIENCE).until(this::nobodyAnswers);
		this.webServer.stop();
		assertThat(result).succeedsWithin(PATIENCE).isEqualTo(GracefulShutdownResult.REQUESTS_ACTIVE);
		assertThat(reply).failsWithin(PATIENCE);
	}

	@Test
	void immediateShutdownDoesNotWait() {
		CompletableFuture<String> reply = startWithRequest(Shutdown.IMMEDIATE, Sinks.one());
		CompletableFuture<GracefulShutdownResult> result = new CompletableFuture<>();
		this.webServer.shutDownGracefully(result::complete);
		assertThat(result).isCompletedWithValue(GracefulShutdownResult.IMMEDIATE);
		this.webServer.stop();
		assertThat(reply).failsWithin(PATIENCE);
	}

	private CompletableFuture<String> startWithRequest(Shutdown shutdown, Sinks.One<String> answer) {
		this.factory.setShutdown(shutdown);
		start((request, response) -> answer.asMono().flatMap((text) -> write(response, text)));
		CompletableFuture<String> reply = CompletableFuture.supplyAsync(() -> this.client.get()
			.uri("/")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(String.class)
			.returnResult()
			.getResponseBody());
		NatsServer server = ((NatsWebServer) this.webServer).getNatsServer();
		await().atMost(PATIENCE).until(() -> server.getInFlight() == 1);
		return reply;
	}

	private void start(HttpHandler handler) {
		this.webServer = this.factory.getWebServer(handler);
		this.webServer.start();
	}

	private boolean nobodyAnswers() {
		try {
			this.client.get().uri("/").exchange();
			return false;
		}
		catch (WebClientRequestException ex) {
			return true;
		}
	}

	private void expectNobody() {
		assertThatExceptionOfType(WebClientRequestException.class)
			.isThrownBy(() -> this.client.get().uri("/").exchange())
			.withMessageContaining("No service answers this path");
	}

	private static HttpHandler text(String text) {
		return (request, response) -> write(response, text);
	}

	private static Mono<Void> write(ServerHttpResponse response, String text) {
		return response.writeWith(Mono.just(response.bufferFactory().wrap(text.getBytes(StandardCharsets.UTF_8))));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Connection {

	}

}
