package io.natsproxy.client.autoconfigure;

import java.util.function.Consumer;

import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsMapping;
import io.natsproxy.webflux.annotation.NatsRoutes;
import io.natsproxy.webflux.annotation.NatsWebSocket;
import io.natsproxy.webflux.server.AmbiguousNatsMappingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Two handlers for the same requests fail the start.
 */
@ExtendWith(OutputCaptureExtension.class)
class AmbiguousNatsMappingTests {

	@Test
	void twoMethodsWithTheSamePatternAndMethodAreAmbiguous() {
		expectAmbiguous("GET /a", "method 'a' of " + A.class.getName() + " (bean '",
				"method 'other' of " + SameAsA.class.getName() + " (bean '", A.class, SameAsA.class);
	}

	@Test
	void namesOfVariablesTellNothingApart() {
		expectAmbiguous("GET /{x}/b/{*rest}", "'first'", "'second'", Variables.class);
	}

	@Test
	void methodsThatOverlapAreAmbiguous() {
		expectAmbiguous("POST /a", "'some'", "'others'", Overlapping.class);
	}

	@Test
	void oneControllerThatIsTwoBeansIsAmbiguous() {
		expectAmbiguous("GET /a", "(bean 'one')", "(bean 'two')", Twice.class);
	}

	@ParameterizedTest
	@ValueSource(classes = { FunctionA.class, NestedFunctionA.class, FunctionOfEveryMethod.class })
	void methodAndRouterFunctionWithTheSamePatternAndMethodAreAmbiguous(Class<?> function) {
		expectAmbiguous("/a", "method 'a' of " + A.class.getName(), "bean 'functionRoutes' with @NatsRoutes", A.class,
				function);
	}

	@Test
	void twoHandlersOfWebSocketsWithTheSamePatternAreAmbiguous() {
		expectAmbiguous("WebSocket /{b}", "'first'", "'second'", Sockets.class);
		expectAmbiguous("GET /{b}", "method 'socket'", "bean 'socket'", SocketMethod.class, SocketBean.class);
	}

	@Test
	void whatConditionsTellApartIsNotAmbiguous() {
		Services.runner()
			.withUserConfiguration(A.class, ToldApart.class, OtherFunctions.class, SocketMethod.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void ambiguityIsExplained(CapturedOutput output) {
		assertThatException()
			.isThrownBy(() -> new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
				.run("--natsproxy.nats.servers=" + Services.url()));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("GET /a is mapped to two handlers: method 'a' of " + A.class.getName())
			.contains(" and method 'other' of " + SameAsA.class.getName())
			.contains("give them different methods or paths, or conditions that tell them apart");
	}

	@Test
	void springsOwnAnnotationsOfANatsControllerAreServedOverNats() {
		Services.runner().withUserConfiguration(Springs.class, SharedController.class).run((context) -> {
			Services.client(context).get().uri("/springs/7").exchange().expectBody(String.class).isEqualTo("get 7");
			Services.client(context).post().uri("/springs").exchange().expectBody(String.class).isEqualTo("post");
			Services.client(context).get().uri("/shared/7").exchange().expectBody(String.class).isEqualTo("shared 7");
		});
	}

	private static void expectAmbiguous(String route, String first, String second, Class<?>... beans) {
		Consumer<Throwable> ambiguous = (ex) -> assertThat(ex).isInstanceOf(AmbiguousNatsMappingException.class)
			.hasMessageContaining(route + " is mapped to two handlers: ")
			.hasMessageContaining(first)
			.hasMessageContaining(second);
		Services.runner()
			.withUserConfiguration(beans)
			.run((context) -> assertThat(context).getFailure().rootCause().satisfies(ambiguous));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ A.class, SameAsA.class })
	static class Application {

	}

	@NatsController
	static class A {

		@NatsGet("/a")
		String a() {
			return "a";
		}

	}

	@NatsController
	static class SameAsA {

		@NatsGet("/a")
		String other() {
			return "other";
		}

	}

	@NatsController
	static class Variables {

		@NatsGet("/{a}/b/{*all}")
		String first() {
			return "first";
		}

		@NatsGet("/{x}/b/{*rest}")
		String second() {
			return "second";
		}

	}

	@NatsController
	static class Overlapping {

		@NatsMapping(path = "/a", method = { RequestMethod.GET, RequestMethod.POST })
		String some() {
			return "some";
		}

		@NatsMapping(path = "/a", method = { RequestMethod.PUT, RequestMethod.POST })
		String others() {
			return "others";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Twice {

		@Bean
		A one() {
			return new A();
		}

		@Bean
		A two() {
			return new A();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FunctionA {

		@NatsRoutes
		RouterFunction<ServerResponse> functionRoutes() {
			return RouterFunctions.route().GET("/a", (request) -> ServerResponse.ok().build()).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NestedFunctionA {

		@NatsRoutes
		RouterFunction<ServerResponse> functionRoutes() {
			return RouterFunctions.route()
				.path("/a", (below) -> below.GET("", (request) -> ServerResponse.ok().build()))
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FunctionOfEveryMethod {

		@NatsRoutes
		RouterFunction<ServerResponse> functionRoutes() {
			return RouterFunctions.route(RequestPredicates.path("/a"), (request) -> ServerResponse.ok().build());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Sockets {

		@Bean
		FirstSocket first() {
			return new FirstSocket();
		}

		@Bean
		SecondSocket second() {
			return new SecondSocket();
		}

	}

	@NatsWebSocket("/{a}")
	static class FirstSocket implements WebSocketHandler {

		@Override
		public Mono<Void> handle(WebSocketSession session) {
			return session.close();
		}

	}

	@NatsWebSocket("/{b}")
	static class SecondSocket extends FirstSocket {

	}

	@Configuration(proxyBeanMethods = false)
	static class SocketBean {

		@Bean
		SecondSocket socket() {
			return new SecondSocket();
		}

	}

	@NatsController
	static class SocketMethod {

		@NatsWebSocket("/{c}")
		WebSocketHandler socket() {
			return new FirstSocket();
		}

	}

	@NatsController
	static class ToldApart {

		@NatsGet(path = "/a", params = "b")
		String params() {
			return "params";
		}

		@NatsGet(path = "/a", headers = "b")
		String headers() {
			return "headers";
		}

		@NatsGet(path = "/a", produces = "text/plain")
		String produces() {
			return "produces";
		}

		@NatsMapping(path = "/a", method = RequestMethod.POST)
		String post() {
			return "post";
		}

		@NatsMapping(path = "/a", method = RequestMethod.POST, consumes = "text/plain")
		String consumes() {
			return "consumes";
		}

		@NatsMapping("/a")
		String everyMethod() {
			return "every method";
		}

		@NatsGet("/{name:[a-z]{2}}")
		String twoLetters() {
			return "two letters";
		}

		@NatsGet("/{name:[a-z]{3}}")
		String threeLetters() {
			return "three letters";
		}

		@NatsGet("/{c}")
		String sameAsAWebSocket() {
			return "no handshake";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OtherFunctions {

		@NatsRoutes
		RouterFunction<ServerResponse> functionRoutes() {
			return RouterFunctions.route()
				.GET("/a", RequestPredicates.queryParam("c", "d"), (request) -> ServerResponse.ok().build())
				.GET("/a", (request) -> false, (request) -> ServerResponse.ok().build())
				.PUT("/a", (request) -> ServerResponse.ok().build())
				.nest(RequestPredicates.headers((headers) -> false),
						(nested) -> nested.GET("/a", (request) -> ServerResponse.ok().build()))
				.build();
		}

	}

	@HttpExchange("/shared")
	interface Shared {

		@GetExchange("/{id}")
		String get(@PathVariable int id);

	}

	@NatsController
	static class Springs {

		@GetMapping("/springs/{id}")
		String springs(@PathVariable int id) {
			return "get " + id;
		}

		@PostMapping("/springs")
		String post() {
			return "post";
		}

	}

	@NatsController
	static class SharedController implements Shared {

		@Override
		public String get(int id) {
			return "shared " + id;
		}

	}

}
