package io.natsproxy.openapi;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.natsproxy.core.discovery.ServiceDocument;
import io.natsproxy.test.TestBroker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Services that tell what they like.
 */
@ExtendWith(OutputCaptureExtension.class)
class HostileServicesIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final HttpClient CLIENT = HttpClient.newHttpClient();

	/**
	 * What the services tell of themselves, by their names.
	 */
	private final Map<String, String> told = new ConcurrentHashMap<>();

	/**
	 * What they give for their documents, by their names.
	 */
	private final Map<String, byte[]> given = new ConcurrentHashMap<>();

	private void add(String name, String path, String hash, Object length, byte[] given) {
		this.given.put(name, given);
		this.told.put(name,
				"\"name\":\"" + name + "\",\"id\":\"ID-" + name
						+ "\",\"version\":\"1.0.0\",\"metadata\":{\"natsproxy.openapi\":\"" + hash
						+ "\",\"natsproxy.openapi.length\":\"" + length
						+ "\"},\"endpoints\":[{\"name\":\"e\",\"subject\":\"GET:." + path
						+ "\",\"metadata\":{\"method\":\"GET\",\"path\":\"/" + path + "\"}}]");
	}

	private void answer(Connection connection, Message message) {
		String[] tokens = message.getSubject().split("\\.");
		if (tokens[0].equals("natsproxy")) {
			byte[] content = this.given.get(tokens[2]);
			if (content == null) {
				// Of a service that is none of these.
				return;
			}
			String offset = (message.getHeaders() != null) ? message.getHeaders().getFirst("Natsproxy-Offset") : null;
			int from = Math.min((offset != null) ? Integer.parseInt(offset) : 0, content.length);
			byte[] piece = Arrays.copyOfRange(content, from, Math.min(content.length, from + 100_000));
			connection.publish(message.getReplyTo(), piece);
			return;
		}
		this.told.forEach((name, info) -> {
			if (tokens.length < 3 || tokens[2].equals(name)) {
				connection.publish(message.getReplyTo(),
						("{\"type\":\"io.nats.micro.v1." + tokens[1].toLowerCase(Locale.ROOT) + "_response\"," + info
								+ "}")
							.getBytes(StandardCharsets.UTF_8));
			}
		});
	}

	private static JsonNode document(int port, String path) throws Exception {
		return JsonMapper.shared()
			.readTree(CLIENT
				.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build(),
						HttpResponse.BodyHandlers.ofString())
				.body());
	}

	@Test
	void whatTheyTellIsBoundedAndLeftOutWithOneWarning(CapturedOutput output) throws Exception {
		byte[] fine = ("{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"<script>alert(1)</script>\"},\"paths\":{"
				+ "\"/alien\":{\"get\":{\"summary\":\"Own\"}},\"/orders/{id}\":{\"get\":{\"summary\":\"Stolen\"}}}}")
			.getBytes(StandardCharsets.UTF_8);
		byte[] deep = ("{\"openapi\":\"3.1.0\",\"paths\":" + "[".repeat(100_000)).getBytes(StandardCharsets.UTF_8);
		byte[] huge = new byte[50_000_000];
		add("lies", "lies", ServiceDocument.hash(deep), fine.length, fine);
		add("huge", "huge", ServiceDocument.hash(huge), huge.length, huge);
		add("longer", "longer", ServiceDocument.hash(fine), 10, huge);
		add("deep", "deep", ServiceDocument.hash(deep), deep.length, deep);
		add("alien", "alien", ServiceDocument.hash(fine), fine.length, fine);
		try (TestBroker broker = TestBroker.start();
				ConfigurableApplicationContext gateway = Applications.gateway(broker.url());
				ConfigurableApplicationContext honest = Applications.service(broker.url(), "orders",
						Applications.Orders.class)) {
			Connection connection = Nats.connect(broker.url());
			assertThat(honest.isRunning()).isTrue();
			int port = Applications.port(gateway);
			connection.createDispatcher((message) -> answer(connection, message))
				.subscribe("$SRV.>")
				.subscribe("natsproxy.document.*.*.*");
			connection.flush(PATIENCE);
			this.told.forEach((name, info) -> connection.publish("natsproxy.service.up",
					("{\"type\":\"io.nats.micro.v1.ping_response\"," + info + "}").getBytes(StandardCharsets.UTF_8)));
			await().atMost(PATIENCE).untilAsserted(() -> {
				JsonNode document = document(port, "/v3/api-docs");
				assertThat(document.path("paths").propertyNames()).contains("/orders/{id}", "/lies", "/huge", "/deep",
						"/alien", "/longer");
				assertThat(document.at("/paths/~1orders~1{id}/get/summary").asString("")).isEqualTo("Finds an order");
				assertThat(document.at("/paths/~1alien/get/summary").asString("")).isEqualTo("Own");
				for (String name : this.told.keySet()) {
					assertThat(output).contains("The OpenAPI document of service '" + name + "'");
				}
			});
			assertThat(document(port, "/v3/api-docs/alien").path("paths").propertyNames()).containsExactly("/alien");
			for (String name : this.told.keySet()) {
				assertThat(output.getOut().split("The OpenAPI document of service '" + name + "'", -1)).hasSize(2);
			}
			// On a busy machine a first attempt may have run out of time instead.
			Map.of("lies", "another hash", "longer", "another length", "huge", "50000000 bytes", "deep",
					"no JSON that is read", "alien", "1 operations are no routes")
				.forEach((name, fault) -> assertThat(output.getOut()).containsPattern(
						"service '" + name + "' is not shown as it is told: .*(" + fault + "|has not come in time)"));
			assertThat(document(port, "/orders/7").path("id").asInt()).isEqualTo(7);
			connection.close();
		}
	}

}
