package io.natsproxy.gateway.openapi;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.natsproxy.core.connection.NatsConnector;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.gateway.route.RouteTable;
import io.natsproxy.test.TestBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;
import org.springframework.mock.web.server.MockServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class OpenApiDocumentsTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static TestBroker broker;

	private static NatsConnector connector;

	private static NatsExchanges exchanges;

	private final RouteTable table = new RouteTable(exchanges, "$SRV", 10);

	private final OpenApiDocuments documents = new OpenApiDocuments(exchanges, this.table,
			new OpenApiOptions("bus", 1_000_000, 1_000_000));

	@BeforeAll
	static void connect() {
		broker = TestBroker.start();
		connector = new NatsConnector("test", "");
		exchanges = new NatsExchanges(connector.connectNow(connector.options().server(broker.url()).build()), "");
	}

	@AfterAll
	static void disconnect() {
		exchanges.close();
		connector.close();
		broker.close();
	}

	@Test
	void documentsAreMadeAfterEachStart() throws Exception {
		Map<String, String> told = new ConcurrentHashMap<>();
		Connection raw = Nats.connect(broker.url());
		try {
			raw.createDispatcher((message) -> {
				String[] tokens = message.getSubject().split("\\.");
				told.forEach((name, info) -> {
					if (tokens.length < 3 || tokens[2].equals(name)) {
						raw.publish(message.getReplyTo(), reply(tokens[1].toLowerCase(Locale.ROOT), info));
					}
				});
			}).subscribe("$SRV.>");
			raw.flush(PATIENCE);
			this.table.start();
			this.documents.start();
			tell(raw, told, "first");
			await().atMost(PATIENCE).until(() -> this.documents.view().service("first") != null);
			this.documents.stop();
			assertThat(this.documents.isRunning()).isFalse();
			this.documents.start();
			// While there is something to be merged.
			this.documents.stop();
			this.documents.start();
			tell(raw, told, "second");
			await().atMost(PATIENCE).until(() -> this.documents.view().service("second") != null);
			assertThat(this.documents.view().service("first")).isNotNull();
			this.documents.stop();
		}
		finally {
			this.documents.stop();
			this.table.stop();
			raw.close();
		}
	}

	private static void tell(Connection raw, Map<String, String> told, String name) {
		told.put(name,
				"\"name\":\"" + name + "\",\"id\":\"ID-" + name
						+ "\",\"version\":\"1.0.0\",\"metadata\":{},\"endpoints\":[{\"name\":\"e\",\"subject\":\"GET:."
						+ name + "\",\"metadata\":{\"method\":\"GET\",\"path\":\"/" + name + "\"}}]");
		raw.publish("natsproxy.service.up", reply("ping", told.get(name)));
	}

	private static byte[] reply(String kind, String info) {
		return ("{\"type\":\"io.nats.micro.v1." + kind + "_response\"," + info + "}").getBytes(StandardCharsets.UTF_8);
	}

	@Test
	void documentIsSentWithoutBeingCopied() {
		WrittenDocument document = this.documents.view().all();
		assertThat(document.rest().isReadOnly()).isTrue();
		MockServerHttpResponse got = answer(HttpMethod.GET);
		String body = got.getBodyAsString().block(PATIENCE);
		assertThat(body).isEqualTo(Views.text(document, "/"));
		assertThat(got.getHeaders().getContentLength()).isEqualTo(body.getBytes(StandardCharsets.UTF_8).length);
		assertThat(answer(HttpMethod.GET).getBodyAsString().block(PATIENCE)).isEqualTo(body);
		MockServerHttpResponse head = answer(HttpMethod.HEAD);
		assertThat(head.getHeaders().getContentLength()).isEqualTo(got.getHeaders().getContentLength());
		assertThat(head.getHeaders().getFirst(HttpHeaders.ETAG)).isEqualTo(got.getHeaders().getFirst(HttpHeaders.ETAG));
		assertThat(head.getBodyAsString().block(PATIENCE)).isEmpty();
	}

	private MockServerHttpResponse answer(HttpMethod method) {
		MockServerWebExchange exchange = MockServerWebExchange
			.from(MockServerHttpRequest.method(method, "/v3/api-docs"));
		new OpenApiHandler(this.documents, "/v3/api-docs").handle(exchange).block(PATIENCE);
		return exchange.getResponse();
	}

}
