package io.natsproxy.client.autoconfigure;

import java.net.URI;
import java.util.List;

import io.natsproxy.boot.autoconfigure.InvalidNatsSettingException;
import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.path.PathCondition;
import io.natsproxy.webflux.server.NatsMiddleware;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Middleware of a service, and its settings.
 */
class NatsMiddlewareTests {

	private final ApplicationContextRunner runner = Services.runner().withUserConfiguration(Application.class);

	@Test
	void runsInItsOrderAfterFilters() {
		this.runner.run((context) -> assertThat(trail(Services.client(context), "/public/a")).containsExactly("filter",
				"first", "second", "handler"));
	}

	@Test
	void runsForPathsThatMeetItsCondition() {
		this.runner.run((context) -> assertThat(trail(Services.client(context), "/admin/a")).containsExactly("filter",
				"first", "second", "admin", "handler"));
	}

	@Test
	void isSwitchedOffByItsName() {
		this.runner.withPropertyValues("natsproxy.service.middleware.first.enabled=false")
			.run((context) -> assertThat(trail(Services.client(context), "/admin/a")).containsExactly("filter",
					"second", "admin", "handler"));
	}

	@Test
	void doesNotRunWhereItIsNoCandidateForInjection() {
		this.runner.withBean("delegate", NatsMiddleware.class, () -> (exchange, chain) -> {
			throw new IllegalStateException("It is somebody's delegate");
		}, (definition) -> definition.setAutowireCandidate(false))
			.run((context) -> assertThat(trail(Services.client(context), "/public/a")).containsExactly("filter",
					"first", "second", "handler"));
	}

	@Test
	void conditionIsReplacedByAPattern() {
		this.runner.withPropertyValues("natsproxy.service.middleware.admin.path=/public/{name}").run((context) -> {
			WebTestClient client = Services.client(context);
			assertThat(trail(client, "/admin/a")).doesNotContain("admin");
			assertThat(trail(client, "/public/a")).contains("admin");
		});
	}

	@Test
	void conditionIsReplacedByARegularExpression() {
		this.runner.withPropertyValues("natsproxy.service.middleware.first.regex=/admin/[a-c]").run((context) -> {
			WebTestClient client = Services.client(context);
			assertThat(trail(client, "/admin/b")).contains("first");
			assertThat(trail(client, "/admin/%62")).contains("first");
			assertThat(trail(client, "/admin/d")).doesNotContain("first");
			assertThat(trail(client, "/admin/bb")).doesNotContain("first");
		});
	}

	@Test
	void answerOfMiddlewareIsTheLastWord() {
		this.runner.run((context) -> {
			List<String> trail = Services.client(context)
				.get()
				.uri("/admin/a")
				.header("X-Stop", "first")
				.exchange()
				.expectStatus()
				.isUnauthorized()
				.expectBody()
				.isEmpty()
				.getResponseHeaders()
				.getOrEmpty("X-Trail");
			assertThat(trail).containsExactly("filter", "first");
			assertThat(context.getBean(Greetings.class).called).isFalse();
		});
	}

	@Test
	void failureOfMiddlewareIsAnAnswer() {
		this.runner.run((context) -> {
			Services.client(context)
				.get()
				.uri("/public/a")
				.header("X-Fail", "first")
				.exchange()
				.expectStatus()
				.isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR)
				.expectBody()
				.jsonPath("$.status")
				.isEqualTo(500);
			assertThat(context.getBean(Greetings.class).called).isFalse();
		});
	}

	@Test
	void settingsOfUnknownMiddlewareAreRefused() {
		this.runner.withPropertyValues("natsproxy.service.middleware.third.enabled=false")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidNatsSettingException.class, (failure) -> {
					assertThat(failure).hasMessage(
							"There is no NatsMiddleware bean of the name 'third', only [admin, first, second].");
					assertThat(failure.getAction()).isEqualTo("Correct or remove natsproxy.service.middleware.third.");
				}));
	}

	@Test
	void settingsThatContradictThemselvesAreRefused() {
		this.runner
			.withPropertyValues("natsproxy.service.middleware.first.path=/a",
					"natsproxy.service.middleware.first.regex=/b")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("Set 'path' or 'regex', not both"));
	}

	private static List<String> trail(WebTestClient client, String path) {
		return client.get()
			.uri((builder) -> URI.create(path))
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(String.class)
			.returnResult()
			.getResponseHeaders()
			.getOrEmpty("X-Trail");
	}

	private static void mark(ServerWebExchange exchange, String name) {
		exchange.getResponse().getHeaders().add("X-Trail", name);
	}

	private static NatsMiddleware marking(String name) {
		return (exchange, chain) -> {
			mark(exchange, name);
			if (name.equals(exchange.getRequest().getHeaders().getFirst("X-Stop"))) {
				exchange.getResponse().setStatusCode(HttpStatus.UNAUTHORIZED);
				return exchange.getResponse().setComplete();
			}
			if (name.equals(exchange.getRequest().getHeaders().getFirst("X-Fail"))) {
				return Mono.error(new IllegalStateException("failed on purpose"));
			}
			return chain.filter(exchange);
		};
	}

	@Configuration(proxyBeanMethods = false)
	@Import(Greetings.class)
	static class Application {

		@Bean
		NatsMiddleware admin() {
			return marking("admin").on(PathCondition.pattern("/admin/**"));
		}

		@Bean
		@Order(1)
		NatsMiddleware first() {
			return marking("first");
		}

		@Bean
		@Order(2)
		NatsMiddleware second() {
			return marking("second");
		}

		@Bean
		WebFilter filter() {
			return (exchange, chain) -> {
				mark(exchange, "filter");
				return chain.filter(exchange);
			};
		}

	}

	@NatsController
	static class Greetings {

		private volatile boolean called;

		@NatsGet({ "/public/{name}", "/admin/{name}" })
		String greet(@PathVariable String name, ServerWebExchange exchange) {
			this.called = true;
			mark(exchange, "handler");
			return name;
		}

	}

}
