package io.natsproxy.servlet.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.service.Discovery;
import io.nats.service.Endpoint;
import io.nats.service.InfoResponse;
import io.natsproxy.core.discovery.ServiceDescription;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.servlet.autoconfigure.NatsTestClient.Response;
import io.natsproxy.test.TestBroker;
import org.awaitility.Awaitility;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.jetty.JettyWebServer;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Fallback;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An ordinary Spring MVC application that has no port.
 */
@ExtendWith(OutputCaptureExtension.class)
class ServletInsteadTests {

	private static final Duration TIMEOUT = NatsTestClient.TIMEOUT;

	private static TestBroker broker;

	private static ConfigurableApplicationContext context;

	private static NatsTestClient client;

	@BeforeAll
	static void start() {
		broker = TestBroker.start();
		context = run("spring.application.name=shop", "server.jetty.max-http-response-header-size=12345B");
		client = new NatsTestClient(broker.url());
	}

	private static ConfigurableApplicationContext run(String... properties) {
		SpringApplication application = new SpringApplication(TestApplication.class);
		application.setRegisterShutdownHook(false);
		String[] all = Stream.concat(
				Stream.of("natsproxy.nats.servers=" + broker.url(), "spring.security.user.name=jo",
						"spring.security.user.password=pw", "spring.servlet.multipart.max-file-size=10MB"),
				Arrays.stream(properties))
			.map((property) -> "--" + property)
			.toArray(String[]::new);
		return application.run(all);
	}

	@AfterAll
	static void stop() {
		client.close();
		context.close();
		broker.close();
	}

	@AfterEach
	void nothingIsHeld() {
		TestApplication.goOn.countDown();
		TestApplication.goOn = new CountDownLatch(1);
		TestApplication.entered = new CountDownLatch(1);
		Awaitility.await()
			.atMost(TIMEOUT)
			.untilAsserted(() -> assertThat(context.getBean(NatsExchanges.class).budget().used()).isZero());
	}

	@Test
	void thereIsNoPort(CapturedOutput output) {
		JettyWebServer server = (JettyWebServer) ((ServletWebServerApplicationContext) context).getWebServer();
		assertThat(server.getPort()).isEqualTo(-1);
		assertThat(server.getServer().getConnectors()).hasSize(1)
			.noneMatch((connector) -> connector instanceof NetworkConnector);
		assertThat(context.getEnvironment().getProperty("local.server.port", Integer.class)).isEqualTo(-1);
		try (ConfigurableApplicationContext other = run("spring.application.name=other",
				"natsproxy.servlet.paths=/elsewhere", "server.port=-1")) {
			assertThat(other.isRunning()).isTrue();
			assertThat(output).contains("Serving over NATS in queue group 'other': /elsewhere")
				.doesNotContain(" port")
				.doesNotContain("8080");
			assertThat(client.get("/elsewhere").status()).isEqualTo(404);
		}
	}

	@Test
	void jsonComesInOneMessage() {
		NatsReply reply = client.open("GET", "/api/item?name=caf%C3%A9", Flux.empty(), "Accept", "application/json");
		assertThat(reply.head().status()).isEqualTo(200);
		assertThat(reply.stream()).isNull();
		assertThat(new String(reply.body(), StandardCharsets.UTF_8)).isEqualTo("{\"name\":\"café\",\"count\":1}");
	}

	@Test
	void responseEntityComesInOneMessage() {
		NatsReply reply = client.open("POST", "/api/items",
				Flux.just("{\"name\":\"tea\",\"count\":3}".getBytes(StandardCharsets.UTF_8)), "Content-Type",
				"application/json");
		assertThat(reply.head().status()).isEqualTo(201);
		assertThat(reply.stream()).isNull();
		assertThat(NatsTestClient.fields(reply).get("Location")).containsExactly("/api/items/1");
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void applicationIsDiscoveredWithThePatternsOfItsPaths(boolean others) throws Exception {
		Connection nats = Nats.connect(broker.url());
		try (ConfigurableApplicationContext other = run("spring.application.name=found",
				"natsproxy.subject-prefix=found",
				"spring.main.sources=" + (others ? OtherServices.class.getName() : ""),
				"natsproxy.servlet.paths=/api/**", "natsproxy.servlet.version=5.6.7",
				"natsproxy.servlet.metadata.zone=north");
				NatsTestClient found = new NatsTestClient(broker.url(), "found")) {
			List<InfoResponse> infos = Awaitility.await()
				.atMost(TIMEOUT)
				.ignoreExceptions()
				.until(() -> new Discovery(nats, 1000, 1).info("found"), (each) -> !each.isEmpty());
			assertThat(infos.get(0).getVersion()).isEqualTo("5.6.7");
			assertThat(infos.get(0).getMetadata()).containsEntry("zone", "north");
			assertThat(infos.get(0).getEndpoints()).hasSize(7)
				.allMatch((endpoint) -> endpoint.getMetadata().get("path").equals("/api/**"))
				.extracting(Endpoint::getSubject)
				.contains("found.GET:.api.>", "found.DELETE:.api.>");
			assertThat(found.get("/api/item?name=a").status()).isEqualTo(200);
			Awaitility.await()
				.atMost(TIMEOUT)
				.ignoreExceptions()
				.until(() -> new Discovery(nats, 5000, 1).stats("found")
					.get(0)
					.getEndpointStatsList()
					.stream()
					.anyMatch((each) -> each.getName().equals("GET_api") && each.getNumRequests() == 1
							&& each.getNumErrors() == 0 && each.getProcessingTime() > 0));
			assertThat(other.isRunning()).isTrue();
		}
		finally {
			nats.close();
		}
	}

	@Test
	void headHasNoBody() {
		Response response = client.exchange("HEAD", "/api/item", Flux.empty());
		assertThat(response.status()).isEqualTo(200);
		assertThat(response.body()).isEmpty();
		assertThat(response.field("Content-Type")).contains("json");
	}

	@Test
	void invalidBodyIsRefusedByTheApplication() {
		Response response = client.post("/api/items", "{\"name\":\"\"}", "Content-Type", "application/json");
		assertThat(response.status()).isEqualTo(400);
		assertThat(response.text()).contains("\"status\":400");
	}

	@Test
	void formsAreRead() {
		assertThat(client
			.post("/api/form", "a=1&b=%C3%BC", "Content-Type", "application/x-www-form-urlencoded;charset=UTF-8")
			.text()).isEqualTo("1+ü");
	}

	@Test
	void multipartIsRead() {
		String head = "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nhello\r\n--b\r\n"
				+ "Content-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\n"
				+ "Content-Type: application/octet-stream\r\n\r\n";
		Flux<byte[]> body = Flux.just(head.getBytes(StandardCharsets.US_ASCII))
			.concatWith(Flux.range(0, 50).map((i) -> new byte[100 * 1024]))
			.concatWithValues("\r\n--b--\r\n".getBytes(StandardCharsets.US_ASCII));
		assertThat(client.exchange("POST", "/api/multipart", body, "Content-Type", "multipart/form-data; boundary=b")
			.text()).isEqualTo("hello a.bin " + 50 * 100 * 1024);
	}

	@Test
	void twentyMebibytesGoBothWays() {
		Flux<byte[]> body = Flux.range(0, 20).map((i) -> new byte[1024 * 1024]);
		assertThat(client.exchange("POST", "/api/upload", body).text()).isEqualTo("" + TestApplication.LARGE);
		byte[] download = client.get("/api/download").body();
		assertThat(download).hasSize(TestApplication.LARGE);
		assertThat(download[TestApplication.LARGE - 1]).isEqualTo((byte) 19);
		assertThat(client.get("/api/array", "Accept", "application/octet-stream").body())
			.hasSize(TestApplication.LARGE);
	}

	@Test
	void eventsComeWhenTheyAreSent() {
		NatsReply reply = client.open("GET", "/api/events", Flux.empty());
		StepVerifier
			.create(reply.stream()
				.consumedFrames()
				.map((frame) -> new String(frame, StandardCharsets.UTF_8))
				.scan(String::concat))
			.thenConsumeWhile((text) -> !text.contains("first"))
			.expectNextMatches((text) -> !text.contains("second"))
			.then(() -> TestApplication.goOn.countDown())
			.thenConsumeWhile((text) -> !text.contains("second"))
			.thenConsumeWhile((text) -> true)
			.expectComplete()
			.verify(TIMEOUT);
	}

	@Test
	void headThatIsFlushedComesBeforeTheBody() {
		NatsReply reply = client.open("GET", "/api/silent", Flux.empty());
		assertThat(reply.head().status()).isEqualTo(200);
		assertThat(reply.stream()).isNotNull();
		TestApplication.goOn.countDown();
		reply.stream().consumedFrames().then().block(TIMEOUT);
	}

	@Test
	void asynchronousResultsCome() {
		assertThat(client.get("/api/deferred").text()).contains("later");
		assertThat(client.get("/api/deferred/never").text()).contains("timed out");
		assertThat(client.get("/api/callable").text()).isEqualTo("called");
	}

	@Test
	void errorPagesAreThoseOfTheApplication() {
		Response failed = client.get("/api/fails", "Accept", "application/json");
		assertThat(failed.status()).isEqualTo(500);
		assertThat(failed.text()).contains("\"path\":\"/api/fails\"").doesNotContain("Secret");
		Response missing = client.get("/api/missing", "Accept", "text/html");
		assertThat(missing.status()).isEqualTo(404);
		assertThat(missing.text()).contains("<html");
	}

	@Test
	void sessionsAreKept() {
		Response first = client.get("/api/session");
		assertThat(first.text()).isEqualTo("1");
		String cookie = first.field("Set-Cookie");
		assertThat(cookie).startsWith("JSESSIONID=");
		assertThat(client.get("/api/session", "Cookie", cookie.substring(0, cookie.indexOf(';'))).text())
			.isEqualTo("2");
	}

	@Test
	void redirectsPointToWhereTheClientIs() {
		assertThat(client.get("/api/redirect").field("Location")).isEqualTo("/api/item");
		Response response = client.get("/api/sendRedirect", "X-Forwarded-Host", "shop.example", "X-Forwarded-Proto",
				"https");
		assertThat(response.status()).isEqualTo(302);
		assertThat(response.field("Location")).isIn("/api/item", "https://shop.example/api/item");
	}

	@Test
	void forwardedFieldsTellTheClient() {
		String text = client
			.get("/api/request", "Host", "inside", "X-Forwarded-Host", "shop.example", "X-Forwarded-Proto", "https",
					"X-Forwarded-For", "192.0.2.7")
			.text();
		assertThat(text).contains("\"url\":\"https://shop.example/api/request\"")
			.contains("\"secure\":\"true\"")
			.contains("\"remote\":\"192.0.2.7\"");
	}

	@Test
	void prefixIsAppliedByTheFilterOfSpring() {
		try (ConfigurableApplicationContext other = run("spring.application.name=prefix",
				"natsproxy.subject-prefix=prefix", "server.forward-headers-strategy=framework")) {
			NatsTestClient own = new NatsTestClient(broker.url(), "prefix");
			try {
				assertThat(other.isRunning()).isTrue();
				assertThat(own
					.get("/api/request", "X-Forwarded-Host", "shop.example", "X-Forwarded-Proto", "https",
							"X-Forwarded-Prefix", "/base")
					.text()).contains("\"url\":\"https://shop.example/base/api/request\"");
			}
			finally {
				own.close();
			}
		}
	}

	@Test
	void handlersRunOnThreadsOfTheContainer() {
		assertThat(client.get("/api/request").text()).contains("\"thread\":\"qtp");
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void handlersRunOnVirtualThreadsBySpringBootsProperty() {
		try (ConfigurableApplicationContext other = run("spring.application.name=virtual",
				"natsproxy.subject-prefix=virtual", "spring.threads.virtual.enabled=true")) {
			NatsTestClient own = new NatsTestClient(broker.url(), "virtual");
			try {
				assertThat(other.isRunning()).isTrue();
				assertThat(own.get("/api/request").text()).contains("\"thread\":\"jetty-");
				assertThat(
						own.exchange("POST", "/api/upload", Flux.range(0, 20).map((i) -> new byte[1024 * 1024])).text())
					.isEqualTo("" + TestApplication.LARGE);
			}
			finally {
				own.close();
			}
		}
	}

	@Test
	void settingsOfJettyReachTheConnector() {
		JettyWebServer server = (JettyWebServer) ((ServletWebServerApplicationContext) context).getWebServer();
		HttpConnectionFactory factory = server.getServer().getConnectors()[0]
			.getConnectionFactory(HttpConnectionFactory.class);
		assertThat(factory.getHttpConfiguration().getMaxResponseHeaderSize()).isEqualTo(12_345);
		assertThat(factory.getHttpConfiguration().getSendServerVersion()).isFalse();
	}

	/**
	 * There is no port to be encrypted.
	 */
	@Test
	void encryptionOfThePortOpensNone() {
		try (ConfigurableApplicationContext other = run("spring.application.name=tls", "natsproxy.subject-prefix=tls",
				"server.ssl.bundle=missing")) {
			assertThat(((ServletWebServerApplicationContext) other).getWebServer().getPort()).isEqualTo(-1);
		}
	}

	@Test
	void securityProtects() {
		Response refused = client.get("/secure/name");
		assertThat(refused.status()).isEqualTo(401);
		assertThat(refused.field("WWW-Authenticate")).startsWith("Basic");
		String credentials = Base64.getEncoder().encodeToString("jo:pw".getBytes(StandardCharsets.US_ASCII));
		assertThat(client.get("/secure/name", "Authorization", "Basic " + credentials).text()).isEqualTo("jo");
	}

	@Test
	void actuatorIsReachableAsOverThePort() {
		assertThat(client.get("/actuator/health").status()).isEqualTo(200);
	}

	@Test
	void stopAnswersWhatHasArrived() throws Exception {
		ConfigurableApplicationContext other = run("spring.application.name=other", "natsproxy.subject-prefix=other");
		NatsTestClient otherClient = new NatsTestClient(broker.url(), "other");
		try {
			CountDownLatch entered = TestApplication.entered;
			CompletableFuture<Response> response = CompletableFuture.supplyAsync(() -> otherClient.get("/api/blocking"),
					NatsTestClient.THREADS);
			assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
			CompletableFuture<Void> closed = CompletableFuture.runAsync(other::close, NatsTestClient.THREADS);
			Awaitility.await().atMost(TIMEOUT).until(() -> otherClient.get("/api/item").status() == 503);
			assertThat(closed).isNotDone();
			TestApplication.goOn.countDown();
			assertThat(response.get(30, TimeUnit.SECONDS).text()).isEqualTo("done");
			closed.get(30, TimeUnit.SECONDS);
		}
		finally {
			otherClient.close();
			other.close();
		}
	}

	/**
	 * Has the bean that the starter of services makes where the application has none.
	 */
	static class OtherServices {

		@Bean
		@Fallback
		ServiceDescription natsServiceDescription() {
			return new ServiceDescription("other", "9.9.9");
		}

	}

}
