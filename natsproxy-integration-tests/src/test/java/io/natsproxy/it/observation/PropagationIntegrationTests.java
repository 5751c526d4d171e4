package io.natsproxy.it.observation;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.natsproxy.gateway.RequestLog;
import io.natsproxy.it.gateway.RawHttpClient;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.support.WebClientAdapter;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

import static io.natsproxy.it.observation.Spans.assertChild;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A trace of the client goes through the gateway and a service to the service that this
 * calls, in any format, and takes its baggage with it. Logs tell its id.
 */
class PropagationIntegrationTests {

	private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

	private static final String SPAN = "b7ad6b7169203331";

	private static final Map<Format, Chain> chains = new EnumMap<>(Format.class);

	private static TestBroker broker;

	@BeforeAll
	static void start() {
		broker = TestBroker.start();
	}

	@AfterAll
	static void stop() {
		chains.values().forEach(Chain::close);
		broker.close();
		Hooks.disableAutomaticContextPropagation();
	}

	private static TestApplication.Builder traced(TestApplication.Builder builder, Format format) {
		return builder.with(TraceIntegrationTests.Tracing.class)
			.properties("spring.autoconfigure.exclude=${tests.go-format}",
					"management.tracing.sampling.probability=1.0", "management.tracing.propagation.type=" + format,
					"management.tracing.baggage.remote-fields=tenant", "spring.reactor.context-propagation=auto");
	}

	/**
	 * Returns a gateway and a service that tell of traces in a format.
	 */
	private static Chain chain(Format format) {
		return chains.computeIfAbsent(format,
				(key) -> new Chain(
						traced(TestApplication.gateway(broker), format).properties("natsproxy.subject-prefix=" + format)
							.start(),
						traced(TestApplication.service(broker, "propagated").with(Handlers.class), format)
							.properties("natsproxy.subject-prefix=" + format)
							.start()));
	}

	private static SpanData span(TestApplication application, SpanKind kind, String path) {
		return application.bean(Spans.class).one(kind, path);
	}

	@ParameterizedTest
	@EnumSource
	void oneTraceFromTheClientToTheLastService(Format format) {
		TestApplication gateway = chain(format).gateway();
		TestApplication service = chain(format).service();
		String last = RawHttpClient
			.get(gateway.port(), "/propagated/first/1", format.field(TRACE, SPAN), "tenant: acme")
			.text();
		SpanData served = span(gateway, SpanKind.SERVER, "/propagated/first/1");
		assertThat(served.getTraceId()).isEqualTo(TRACE);
		assertThat(served.getParentSpanId()).isEqualTo(SPAN);
		SpanData sent = span(gateway, SpanKind.CLIENT, "/propagated/first/1");
		assertChild(sent, served);
		SpanData first = span(service, SpanKind.SERVER, "/propagated/first/1");
		assertChild(first, sent);
		SpanData call = span(service, SpanKind.CLIENT, "/propagated/second/1");
		assertChild(call, first);
		assertChild(span(service, SpanKind.SERVER, "/propagated/second/1"), call);
		// The service has not copied any of these.
		assertThat(last).contains("tenant=acme", format.name + "=").contains(call.getSpanId());
		assertThat(format.others()).noneMatch((other) -> last.contains(other + "="));
	}

	@Test
	void baggageInTheFieldOfW3cGoesOnToTheLastService() {
		assertThat(RawHttpClient
			.get(chain(Format.W3C).gateway().port(), "/propagated/first/2", Format.W3C.field(TRACE, SPAN),
					"baggage: tenant=globex")
			.text()).contains("baggage=tenant=globex");
	}

	@Test
	void declarativeClientsAreInTheTrace() {
		TestApplication service = chain(Format.W3C).service();
		assertThat(RawHttpClient.get(chain(Format.W3C).gateway().port(), "/propagated/declared/3").text())
			.contains("traceparent=");
		SpanData call = span(service, SpanKind.CLIENT, "/propagated/second/3");
		assertChild(call, span(service, SpanKind.SERVER, "/propagated/declared/3"));
		assertChild(span(service, SpanKind.SERVER, "/propagated/second/3"), call);
	}

	/**
	 * The pattern of Spring Boot reads the same two values.
	 */
	@Test
	void logsOfGatewayAndServiceTellTheTrace() {
		TestApplication gateway = chain(Format.W3C).gateway();
		Lines lines = new Lines();
		lines.start();
		List<Logger> loggers = List.of((Logger) LoggerFactory.getLogger(RequestLog.class),
				(Logger) LoggerFactory.getLogger(Handlers.class));
		loggers.forEach((logger) -> {
			// Another application may have set other levels since.
			logger.setLevel(Level.DEBUG);
			logger.addAppender(lines);
		});
		try {
			RawHttpClient.get(gateway.port(), "/propagated/first/4", Format.W3C.field(TRACE, SPAN));
			String last = span(chain(Format.W3C).service(), SpanKind.SERVER, "/propagated/second/4").getSpanId();
			String served = span(gateway, SpanKind.SERVER, "/propagated/first/4").getSpanId();
			await().untilAsserted(() -> assertThat(lines.all)
				.anySatisfy((line) -> assertThat(line).contains("Handled 4", "traceId=" + TRACE, "spanId=" + last))
				.anySatisfy((line) -> assertThat(line).contains("propagated.first.4: 200", "traceId=" + TRACE,
						"spanId=" + served)));
		}
		finally {
			loggers.forEach((logger) -> {
				logger.setLevel(null);
				logger.detachAppender(lines);
			});
		}
	}

	/**
	 * The applications of one format.
	 *
	 * @param gateway the gateway
	 * @param service a service, which calls itself over NATS
	 */
	private record Chain(TestApplication gateway, TestApplication service) implements AutoCloseable {

		@Override
		public void close() {
			this.service.close();
			this.gateway.close();
		}

	}

	/**
	 * What is logged, each line with the values that are known on its thread.
	 */
	private static final class Lines extends AppenderBase<ILoggingEvent> {

		private final List<String> all = new CopyOnWriteArrayList<>();

		@Override
		protected void append(ILoggingEvent event) {
			this.all.add(event.getFormattedMessage() + " " + event.getMDCPropertyMap());
		}

	}

	/**
	 * The fields in which a trace is told.
	 */
	enum Format {

		W3C("traceparent"), B3("b3"), B3_MULTI("x-b3-traceid");

		private final String name;

		Format(String name) {
			this.name = name;
		}

		String field(String trace, String span) {
			return switch (this) {
				case W3C -> "traceparent: 00-" + trace + "-" + span + "-01";
				case B3 -> "b3: " + trace + "-" + span + "-1";
				case B3_MULTI -> "X-B3-TraceId: " + trace + "\r\nX-B3-SpanId: " + span + "\r\nX-B3-Sampled: 1";
			};
		}

		List<String> others() {
			return Stream.of(values()).filter((format) -> format != this).map((format) -> format.name).toList();
		}

	}

	interface Second {

		@GetExchange("/propagated/second/{id}")
		Mono<String> get(@PathVariable String id);

	}

	@NatsController
	static class Handlers {

		private static final org.slf4j.Logger logger = LoggerFactory.getLogger(Handlers.class);

		private final WebClient client;

		private final Second declared;

		Handlers(@Qualifier("nats") WebClient.Builder client) {
			this.client = client.build();
			this.declared = HttpServiceProxyFactory.builderFor(WebClientAdapter.create(this.client))
				.build()
				.createClient(Second.class);
		}

		@NatsGet("/propagated/first/{id}")
		Mono<String> first(@PathVariable String id) {
			return this.client.get().uri("/propagated/second/{id}", id).retrieve().bodyToMono(String.class);
		}

		@NatsGet("/propagated/declared/{id}")
		Mono<String> declared(@PathVariable String id) {
			return this.declared.get(id);
		}

		@NatsGet("/propagated/second/{id}")
		String second(@PathVariable String id, @RequestHeader HttpHeaders headers) {
			logger.info("Handled {}", id);
			StringBuilder fields = new StringBuilder();
			headers.forEach((name, values) -> fields.append(name.toLowerCase(Locale.ROOT))
				.append('=')
				.append(String.join(",", values))
				.append('\n'));
			return fields.toString();
		}

	}

}
