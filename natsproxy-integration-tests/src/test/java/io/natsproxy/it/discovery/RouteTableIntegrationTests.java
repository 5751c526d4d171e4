package io.natsproxy.it.discovery;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.gateway.route.KnownRoute;
import io.natsproxy.gateway.route.RouteTable;
import io.natsproxy.it.gateway.Peer;
import io.natsproxy.it.gateway.RawHttpClient;
import io.natsproxy.it.gateway.RawHttpClient.Response;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsPost;
import io.natsproxy.webflux.annotation.NatsTimeout;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;

import static io.natsproxy.it.gateway.ProblemAssert.assertProblem;
import static io.natsproxy.it.gateway.RawHttpClient.get;
import static io.natsproxy.it.gateway.RawHttpClient.post;
import static io.natsproxy.it.gateway.RawHttpClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a gateway makes of the routes that services tell it.
 */
@ExtendWith(OutputCaptureExtension.class)
class RouteTableIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	/**
	 * Longer than any of these tests.
	 */
	private static final String LONG = "10m";

	private static TestBroker broker;

	private static TestApplication orders;

	private static TestApplication open;

	private static TestApplication discovered;

	private Peer peer;

	@BeforeAll
	static void start() {
		broker = TestBroker.start();
		orders = TestApplication.service(broker, "orders").with(Orders.class).start();
		open = gateway("open");
		discovered = gateway("discovered");
	}

	private static TestApplication gateway(String mode) {
		return TestApplication.gateway(broker)
			.properties("natsproxy.gateway.route-mode=" + mode, "natsproxy.gateway.no-responders-status=auto",
					"natsproxy.gateway.timeout=" + LONG)
			.start();
	}

	@AfterAll
	static void stop() {
		discovered.close();
		open.close();
		orders.close();
		broker.close();
	}

	@BeforeEach
	void connect() {
		this.peer = new Peer(broker);
		awaitComplete(open);
		awaitComplete(discovered);
		awaitInterestHidden(open, false);
	}

	@AfterEach
	void disconnect() {
		this.peer.close();
	}

	private static RouteTable table(TestApplication gateway) {
		return gateway.bean(RouteTable.class);
	}

	private static void awaitComplete(TestApplication gateway) {
		await().atMost(PATIENCE)
			.until(() -> table(gateway).isComplete() && table(gateway).find("GET", "/orders/7") != null);
	}

	private static void awaitInterestHidden(TestApplication gateway, boolean hidden) {
		await().atMost(PATIENCE).until(() -> table(gateway).isInterestHidden() == hidden);
	}

	@Test
	void reasonsAreToldApartWithoutAQuestion(CapturedOutput output) {
		assertProblem(get(open.port(), "/nobody/here"), 404);
		this.peer.ignore("OPTIONS:.>");
		assertWhatIsToldApart(open, "gone-open", output);
		assertThat(this.peer.subjects()).isEmpty();
	}

	@Test
	void reasonsAreToldApartWhileSomebodySubscribesToEverything(CapturedOutput output) {
		this.peer.ignore(">");
		awaitInterestHidden(open, true);
		assertWhatIsToldApart(open, "gone-hidden", output);
		assertProblem(get(discovered.port(), "/nobody/here"), 404);
		assertWhatIsToldApart(discovered, "gone-discovered", output);
	}

	private static void assertWhatIsToldApart(TestApplication gateway, String name, CapturedOutput output) {
		Response wrongMethod = RawHttpClient.exchange(gateway.port(), request("DELETE", "/orders/7"));
		assertProblem(wrongMethod, 405);
		assertThat(wrongMethod.header("Allow")).containsExactly("GET,HEAD,OPTIONS");
		TestApplication gone = TestApplication.service(broker, name)
			.with(Prefixed.class)
			.properties("tests.path=" + name)
			.start();
		try (gone) {
			await().atMost(PATIENCE).until(() -> table(gateway).find("GET", "/" + name) != null);
			assertThat(get(gateway.port(), "/" + name).text()).isEqualTo("prefixed");
		}
		await().atMost(PATIENCE).until(() -> table(gateway).find("GET", "/" + name) == null);
		awaitComplete(gateway);
		Response unavailable = get(gateway.port(), "/" + name);
		assertThat(assertProblem(unavailable, 503)).doesNotContain(name);
		assertThat(unavailable.header("Retry-After")).isNotEmpty();
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(output.getAll()).contains("no instance of '" + name + "' is there"));
	}

	@Test
	void serviceThatIsNotDiscoveredIsReachedWhateverTheTableSays() {
		TestApplication quiet = TestApplication.service(broker, "quiet")
			.with(Prefixed.class)
			.properties("natsproxy.discovery.enabled=false", "tests.path=quiet")
			.start();
		try (quiet) {
			assertProblem(get(discovered.port(), "/quiet"), 404);
			this.peer.ignore(">");
			TestApplication gateway = gateway("open");
			try (gateway) {
				awaitComplete(gateway);
				awaitInterestHidden(gateway, true);
				assertThat(get(gateway.port(), "/quiet").text()).isEqualTo("prefixed");
				assertThat(table(gateway).hasUndiscovered()).isTrue();
			}
		}
	}

	@Test
	void whatIsNotDeclaredIsRefusedBeforeABodyIsRead() {
		this.peer.answer("POST:.hidden", "seen", "Natsproxy-Status", "200");
		try (RawHttpClient client = new RawHttpClient(discovered.port())) {
			client.send("POST /hidden HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\nExpect: 100-continue\r\n\r\n");
			assertProblem(client.read(), 404);
		}
		assertThat(this.peer.subjects()).isEmpty();
		assertThat(RawHttpClient.exchange(discovered.port(), post("/orders", "new")).text()).isEqualTo("new");
		assertThat(get(discovered.port(), "/orders/7").text()).isEqualTo("order 7");
		assertThat(RawHttpClient.exchange(discovered.port(), request("HEAD", "/orders/7")).status()).isEqualTo(200);
		assertThat(RawHttpClient.exchange(discovered.port(), request("OPTIONS", "/orders/7")).header("Allow"))
			.isNotEmpty();
	}

	@Test
	void handshakeOfAWebSocketThatIsNotDeclaredIsRefused() {
		this.peer.ignore("GET:.hidden.socket");
		try (RawHttpClient client = new RawHttpClient(discovered.port())) {
			client.send("GET /hidden/socket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
					+ "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
			assertProblem(client.read(), 404);
		}
		assertThat(this.peer.subjects()).isEmpty();
	}

	@Test
	void annotationTellsHowLongAHandlerTakes() {
		assertThat(table(open).find("GET", "/orders/7")).extracting(KnownRoute::timeout)
			.isEqualTo(Duration.ofSeconds(90));
		assertThat(table(open).find("POST", "/orders")).extracting(KnownRoute::timeout).isNull();
	}

	@Test
	void serviceIsWaitedForAsLongAsItSays() {
		this.peer.ignore("GET:.timed")
			.on("$SRV.INFO.timed.1", (message) -> this.peer.connection()
				.publish(message.getReplyTo(), json("info_response", ",\"endpoints\":[{\"name\":\"timed\",\"subject\":"
						+ "\"GET:.timed\",\"metadata\":{\"method\":\"GET\",\"path\":\"/timed\",\"timeout\":\"100\"}}]")));
		this.peer.connection().publish("natsproxy.service.up", json("ping_response", ""));
		await().atMost(PATIENCE).until(() -> table(open).find("GET", "/timed") != null);
		assertThat(table(open).find("GET", "/timed")).extracting(KnownRoute::timeout).isEqualTo(Duration.ofMillis(100));
		assertThat(assertProblem(get(open.port(), "/timed"), 504)).contains("1100 ms");
		this.peer.connection().publish("natsproxy.service.down", json("ping_response", ""));
	}

	private static byte[] json(String type, String rest) {
		return ("{\"type\":\"io.nats.micro.v1." + type + "\",\"name\":\"timed\",\"id\":\"1\",\"version\":\"1.0.0\""
				+ rest + "}")
			.getBytes(StandardCharsets.UTF_8);
	}

	@Test
	void tableIsRightSoonAfterServicesRestart() {
		for (int i = 0; i < 2; i++) {
			TestApplication restarted = TestApplication.service(broker, "restarted")
				.with(Prefixed.class)
				.properties("tests.path=restarted")
				.start();
			try (restarted) {
				await().atMost(PATIENCE).until(() -> table(open).find("GET", "/restarted") != null);
				assertThat(table(open).services()).filteredOn((service) -> service.name().equals("restarted"))
					.hasSize(1);
				assertThat(get(open.port(), "/restarted").status()).isEqualTo(200);
			}
			await().atMost(PATIENCE).until(() -> table(open).find("GET", "/restarted") == null);
		}
		assertThat(ExchangeFailure.NO_RESPONDERS.status()).isEqualTo(get(open.port(), "/restarted").status());
	}

	@NatsController
	static class Orders {

		@NatsTimeout("90s")
		@NatsGet("/orders/{id}")
		String order(@PathVariable String id) {
			return "order " + id;
		}

		@NatsPost("/orders")
		String add(@RequestBody String body) {
			return body;
		}

	}

	@NatsController
	static class Prefixed {

		@NatsGet("/${tests.path}")
		String get() {
			return "prefixed";
		}

	}

}
