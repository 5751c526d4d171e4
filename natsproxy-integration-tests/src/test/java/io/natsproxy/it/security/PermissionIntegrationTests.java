package io.natsproxy.it.security;

import java.io.InputStream;
import java.net.http.HttpResponse;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.PermissionFront;
import io.natsproxy.test.TestBroker;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.IndicatedHealthDescriptor;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * A server that does not permit everything to a gateway, whose time-out is longer than
 * any of these tests may take.
 */
@Timeout(60)
class PermissionIntegrationTests {

	private static TestBroker broker;

	private static PermissionFront front;

	private static TestApplication service;

	private static TestApplication gateway;

	private static TestClient client;

	@BeforeAll
	static void start() {
		broker = TestBroker.start();
		front = new PermissionFront(broker);
		service = Orders.service(broker.url()).start();
		gateway = TestApplication.gateway(broker).properties(properties(front)).start();
		client = new TestClient(gateway.port());
	}

	private static String[] properties(PermissionFront front) {
		return new String[] { "natsproxy.nats.servers=" + front.url(), "natsproxy.gateway.timeout=10m",
				"natsproxy.gateway.max-in-flight=20", "natsproxy.gateway.websocket.handshake-timeout=10m" };
	}

	@AfterAll
	static void stop() {
		gateway.close();
		service.close();
		front.close();
		broker.close();
	}

	@AfterEach
	void permitAll() {
		front.permitPublish((subject) -> true);
		front.permitSubscribe((subject) -> true);
	}

	@Test
	void requestsThatMayNotBePublishedFailAtOnceAndHoldNoPlace() throws Exception {
		front.permitPublish((subject) -> !subject.equals("GET:.secret"));
		for (int i = 0; i < 60; i++) {
			HttpResponse<String> response = client.get("/secret");
			assertThat(response.statusCode()).isEqualTo(502);
			assertThat(response.body()).contains("may not be passed on").doesNotContain("GET:");
			assertThat(response.headers().firstValue("Retry-After")).isEmpty();
		}
		assertThat(client.get("/orders/7").body()).isEqualTo("order 7");
		assertThat(gateway.inFlight()).isZero();
	}

	@Test
	void clientsCannotFillTheLogWithSubjectsThatAreNotPermitted() throws Exception {
		front.permitPublish((subject) -> !subject.startsWith("GET:.secrets"));
		Logger logger = (Logger) LoggerFactory.getLogger("io.natsproxy.connection");
		ListAppender<ILoggingEvent> lines = new ListAppender<>();
		lines.start();
		logger.addAppender(lines);
		try {
			for (int i = 0; i < 50; i++) {
				assertThat(client.get("/secrets/" + i).statusCode()).isEqualTo(502);
			}
		}
		finally {
			logger.detachAppender(lines);
		}
		assertThat(lines.list.stream().filter((line) -> line.getLevel().isGreaterOrEqual(Level.WARN)).count())
			.isLessThan(10);
	}

	@Test
	void probeForOtherMethodsThatMayNotBePublishedChangesNothing() throws Exception {
		front.permitPublish((subject) -> !subject.startsWith("OPTIONS:"));
		assertThat(client.get("/nobody").statusCode()).isEqualTo(503);
	}

	@Test
	void downloadWhoseCreditMayNotBePublishedBreaksOffAtOnce() throws Exception {
		InputStream events = client.open("/orders/events");
		assertThat(events.read()).isEqualTo('d');
		front.permitPublish((subject) -> !subject.startsWith("_INBOX."));
		assertThatException().isThrownBy(() -> events.readAllBytes());
	}

	@Test
	void webSocketWhoseFramesMayNotBePublishedIsClosedWith1014AtOnce() throws Exception {
		try (TestClient.Socket socket = client.socket("/orders/socket/a")) {
			socket.send("one");
			assertThat(socket.next()).isEqualTo("echo one");
			front.permitPublish((subject) -> !subject.startsWith("_INBOX."));
			socket.send("two");
			assertThat(socket.next()).isEqualTo("closed 1014");
		}
	}

	@Test
	void gatewayThatMayNotReceiveRepliesIsDownAndAnswers503AndComesBack() throws Exception {
		front.permitSubscribe((subject) -> !subject.startsWith("_INBOX."));
		try (TestApplication refused = TestApplication.gateway(broker).properties(properties(front)).start()) {
			TestClient client = new TestClient(refused.port());
			HttpResponse<String> response = client.get("/orders/7");
			assertThat(response.statusCode()).isEqualTo(503);
			assertThat(response.headers().firstValue("Retry-After")).isPresent();
			assertThat(response.body()).doesNotContain("_INBOX");
			IndicatedHealthDescriptor health = health(refused);
			assertThat(health.getStatus()).isEqualTo(Status.DOWN);
			assertThat(health.getDetails().get("refusedSubscriptions").toString()).contains("_INBOX.");
			front.permitSubscribe((subject) -> true);
			Awaitility.await().atMost(TestClient.PATIENCE).until(() -> health(refused).getStatus() == Status.UP);
			assertThat(client.get("/orders/7").body()).isEqualTo("order 7");
		}
	}

	@Test
	void healthOfAServiceNamesTheRoutesThatItMayNotServe() {
		front.permitSubscribe((subject) -> !subject.startsWith("POST:"));
		try (TestApplication refused = Orders.service(front.url())
			.properties("spring.application.name=refused")
			.start()) {
			Awaitility.await()
				.atMost(TestClient.PATIENCE)
				.untilAsserted(() -> assertThat(health(refused.bean(HealthEndpoint.class)).getDetails())
					.extractingByKey("refusedSubscriptions")
					.asString()
					.contains("POST:.orders", "POST:.orders.import")
					.doesNotContain("GET:"));
			assertThat(health(refused.bean(HealthEndpoint.class)).getStatus()).isEqualTo(Status.DOWN);
			front.permitSubscribe((subject) -> true);
			Awaitility.await()
				.atMost(TestClient.PATIENCE)
				.until(() -> health(refused.bean(HealthEndpoint.class)).getStatus() == Status.UP);
		}
	}

	private static IndicatedHealthDescriptor health(TestApplication gateway) {
		return health(gateway.bean(HealthEndpoint.class));
	}

	private static IndicatedHealthDescriptor health(HealthEndpoint endpoint) {
		return (IndicatedHealthDescriptor) endpoint.healthForPath("nats");
	}

}
