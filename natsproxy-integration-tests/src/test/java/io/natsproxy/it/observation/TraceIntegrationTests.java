package io.natsproxy.it.observation;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsPost;
import io.natsproxy.webflux.annotation.NatsWebSocket;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;
import org.springframework.web.server.ResponseStatusException;

import static io.natsproxy.it.observation.Spans.assertChild;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A request makes one trace from the gateway to the last service, and each of them says
 * how it ended.
 */
class TraceIntegrationTests {

	private static final String TRACING = "spring.autoconfigure.exclude=${tests.go-format}";

	private static final String[] PROPERTIES = { TRACING, "management.tracing.sampling.probability=1.0" };

	private static final String CLIENTS_TRACE = "0af7651916cd43dd8448eb211c80319c";

	private static final String CLIENTS_SPAN = "b7ad6b7169203331";

	private static TestBroker broker;

	private static TestApplication gateway;

	private static TestApplication service;

	private static WebTestClient client;

	@BeforeAll
	static void start() {
		broker = TestBroker.start();
		gateway = TestApplication.gateway(broker).with(Tracing.class).properties(PROPERTIES).start();
		service = service("traced", Handlers.class).start();
		client = WebTestClient.bindToServer()
			.baseUrl("http://localhost:" + gateway.port())
			.responseTimeout(Duration.ofSeconds(20))
			.build();
	}

	private static TestApplication.Builder service(String name, Class<?> controller) {
		return TestApplication.service(broker, name).with(Tracing.class, controller).properties(PROPERTIES);
	}

	@AfterAll
	static void stop() {
		service.close();
		gateway.close();
		broker.close();
	}

	private static SpanData servedByGateway(String path) {
		return gateway.bean(Spans.class).one(SpanKind.SERVER, path);
	}

	private static SpanData sentByGateway(String path) {
		return gateway.bean(Spans.class).one(SpanKind.CLIENT, path);
	}

	private static SpanData servedByService(String path) {
		return service.bean(Spans.class).one(SpanKind.SERVER, path);
	}

	@Test
	void traceThatBeginsAtTheGatewayGoesOnAtTheService() {
		client.get().uri("/traced/1").exchange().expectStatus().isOk().expectBody().returnResult();
		SpanData served = servedByGateway("/traced/1");
		assertThat(served.getParentSpanContext().isValid()).isFalse();
		SpanData sent = sentByGateway("/traced/1");
		// The route stands behind it once it is known.
		assertThat(sent.getName()).isIn("nats get", "nats get /traced/{id}");
		assertChild(sent, served);
		assertChild(servedByService("/traced/1"), sent);
	}

	@Test
	void traceOfTheClientGoesOnAtTheGatewayAndThenAtTheService() {
		client.get()
			.uri("/traced/2")
			.header("traceparent", "00-" + CLIENTS_TRACE + "-" + CLIENTS_SPAN + "-01")
			.header("tracestate", "client=1")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.returnResult();
		SpanData served = servedByGateway("/traced/2");
		assertThat(served.getTraceId()).isEqualTo(CLIENTS_TRACE);
		assertThat(served.getParentSpanId()).isEqualTo(CLIENTS_SPAN);
		assertChild(sentByGateway("/traced/2"), served);
		assertChild(servedByService("/traced/2"), sentByGateway("/traced/2"));
	}

	/**
	 * A service might prefer the format of the client to that of the gateway.
	 */
	@Test
	void traceOfTheClientInAnotherFormatIsReplaced() {
		client.get()
			.uri("/traced/fields")
			.header("b3", CLIENTS_TRACE + "-" + CLIENTS_SPAN + "-1")
			.header("X-B3-TraceId", CLIENTS_TRACE)
			.exchange()
			.expectBody(String.class)
			.value((fields) -> assertThat(fields).contains("traceparent").doesNotContain("b3"));
		assertThat(servedByGateway("/traced/fields").getTraceId()).isEqualTo(CLIENTS_TRACE);
		assertChild(servedByService("/traced/fields"), sentByGateway("/traced/fields"));
	}

	@Test
	void traceGoesOnFromServiceToService() {
		client.get().uri("/traced/relayed").exchange().expectBody(String.class).isEqualTo("3");
		SpanData first = servedByService("/traced/relayed");
		SpanData call = service.bean(Spans.class).one(SpanKind.CLIENT, "/traced/3");
		assertChild(first, sentByGateway("/traced/relayed"));
		assertChild(call, first);
		assertChild(servedByService("/traced/3"), call);
	}

	@Test
	void traceGoesOnFromAHandlerThatBlocks() {
		try (TestApplication blocking = service("blocking", BlockingHandlers.class)
			.properties("spring.reactor.context-propagation=auto")
			.start()) {
			client.get().uri("/blocking/relayed").exchange().expectBody(String.class).isEqualTo("5");
			SpanData first = blocking.bean(Spans.class).one(SpanKind.SERVER, "/blocking/relayed");
			SpanData call = blocking.bean(Spans.class).one(SpanKind.CLIENT, "/traced/5");
			assertChild(first, sentByGateway("/blocking/relayed"));
			assertChild(call, first);
			assertChild(servedByService("/traced/5"), call);
		}
		finally {
			Hooks.disableAutomaticContextPropagation();
		}
	}

	@Test
	void handshakeOfAWebSocketIsPartOfTheTrace() {
		new ReactorNettyWebSocketClient()
			.execute(URI.create("ws://localhost:" + gateway.port() + "/traced/socket"), WebSocketSession::close)
			.block(Duration.ofSeconds(30));
		assertChild(servedByService("/traced/socket"), sentByGateway("/traced/socket"));
		assertOutcome(sentByGateway("/traced/socket"), "101", "INFORMATIONAL");
		assertOutcome(servedByGateway("/traced/socket"), "101", "INFORMATIONAL");
		assertOutcome(servedByService("/traced/socket"), "101", "INFORMATIONAL");
	}

	@Test
	void responseWithoutAStatusOfItsOwnIsASuccess() {
		client.get().uri("/traced/4").exchange().expectStatus().isOk().expectBody().returnResult();
		assertOutcome(servedByService("/traced/4"), "200", "SUCCESS");
		assertOutcome(sentByGateway("/traced/4"), "200", "SUCCESS");
		assertThat(timer("/traced/{id}", "200").totalTime(TimeUnit.NANOSECONDS)).isPositive();
	}

	@Test
	void responseWithoutABodyIsASuccess() {
		client.post().uri("/traced/nothing").exchange().expectStatus().isOk().expectBody().returnResult();
		assertOutcome(servedByService("/traced/nothing"), "200", "SUCCESS");
	}

	@Test
	void failuresTellTheirStatus() {
		client.get().uri("/traced/conflict").exchange().expectStatus().isEqualTo(409).expectBody().returnResult();
		assertOutcome(servedByService("/traced/conflict"), "409", "CLIENT_ERROR");
		assertOutcome(sentByGateway("/traced/conflict"), "409", "CLIENT_ERROR");
		client.get().uri("/nobody").exchange().expectStatus().isEqualTo(503).expectBody().returnResult();
		SpanData failed = sentByGateway("/nobody");
		assertOutcome(failed, "503", "SERVER_ERROR");
		assertThat(failed.getAttributes().get(AttributeKey.stringKey("exception"))).isEqualTo("NO_RESPONDERS");
	}

	private static void assertOutcome(SpanData span, String status, String outcome) {
		assertThat(span.getAttributes().get(AttributeKey.stringKey("status"))).isEqualTo(status);
		assertThat(span.getAttributes().get(AttributeKey.stringKey("outcome"))).isEqualTo(outcome);
	}

	private static Timer timer(String uri, String status) {
		return service.bean(MeterRegistry.class)
			.get("http.server.requests")
			.tags("uri", uri, "status", status, "outcome", "SUCCESS")
			.timer();
	}

	@NatsController
	static class BlockingHandlers {

		private final RestClient client;

		BlockingHandlers(@Qualifier("nats") RestClient.Builder client) {
			this.client = client.build();
		}

		@NatsGet("/blocking/relayed")
		String relayed() {
			return this.client.get().uri("/traced/{id}", 5).retrieve().body(String.class);
		}

	}

	static class Tracing {

		@Bean
		Spans spans() {
			return new Spans();
		}

		@Bean
		SpanProcessor spanProcessor(Spans spans) {
			return SimpleSpanProcessor.create(spans);
		}

	}

	@NatsController
	static class Handlers {

		private final WebClient client;

		Handlers(@Qualifier("nats") WebClient.Builder client) {
			this.client = client.build();
		}

		@NatsGet("/traced/{id}")
		String traced(@PathVariable String id) {
			return id;
		}

		@NatsGet("/traced/fields")
		String fields(@RequestHeader HttpHeaders headers) {
			return String.join(",", headers.headerNames()).toLowerCase(Locale.ROOT);
		}

		@NatsGet("/traced/relayed")
		Mono<String> relayed() {
			return this.client.get().uri("/traced/{id}", 3).retrieve().bodyToMono(String.class);
		}

		@NatsGet("/traced/conflict")
		String conflict() {
			throw new ResponseStatusException(HttpStatus.CONFLICT);
		}

		@NatsPost("/traced/nothing")
		void nothing() {
			// Answers 200 without a body.
		}

		@NatsWebSocket("/traced/socket")
		WebSocketHandler socket() {
			return (session) -> session.receive().then();
		}

	}

}
