package io.natsproxy.client.openapi;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import io.natsproxy.boot.autoconfigure.NatsConnectionAutoConfiguration;
import io.natsproxy.boot.autoconfigure.NatsExchangesAutoConfiguration;
import io.natsproxy.client.autoconfigure.NatsRoutesAutoConfiguration;
import io.natsproxy.client.autoconfigure.NatsServiceAutoConfiguration;
import io.natsproxy.core.discovery.ServiceDescription;
import io.natsproxy.core.discovery.ServiceDocument;
import io.natsproxy.test.TestBroker;
import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsDelete;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsPost;
import io.natsproxy.webflux.annotation.NatsRoutes;
import io.natsproxy.webflux.annotation.NatsWebSocket;
import io.natsproxy.webflux.server.ExposedPaths;
import io.natsproxy.webflux.server.NatsHandler;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.codec.autoconfigure.CodecsAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.http.codec.multipart.FilePart;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.config.EnableWebFlux;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;

class MethodDocumentsTests {

	private static final ServiceDescription SERVICE = new ServiceDescription("orders", "1.2.3");

	private static TestBroker broker;

	@BeforeAll
	static void startBroker() {
		broker = TestBroker.start();
	}

	@AfterAll
	static void closeBroker() {
		broker.close();
	}

	private static void run(Class<?> configuration, BiConsumer<ApplicationContext, NatsHandler> test) {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NatsConnectionAutoConfiguration.class,
					NatsExchangesAutoConfiguration.class, NatsServiceAutoConfiguration.class,
					NatsRoutesAutoConfiguration.class, CodecsAutoConfiguration.class, JacksonAutoConfiguration.class))
			.withPropertyValues("natsproxy.nats.servers=" + broker.url(), "spring.application.name=orders",
					"spring.webflux.base-path=/base")
			.withUserConfiguration(configuration)
			.run((context) -> test.accept(context, context.getBean(NatsHandler.class)));
	}

	private static JsonNode json(ServiceDocument document) {
		assertThat(document).isNotNull();
		return JsonMapper.shared().readTree(document.content());
	}

	private static JsonNode parameter(JsonNode operation, String name) {
		return operation.path("parameters")
			.valueStream()
			.filter((each) -> each.path("name").asString().equals(name))
			.findFirst()
			.orElseThrow();
	}

	private static void withDocument(Supplier<TypeSchemas> types, BiConsumer<JsonNode, ServiceDocument> test) {
		run(Orders.class, (context, handler) -> {
			ServiceDocument document = new MethodDocuments(context, types).make(SERVICE, handler);
			test.accept(json(document), document);
		});
	}

	@Test
	void methodsTemplatesParametersAndMediaTypesAreThoseOfTheMappings() {
		withDocument(SwaggerTypeSchemas::new, (document, written) -> {
			assertThat(document.path("openapi").asString()).startsWith("3.1");
			assertThat(document.at("/info/title").asString()).isEqualTo("orders");
			assertThat(document.at("/info/version").asString()).isEqualTo("1.2.3");
			JsonNode paths = document.path("paths");
			assertThat(paths.propertyNames()).containsExactlyInAnyOrder("/orders/{id}", "/orders", "/orders/events",
					"/files/{path}", "/functions/{name}");
			JsonNode find = paths.at("/~1orders~1{id}/get");
			assertThat(find.path("operationId").asString()).isEqualTo("find");
			assertThat(find.path("parameters")).hasSize(4);
			assertThat(parameter(find, "id")).hasToString("{\"in\":\"path\",\"name\":\"id\",\"required\":true,"
					+ "\"schema\":{\"format\":\"int64\",\"type\":\"integer\"}}");
			assertThat(parameter(find, "limit").path("required").asBoolean()).isFalse();
			assertThat(parameter(find, "limit").at("/schema/default").asInt()).isEqualTo(10);
			assertThat(parameter(find, "X-Tenant").path("in").asString()).isEqualTo("header");
			assertThat(parameter(find, "session").path("in").asString()).isEqualTo("cookie");
			assertThat(parameter(find, "session").path("required").asBoolean()).isFalse();
			assertThat(find.at("/responses/200/content/application~1json/schema/$ref").asString())
				.isEqualTo("#/components/schemas/Order");
			JsonNode post = paths.at("/~1orders/post");
			assertThat(post.at("/requestBody/required").asBoolean()).isTrue();
			assertThat(post.at("/requestBody/content/application~1json/schema/$ref").asString())
				.isEqualTo("#/components/schemas/Order");
			assertThat(post.path("responses").propertyNames()).containsExactly("201");
			assertThat(post.path("deprecated").asBoolean()).isTrue();
			JsonNode form = paths.at("/~1files~1{path}/post/requestBody/content/multipart~1form-data/schema");
			assertThat(form.at("/properties/file/format").asString()).isEqualTo("binary");
			assertThat(form.at("/required/0").asString()).isEqualTo("file");
			assertThat(paths.at("/~1files~1{path}/delete/responses/200/content").isMissingNode()).isTrue();
			assertThat(
					paths.at("/~1orders~1events/get/responses/200/content/text~1event-stream/schema/$ref").asString())
				.isEqualTo("#/components/schemas/Order");
			assertThat(paths.at("/~1orders/get/responses/200/content/application~1json/schema/items/$ref").asString())
				.isEqualTo("#/components/schemas/Order");
			JsonNode order = document.at("/components/schemas/Order");
			assertThat(order.at("/properties/state/enum/1").asString()).isEqualTo("SENT");
			assertThat(order.at("/properties/lines/items/$ref").asString()).isEqualTo("#/components/schemas/Line");
			assertThat(document.at("/components/schemas/Line/properties/count/type").asString()).isEqualTo("integer");
			assertThat(written.schemas()).containsOnlyKeys("GET /orders/{id:[0-9]+}", "GET /orders", "POST /orders",
					"GET /orders/events", "POST /files/{*path}", "DELETE /files/{*path}", "GET /functions/{name}");
			assertThat(written.schemas().values()).doesNotHaveDuplicates();
		});
	}

	@Test
	void withoutALibraryTheSchemasOfBodiesAreLeftOpen() {
		withDocument(SimpleTypeSchemas::new, (document, written) -> {
			JsonNode find = document.at("/paths/~1orders~1{id}/get");
			assertThat(find.at("/responses/200/content/application~1json/schema")).isEmpty();
			assertThat(parameter(find, "id").at("/schema/type").asString()).isEqualTo("integer");
			assertThat(document.has("components")).isFalse();
		});
	}

	@Test
	void documentIsTheSameEachTime() {
		withDocument(SwaggerTypeSchemas::new, (first, written) -> withDocument(SwaggerTypeSchemas::new,
				(second, again) -> assertThat(again.hash()).isEqualTo(written.hash())));
	}

	@Test
	void nothingIsToldOfWhatIsNotExposed() {
		run(Application.class, (context, handler) -> {
			assertThat(new MethodDocuments(context).make(SERVICE, handler)).isNull();
			NatsHandler exposing = handler
				.exposing(ExposedPaths.of(List.of("/base/open/**"), List.of("/base/open/secret"), List.of()), () -> {
					throw new IllegalStateException("Not asked for");
				});
			JsonNode document = json(new MethodDocuments(context).make(SERVICE, exposing));
			assertThat(document.path("paths").propertyNames()).containsExactly("/base/open/{id}");
			assertThat(document.at("/components/schemas").propertyNames()).containsExactlyInAnyOrder("Order", "Line");
			assertThat(document.toString()).doesNotContain("Secret");
		});
	}

	record Order(UUID id, State state, List<Line> lines) {

		enum State {

			NEW, SENT

		}

	}

	record Line(String article, int count) {

	}

	record Secret(String word) {

	}

	@Configuration(proxyBeanMethods = false)
	@NatsController
	static class Orders {

		@NatsGet(path = "/orders/{id:[0-9]+}", produces = MediaType.APPLICATION_JSON_VALUE)
		Mono<ResponseEntity<Order>> find(@PathVariable long id, @RequestParam(defaultValue = "10") int limit,
				@RequestHeader("X-Tenant") String tenant, @CookieValue Optional<String> session,
				ServerWebExchange exchange) {
			return Mono.empty();
		}

		@NatsGet("/orders")
		Flux<Order> all() {
			return Flux.empty();
		}

		@Deprecated
		@NatsPost("/orders")
		@ResponseStatus(HttpStatus.CREATED)
		Mono<Order> add(@RequestBody Mono<Order> order) {
			return order;
		}

		@NatsGet("/orders/events")
		Flux<ServerSentEvent<Order>> events() {
			return Flux.empty();
		}

		@NatsPost("/files/{*path}")
		String upload(@RequestPart Mono<FilePart> file) {
			return "";
		}

		@NatsDelete("/files/{*path}")
		Mono<Void> delete() {
			return Mono.empty();
		}

		@NatsWebSocket("/orders/socket")
		Flux<String> socket(Flux<String> messages) {
			return messages;
		}

		@Bean
		@NatsRoutes
		static RouterFunction<ServerResponse> functions() {
			return RouterFunctions.route().GET("/functions/{name}", (request) -> ServerResponse.ok().build()).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebFlux
	@RestController
	static class Application {

		@GetMapping("/open/{id}")
		Order open(@PathVariable long id) {
			return new Order(new UUID(0, id), Order.State.NEW, List.of());
		}

		@GetMapping("/open/secret")
		Secret excluded() {
			return new Secret("");
		}

		@GetMapping("/closed")
		Secret closed() {
			return new Secret("");
		}

	}

}
