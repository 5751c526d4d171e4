package io.natsproxy.it.gateway;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import io.natsproxy.gateway.hook.ResponseHook;
import io.natsproxy.it.gateway.RawHttpClient.Response;
import io.natsproxy.webflux.path.PathCondition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;

import static io.natsproxy.it.gateway.ProblemAssert.assertProblem;
import static io.natsproxy.it.gateway.RawHttpClient.get;
import static io.natsproxy.it.gateway.RawHttpClient.request;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Hooks on responses: beans and settings.
 */
class ResponseHookIntegrationTests {

	@RegisterExtension
	static final GatewayChain chain = GatewayChain
		.of("natsproxy.gateway.response-headers[0].path=/settings/**",
				"natsproxy.gateway.response-headers[0].set.X-Set=new",
				"natsproxy.gateway.response-headers[0].add.X-Add=more",
				"natsproxy.gateway.response-headers[0].remove=Server,X-Secret",
				"natsproxy.gateway.response-headers[1].regex=/login.*",
				"natsproxy.gateway.response-headers[1].add.X-Order=settings")
		.with(Hooks.class);

	private final Peer peer = chain.peer();

	@Test
	void allHooksOfPathRunInTheirOrderAndSettingsLast() {
		this.peer.answer("GET:.login", "in", "Natsproxy-Status", "200", "X-Order", "service");
		assertThat(get(chain.port(), "/login").header("X-Order")).containsExactly("service", "first", "second", "third",
				"settings");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/login", "/login/deeper/x", "/loginx", "/lo%67in", "/%6Cogin", "/login;a=b", "/login?x=y",
			"/login%0Ax", "/login/" })
	void otherSpellingOfPathDoesNotDodgeHooks(String target) {
		this.peer.tap();
		assertThat(get(chain.port(), target).header("X-Order")).containsExactly("first", "second", "third", "settings");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/other", "/Login", "/a/login", "//login" })
	void otherPathsMeetNoHook(String target) {
		this.peer.tap();
		assertThat(get(chain.port(), target).headers()).containsOnlyKeys("Content-Length", "Date");
	}

	@Test
	void hookChangesEverything() {
		this.peer.answer("GET:.change.me", "before", "Natsproxy-Status", "200", "Content-Type", "text/plain");
		Response response = get(chain.port(), "/change/me?by=you", "X-Client: c");
		assertThat(response.status()).isEqualTo(201);
		assertThat(response.text()).isEqualTo("before and after GET by=you c");
		assertThat(response.header("Content-Length")).containsExactly("29");
		assertThat(response.header("Content-Type")).containsExactly("text/plain");
		assertThat(response.header("Set-Cookie")).containsExactly("a=b");
	}

	@Test
	void hookThatFailsLeaksNothing() {
		this.peer.answer("GET:.failing.hook", "secret", "Natsproxy-Status", "200", "X-Secret", "secret", "Set-Cookie",
				"s=secret");
		for (String failure : List.of("error", "throw", "null", "status")) {
			Response response = get(chain.port(), "/failing/hook", "X-Failure: " + failure);
			assertProblem(response, 500);
			assertThat(response.headers()).containsOnlyKeys("Content-Type", "Content-Length", "Date");
			assertThat(response.toString()).doesNotContain("secret").doesNotContain("half");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "line", "name", "wide" })
	void headerThatHookMakesUpWronglyDoesNotSplitTheResponse(String failure) {
		this.peer.answer("GET:.failing.hook", "secret", "Natsproxy-Status", "200", "Set-Cookie", "s=secret");
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			Response response = client.send(request("GET", "/failing/hook", "X-Failure: " + failure)).read();
			assertThat(response.header("Injected")).isEmpty();
			if (response.status() != 200) {
				assertProblem(response, 500);
				assertThat(response.toString()).doesNotContain("secret");
			}
			assertThat(client.send(request("GET", "/failing/hook", "X-Failure: none")).read().status()).isEqualTo(200);
		}
	}

	@Test
	void problemsMeetHooksToo() {
		Response response = get(chain.port(), "/login/nobody");
		assertProblem(response, 503);
		assertThat(response.header("X-Order")).containsExactly("first", "second", "third", "settings");
	}

	@Test
	void headMeetsHooks() {
		this.peer.answer("GET:.change.me", "", "Natsproxy-Status", "200", "Content-Length", "6");
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			Response response = client.send(request("HEAD", "/change/me")).read(true);
			assertThat(response.status()).isEqualTo(201);
			assertThat(response.header("Set-Cookie")).containsExactly("a=b");
		}
	}

	@Test
	void settingsRemoveSetAndAdd() {
		this.peer.answer("GET:.settings.a", "", "Natsproxy-Status", "200", "Server", "x", "x-secret", "y", "X-Set",
				"old", "X-Add", "some");
		Response response = get(chain.port(), "/settings/a");
		assertThat(response.headers()).containsOnlyKeys("Content-Length", "Date", "X-Set", "X-Add");
		assertThat(response.header("X-Set")).containsExactly("new");
		assertThat(response.header("X-Add")).containsExactly("some", "more");
	}

	@Test
	void hookWaitsForWhatIsNotThereYet() {
		this.peer.tap();
		assertThat(get(chain.port(), "/later").header("X-Later")).containsExactly("now");
	}

	@Configuration(proxyBeanMethods = false)
	static class Hooks {

		@Bean
		@Order(3)
		ResponseHook third() {
			return ordered("third");
		}

		@Bean
		@Order(1)
		ResponseHook first() {
			return ordered("first");
		}

		@Bean
		@Order(2)
		ResponseHook second() {
			ResponseHook second = ordered("second");
			return ResponseHook.of(second.path(),
					(request, response) -> Mono.delay(Duration.ofMillis(20)).then(second.apply(request, response)));
		}

		private static ResponseHook ordered(String name) {
			return ResponseHook.of(PathCondition.regex("/login.*"),
					(request, response) -> Mono.fromRunnable(() -> response.getHeaders().add("X-Order", name)));
		}

		@Bean
		ResponseHook change() {
			return ResponseHook.of(PathCondition.pattern("/change/{who}"),
					(request, response) -> response.readBody().map((body) -> {
						response.setStatus(HttpStatus.CREATED);
						response.getHeaders().add("Set-Cookie", "a=b");
						response.setBody((new String(body, StandardCharsets.UTF_8) + " and after " + request.getMethod()
								+ " " + request.getURI().getQuery() + " " + request.getHeaders().getFirst("X-Client"))
							.getBytes(StandardCharsets.UTF_8));
						return body;
					}).then());
		}

		@Bean
		ResponseHook failing() {
			return ResponseHook.of(PathCondition.pattern("/failing/**"), (request, response) -> {
				response.getHeaders().add("X-Half", "half");
				switch (String.valueOf(request.getHeaders().getFirst("X-Failure"))) {
					case "error" -> {
						return Mono.error(new IllegalStateException("secret"));
					}
					case "throw" -> throw new IllegalStateException("secret");
					case "null" -> {
						return null;
					}
					case "status" -> response.setStatus(HttpStatus.CONTINUE);
					case "line" -> response.getHeaders().set("X-Line", "a\r\nInjected: yes");
					case "name" -> response.getHeaders().set("X Name\r\nInjected", "yes");
					case "wide" -> response.getHeaders().set("X-Wide", "a\u010d\u010aInjected: yes");
					default -> {
					}
				}
				return Mono.empty();
			});
		}

		@Bean
		ResponseHook later() {
			return ResponseHook.of(PathCondition.pattern("/later"),
					(request, response) -> Mono.delay(Duration.ofMillis(50))
						.doOnNext((tick) -> response.getHeaders().set("X-Later", "now"))
						.then());
		}

	}

}
