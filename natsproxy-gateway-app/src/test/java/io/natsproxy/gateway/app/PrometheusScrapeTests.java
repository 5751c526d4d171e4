package io.natsproxy.gateway.app;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.nats.client.Connection;
import io.natsproxy.broker.EmbeddedNatsBroker;
import io.natsproxy.core.connection.NatsConnector;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.exchange.listener.NatsListener;
import io.natsproxy.core.exchange.listener.NatsListenerOptions;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.stream.BodyChunks;
import io.natsproxy.core.websocket.NatsWebSocketOptions;
import io.natsproxy.core.websocket.WebSocketClose;
import io.natsproxy.core.websocket.WebSocketConnection;
import io.natsproxy.core.websocket.service.WebSocketAcceptor;
import io.natsproxy.core.wire.ResponseHead;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The application is scraped at its management port, and has the meters of the
 * documentation.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = { "natsproxy.embedded.enabled=true",
		"management.server.port=0", "natsproxy.gateway.no-responders-status=service-unavailable" })
class PrometheusScrapeTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final Executor EXECUTOR = Schedulers.boundedElastic()::schedule;

	private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-z_:]+)(?:\\{[^}]*})? ");

	private final int port;

	private final WebTestClient client;

	private final WebTestClient management;

	private final NatsConnector connector = new NatsConnector("service", "");

	private final NatsExchanges exchanges;

	private final WebSocketAcceptor sockets;

	private final NatsListener listener;

	PrometheusScrapeTests(@LocalServerPort int port, @LocalManagementPort int managementPort,
			@Autowired EmbeddedNatsBroker broker) {
		this.port = port;
		this.client = client(port);
		this.management = client(managementPort);
		Connection connection = this.connector.connectNow(this.connector.options().server(broker.url()).build());
		this.exchanges = new NatsExchanges(connection, "");
		this.sockets = new WebSocketAcceptor(this.exchanges, NatsWebSocketOptions.DEFAULTS);
		this.listener = new NatsListener(this.exchanges, new NatsListenerOptions("measured"), this::handle);
	}

	private static WebTestClient client(int port) {
		return WebTestClient.bindToServer().baseUrl("http://localhost:" + port).responseTimeout(PATIENCE).build();
	}

	@BeforeEach
	void serve() {
		this.listener.start(List.of("GET:.measured.*"));
	}

	@AfterEach
	void stop() throws InterruptedException {
		this.listener.drain(PATIENCE);
		this.sockets.close();
		this.exchanges.close();
		this.connector.close();
	}

	private void handle(IncomingExchange exchange) {
		ResponseHead ok = new ResponseHead(200, HeaderFields.EMPTY);
		byte[] body = "Hello".getBytes(StandardCharsets.UTF_8);
		if (exchange.socketId() != null) {
			WebSocketConnection socket = this.sockets.accept(exchange, HeaderFields.EMPTY, EXECUTOR);
			socket.receive().subscribe(null, null, this.sockets::handled);
			socket.close(WebSocketClose.NORMAL);
		}
		else if (exchange.head().path().endsWith("stream")) {
			exchange.write(ok, Flux.just(BodyChunks.FLUSH, body), EXECUTOR)
				.subscribe(null, null, () -> exchange.complete(ok));
		}
		else {
			exchange.reply(ok, body);
		}
	}

	private String scrape() {
		return this.management.get()
			.uri("/actuator/prometheus")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(String.class)
			.returnResult()
			.getResponseBody();
	}

	private static Set<String> names(String scrape) {
		return SAMPLE.matcher(scrape)
			.results()
			.map((sample) -> sample.group(1))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	/**
	 * Returns the sum of the samples of a name that have some labels.
	 */
	private static double value(String scrape, String name, String... labels) {
		return Pattern.compile("(?m)^" + name + "(\\{[^}]*})? (\\S+)$")
			.matcher(scrape)
			.results()
			.filter((sample) -> List.of(labels).stream().allMatch(String.valueOf(sample.group(1))::contains))
			.map((MatchResult sample) -> sample.group(2))
			.mapToDouble(Double::parseDouble)
			.sum();
	}

	private static void assertMore(double more, String before, String after, String name, String... labels) {
		assertThat(value(after, name, labels) - value(before, name, labels)).as(name).isEqualTo(more);
	}

	private void get(String path) {
		this.client.get().uri(path).exchange().expectStatus().isOk().expectBody(String.class).isEqualTo("Hello");
	}

	@Test
	void everyMeterOfTheDocumentationIsThereAndNoOther() throws IOException {
		String before = scrape();
		get("/measured/one");
		get("/measured/stream");
		new ReactorNettyWebSocketClient()
			.execute(URI.create("ws://localhost:" + this.port + "/measured/socket"),
					(session) -> session.receive().then(Mono.empty()))
			.block(PATIENCE);
		await().atMost(PATIENCE).untilAsserted(() -> {
			String scrape = scrape();
			assertMore(3, before, scrape, "natsproxy_exchanges_total", "side=\"caller\"", "outcome=\"answered\"");
			assertMore(1, before, scrape, "natsproxy_streams_total", "side=\"caller\"", "end=\"complete\"");
			assertMore(10, before, scrape, "natsproxy_exchanges_bytes_total", "side=\"caller\"", "body=\"response\"");
			assertMore(1, before, scrape, "natsproxy_websockets_closed_total", "side=\"caller\"", "code=\"1000\"");
			assertMore(2, before, scrape, "http_server_requests_seconds_count", "uri=\"/**\"", "status=\"200\"");
			assertThat(value(scrape, "natsproxy_connection_state", "state=\"connected\"")).isPositive();
			assertThat(value(scrape, "natsproxy_connection_rtt_seconds")).isPositive();
		});
		Set<String> scraped = names(scrape());
		DocumentedMetrics documented = DocumentedMetrics.read();
		assertThat(documented.all()).hasSizeGreaterThan(30)
			.filteredOn((metric) -> !metric.conditional())
			.allSatisfy((metric) -> assertThat(scraped).containsAll(metric.series()));
		assertThat(scraped).filteredOn((name) -> name.startsWith("natsproxy_") && !name.endsWith("_max"))
			.isSubsetOf(documented.series());
	}

	/**
	 * Clients cannot read them.
	 */
	@Test
	void thePortOfClientsHasNoMetrics() {
		this.client.get()
			.uri("/actuator/prometheus")
			.exchange()
			.expectStatus()
			.value((status) -> assertThat(status).isIn(404, 503));
		this.management.get()
			.uri("/actuator/health/readiness")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.returnResult();
		this.management.get().uri("/actuator/env").exchange().expectStatus().isNotFound().expectBody().returnResult();
	}

}
