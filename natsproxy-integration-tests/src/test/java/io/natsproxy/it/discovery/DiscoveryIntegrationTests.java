package io.natsproxy.it.discovery;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.MeterRegistry;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.service.Discovery;
import io.nats.service.Endpoint;
import io.nats.service.EndpointStats;
import io.nats.service.InfoResponse;
import io.nats.service.PingResponse;
import io.nats.service.StatsResponse;
import io.natsproxy.core.discovery.ServiceDescription;
import io.natsproxy.core.format.FormatRequest;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.interop.go.GoMessageFormat;
import io.natsproxy.it.support.Meters;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsPost;
import io.natsproxy.webflux.annotation.NatsRoutes;
import io.natsproxy.webflux.annotation.NatsWebSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;

import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

/**
 * What jnats' own client of ADR-32 sees of running applications.
 */
class DiscoveryIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static TestBroker broker;

	private static TestApplication service;

	private static Connection client;

	private final List<TestApplication> others = new ArrayList<>();

	@BeforeAll
	static void start() throws Exception {
		broker = TestBroker.start();
		service = TestApplication.service(broker, "orders")
			.with(Orders.class, Functions.class)
			.properties("natsproxy.service.version=2.1.0", "natsproxy.service.description=Takes orders",
					"natsproxy.service.metadata.zone=north")
			.start();
		client = Nats.connect(broker.url());
	}

	@AfterAll
	static void stop() throws Exception {
		service.close();
		client.close();
		broker.close();
	}

	@AfterEach
	void closeOthers() {
		this.others.forEach(TestApplication::close);
	}

	private void open(TestApplication.Builder application) {
		this.others.add(application.start());
	}

	private static InfoResponse info(String name) {
		// Nobody there is no answer that jnats could read.
		return await().atMost(PATIENCE).ignoreExceptions().until(() -> {
			List<InfoResponse> found = new Discovery(client, 1000, 1).info(name);
			return found.isEmpty() ? null : found.get(0);
		}, (found) -> found != null);
	}

	/**
	 * Returns the metadata of an endpoint, without the hash of its schema.
	 */
	private static Map<String, String> metadata(InfoResponse info, String endpoint) {
		Map<String, String> metadata = new HashMap<>(endpoint(info, endpoint).getMetadata());
		metadata.remove("schema");
		return metadata;
	}

	private static Endpoint endpoint(InfoResponse info, String name) {
		return info.getEndpoints().stream().filter((each) -> each.getName().equals(name)).findFirst().orElseThrow();
	}

	private static EndpointStats stats(String service, String endpoint, long requests) {
		info(service);
		return await().atMost(PATIENCE)
			.until(() -> new Discovery(client, 5000, 1).stats(service)
				.stream()
				.map(StatsResponse::getEndpointStatsList)
				.flatMap(List::stream)
				.filter((each) -> each.getName().equals(endpoint))
				.findFirst()
				.orElse(null), (each) -> each != null && each.getNumRequests() >= requests);
	}

	private static String get(String subject) throws Exception {
		Message reply = client.request(subject, null, PATIENCE);
		return reply.getHeaders().getFirst("Natsproxy-Status") + " "
				+ new String(reply.getData(), StandardCharsets.UTF_8);
	}

	@Test
	void serviceTellsItsRoutesAndWhatIsKnownOfThem() {
		InfoResponse info = info("orders");
		assertThat(info.getVersion()).isEqualTo("2.1.0");
		assertThat(info.getDescription()).isEqualTo("Takes orders");
		assertThat(info.getMetadata()).containsEntry("zone", "north").containsEntry("natsproxy.protocol", "1");
		assertThat(info.getEndpoints()).extracting(Endpoint::getName)
			.containsExactlyInAnyOrder("GET_orders_id", "POST_orders", "GET_orders_events", "GET_orders_id_0-9_lines",
					"WEBSOCKET_orders_live", "GET_functions_id", "GET_orders_fail", "GET_rest");
		assertThat(endpoint(info, "GET_orders_id").getSubject()).isEqualTo("GET:.orders.*");
		assertThat(endpoint(info, "GET_orders_id").getQueueGroup()).isEqualTo("orders");
		assertThat(endpoint(info, "GET_orders_id").getMetadata().get("schema")).matches("[0-9a-f]{64}");
		assertThat(info.getMetadata().get("natsproxy.openapi")).matches("[0-9a-f]{64}");
		assertThat(endpoint(info, "GET_rest").getSubject()).isEqualTo("GET:.rest.>");
		assertThat(metadata(info, "GET_orders_id"))
			.isEqualTo(Map.of("method", "GET", "path", "/orders/{id}", "produces", "application/json, text/plain"));
		assertThat(metadata(info, "POST_orders"))
			.isEqualTo(Map.of("method", "POST", "path", "/orders", "consumes", "application/json"));
		assertThat(metadata(info, "GET_orders_events"))
			.isEqualTo(Map.of("method", "GET", "path", "/orders/events", "streams", "true"));
		assertThat(metadata(info, "WEBSOCKET_orders_live"))
			.isEqualTo(Map.of("method", "GET", "path", "/orders/live", "upgrade", "websocket"));
		assertThat(metadata(info, "GET_functions_id")).isEqualTo(Map.of("method", "GET", "path", "/functions/{id}"));
	}

	@Test
	void requestsCountForTheMethodOrFunctionThatHandlesThem() throws Exception {
		assertThat(get("GET:.orders.7.lines")).isEqualTo("200 digits");
		assertThat(stats("orders", "GET_orders_id_0-9_lines", 1).getNumErrors()).isZero();
		assertThat(get("GET:.functions.7")).isEqualTo("200 function");
		assertThat(stats("orders", "GET_functions_id", 1).getNumErrors()).isZero();
		assertThat(get("GET:.rest.a.b")).isEqualTo("200 rest");
		assertThat(get("GET:.rest")).isEqualTo("200 rest");
		assertThat(stats("orders", "GET_rest", 2).getAverageProcessingTime()).isPositive();
	}

	@Test
	void gatewayObservesRequestsByTheTemplatesOfRoutes() throws Exception {
		TestApplication gateway = TestApplication.gateway(broker)
			.with(Meters.class)
			.properties("natsproxy.agent.enabled=false")
			.start();
		this.others.add(gateway);
		MeterRegistry meters = gateway.bean(MeterRegistry.class);
		HttpClient http = HttpClient.create().baseUrl("http://localhost:" + gateway.port());
		for (String template : List.of("/functions/{id}", "/orders/{id:[0-9]+}/lines", "/rest/**")) {
			String path = template.replaceAll("\\{.*\\}|\\*\\*", "7");
			await().atMost(PATIENCE).until(() -> {
				http.get().uri(path).responseContent().then().block(PATIENCE);
				return meters.find("http.server.requests").tag("uri", template).tag("status", "200").timer() != null;
			});
		}
		http.get().uri("/nobody/there").responseContent().then().block(PATIENCE);
		await().atMost(PATIENCE)
			.until(() -> meters.find("http.server.requests").tag("uri", "/**").tag("status", "503").timer() != null);
	}

	@Test
	void exceptionOfAHandlerIsAnErrorOfWhichNothingIsTold() throws Exception {
		assertThat(get("GET:.orders.fail")).startsWith("500 ");
		EndpointStats stats = stats("orders", "GET_orders_fail", 1);
		assertThat(stats.getNumErrors()).isEqualTo(1);
		assertThat(stats.getLastError()).isEqualTo("500:Internal Server Error");
	}

	@Test
	void requestsInAnotherFormatCountToo() throws Exception {
		open(TestApplication.service(broker, "formats")
			.with(Formatted.class)
			.properties("natsproxy.subject-prefix=formats", "spring.autoconfigure.exclude=${tests.tracing}"));
		InfoResponse info = info("formats");
		assertThat(info.getMetadata()).containsEntry("natsproxy.formats", "go-nats-proxy");
		assertThat(info.getEndpoints()).extracting(Endpoint::getSubject).containsExactly("formats.GET:.formatted.*");
		GoMessageFormat format = new GoMessageFormat();
		byte[] request = format.encodeRequest(new FormatRequest(
				new RequestHead("GET", "/formatted/7", null, HeaderFields.EMPTY), new byte[0], null, null));
		Message reply = client.request(format.subjects("GET", "/formatted/7").get(0), request, PATIENCE);
		assertThat(new String(format.decodeResponse(reply.getData(), false).body(), StandardCharsets.UTF_8))
			.isEqualTo("formatted");
		assertThat(get("formats.GET:.formatted.7")).isEqualTo("200 formatted");
		assertThat(stats("formats", "GET_formatted_id", 2).getNumErrors()).isZero();
	}

	@Test
	void versionIsThatOfTheBuildAndPrefixesAreTheApplications() {
		open(TestApplication.service(broker, "my.stock")
			.with(Build.class, Functions.class)
			.properties("natsproxy.subject-prefix=shop", "natsproxy.discovery.prefix=ops.srv"));
		await().atMost(PATIENCE).until(() -> {
			Message reply = client.request("ops.srv.INFO.my_stock", null, Duration.ofSeconds(1));
			return reply != null && !reply.isStatusMessage()
					&& new String(reply.getData(), StandardCharsets.UTF_8).replace("\\/", "/")
						.contains("\"version\":\"3.4.0-SNAPSHOT\"")
					&& new String(reply.getData(), StandardCharsets.UTF_8)
						.contains("\"subject\":\"shop.GET:.functions.*\",\"queue_group\":\"my.stock\"");
		});
	}

	@Test
	void discoveryIsSwitchedOff() throws Exception {
		open(TestApplication.service(broker, "silent")
			.with(Functions.class)
			.properties("natsproxy.subject-prefix=silent", "natsproxy.discovery.enabled=false"));
		assertThat(get("silent.GET:.functions.7")).isEqualTo("200 function");
		assertThat(new Discovery(client, 500, 5).ping()).extracting(PingResponse::getName)
			.contains("orders")
			.doesNotContain("silent");
	}

	@Test
	void malformedSettingsFailTheStart() {
		for (String property : List.of("natsproxy.service.version=latest", "natsproxy.discovery.prefix=a.>",
				"natsproxy.service.metadata.a=" + "x".repeat(20_000))) {
			assertThatException()
				.isThrownBy(() -> TestApplication.service(broker, "wrong").properties(property).start().close())
				.havingRootCause()
				.matches((ex) -> ex.getMessage().contains("'latest'") || ex.getMessage().contains("'a.>'")
						|| ex.getMessage().contains("20001"));
		}
	}

	@Test
	void descriptionIsABeanThatApplicationsReplace() {
		open(TestApplication.service(broker, "own")
			.with(Functions.class, Own.class)
			.properties("natsproxy.subject-prefix=own"));
		assertThat(info("mine").getVersion()).isEqualTo("9.9.9");
	}

	@Test
	void upstreamsOfAnAgentAreServicesWhileTheyAreUp() throws Exception {
		AtomicInteger health = new AtomicInteger(200);
		DisposableServer server = HttpServer.create()
			.host("127.0.0.1")
			.port(0)
			.route((routes) -> routes.get("/health", (request, response) -> response.status(health.get()).send())
				.get("/php/fail", (request, response) -> response.status(503).send())
				.get("/php/{page}", (request, response) -> response.sendString(Mono.just("page"))))
			.bindNow();
		try {
			open(TestApplication.service(broker, "agent")
				.properties("natsproxy.service.enabled=false", "natsproxy.agent.upstreams[0].name=php",
						"natsproxy.agent.upstreams[0].paths=/php/**", "natsproxy.agent.upstreams[0].methods=GET,POST",
						"natsproxy.agent.upstreams[0].version=7.4.33", "natsproxy.agent.upstreams[0].description=Old",
						"natsproxy.agent.upstreams[0].response-timeout=3s",
						"natsproxy.agent.upstreams[0].metadata.team=legacy",
						"natsproxy.agent.upstreams[0].health=/health",
						"natsproxy.agent.upstreams[0].health-interval=100ms",
						"natsproxy.agent.upstreams[0].url=" + URI.create("http://127.0.0.1:" + server.port())));
			InfoResponse info = info("php");
			assertThat(info.getVersion()).isEqualTo("7.4.33");
			assertThat(info.getDescription()).isEqualTo("Old");
			assertThat(info.getMetadata()).containsEntry("team", "legacy");
			assertThat(info.getEndpoints()).extracting(Endpoint::getSubject)
				.containsExactlyInAnyOrder("GET:.php.>", "POST:.php.>");
			assertThat(metadata(info, "GET_php"))
				.isEqualTo(Map.of("method", "GET", "path", "/php/**", "timeout", "13000"));
			assertThat(get("GET:.php.index")).isEqualTo("200 page");
			assertThat(get("GET:.php.fail")).isEqualTo("503 ");
			EndpointStats stats = stats("php", "GET_php", 2);
			assertThat(stats.getNumErrors()).isEqualTo(1);
			assertThat(stats.getLastError()).isEqualTo("503:Service Unavailable");
			health.set(500);
			await().atMost(PATIENCE).until(() -> {
				Message reply = client.request("$SRV.PING.php", null, Duration.ofSeconds(1));
				return reply == null || reply.isStatusMessage();
			});
		}
		finally {
			server.disposeNow();
		}
	}

	@Test
	void exposedApplicationTellsThePatternsOfItsPaths() throws Exception {
		open(TestApplication.webFlux(broker, "exposed")
			.with(Http.class)
			.properties("natsproxy.agent.enabled=false", "natsproxy.service.web-server.enabled=false",
					"natsproxy.service.expose.paths=/http/**", "natsproxy.service.expose.methods=GET",
					"spring.application.version=4"));
		InfoResponse info = info("exposed");
		assertThat(info.getVersion()).isEqualTo("4.0.0");
		assertThat(info.getEndpoints()).hasSize(1);
		assertThat(endpoint(info, "GET_http").getMetadata()).isEqualTo(Map.of("method", "GET", "path", "/http/**"));
		assertThat(get("GET:.http.7")).isEqualTo("200 http 7");
		assertThat(get("GET:.http.fail.7")).startsWith("500 ");
		assertThat(stats("exposed", "GET_http", 2).getNumErrors()).isEqualTo(1);
	}

	@Test
	void webServerOnNatsTellsThatEveryPathIsItsOwn() throws Exception {
		open(TestApplication.webFlux(broker, "instead")
			.with(Http.class)
			.properties("natsproxy.agent.enabled=false", "natsproxy.subject-prefix=instead",
					"natsproxy.service.web-server.enabled=true"));
		InfoResponse info = info("instead");
		assertThat(info.getEndpoints()).extracting(Endpoint::getSubject).contains("instead.GET:.>", "instead.POST:.>");
		assertThat(info.getEndpoints()).extracting((each) -> each.getMetadata().get("path")).containsOnly("/**");
		assertThat(get("instead.GET:.http.7")).isEqualTo("200 http 7");
		assertThat(stats("instead", "GET", 1).getNumErrors()).isZero();
	}

	@Test
	void serviceThatStopsIsNotFoundAnyMore() throws Exception {
		TestApplication stopping = TestApplication.service(broker, "stopping")
			.with(Functions.class, Slow.class)
			.properties("natsproxy.subject-prefix=stopping")
			.start();
		CompletableFuture<Void> closed;
		CompletableFuture<Message> reply;
		try {
			info("stopping");
			reply = client.request("stopping.GET:.slow", null);
			await().atMost(PATIENCE).until(() -> stopping.inFlight() == 1);
		}
		finally {
			closed = CompletableFuture.runAsync(stopping::close);
		}
		await().atMost(PATIENCE).until(() -> {
			Message ping = client.request("$SRV.PING.stopping", null, Duration.ofSeconds(1));
			return ping == null || ping.isStatusMessage();
		});
		assertThat(reply).isNotDone();
		Slow.release.complete("slow");
		assertThat(new String(reply.get().getData(), StandardCharsets.UTF_8)).isEqualTo("slow");
		closed.get();
	}

	@NatsController
	static class Orders {

		@NatsGet(path = "/orders/{id}", produces = "application/json")
		String json(@PathVariable String id) {
			return "\"" + id + "\"";
		}

		@NatsGet(path = "/orders/{id}", produces = "text/plain")
		String text(@PathVariable String id) {
			return id;
		}

		@NatsPost(path = "/orders", consumes = "application/json")
		void order(@RequestBody String order) {
		}

		@NatsGet("/orders/events")
		Flux<ServerSentEvent<String>> events() {
			return Flux.empty();
		}

		@NatsGet("/orders/{id:[0-9]+}/lines")
		String digits() {
			return "digits";
		}

		@NatsGet("/orders/fail")
		Mono<String> fail() {
			return Mono.error(new IllegalStateException("secret"));
		}

		@NatsGet("/rest/**")
		String rest() {
			return "rest";
		}

		@NatsWebSocket("/orders/live")
		Flux<String> live() {
			return Flux.never();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Functions {

		@Bean
		@NatsRoutes
		RouterFunction<ServerResponse> functions() {
			return RouterFunctions.route()
				.path("/functions", (below) -> below.GET("/{id}",
						(request) -> ServerResponse.ok().contentType(MediaType.TEXT_PLAIN).bodyValue("function")))
				.build();
		}

	}

	@NatsController
	static class Formatted {

		@NatsGet(path = "/formatted/{id}", produces = "text/plain")
		String formatted() {
			return "formatted";
		}

	}

	@NatsController
	static class Slow {

		static final CompletableFuture<String> release = new CompletableFuture<>();

		@NatsGet("/slow")
		Mono<String> slow() {
			return Mono.fromFuture(release);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Build {

		@Bean
		BuildProperties buildProperties() {
			Properties properties = new Properties();
			properties.setProperty("version", "3.4-SNAPSHOT");
			return new BuildProperties(properties);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Own {

		@Bean
		ServiceDescription ownDescription() {
			return new ServiceDescription("mine", "9.9.9");
		}

	}

	@RestController
	static class Http {

		@GetMapping("/http/{id}")
		String get(@PathVariable String id) {
			return "http " + id;
		}

		@GetMapping("/http/fail/{id}")
		String fail(@PathVariable String id) {
			throw new IllegalStateException(id);
		}

	}

}
