package io.natsproxy.it.page;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.natsproxy.it.gateway.Peer;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The management endpoints of a gateway, and its page, on a port of their own or on that
 * of the gateway.
 */
@Timeout(120)
class PageIntegrationTests {

	private static final String[] PAGE = { "management.endpoints.web.exposure.include=natsproxy,gateway,info",
			"natsproxy.gateway.page.enabled=true", "natsproxy.gateway.page.max-viewers=2" };

	@AutoClose
	private static TestBroker broker;

	@AutoClose
	private static Peer peer;

	@AutoClose
	private static TestApplication gateway;

	private static int managementPort;

	@BeforeAll
	static void start() {
		broker = TestBroker.start();
		peer = new Peer(broker);
		HostileService.on(peer);
		gateway = gateway("management.server.port=0", "management.endpoint.natsproxy.access=unrestricted").start();
		managementPort = managementPort(gateway);
		await().untilAsserted(() -> endpoint("/actuator/natsproxy").jsonPath("$.routes.length()").isEqualTo(2));
	}

	private static TestApplication.Builder gateway(String... properties) {
		return TestApplication.gateway(broker).properties(PAGE).properties(properties);
	}

	private static int managementPort(TestApplication application) {
		return application.context().getEnvironment().getRequiredProperty("local.management.port", Integer.class);
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(30));
	}

	/**
	 * Returns a client that leaks nothing of bodies which are not read.
	 */
	private static WebTestClient client(int port) {
		return WebTestClient
			.bindToServer(
					new JdkClientHttpConnector(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()))
			.baseUrl("http://localhost:" + port)
			.responseTimeout(Duration.ofSeconds(20))
			.build();
	}

	private static WebTestClient.BodyContentSpec endpoint(String path) {
		return client(managementPort).get().uri(path).exchange().expectStatus().isOk().expectBody();
	}

	private static URI events(int port) {
		return URI.create("http://localhost:" + port + "/actuator/natsproxy/page/events");
	}

	@Test
	void endpointTellsWhatTheGatewayKnows() {
		endpoint("/actuator/natsproxy").jsonPath("$.connections[0].status")
			.isEqualTo("CONNECTED")
			.jsonPath("$.memory.limit")
			.isNumber()
			.jsonPath("$.exchanges.inFlight")
			.isEqualTo(0)
			.jsonPath("$.webSockets.open")
			.isEqualTo(0)
			.jsonPath("$.services[0].name")
			.isEqualTo(HostileService.NAME)
			.jsonPath("$.routes[1].path")
			.isEqualTo("/hostile/{id}")
			.jsonPath("$.routes[1].instances")
			.isEqualTo(1)
			.jsonPath("$.omittedEndpoints")
			.isEqualTo(0);
	}

	@Test
	void serviceTellsWhatItServes() {
		try (TestApplication service = TestApplication.webFlux(broker, "opener")
			.with(OpenRoutes.class)
			.properties("management.endpoints.web.exposure.include=natsproxy")
			.start()) {
			client(service.port()).get()
				.uri("/actuator/natsproxy")
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody()
				.jsonPath("$.connections[0].connected")
				.isEqualTo(true)
				.jsonPath("$.service.routes[?(@.path=='/open/upload')].methods[0]")
				.isEqualTo("POST")
				.jsonPath("$.service.running")
				.isEqualTo(true)
				.jsonPath("$.service.inFlight")
				.isEqualTo(0)
				.jsonPath("$.routes")
				.doesNotExist();
		}
	}

	@Test
	void routesAreToldAsSpringCloudGatewayTellsItsOwn() {
		endpoint("/actuator/gateway/routes").jsonPath("$[1].route_id")
			.isEqualTo("GET /hostile/{id}")
			.jsonPath("$[1].predicate")
			.isEqualTo("(Methods: [GET] && Paths: [/hostile/{id}], match trailing slash: false)")
			.jsonPath("$[1].uri")
			.isEqualTo("nats:GET:.hostile.*")
			.jsonPath("$[1].filters.length()")
			.isEqualTo(0)
			.jsonPath("$[1].order")
			.isEqualTo(0)
			.jsonPath("$[1].metadata.services")
			.isEqualTo(HostileService.NAME);
		endpoint("/actuator/gateway/globalfilters").json("{}");
		client(managementPort).get().uri("/actuator/gateway/refresh").exchange().expectStatus().isNotFound();
	}

	@Test
	void infoTellsVersions() {
		endpoint("/actuator/info").jsonPath("$.natsproxy.version")
			.isNotEmpty()
			.jsonPath("$.natsproxy.server.version")
			.isNotEmpty();
	}

	@Test
	void pageIsServedWithAStrictPolicyAndRelativeAddresses() {
		WebTestClient client = client(managementPort);
		client.get()
			.uri("/actuator/natsproxy/page")
			.exchange()
			.expectStatus()
			.isTemporaryRedirect()
			.expectHeader()
			.valueEquals("Location", "page/");
		String html = client.get()
			.uri("/actuator/natsproxy/page/")
			.exchange()
			.expectStatus()
			.isOk()
			.expectHeader()
			.contentTypeCompatibleWith(MediaType.TEXT_HTML)
			.expectHeader()
			.value("Content-Security-Policy",
					(policy) -> assertThat(policy)
						.contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'",
								"base-uri 'none'")
						.doesNotContain("unsafe"))
			.expectHeader()
			.valueEquals("X-Frame-Options", "DENY")
			.expectHeader()
			.valueEquals("X-Content-Type-Options", "nosniff")
			.expectHeader()
			.valueEquals("Cache-Control", "no-store")
			.expectBody(String.class)
			.returnResult()
			.getResponseBody();
		assertThat(html).doesNotContain("src=\"/", "href=\"/", "http:", "https:", "style=", "onclick=", "<script>");
		String script = client.get()
			.uri("/actuator/natsproxy/page/page.js")
			.exchange()
			.expectStatus()
			.isOk()
			.expectHeader()
			.contentTypeCompatibleWith("text/javascript")
			.expectBody(String.class)
			.returnResult()
			.getResponseBody();
		assertThat(script).doesNotContain("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(");
		client.get()
			.uri("/actuator/natsproxy/page/page.css")
			.exchange()
			.expectStatus()
			.isOk()
			.expectHeader()
			.contentTypeCompatibleWith("text/css");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/package-info.class", "/PageHandler.class", "/nothing", "/page.css/" })
	void nothingElseIsServed(String rest) {
		client(managementPort).get().uri("/actuator/natsproxy/page" + rest).exchange().expectStatus().isNotFound();
	}

	@ParameterizedTest
	@CsvSource({ "POST, /, 'GET, HEAD'", "DELETE, /events, 'GET, HEAD'", "GET, /call, POST", "PUT, /call, POST" })
	void otherMethodsAreNotAllowed(String method, String rest, String allowed) {
		client(managementPort).method(HttpMethod.valueOf(method))
			.uri("/actuator/natsproxy/page" + rest)
			.exchange()
			.expectStatus()
			.isEqualTo(405)
			.expectHeader()
			.valueEquals("Allow", allowed);
	}

	@Test
	void viewerSeesRequestsStateAndWhatServicesTell() throws Exception {
		String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
		try (EventReader viewer = new EventReader(events(managementPort))) {
			await().untilAsserted(() -> assertThat(viewer.data("state")).isNotEmpty());
			client(gateway.port()).get()
				.uri("/hostile/7")
				.header("traceparent", "00-" + trace + "-00f067aa0ba902b7-01")
				.exchange()
				.expectStatus()
				.isOk();
			client(gateway.port()).get().uri("/nobody/there").exchange().expectStatus().isEqualTo(503);
			await().untilAsserted(() -> assertThat(viewer.data("requests")).anySatisfy(
					(data) -> assertThat(data).contains("\"path\":\"/hostile/7\"", "\"route\":\"/hostile/{id}\"",
							"\"status\":200", "\"service\":\"" + HostileService.NAME + "\"")));
			await().untilAsserted(() -> assertThat(String.join("", viewer.data("requests")))
				.contains("\"path\":\"/nobody/there\"", "\"route\":\"/**\"", "\"status\":503", "\"trace\":"));
			assertThat(viewer.data("bus").get(0)).contains(HostileService.NAME, "/hostile/{id}");
			await().untilAsserted(() -> assertThat(viewer.data("state")).anySatisfy((data) -> assertThat(data)
				.contains("\"lastError\":\"500:<b>bold</b>?\"", "\"micros\":1000,", "\"byService\":[{")));
			// One who comes later gets what has been.
			try (EventReader other = new EventReader(events(managementPort))) {
				await().untilAsserted(() -> assertThat(String.join("", other.data("requests"))).contains("/hostile/7"));
				try (EventReader third = new EventReader(events(managementPort))) {
					assertThat(third.status()).isEqualTo(503);
				}
			}
		}
		// Places are free again once a write to those who have gone fails.
		await().untilAsserted(() -> {
			try (EventReader again = new EventReader(events(managementPort))) {
				assertThat(again.status()).isEqualTo(200);
			}
		});
	}

	@Test
	void streamsWebSocketsAndGroupsAreThereWhileTheyAreOpen() throws Exception {
		try (TestApplication service = TestApplication.service(broker, "opener").with(OpenRoutes.class).start();
				EventReader viewer = new EventReader(events(managementPort))) {
			await().untilAsserted(() -> assertThat(viewer.data("state")).isNotEmpty());
			try (EventReader stream = new EventReader(
					URI.create("http://localhost:" + gateway.port() + "/open/events"))) {
				assertThat(stream.status()).isEqualTo(200);
				await().untilAsserted(() -> endpoint("/actuator/natsproxy").jsonPath("$.streams[0].subject")
					.isEqualTo("GET:.open.events")
					.jsonPath("$.streams[0].receiveCredit")
					.value(Integer.class, (credit) -> assertThat(credit).isPositive())
					.jsonPath("$.streams[0].sendCredit")
					.doesNotExist()
					.jsonPath("$.exchanges.streams")
					.isEqualTo(1));
				assertThat(service.inFlight()).isOne();
			}
			await().untilAsserted(() -> endpoint("/actuator/natsproxy").jsonPath("$.streams.length()")
				.isEqualTo(0)
				.jsonPath("$.exchanges.underWay")
				.isEqualTo(0));
			WebSocket socket = HttpClient.newHttpClient()
				.newWebSocketBuilder()
				.buildAsync(URI.create("ws://localhost:" + gateway.port() + "/open/socket"), new WebSocket.Listener() {
				})
				.get(30, TimeUnit.SECONDS);
			await().untilAsserted(() -> endpoint("/actuator/natsproxy").jsonPath("$.webSockets.open")
				.isEqualTo(1)
				.jsonPath("$.webSockets.sockets[0].path")
				.isEqualTo("/open/socket")
				.jsonPath("$.webSockets.sockets[0].accepted")
				.isEqualTo(true)
				.jsonPath("$.webSockets.members['<readers>']")
				.isEqualTo(1));
			await().untilAsserted(
					() -> assertThat(viewer.data("state")).last().asString().contains("\"members\":{\"<readers>\":1}"));
			socket.abort();
			await().untilAsserted(() -> endpoint("/actuator/natsproxy").jsonPath("$.webSockets.open")
				.isEqualTo(0)
				.jsonPath("$.webSockets.members.length()")
				.isEqualTo(0));
			await().untilAsserted(() -> assertThat(String.join("", viewer.data("requests")))
				.containsPattern("\"path\":\"/open/socket\",[^}]*\"status\":101,")
				.containsPattern("\"path\":\"/open/events\",[^}]*\"status\":200,"));
		}
	}

	@Test
	void callGoesThroughTheGatewayAndShowsTheAnswer() {
		call(Map.of("method", "get", "target", "/hostile/8?a=b", "headers", "Accept: text/html\nX-One: 1\n"))
			.jsonPath("$.status")
			.isEqualTo(200)
			.jsonPath("$.subject")
			.isEqualTo("GET:.hostile.8")
			.jsonPath("$.body")
			.isEqualTo("<b>answer</b>")
			.jsonPath("$.truncated")
			.isEqualTo(false)
			.jsonPath("$.headers[?(@[0]=='Content-Type')][1]")
			.isEqualTo("text/html");
		call(Map.of("method", "POST", "target", "/nobody", "body", "text")).jsonPath("$.status").isEqualTo(503);
	}

	@ParameterizedTest
	@CsvSource({ "'', /a, ''", "A B, /a, ''", "CONNECT, /a, ''", "GET, http://x.example/, ''", "GET, //x.example/, ''",
			"GET, /a#b, ''", "GET, '/a b', ''", "GET, /a, 'Connection: close'", "GET, /a, 'Transfer-Encoding: chunked'",
			"GET, /a, 'no field'", "GET, /a, 'A: ü'" })
	void callThatIsNoneIsRefused(String method, String target, String headers) {
		call(Map.of("method", method, "target", target, "headers", headers)).jsonPath("$.error")
			.isNotEmpty()
			.jsonPath("$.status")
			.doesNotExist();
	}

	private static WebTestClient.BodyContentSpec call(Map<String, String> call) {
		return client(managementPort).post()
			.uri("/actuator/natsproxy/page/call")
			.header("X-Natsproxy-Page", "call")
			.header("Sec-Fetch-Site", "same-origin")
			.bodyValue(call)
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody();
	}

	@ParameterizedTest
	@CsvSource({ ", ,", "call, cross-site,", "call, same-site,", "call, none,", "other, same-origin,",
			"call, , https://foe.example", "call, , 'null'" })
	void pagesOfOtherOriginsMayNotCall(String field, String site, String origin) {
		client(managementPort).post().uri("/actuator/natsproxy/page/call").headers((headers) -> {
			Map<String, String> all = new HashMap<>();
			all.put("X-Natsproxy-Page", field);
			all.put("Sec-Fetch-Site", site);
			all.put("Origin", origin);
			all.values().removeIf((value) -> value == null);
			all.forEach(headers::set);
		}).bodyValue(Map.of("method", "GET", "target", "/hostile/9")).exchange().expectStatus().isForbidden();
	}

	@Test
	void preflightForACallAllowsNothing() {
		client(managementPort).options()
			.uri("/actuator/natsproxy/page/call")
			.header("Origin", "https://foe.example")
			.header("Access-Control-Request-Method", "POST")
			.header("Access-Control-Request-Headers", "x-natsproxy-page")
			.exchange()
			.expectHeader()
			.doesNotExist("Access-Control-Allow-Origin")
			.expectHeader()
			.doesNotExist("Access-Control-Allow-Headers");
	}

	@Test
	void pageOnTheGatewaysPortCallsNothingWhereAccessIsReadOnly() throws IOException {
		try (TestApplication same = gateway("management.endpoints.web.base-path=/manage",
				"spring.webflux.base-path=/base")
			.start()) {
			WebTestClient client = client(same.port());
			client.get().uri("/base/manage/natsproxy/page/").exchange().expectStatus().isOk();
			client.get()
				.uri("/base/manage/natsproxy/page/settings")
				.exchange()
				.expectBody()
				.jsonPath("$.calls")
				.isEqualTo(false);
			client.post()
				.uri("/base/manage/natsproxy/page/call")
				.header("X-Natsproxy-Page", "call")
				.exchange()
				.expectStatus()
				.isNotFound();
			try (EventReader viewer = new EventReader(
					URI.create("http://localhost:" + same.port() + "/base/manage/natsproxy/page/events"))) {
				await().untilAsserted(() -> assertThat(viewer.data("state")).isNotEmpty());
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "natsproxy.gateway.page.enabled=false", "management.endpoints.web.exposure.include=info",
			"management.endpoint.natsproxy.access=none" })
	void thereIsNoPageUnlessItIsEnabledAndTheEndpointExposed(String property) {
		try (TestApplication without = gateway(property).start()) {
			client(without.port()).get().uri("/actuator/natsproxy/page/").exchange().expectStatus().isNotFound();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "management.server.port=0", "management.endpoints.web.base-path=/actuator" })
	void viewersDoNotHoldUpTheShutdown(String property) throws Exception {
		TestApplication stopping = gateway(property, "server.shutdown=graceful",
				"spring.lifecycle.timeout-per-shutdown-phase=60s")
			.start();
		try (EventReader viewer = new EventReader(events(managementPort(stopping)))) {
			await().untilAsserted(() -> assertThat(viewer.data("state")).isNotEmpty());
			long startedAt = System.nanoTime();
			stopping.close();
			assertThat(Duration.ofNanos(System.nanoTime() - startedAt)).isLessThan(Duration.ofSeconds(40));
			await().until(viewer::isEnded);
		}
		finally {
			stopping.close();
		}
	}

}
