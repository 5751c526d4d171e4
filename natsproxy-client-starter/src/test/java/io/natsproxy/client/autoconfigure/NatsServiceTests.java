package io.natsproxy.client.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import io.natsproxy.boot.autoconfigure.InvalidNatsSettingException;
import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsPost;
import io.natsproxy.webflux.server.NatsServer;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.core.convert.converter.Converter;
import org.springframework.http.HttpStatus;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.validation.Errors;
import org.springframework.validation.beanvalidation.LocalValidatorFactoryBean;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.support.WebClientAdapter;
import org.springframework.web.server.WebExceptionHandler;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.awaitility.Awaitility.await;

/**
 * A service without an HTTP server has what Spring Boot gives to one that has.
 */
class NatsServiceTests {

	private final ApplicationContextRunner runner = Services.runner().withUserConfiguration(Application.class);

	@Test
	void aNameThatIsNoQueueGroupIsRefused() {
		this.runner.withPropertyValues("natsproxy.service.name=my service")
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining(InvalidNatsSettingException.class.getName()
						+ ": Queue group 'my service' is not a NATS queue group"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			natsproxy.service.max-in-flight           | -1    | 1 or more
			natsproxy.service.max-head-size           | 0B    | 1B or more
			natsproxy.service.blocking-threads        | 0     | 1 or more
			natsproxy.service.shutdown-grace-period   | -1s   | 0s or more
			natsproxy.client.max-in-flight            | -1    | 1 or more
			natsproxy.client.max-head-size            | 0B    | 1B or more
			natsproxy.client.max-control-line         | 64B   | 65B or more
			natsproxy.client.timeout                  | 0s    | 1ms or more
			""")
	void settingOutOfItsRangeIsNamedWithItsValue(String property, String value, String range) {
		this.runner.withPropertyValues(property + "=" + value).withUserConfiguration(Caller.class).run((context) -> {
			InvalidNatsSettingException failure = Stream
				.iterate(context.getStartupFailure(), Objects::nonNull, Throwable::getCause)
				.filter(InvalidNatsSettingException.class::isInstance)
				.map(InvalidNatsSettingException.class::cast)
				.findFirst()
				.orElseThrow();
			assertThat(failure).hasMessage(property + " is " + value + ", but must be " + range + ".");
			assertThat(failure.getAction()).isEqualTo("Correct " + property + ".");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "natsproxy.service.name", "spring.application.name" })
	void nameThatIsNoQueueGroupIsThatOfTheProperty(String property) {
		this.runner.withPropertyValues(property + "=my service")
			.run((context) -> assertThat(
					Stream.iterate(context.getStartupFailure(), Objects::nonNull, Throwable::getCause))
				.filteredOn(InvalidNatsSettingException.class::isInstance)
				.singleElement(type(InvalidNatsSettingException.class))
				.extracting(InvalidNatsSettingException::getAction)
				.isEqualTo("Correct " + property + "."));
	}

	@Test
	void bodiesAreValidated() {
		this.runner.withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
			.run((context) -> Services.client(context)
				.post()
				.uri("/names")
				.bodyValue(new Name(" "))
				.exchange()
				.expectStatus()
				.isBadRequest()
				.expectBody()
				.jsonPath("$.status")
				.isEqualTo(400));
	}

	@Test
	void validatorOfTheApplicationValidates() {
		this.runner.withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
			.withBean(StrictValidator.class)
			.run((context) -> Services.client(context)
				.post()
				.uri("/names")
				.bodyValue(new Name("valid"))
				.exchange()
				.expectStatus()
				.isBadRequest()
				.expectBody()
				.jsonPath("$.status")
				.isEqualTo(400));
	}

	@Test
	void convertersOfTheApplicationConvert() {
		this.runner.run((context) -> Services.client(context)
			.get()
			.uri("/converted/x")
			.exchange()
			.expectBody(Name.class)
			.isEqualTo(new Name("converted x")));
	}

	@Test
	void jsonIsWrittenAsTheApplicationHasIt() {
		this.runner.withPropertyValues("spring.jackson.property-naming-strategy=UPPER_CAMEL_CASE")
			.run((context) -> Services.client(context)
				.get()
				.uri("/converted/x")
				.exchange()
				.expectBody()
				.json("{\"Name\":\"converted x\"}"));
	}

	@Test
	void exceptionHandlerOfTheApplicationComesFirstIfItsOrderSaysSo() {
		this.runner.withUserConfiguration(ErrorHandling.class)
			.run((context) -> Services.client(context)
				.get()
				.uri("/failing")
				.exchange()
				.expectStatus()
				.isEqualTo(HttpStatus.LOCKED)
				.expectBody()
				.isEmpty());
	}

	@Test
	void malformedRequestsAreAnsweredAndForgotten() {
		this.runner.run((context) -> {
			Services.client(context)
				.get()
				.uri("/thread")
				.header("X-Forwarded-Prefix", "/a b")
				.exchange()
				.expectStatus()
				.isBadRequest()
				.expectBody()
				.jsonPath("$.status")
				.isEqualTo(400);
			await().atMost(Duration.ofSeconds(30)).until(() -> context.getBean(NatsServer.class).getInFlight() == 0);
		});
	}

	@Test
	void prefixMayEndWithSlashes() {
		this.runner.run((context) -> {
			for (String prefix : List.of("/a", "/a/", "/a//", "/", "//")) {
				Services.client(context)
					.get()
					.uri("/thread")
					.header("X-Forwarded-Prefix", prefix)
					.exchange()
					.expectStatus()
					.isOk()
					.expectBody(String.class)
					.value((thread) -> assertThat(thread).contains("Thread"));
			}
		});
	}

	@Test
	void declarativeClientCallsTheService() {
		this.runner.run((context) -> {
			WebClient client = context.getBean("natsWebClientBuilder", WebClient.Builder.class).build();
			Names names = HttpServiceProxyFactory.builderFor(WebClientAdapter.create(client))
				.build()
				.createClient(Names.class);
			assertThat(names.converted("a b")).isEqualTo(new Name("converted a b"));
			assertThat(names.create(new Name("new"))).isEqualTo(new Name("new"));
		});
	}

	@Test
	void eachClientHasABuilderOfItsOwn() {
		this.runner.run((context) -> assertThat(context.getBean("natsWebClientBuilder"))
			.isNotSameAs(context.getBean("natsWebClientBuilder")));
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void handlersThatBlockRunOnVirtualThreads() {
		this.runner.run((context) -> assertThat(thread(context)).startsWith("VirtualThread["));
	}

	@Test
	@EnabledForJreRange(max = JRE.JAVA_20)
	void handlersThatBlockRunInAPool() {
		this.runner.run((context) -> assertThat(thread(context)).contains("natsproxy-blocking-"));
	}

	private static String thread(ApplicationContext context) {
		WebTestClient client = Services.client(context);
		String thread = client.get()
			.uri("/thread")
			.exchange()
			.expectBody(String.class)
			.returnResult()
			.getResponseBody();
		assertThat(thread).isNotNull();
		return thread;
	}

	record Name(@NotBlank String name) {
	}

	/**
	 * Finds something wrong with everything.
	 */
	static class StrictValidator extends LocalValidatorFactoryBean {

		@Override
		public void validate(Object target, Errors errors) {
			errors.reject("never");
		}

	}

	@HttpExchange
	interface Names {

		@GetExchange("/converted/{name}")
		Name converted(@PathVariable String name);

		@PostExchange("/names")
		Name create(@RequestBody Name name);

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Handlers.class)
	static class Application {

		@Bean
		NameConverter nameConverter() {
			return new NameConverter();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Caller {

		Caller(@Qualifier("nats") WebClient.Builder builder) {
			builder.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ErrorHandling {

		@Bean
		@Order(-2)
		WebExceptionHandler lockingExceptionHandler() {
			return (exchange, ex) -> {
				exchange.getResponse().setStatusCode(HttpStatus.LOCKED);
				return exchange.getResponse().setComplete();
			};
		}

	}

	static class NameConverter implements Converter<String, Name> {

		@Override
		public Name convert(String source) {
			return new Name("converted " + source);
		}

	}

	@NatsController
	static class Handlers {

		@NatsGet("/converted/{name}")
		Name converted(@PathVariable Name name) {
			return name;
		}

		@NatsPost("/names")
		Name create(@Valid @RequestBody Name name) {
			return name;
		}

		@NatsGet("/failing")
		String failing() {
			throw new IllegalStateException("failed on purpose");
		}

		@NatsGet("/thread")
		String thread() {
			return Thread.currentThread().toString();
		}

	}

}
