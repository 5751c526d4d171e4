package io.natsproxy.openapi;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import io.natsproxy.test.TestBroker;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The document of a bus with services of all kinds.
 */
class OpenApiIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private static final JsonMapper JSON = JsonMapper.shared();

	private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private static TestBroker broker;

	private static DisposableServer upstream;

	private static final List<ConfigurableApplicationContext> applications = new ArrayList<>();

	private static int port;

	private final List<AutoCloseable> others = new ArrayList<>();

	@BeforeAll
	static void start() {
		broker = TestBroker.start();
		upstream = HttpServer.create()
			.host("localhost")
			.port(0)
			.handle((request, response) -> response.sendString(Mono.just("legacy " + request.uri())))
			.bindNow();
		applications.add(Applications.gateway(broker.url()));
		port = Applications.port(applications.get(0));
		applications.add(Applications.service(broker.url(), "orders", Applications.Orders.class));
		applications.add(Applications.service(broker.url(), "stock", Applications.Stock.class));
		applications
			.add(Applications.service(broker.url(), "agent", Object.class, "natsproxy.agent.upstreams[0].name=legacy",
					"natsproxy.agent.upstreams[0].url=http://localhost:" + upstream.port(),
					"natsproxy.agent.upstreams[0].paths=/legacy/**,/exact/{id}"));
	}

	@AfterAll
	static void stop() {
		applications.forEach(ConfigurableApplicationContext::close);
		upstream.disposeNow();
		broker.close();
	}

	@AfterEach
	void closeOthers() throws Exception {
		for (AutoCloseable each : this.others) {
			each.close();
		}
	}

	private static HttpResponse<String> get(int port, String path, String... headers) throws Exception {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
			.timeout(PATIENCE);
		if (headers.length > 0) {
			request.headers(headers);
		}
		return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	private static JsonNode document(int port, String path) throws Exception {
		HttpResponse<String> response = get(port, path);
		assertThat(response.statusCode()).isEqualTo(200);
		return JSON.readTree(response.body());
	}

	/**
	 * Waits for a document with some paths.
	 */
	private static JsonNode document(int port, String path, String... paths) {
		return await().atMost(PATIENCE)
			.until(() -> JSON.readTree(get(port, path).body()),
					(document) -> List.of(paths).stream().allMatch((each) -> document.path("paths").has(each)));
	}

	/**
	 * Waits until the services of this class, and no others, are in the document as they
	 * describe themselves.
	 */
	private static JsonNode merged() {
		await().atMost(PATIENCE)
			.until(() -> document(port, "/v3/api-docs/swagger-config").path("urls").findValuesAsString("name"),
					(names) -> names.equals(List.of("all services", "legacy", "orders", "stock")));
		return await().atMost(PATIENCE)
			.until(() -> document(port, "/v3/api-docs"), (each) -> each.at("/paths/~1orders~1{id}/get").has("summary")
					&& each.at("/paths/~1stock/get").has("operationId"));
	}

	private static OpenAPI parse(JsonNode document) {
		SwaggerParseResult result = new OpenAPIV3Parser().readContents(document.toString());
		assertThat(result.getMessages()).isEmpty();
		return result.getOpenAPI();
	}

	private static String value(Schema<?> schema) {
		if (schema == null) {
			return "a";
		}
		String type = type(schema);
		if ("integer".equals(type) || "number".equals(type)) {
			return "7";
		}
		if ("boolean".equals(type)) {
			return "true";
		}
		return "uuid".equals(schema.getFormat()) ? "00000000-0000-0000-0000-000000000007" : "a";
	}

	private static String type(Schema<?> schema) {
		return (schema.getType() != null || schema.getTypes() == null) ? schema.getType()
				: schema.getTypes().iterator().next();
	}

	/**
	 * Makes a value of a schema.
	 */
	private static JsonNode body(Schema<?> schema, OpenAPI api) {
		if (schema == null) {
			return JSON.getNodeFactory().stringNode("a");
		}
		if (schema.get$ref() != null) {
			return body(api.getComponents().getSchemas().get(schema.get$ref().replaceAll(".*/", "")), api);
		}
		if (schema.getEnum() != null) {
			return JSON.getNodeFactory().stringNode(String.valueOf(schema.getEnum().get(0)));
		}
		if ("array".equals(type(schema))) {
			return JSON.createArrayNode().add(body(schema.getItems(), api));
		}
		if (schema.getProperties() != null) {
			ObjectNode object = JSON.createObjectNode();
			schema.getProperties().forEach((name, property) -> object.set(name, body(property, api)));
			return object;
		}
		return "integer".equals(type(schema)) ? JSON.getNodeFactory().numberNode(7)
				: JSON.getNodeFactory().stringNode(value(schema));
	}

	/**
	 * Calls an operation as its document says, and expects that it is answered.
	 */
	private static void call(int port, String path, PathItem.HttpMethod method, Operation operation, OpenAPI api)
			throws Exception {
		String target = path;
		List<String> headers = new ArrayList<>();
		StringBuilder query = new StringBuilder();
		for (Parameter each : (operation.getParameters() != null) ? operation.getParameters() : List.<Parameter>of()) {
			String value = value(each.getSchema());
			if ("path".equals(each.getIn())) {
				target = target.replace("{" + each.getName() + "}", value);
			}
			else if ("query".equals(each.getIn())) {
				query.append(query.isEmpty() ? "?" : "&").append(each.getName()).append('=').append(value);
			}
			else {
				assertThat(each.getIn()).isEqualTo("header");
				headers.addAll(List.of(each.getName(), value));
			}
		}
		assertThat(target).doesNotContain("{");
		HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.noBody();
		if (operation.getRequestBody() != null) {
			Map.Entry<String, MediaType> content = operation.getRequestBody().getContent().entrySet().iterator().next();
			headers.addAll(List.of("Content-Type",
					content.getKey().equals("*/*") ? "application/octet-stream" : content.getKey()));
			body = HttpRequest.BodyPublishers.ofString(body(content.getValue().getSchema(), api).toString());
		}
		HttpRequest.Builder request = HttpRequest
			.newBuilder(URI.create("http://localhost:" + port + api.getServers().get(0).getUrl().replaceAll("/$", "")
					+ target + query))
			.timeout(PATIENCE)
			.method(method.name(), body);
		if (!headers.isEmpty()) {
			request.headers(headers.toArray(String[]::new));
		}
		HttpResponse<String> response = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
		assertThat(response.statusCode()).as(method + " " + target + query + " answers " + response.body())
			.isBetween(200, 299);
		if (!operation.getResponses().containsKey("default")) {
			assertThat(operation.getResponses()).containsKey(String.valueOf(response.statusCode()));
		}
	}

	private static void callAll(OpenAPI api, int port) throws Exception {
		int called = 0;
		for (Map.Entry<String, PathItem> path : api.getPaths().entrySet()) {
			for (Map.Entry<PathItem.HttpMethod, Operation> each : path.getValue().readOperationsMap().entrySet()) {
				call(port, path.getKey(), each.getKey(), each.getValue(), api);
				called++;
			}
		}
		assertThat(called).isPositive();
	}

	@Test
	void mergedDocumentIsValidAndEachOperationIsAnswered() throws Exception {
		JsonNode document = merged();
		OpenAPI api = parse(document);
		assertThat(api.getPaths().keySet()).contains("/orders", "/orders/{id}", "/orders/{id}/events", "/orders/count",
				"/stock", "/stock/{article}", "/legacy/{rest}", "/exact/{id}");
		callAll(api, port);
		Set<String> ids = new HashSet<>();
		api.getPaths()
			.values()
			.stream()
			.flatMap((path) -> path.readOperations().stream())
			.map(Operation::getOperationId)
			.filter((id) -> id != null)
			.forEach((id) -> assertThat(ids.add(id)).as(id).isTrue());
	}

	@Test
	void whatSpringdocKnowsIsTold() throws Exception {
		merged();
		JsonNode document = document(port, "/v3/api-docs/orders");
		parse(document);
		assertThat(document.at("/info/title").asString()).isEqualTo("Orders <b>of all</b>");
		assertThat(document.at("/info/description").asString()).isEqualTo("Customized");
		JsonNode find = document.at("/paths/~1orders~1{id}/get");
		assertThat(find.path("summary").asString()).isEqualTo("Finds an order");
		assertThat(find.path("tags").toString()).isEqualTo("[\"orders\"]");
		assertThat(find.at("/security/0").has("basic")).isTrue();
		assertThat(document.at("/components/securitySchemes/basic/scheme").asString()).isEqualTo("basic");
		assertThat(document.at("/components/schemas/Line/properties/article/example").asString()).isEqualTo("A1");
		assertThat(document.at("/paths/~1orders~1count/get/operationId").asString()).isEqualTo("count");
		assertThat(document.toString()).doesNotContain("hidden");
		assertThat(applications.get(1).getBean(AtomicInteger.class)).hasValue(1);
	}

	@Test
	void conflictsOfNamesAreResolvedAndReported() {
		JsonNode document = merged();
		assertThat(document.at("/components/schemas/Line/properties").propertyNames())
			.containsExactlyInAnyOrder("article", "count");
		assertThat(document.at("/components/schemas/stock.Line/properties").propertyNames())
			.containsExactlyInAnyOrder("article", "shelf");
		assertThat(document.at("/paths/~1stock~1{article}/put/requestBody/content/application~1json/schema/$ref")
			.asString()).isEqualTo("#/components/schemas/stock.Line");
		assertThat(document.at("/paths/~1stock~1{article}/get/operationId").asString()).isEqualTo("stock_find");
		assertThat(document.path("x-natsproxy-conflicts").toString()).contains("stock_find", "stock.Line");
	}

	@Test
	void documentIsLive() throws Exception {
		ConfigurableApplicationContext late = Applications.service(broker.url(), "late", Applications.Stock.class,
				"natsproxy.subject-prefix=", "spring.main.lazy-initialization=false");
		this.others.add(late::close);
		document(port, "/v3/api-docs/late", "/stock");
		late.close();
		await().atMost(PATIENCE).until(() -> get(port, "/v3/api-docs/late").statusCode() == 404);
		document(port, "/v3/api-docs/stock", "/stock");
	}

	@Test
	void documentsAreListedRevalidatedAndReadOnly() throws Exception {
		merged();
		JsonNode config = document(port, "/v3/api-docs/swagger-config");
		assertThat(config.path("urls").toString()).contains("/v3/api-docs/orders", "/v3/api-docs/legacy");
		HttpResponse<String> first = get(port, "/v3/api-docs/orders");
		String tag = first.headers().firstValue("ETag").orElseThrow();
		assertThat(get(port, "/v3/api-docs/orders", "If-None-Match", tag).statusCode()).isEqualTo(304);
		assertThat(first.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
		assertThat(get(port, "/v3/api-docs/none").statusCode()).isEqualTo(404);
		HttpResponse<String> post = CLIENT
			.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/v3/api-docs"))
				.POST(HttpRequest.BodyPublishers.noBody())
				.build(), HttpResponse.BodyHandlers.ofString());
		assertThat(post.statusCode()).isEqualTo(405);
	}

	@Test
	void pageOfSwaggerUiReadsTheseDocuments() throws Exception {
		HttpResponse<String> page = get(port, "/swagger-ui/index.html");
		assertThat(page.statusCode()).isEqualTo(200);
		assertThat(page.body()).contains("swagger-ui-bundle.js");
		assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow()).contains("default-src 'self'");
		assertThat(get(port, "/swagger-ui/start.js").body()).contains("\"/v3/api-docs/swagger-config\"");
		HttpResponse<String> script = get(port, "/swagger-ui/swagger-ui-bundle.js");
		assertThat(script.statusCode()).isEqualTo(200);
		assertThat(script.body()).contains("SwaggerUIBundle");
		assertThat(get(port, "/swagger-ui/../application.properties").statusCode()).isNotEqualTo(200);
		assertThat(get(port, "/swagger-ui").headers().firstValue("Location")).hasValue("/swagger-ui/index.html");
	}

	@Test
	void basePathOfTheGatewayIsThatOfDocumentsAndTheirServer() throws Exception {
		ConfigurableApplicationContext gateway = Applications.gateway(broker.url(), "spring.webflux.base-path=/api",
				"natsproxy.gateway.openapi.path=/docs");
		this.others.add(gateway::close);
		int own = Applications.port(gateway);
		JsonNode document = document(own, "/api/docs", "/stock");
		assertThat(document.at("/servers/0/url").asString()).isEqualTo("/api");
		assertThat(document(own, "/api/docs/swagger-config").at("/urls/0/url").asString()).isEqualTo("/api/docs");
		assertThat(get(own, "/api/swagger-ui/start.js").body()).contains("\"/api/docs/swagger-config\"");
		assertThat(get(own, "/api/stock").statusCode()).isEqualTo(200);
	}

	@Test
	void exposedApplicationTellsWhatItExposes() throws Exception {
		ConfigurableApplicationContext exposed = Applications.run(WebApplicationType.REACTIVE, broker.url(), "exposed",
				Applications.Exposed.class, "natsproxy.gateway.enabled=false",
				"natsproxy.service.expose.paths=/customers/**");
		this.others.add(exposed::close);
		JsonNode document = document(port, "/v3/api-docs/exposed", "/customers/{id}");
		parse(document);
		assertThat(document.path("paths").propertyNames()).containsExactly("/customers/{id}");
		assertThat(document.toString()).doesNotContain("Secret").contains("Customer");
		// Its own document is over HTTP what it would be without NATS.
		JsonNode own = document(Applications.port(exposed), "/v3/api-docs");
		assertThat(own.path("paths").propertyNames()).containsExactlyInAnyOrder("/customers/{id}", "/secrets/{id}");
	}

	@Test
	void routesOfNatsAreNotInTheDocumentOverHttp() throws Exception {
		ConfigurableApplicationContext both = Applications.run(WebApplicationType.REACTIVE, broker.url(), "both",
				Applications.Stock.class, "natsproxy.gateway.enabled=false");
		this.others.add(both::close);
		document(port, "/v3/api-docs/both", "/stock");
		assertThat(document(Applications.port(both), "/v3/api-docs").path("paths")).isEmpty();
	}

	@Test
	void serviceInPythonIsInTheDocumentAndAnswers() throws Exception {
		// Of its own, since such a service does not tell of its end.
		try (TestBroker own = TestBroker.start(); PythonService python = PythonService.start(own.url())) {
			assertThat(python).isNotNull();
			ConfigurableApplicationContext gateway = Applications.gateway(own.url());
			this.others.add(gateway::close);
			int ownPort = Applications.port(gateway);
			JsonNode document = document(ownPort, "/v3/api-docs/python", "/python/squares/{segment}",
					"/python/described");
			assertThat(document.at("/paths/~1python~1described/post/responses/default/content").has("text/plain"))
				.isTrue();
			callAll(parse(document), ownPort);
			callAll(parse(document(ownPort, "/v3/api-docs", "/python/described")), ownPort);
		}
	}

	@Test
	void nothingIsServedUnlessItIsAskedFor() throws Exception {
		ConfigurableApplicationContext gateway = Applications.gateway(broker.url(),
				"natsproxy.gateway.openapi.enabled=false");
		this.others.add(gateway::close);
		assertThat(get(Applications.port(gateway), "/v3/api-docs").statusCode()).isIn(404, 503);
		assertThat(get(Applications.port(gateway), "/swagger-ui/index.html").statusCode()).isIn(404, 503);
	}

}
