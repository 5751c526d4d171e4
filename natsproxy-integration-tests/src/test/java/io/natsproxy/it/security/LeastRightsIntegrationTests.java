package io.natsproxy.it.security;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.natsproxy.client.autoconfigure.NatsClientAutoConfiguration;
import io.natsproxy.core.discovery.DiscoveredService;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.management.ManagementReader;
import io.natsproxy.core.management.ManagementRequest;
import io.natsproxy.core.management.ManagementResponse;
import io.natsproxy.core.websocket.WebSocketEvent;
import io.natsproxy.gateway.route.RouteTable;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.webflux.websocket.NatsWebSockets;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * One account, with users who may do no more than they need.
 */
class LeastRightsIntegrationTests extends AbstractOrdersTests {

	private static ServerConfiguration server;

	private static TestApplication service;

	private static TestApplication gateway;

	@BeforeAll
	static void start() throws Exception {
		server = ServerConfiguration.start("least-rights.conf");
		service = server.service(ServerConfiguration.privateInboxes("orders", "gateway", "caller"));
		gateway = server.gateway(ServerConfiguration.privateInboxes("gateway", "orders", "caller"));
	}

	@AfterAll
	static void stop() {
		for (AutoCloseable opened : new AutoCloseable[] { gateway, service, server }) {
			if (opened != null) {
				try {
					opened.close();
				}
				catch (Exception ex) {
					throw new IllegalStateException(ex);
				}
			}
		}
	}

	@Override
	TestApplication gateway() {
		return gateway;
	}

	@Override
	TestApplication service() {
		return service;
	}

	@Test
	void clientThatLeavesBeforeTheHeadOfTheResponseCancelsTheHandler() throws Exception {
		try (Socket socket = new Socket("localhost", gateway.port())) {
			socket.getOutputStream()
				.write("GET /orders/wait HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
			Awaitility.await().atMost(TestClient.PATIENCE).until(() -> service.inFlight() > 0);
		}
		service.bean(Orders.class).awaitEnd("wait cancel");
	}

	@Test
	void webSocketsGroupsCommandsAndEventsWork() throws Exception {
		Queue<WebSocketEvent.Type> events = new ConcurrentLinkedQueue<>();
		NatsWebSockets sockets = service.bean(NatsWebSockets.class);
		Disposable listening = sockets.events().map(WebSocketEvent::type).subscribe(events::add, (ex) -> {
		});
		try (TestClient.Socket first = client().socket("/orders/socket/a");
				TestClient.Socket second = client().socket("/orders/socket/b")) {
			first.send("hello");
			assertThat(first.next()).isEqualTo("echo hello");
			second.send("hello");
			assertThat(second.next()).isEqualTo("echo hello");
			sockets.broadcastText("all", "to all").block(TestClient.PATIENCE);
			assertThat(first.next()).isEqualTo("to all");
			assertThat(second.next()).isEqualTo("to all");
		}
		Awaitility.await().atMost(TestClient.PATIENCE).until(() -> events.contains(WebSocketEvent.Type.DISCONNECTED));
		listening.dispose();
	}

	@Test
	void gatewayReadsManagementEndpoints() {
		RouteTable routes = gateway.bean(RouteTable.class);
		Awaitility.await().atMost(TestClient.PATIENCE).until(() -> !routes.services().isEmpty());
		DiscoveredService instance = routes.services().get(0);
		assertThat(instance.managementEndpoints()).containsExactly("health");
		try (ManagementReader reader = new ManagementReader(gateway.bean(NatsExchanges.class), Schedulers.parallel())) {
			assertThat(reader.read(instance.name(), instance.id(), new ManagementRequest("/health/liveness", null))
				.block(TestClient.PATIENCE)).extracting(ManagementResponse::status).isEqualTo(200);
		}
	}

	@Test
	void callerCallsWhatItMayAndNothingElse() {
		try (TestApplication caller = TestApplication.service(server.url(), "caller")
			.properties("natsproxy.client.timeout=10m", "natsproxy.service.enabled=false")
			.properties(ServerConfiguration.privateInboxes("caller", "orders"))
			.start()) {
			WebClient client = BeanFactoryAnnotationUtils
				.qualifiedBeanOfType(caller.context().getBeanFactory(), WebClient.Builder.class,
						NatsClientAutoConfiguration.QUALIFIER)
				.baseUrl("http://orders")
				.codecs((codecs) -> codecs.defaultCodecs().maxInMemorySize(4_000_000))
				.build();
			assertThat(client.get().uri("/orders/7").retrieve().bodyToMono(String.class).block(TestClient.PATIENCE))
				.isEqualTo("order 7");
			assertThat(
					client.get().uri("/orders/export").retrieve().bodyToMono(byte[].class).block(TestClient.PATIENCE))
				.hasSize(3_000_000);
			assertThatExceptionOfType(WebClientRequestException.class)
				.isThrownBy(() -> client.post()
					.uri("/orders")
					.bodyValue("tea")
					.retrieve()
					.bodyToMono(String.class)
					.block(TestClient.PATIENCE))
				.withMessageContaining("POST:.orders");
		}
	}

	@ParameterizedTest
	@CsvSource({ "orders, GET:.orders.7", "orders, POST:.orders", "orders, natsproxy.cancel", "orders, _INBOX.a",
			"orders, $JS.API.INFO", "caller, POST:.orders", "caller, GET:.admin", "caller, natsproxy.ws.group.all",
			"caller, natsproxy.ws.socket.a.b", "caller, natsproxy.ws.event.connected.a", "caller, _INBOX_gateway.a",
			"caller, natsproxy.management.orders.a", "orders, natsproxy.management.orders.a",
			"gateway, natsproxy.ws.group.all", "gateway, natsproxy.ws.socket.a.b", "gateway, _INBOX.a" })
	void userMayNotPublish(String user, String subject) throws Exception {
		assertThat(denied(user, (connection) -> connection.publish(subject, new byte[0])))
			.contains("Publish to \"" + subject + "\"");
	}

	@ParameterizedTest
	@CsvSource({ "orders, >", "orders, _INBOX_gateway.>", "orders, _INBOX_caller.>", "orders, GET:.>",
			"orders, GET:.orders.7", "orders, natsproxy.ws.group.all", "caller, >", "caller, _INBOX_gateway.>",
			"caller, _INBOX_orders.>", "caller, GET:.orders.>", "caller, natsproxy.cancel", "gateway, >",
			"gateway, GET:.orders.>", "gateway, _INBOX_caller.>", "gateway, natsproxy.ws.event.>" })
	void userMayNotSubscribe(String user, String subject) throws Exception {
		assertThat(denied(user, (connection) -> connection.subscribe(subject)))
			.contains("Subscription to \"" + subject + "\"");
	}

	@Test
	void serviceMayNotJoinTheQueueGroupOfAnother() throws Exception {
		assertThat(denied("orders", (connection) -> connection.subscribe("GET:.orders.7", "stock")))
			.contains("Subscription to \"GET:.orders.7\" using queue \"stock\"");
		assertThat(denied("orders", (connection) -> connection.subscribe("GET:.stock.7", "orders")))
			.contains("Subscription to \"GET:.stock.7\"");
	}

	/**
	 * Does something as a user, and returns the errors of the server.
	 */
	private static String denied(String user, java.util.function.Consumer<Connection> action)
			throws IOException, InterruptedException {
		Queue<String> errors = new ConcurrentLinkedQueue<>();
		Options options = Options.builder()
			.server(server.url())
			.userInfo(user, user + "-secret")
			.errorListener(new ErrorListener() {

				@Override
				public void errorOccurred(Connection connection, String error) {
					errors.add(error);
				}

			})
			.build();
		Connection connection = Nats.connect(options);
		try {
			action.accept(connection);
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !errors.isEmpty());
		}
		finally {
			connection.close();
		}
		return String.join("\n", errors);
	}

}
