package io.natsproxy.client.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import io.micrometer.context.ContextRegistry;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationTextPublisher;
import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsPost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.MessageSourceAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.reactor.autoconfigure.ReactorAutoConfiguration;
import org.springframework.boot.test.context.runner.AbstractApplicationContextRunner;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.webflux.autoconfigure.ReactiveMultipartAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.MethodParameter;
import org.springframework.format.annotation.DateTimeFormat;
import org.springframework.http.HttpHeaders;
import org.springframework.http.codec.multipart.FormFieldPart;
import org.springframework.http.codec.multipart.Part;
import org.springframework.http.codec.multipart.PartEvent;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.reactive.BindingContext;
import org.springframework.web.reactive.result.method.HandlerMethodArgumentResolver;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Properties of Spring Boot for WebFlux have their effect over NATS, whether the
 * application has a web server or not.
 */
class BootPropertiesTests {

	private static final ThreadLocal<String> user = new ThreadLocal<>();

	private final ApplicationContextRunner runner = runner(Services.runner());

	/**
	 * A service alone, and one in an application that serves HTTP too.
	 */
	static Stream<AbstractApplicationContextRunner<?, ?, ?>> applications() {
		return Stream.of(runner(Services.runner()),
				runner(new ReactiveWebApplicationContextRunner().withConfiguration(Services.CONFIGURATIONS)
					.withConfiguration(AutoConfigurations.of(WebFluxAutoConfiguration.class,
							ReactiveMultipartAutoConfiguration.class))
					.withPropertyValues(Services.properties())));
	}

	private static <R extends AbstractApplicationContextRunner<R, ?, ?>> R runner(R runner) {
		return runner.withUserConfiguration(Application.class)
			.withPropertyValues("spring.webflux.apiversion.use.header=X-Version",
					"spring.webflux.apiversion.default=1.0");
	}

	@ParameterizedTest
	@MethodSource("applications")
	void datesAndTimesHaveTheirFormat(AbstractApplicationContextRunner<?, ?, ?> application) {
		application
			.withPropertyValues("spring.webflux.format.date=dd/MM/yyyy", "spring.webflux.format.time=HH.mm",
					"spring.webflux.format.date-time=yyyyMMddHHmm")
			.run((context) -> client(context).get()
				.uri("/when?date=31/12/2026&time=23.59&dateTime=202612312359")
				.exchange()
				.expectBody(String.class)
				.isEqualTo("2026-12-31 23:59 2026-12-31T23:59"));
	}

	@ParameterizedTest
	@MethodSource("applications")
	void formatsOfAnnotationsMayBeProperties(AbstractApplicationContextRunner<?, ?, ?> application) {
		application.withPropertyValues("my.format=yyyy.MM.dd")
			.run((context) -> client(context).get()
				.uri("/day/2026.12.31")
				.exchange()
				.expectBody(String.class)
				.isEqualTo("2026-12-31"));
	}

	@ParameterizedTest
	@MethodSource("applications")
	void versionOfTheApiIsChosen(AbstractApplicationContextRunner<?, ?, ?> application) {
		application.withPropertyValues("spring.webflux.apiversion.supported=1.0,2.0").run((context) -> {
			WebTestClient client = client(context);
			client.get().uri("/version").exchange().expectBody(String.class).isEqualTo("first");
			client.get()
				.uri("/version")
				.header("X-Version", "2.0")
				.exchange()
				.expectBody(String.class)
				.isEqualTo("second");
			client.get().uri("/version").header("X-Version", "3.0").exchange().expectStatus().isBadRequest();
		});
	}

	@Test
	void versionMayStandInThePathOrInTheQuery() {
		Services.runner()
			.withUserConfiguration(Application.class)
			.withPropertyValues("spring.webflux.apiversion.use.query-parameter=v",
					"spring.webflux.apiversion.required=true")
			.run((context) -> {
				client(context).get().uri("/version?v=2").exchange().expectBody(String.class).isEqualTo("second");
				client(context).get().uri("/version").exchange().expectStatus().isBadRequest();
			});
		Services.runner()
			.withUserConfiguration(Application.class)
			.withPropertyValues("spring.webflux.apiversion.use.path-segment=0")
			.run((context) -> client(context).get()
				.uri("/2/in-path")
				.exchange()
				.expectBody(String.class)
				.isEqualTo("second"));
	}

	@ParameterizedTest
	@CsvSource({ "max-parts=1,400", "max-headers-size=40B,400", "max-in-memory-size=3B,413" })
	void multipartFormsHaveTheirLimits(String limit, int status) {
		this.runner.withPropertyValues("spring.webflux.multipart." + limit).run((context) -> {
			upload(context, "/parts").expectStatus().isEqualTo(status);
			upload(context, "/events").expectStatus().isEqualTo(status);
		});
		this.runner.run((context) -> {
			upload(context, "/parts").expectBody(String.class).isEqualTo("text");
			upload(context, "/events").expectBody(Integer.class).isEqualTo(2);
		});
	}

	private static WebTestClient.ResponseSpec upload(ApplicationContext context, String path) {
		String part = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\ntext\r\n";
		return client(context).post()
			.uri(path)
			.header(HttpHeaders.CONTENT_TYPE, "multipart/form-data; boundary=b")
			.bodyValue((part + part + "--b--\r\n").getBytes(StandardCharsets.UTF_8))
			.exchange();
	}

	@ParameterizedTest
	@MethodSource("applications")
	void titlesOfProblemsComeFromTheMessageSource(AbstractApplicationContextRunner<?, ?, ?> application) {
		application.withConfiguration(AutoConfigurations.of(MessageSourceAutoConfiguration.class))
			.withPropertyValues("spring.messages.basename=problems")
			.run((context) -> {
				WebTestClient client = client(context);
				problem(client, "de").jsonPath("$.title")
					.isEqualTo("Falsche Version")
					.jsonPath("$.status")
					.isEqualTo(400);
				problem(client, "fr").jsonPath("$.title")
					.isEqualTo("Wrong version")
					.jsonPath("$.type")
					.isEqualTo("https://example.com/wrong-version");
			});
	}

	@ParameterizedTest
	@MethodSource("applications")
	void localeMayBeFixed(AbstractApplicationContextRunner<?, ?, ?> application) {
		application.withPropertyValues("spring.web.locale=de").run((context) -> {
			expectLocale(context, null, "de");
			expectLocale(context, "fr", "fr");
		});
		application.withPropertyValues("spring.web.locale=de", "spring.web.locale-resolver=fixed")
			.run((context) -> expectLocale(context, "fr", "de"));
	}

	private static void expectLocale(ApplicationContext context, String accepted, String expected) {
		client(context).get().uri("/locale").headers((headers) -> {
			if (accepted != null) {
				headers.set(HttpHeaders.ACCEPT_LANGUAGE, accepted);
			}
		}).exchange().expectBody(String.class).isEqualTo(expected);
	}

	private static WebTestClient.BodyContentSpec problem(WebTestClient client, String language) {
		return client.get()
			.uri("/when?date=x&time=y&dateTime=z")
			.header("X-Version", "9.9")
			.header(HttpHeaders.ACCEPT_LANGUAGE, language)
			.exchange()
			.expectBody();
	}

	@ParameterizedTest
	@MethodSource("applications")
	void resolversOfArgumentsAreUsed(AbstractApplicationContextRunner<?, ?, ?> application) {
		application.run((context) -> client(context).get()
			.uri("/resolved")
			.exchange()
			.expectBody(String.class)
			.isEqualTo("resolved"));
	}

	@Test
	void observationsHaveTheirName() {
		List<String> names = new CopyOnWriteArrayList<>();
		this.runner
			.withConfiguration(AutoConfigurations.of(ObservationAutoConfiguration.class,
					NatsServiceObservationAutoConfiguration.class))
			.withBean(ObservationHandler.class, () -> new ObservationTextPublisher(names::add))
			.withPropertyValues("management.observations.http.server.requests.name=my.requests")
			.run((context) -> {
				client(context).get().uri("/version").exchange().expectStatus().isOk();
				await().atMost(Duration.ofSeconds(30))
					.untilAsserted(() -> assertThat(names).anyMatch(
							(line) -> line.contains("STOP - name='my.requests'") && line.contains("status='200'")));
			});
	}

	@Test
	void threadLocalsArePropagatedWhereThatIsAskedFor() {
		ContextRegistry registry = ContextRegistry.getInstance();
		registry.registerThreadLocalAccessor("user", user);
		try {
			this.runner.withConfiguration(AutoConfigurations.of(ReactorAutoConfiguration.class))
				.withPropertyValues("spring.reactor.context-propagation=auto")
				.run((context) -> {
					for (String path : new String[] { "/user-mono", "/user-blocking" }) {
						client(context).get().uri(path).exchange().expectBody(String.class).isEqualTo("alice");
					}
				});
		}
		finally {
			registry.removeThreadLocalAccessor("user");
			Hooks.disableAutomaticContextPropagation();
		}
	}

	private static WebTestClient client(ApplicationContext context) {
		return Services.client(context);
	}

	@Configuration(proxyBeanMethods = false)
	@Import(Handlers.class)
	static class Application {

		@Bean
		HandlerMethodArgumentResolver markResolver() {
			return new HandlerMethodArgumentResolver() {

				@Override
				public boolean supportsParameter(MethodParameter parameter) {
					return parameter.getParameterType() == Mark.class;
				}

				@Override
				public Mono<Object> resolveArgument(MethodParameter parameter, BindingContext binding,
						ServerWebExchange exchange) {
					return Mono.just(new Mark("resolved"));
				}

			};
		}

		@Bean
		WebFilter userFilter() {
			return (exchange, chain) -> chain.filter(exchange).contextWrite((context) -> context.put("user", "alice"));
		}

	}

	record Mark(String name) {
	}

	@NatsController
	static class Handlers {

		@NatsGet("/when")
		String when(@RequestParam LocalDate date, @RequestParam LocalTime time, @RequestParam LocalDateTime dateTime) {
			return date + " " + time + " " + dateTime;
		}

		@NatsGet("/day/{day}")
		String day(@PathVariable @DateTimeFormat(pattern = "${my.format:yyyy}") LocalDate day) {
			return day.toString();
		}

		@NatsGet(path = "/version", version = "1.0")
		String first() {
			return "first";
		}

		@NatsGet(path = "/version", version = "2.0")
		String second() {
			return "second";
		}

		@NatsGet(path = "/{version}/in-path", version = "2.0")
		String inPath() {
			return "second";
		}

		@NatsPost("/parts")
		Mono<String> parts(@RequestPart Flux<Part> a) {
			return a.cast(FormFieldPart.class).map(FormFieldPart::value).next();
		}

		@NatsPost("/events")
		Mono<Integer> events(@RequestBody Flux<PartEvent> events) {
			return events.count().map(Long::intValue);
		}

		@NatsGet("/locale")
		String locale(Locale locale) {
			return locale.toString();
		}

		@NatsGet("/resolved")
		String resolved(Mark mark) {
			return mark.name();
		}

		@NatsGet("/user-mono")
		Mono<String> userMono() {
			return Mono.just("").publishOn(Schedulers.single()).map((nothing) -> String.valueOf(user.get()));
		}

		@NatsGet("/user-blocking")
		String userBlocking() {
			return String.valueOf(user.get());
		}

	}

}
