package io.natsproxy.servlet.autoconfigure;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.micrometer.core.instrument.MeterRegistry;
import io.natsproxy.test.TestBroker;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A Spring MVC application on NATS takes part in the trace of its caller, and is
 * measured.
 */
@ExtendWith(OutputCaptureExtension.class)
class ServletTraceTests {

	private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

	private static final String SPAN = "b7ad6b7169203331";

	private static TestBroker broker;

	private static ConfigurableApplicationContext context;

	private static NatsTestClient client;

	@BeforeAll
	static void start() {
		broker = TestBroker.start();
		SpringApplication application = new SpringApplication(TracedApplication.class);
		application.setRegisterShutdownHook(false);
		context = application.run("--natsproxy.nats.servers=" + broker.url(), "--spring.application.name=traced",
				"--management.tracing.sampling.probability=1.0");
		client = new NatsTestClient(broker.url());
	}

	@AfterAll
	static void stop() {
		client.close();
		context.close();
		broker.close();
	}

	@Test
	void requestIsPartOfTheTraceOfItsCaller(CapturedOutput output) {
		assertThat(client.get("/traced/1", "traceparent", "00-" + TRACE + "-" + SPAN + "-01").text()).isEqualTo("1");
		Spans spans = context.getBean(Spans.class);
		SpanData span = await().until(spans::server, (ended) -> !ended.isEmpty()).get(0);
		assertThat(span.getTraceId()).isEqualTo(TRACE);
		assertThat(span.getParentSpanId()).isEqualTo(SPAN);
		assertThat(span.getName()).isEqualTo("http get /traced/{id}");
		assertThat(output.getAll().lines())
			.anyMatch((line) -> line.contains("Handled 1") && line.contains(TRACE + "-" + span.getSpanId()));
		MeterRegistry registry = context.getBean(MeterRegistry.class);
		await().untilAsserted(() -> {
			assertThat(
					registry.get("http.server.requests").tags("uri", "/traced/{id}", "status", "200").timer().count())
				.isOne();
			assertThat(registry.get("natsproxy.exchanges")
				.tags("side", "service", "outcome", "answered")
				.functionCounter()
				.count()).isOne();
		});
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration(
			exclude = { ServletWebSecurityAutoConfiguration.class, ManagementWebSecurityAutoConfiguration.class })
	@Import(TracedController.class)
	static class TracedApplication {

		@Bean
		Spans spans() {
			return new Spans();
		}

		@Bean
		SpanProcessor spanProcessor(Spans spans) {
			return SimpleSpanProcessor.create(spans);
		}

	}

	@RestController
	static class TracedController {

		private static final Logger logger = LoggerFactory.getLogger(TracedController.class);

		@GetMapping("/traced/{id}")
		String traced(@PathVariable String id) {
			logger.info("Handled {}", id);
			return id;
		}

	}

	static final class Spans implements SpanExporter {

		private final List<SpanData> ended = new CopyOnWriteArrayList<>();

		@Override
		public CompletableResultCode export(Collection<SpanData> spans) {
			this.ended.addAll(spans);
			return CompletableResultCode.ofSuccess();
		}

		List<SpanData> server() {
			return this.ended.stream().filter((span) -> span.getKind() == SpanKind.SERVER).toList();
		}

		@Override
		public CompletableResultCode flush() {
			return CompletableResultCode.ofSuccess();
		}

		@Override
		public CompletableResultCode shutdown() {
			return CompletableResultCode.ofSuccess();
		}

	}

}
