package io.natsproxy.it.observation;

import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.natsproxy.it.gateway.RawHttpClient;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import io.netty.buffer.Unpooled;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

import static io.natsproxy.it.observation.Spans.assertChild;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * A trace goes on from the gateway to the agent and to its upstream, and each request is
 * measured.
 */
class AgentTraceIntegrationTests {

	private static final String CLIENTS_TRACE = "0af7651916cd43dd8448eb211c80319c";

	private static final String CLIENTS_FIELD = "00-" + CLIENTS_TRACE + "-b7ad6b7169203331-01";

	private static TestBroker broker;

	private static DisposableServer upstream;

	private static TestApplication gateway;

	private static TestApplication agent;

	@BeforeAll
	static void start() {
		broker = TestBroker.start();
		upstream = HttpServer.create().host("127.0.0.1").port(0).handle(AgentTraceIntegrationTests::answer).bindNow();
		gateway = traced(TestApplication.gateway(broker).properties("natsproxy.agent.enabled=false")).start();
		agent = traced(agent("traced", upstream.port())).start();
	}

	private static TestApplication.Builder traced(TestApplication.Builder builder) {
		return builder.with(TraceIntegrationTests.Tracing.class)
			.properties("spring.autoconfigure.exclude=${tests.go-format}",
					"management.tracing.sampling.probability=1.0");
	}

	private static TestApplication.Builder agent(String name, int port) {
		return TestApplication.service(broker, name)
			.properties("natsproxy.service.enabled=false", "natsproxy.agent.upstreams[0].name=" + name,
					"natsproxy.agent.upstreams[0].paths=/" + name + "/**",
					"natsproxy.agent.upstreams[0].methods=GET,POST",
					"natsproxy.agent.upstreams[0].url=http://127.0.0.1:" + port);
	}

	private static Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
		return switch (request.path().replaceAll(".*/", "")) {
			case "conflict" -> response.status(409).send();
			case "broken" -> response.header("Content-Length", "3000000")
				.send(Flux.range(0, 200)
					.map((i) -> Unpooled.wrappedBuffer(new byte[10_000]))
					.concatWith(Mono.error(new IllegalStateException("broken"))), (buffer) -> true);
			case "socket" -> response.sendWebsocket((inbound, outbound) -> Mono.never());
			default -> response.sendString(Mono.just(request.requestHeaders().get("traceparent", "none") + " "
					+ request.requestHeaders().get("b3", "none")));
		};
	}

	@AfterAll
	static void stop() {
		agent.close();
		gateway.close();
		upstream.disposeNow();
		broker.close();
	}

	private static SpanData received(String path) {
		return agent.bean(Spans.class).one(SpanKind.SERVER, path);
	}

	private static SpanData sent(String path) {
		return agent.bean(Spans.class).one(SpanKind.CLIENT, path);
	}

	private static String attribute(SpanData span, String name) {
		return span.getAttributes().get(AttributeKey.stringKey(name));
	}

	private static void assertEnd(SpanData span, String status, String outcome, String exception) {
		assertThat(attribute(span, "upstream")).isEqualTo("traced");
		assertThat(attribute(span, "status")).isEqualTo(status);
		assertThat(attribute(span, "outcome")).isEqualTo(outcome);
		assertThat(attribute(span, "exception")).isEqualTo(exception);
	}

	@Test
	void traceGoesOnAtTheUpstream() {
		String fields = RawHttpClient
			.get(gateway.port(), "/traced/1", "traceparent: " + CLIENTS_FIELD,
					"b3: " + CLIENTS_TRACE + "-b7ad6b7169203331-1")
			.text();
		SpanData received = received("/traced/1");
		assertThat(received.getName()).isEqualTo("nats get traced");
		assertChild(received, gateway.bean(Spans.class).one(SpanKind.CLIENT, "/traced/1"));
		SpanData sent = sent("/traced/1");
		assertThat(sent.getName()).isEqualTo("http get traced");
		assertChild(sent, received);
		assertThat(received.getTraceId()).isEqualTo(CLIENTS_TRACE);
		assertThat(fields).isEqualTo("00-" + CLIENTS_TRACE + "-" + sent.getSpanId() + "-01 none");
		assertEnd(received, "200", "SUCCESS", "none");
		assertEnd(sent, "200", "SUCCESS", "none");
		await().untilAsserted(() -> assertThat(agent.bean(MeterRegistry.class)
			.get("natsproxy.agent.requests")
			.tags("upstream", "traced", "method", "GET", "status", "200", "outcome", "SUCCESS", "exception", "none")
			.timer()
			.totalTime(TimeUnit.NANOSECONDS)).isPositive());
	}

	@Test
	void failuresOfTheUpstreamHaveItsStatus() {
		assertThat(RawHttpClient.get(gateway.port(), "/traced/conflict").status()).isEqualTo(409);
		assertEnd(received("/traced/conflict"), "409", "CLIENT_ERROR", "none");
		assertEnd(sent("/traced/conflict"), "409", "CLIENT_ERROR", "none");
	}

	@Test
	void responseThatBreaksOffHasFailed() {
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> RawHttpClient.get(gateway.port(), "/traced/broken"));
		assertEnd(received("/traced/broken"), "200", "SUCCESS", "PrematureCloseException");
		assertEnd(sent("/traced/broken"), "200", "SUCCESS", "PrematureCloseException");
	}

	@Test
	void handshakeOfAWebSocketIsPartOfTheTrace() {
		try (RawHttpClient client = new RawHttpClient(gateway.port())) {
			client.send(RawHttpClient.request("GET", "/traced/socket", "Connection: Upgrade", "Upgrade: websocket",
					"Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
			assertEnd(received("/traced/socket"), "101", "INFORMATIONAL", "none");
			assertChild(sent("/traced/socket"), received("/traced/socket"));
		}
	}

	@Test
	void whatTheAgentAnswersItselfIsObserved() {
		assertThat(RawHttpClient.get(gateway.port(), "/traced/%2e%2e").status()).isEqualTo(400);
		assertEnd(received("/traced/%2e%2e"), "400", "CLIENT_ERROR", "none");
	}

	/**
	 * Of an upstream that is away, too.
	 */
	@Test
	void withoutTracingItIsMeasuredAndFieldsPassAsTheyCame() {
		try (TestApplication untraced = agent("untraced", upstream.port()).start();
				TestApplication away = agent("away", 1).start();
				TestApplication plain = TestApplication.gateway(broker)
					.properties("natsproxy.agent.enabled=false")
					.start()) {
			assertThat(RawHttpClient.get(plain.port(), "/untraced/1", "traceparent: " + CLIENTS_FIELD).text())
				.isEqualTo(CLIENTS_FIELD + " none");
			assertThat(RawHttpClient.get(plain.port(), "/away/1").status()).isEqualTo(503);
			assertCount(untraced, "untraced", "200", "none");
			assertCount(away, "away", "503", "AnnotatedConnectException");
			assertThat(untraced.bean(MeterRegistry.class).find("natsproxy.agent.upstream.requests").timer()).isNull();
		}
	}

	private static void assertCount(TestApplication agent, String upstream, String status, String exception) {
		await().ignoreExceptions()
			.until(() -> agent.bean(MeterRegistry.class)
				.get("natsproxy.agent.requests")
				.tags("upstream", upstream, "status", status, "exception", exception)
				.timer()
				.count() == 1);
	}

}
