package io.natsproxy.it.management;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import io.natsproxy.core.discovery.DiscoveredService;
import io.natsproxy.gateway.route.RouteTable;
import io.natsproxy.it.gateway.Peer;
import io.natsproxy.it.gateway.RawHttpClient;
import io.natsproxy.it.gateway.RawHttpClient.Response;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.MimeType;

import static io.natsproxy.it.gateway.RawHttpClient.get;
import static io.natsproxy.it.gateway.RawHttpClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The management endpoints of a service that has no port, as operators, probes and
 * Prometheus read them through a gateway.
 */
class ServiceManagementIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final String BASE = "/actuator/natsproxy";

	private static final String OPENMETRICS = "application/openmetrics-text;version=1.0.0";

	private static TestBroker broker;

	private static TestApplication orders;

	private static TestApplication gateway;

	private static String id;

	@BeforeAll
	static void start() {
		broker = TestBroker.start();
		orders = TestApplication.service(broker, "orders")
			.with(Orders.class, Endpoints.class)
			.properties("management.endpoints.web.exposure.include=health,prometheus,report",
					"natsproxy.management.enabled=true", "management.endpoint.health.show-components=always",
					"natsproxy.service.version=1.2.3")
			.start();
		gateway = TestApplication.gateway(broker)
			.with(Edge.class)
			.properties("spring.application.name=edge", "natsproxy.service.enabled=true",
					"natsproxy.management.enabled=true", "management.endpoints.web.exposure.include=natsproxy",
					"natsproxy.management.target=gateway.example:8081")
			.start();
		await().atMost(PATIENCE).until(() -> !instances("orders").isEmpty());
		id = instances("orders").get(0).id();
	}

	@AfterAll
	static void stop() {
		gateway.close();
		orders.close();
		broker.close();
	}

	private static List<DiscoveredService> instances(String name) {
		return gateway.bean(RouteTable.class)
			.services()
			.stream()
			.filter((service) -> service.name().equals(name))
			.toList();
	}

	private static Response read(String path, String... headers) {
		return get(gateway.port(), BASE + "/services/orders/" + id + "/" + path, headers);
	}

	@Test
	void healthHasItsStatusAndGroupsAndNoDetails() {
		Response health = read("health");
		assertThat(health.status()).isEqualTo(503);
		assertThat(health.header("Content-Type")).containsExactly("application/vnd.spring-boot.actuator.v3+json");
		assertThat(health.text()).contains("\"broken\"", "\"liveness\"").doesNotContain("s3cret");
		assertThat(read("health/liveness").status()).isEqualTo(200);
		assertThat(read("health/liveness").text()).contains("UP");
		assertThat(read("health/nothing").status()).isEqualTo(404);
	}

	@Test
	void formatIsTheOneThatIsAccepted() {
		Response text = read("prometheus");
		assertThat(text.header("Content-Type")).containsExactly("text/plain;version=0.0.4;charset=utf-8");
		assertThat(text.text()).isEqualTo("orders_total 1.0\n");
		Response other = read("report", "Accept: " + OPENMETRICS + ";q=1,*/*;q=0.1");
		assertThat(other.status()).isEqualTo(200);
		assertThat(read("report", "Accept: application/json").header("Content-Type"))
			.containsExactly("application/json");
	}

	@ParameterizedTest
	@ValueSource(strings = { "env", "beans", "nothing", "report/more", "../health", "%2e%2e/health", "%00",
			"health%2F..", "*", ">", "%0d%0aNatsproxy-Status:%20200" })
	void whatIsNotExposedIsNotThere(String path) {
		assertThat(read(path).status()).isIn(400, 404);
	}

	@ParameterizedTest
	@ValueSource(strings = { "orders/nobody", "nobody/{id}", "*/*", "orders/*", "%3E/%3E", "orders/{id}%2e",
			"orders.{id}/x", "orders%2F{id}", "%00/{id}", "orders/%0d%0a" })
	void onlyInstancesThatAreKnownAreAsked(String instance) {
		try (Peer peer = new Peer(broker)) {
			peer.ignore("natsproxy.management.>");
			String path = BASE + "/services/" + instance.replace("{id}", id) + "/health";
			assertThat(get(gateway.port(), path).status()).isIn(400, 404);
			assertThat(peer.subjects()).noneMatch((subject) -> subject.startsWith("natsproxy.management."));
		}
	}

	@Test
	void nothingCanBeWritten() {
		assertThat(
				RawHttpClient.exchange(gateway.port(), request("DELETE", BASE + "/services/orders/" + id + "/report"))
					.status())
			.isIn(404, 405);
	}

	@Test
	void instancesAreListed() {
		Response all = get(gateway.port(), BASE + "/services");
		assertThat(all.header("Content-Type")).containsExactly("application/json");
		assertThat(all.text()).contains("\"name\":\"orders\"", "\"id\":\"" + id + "\"",
				"\"endpoints\":[\"health\",\"prometheus\",\"report\"]");
		assertThat(get(gateway.port(), BASE + "/services/orders").text()).contains(id);
		assertThat(get(gateway.port(), BASE + "/services/nobody").status()).isEqualTo(404);
		assertThat(get(gateway.port(), BASE).text()).contains("\"connections\"");
	}

	@Test
	void prometheusDiscoversInstances() {
		Response targets = get(gateway.port(), BASE + "/prometheus");
		assertThat(targets.header("Content-Type")).containsExactly("application/json");
		List<?> read = JsonMapper.shared().readValue(targets.text(), List.class);
		String path = BASE + "/services/orders/" + id + "/prometheus";
		assertThat(read).hasSize(1)
			.first()
			.isEqualTo(Map.of("targets", List.of("gateway.example:8081"), "labels",
					Map.of("__metrics_path__", path, "service", "orders", "instance", id, "version", "1.2.3")));
		assertThat(get(gateway.port(), path).text()).contains("orders_total");
	}

	@Test
	void servicesAreNotReadByWayOfAnotherGateway() {
		await().atMost(PATIENCE).until(() -> !instances("edge").isEmpty());
		assertThat(instances("edge").get(0).managementEndpoints()).containsExactly("natsproxy");
		String self = BASE + "/services/edge/" + instances("edge").get(0).id() + "/natsproxy";
		assertThat(get(gateway.port(), self).text()).contains("\"connections\"");
		assertThat(get(gateway.port(), self + "/services").status()).isEqualTo(404);
		assertThat(get(gateway.port(), self + "/prometheus").status()).isEqualTo(404);
		assertThat(get(gateway.port(), self + "/services/orders/" + id + "/health").status()).isEqualTo(404);
	}

	@Test
	void slowEndpointKeepsNoRequestOfTheServiceBack() throws Exception {
		Endpoints.entered = new CountDownLatch(1);
		Endpoints.released = new CountDownLatch(1);
		try (RawHttpClient client = new RawHttpClient(gateway.port())) {
			client.send(request("GET", BASE + "/services/orders/" + id + "/report?wait=true&pattern=wait"));
			Endpoints.entered.await();
			assertThat(get(gateway.port(), "/orders").text()).isEqualTo("orders");
			Endpoints.released.countDown();
			assertThat(client.read(false).status()).isEqualTo(200);
		}
	}

	@Test
	void whatABrowserMightRunIsBytes() {
		try (Peer peer = new Peer(broker)) {
			peer.answer("natsproxy.management.hostile.1", "<script>", "Natsproxy-Status", "200", "Content-Type",
					"text/html");
			peer.on("$SRV.INFO.hostile.1",
					(message) -> peer.connection()
						.publish(message.getReplyTo(), json("info_response", "hostile", "1",
								",\"metadata\":{\"natsproxy.management\":\"health,<b>\"},\"endpoints\":[]")));
			peer.connection().publish("natsproxy.service.up", json("ping_response", "hostile", "1", ""));
			await().atMost(PATIENCE).until(() -> !instances("hostile").isEmpty());
			assertThat(instances("hostile").get(0).managementEndpoints()).containsExactly("health");
			Response response = get(gateway.port(), BASE + "/services/hostile/1/health");
			assertThat(response.header("Content-Type")).containsExactly("application/octet-stream");
		}
	}

	@Test
	void instanceThatHasJustEndedIsUnavailable() {
		try (Peer peer = new Peer(broker)) {
			peer.on("$SRV.INFO.ended.2",
					(message) -> peer.connection()
						.publish(message.getReplyTo(), json("info_response", "ended", "2",
								",\"metadata\":{\"natsproxy.management\":\"health\"},\"endpoints\":[]")));
			peer.connection().publish("natsproxy.service.up", json("ping_response", "ended", "2", ""));
			await().atMost(PATIENCE).until(() -> !instances("ended").isEmpty());
			assertThat(get(gateway.port(), BASE + "/services/ended/2/health").status()).isEqualTo(503);
		}
	}

	private static byte[] json(String type, String name, String id, String rest) {
		return ("{\"type\":\"io.nats.micro.v1." + type + "\",\"name\":\"" + name + "\",\"id\":\"" + id
				+ "\",\"version\":\"1.0.0\"" + rest + "}")
			.getBytes(StandardCharsets.UTF_8);
	}

	@NatsController
	static class Edge {

		@NatsGet("/edge")
		String edge() {
			return "edge";
		}

	}

	@NatsController
	static class Orders {

		@NatsGet("/orders")
		String orders() {
			return "orders";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Endpoints {

		static volatile CountDownLatch entered = new CountDownLatch(0);

		static volatile CountDownLatch released = new CountDownLatch(0);

		@Bean
		HealthIndicator broken() {
			return () -> Health.down().withDetail("password", "s3cret").build();
		}

		@Bean
		PrometheusText prometheusText() {
			return new PrometheusText();
		}

		@Bean
		Report report() {
			return new Report();
		}

	}

	@WebEndpoint(id = "prometheus")
	static class PrometheusText {

		@ReadOperation(produces = "text/plain;version=0.0.4;charset=utf-8")
		WebEndpointResponse<byte[]> scrape() {
			return new WebEndpointResponse<>("orders_total 1.0\n".getBytes(StandardCharsets.UTF_8), 200,
					MimeType.valueOf("text/plain;version=0.0.4;charset=utf-8"));
		}

	}

	@Endpoint(id = "report")
	static class Report {

		@ReadOperation
		Map<String, Object> report(@Nullable String pattern) throws InterruptedException {
			if ("wait".equals(pattern)) {
				Endpoints.entered.countDown();
				Endpoints.released.await();
			}
			return Map.of("orders", 1);
		}

	}

}
