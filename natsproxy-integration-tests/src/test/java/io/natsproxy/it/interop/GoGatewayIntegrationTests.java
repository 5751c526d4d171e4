package io.natsproxy.it.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

import io.nats.client.Message;
import io.natsproxy.interop.go.GoMessageCodec;
import io.natsproxy.interop.go.GoResponse;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A service of ours behind a gateway of the Go project.
 */
class GoGatewayIntegrationTests {

	private static TestBroker broker;

	private static TestApplication service;

	private static GoPeer gateway;

	@BeforeAll
	static void start() {
		broker = TestBroker.start();
		service = GoFormatRoutes.service(broker).start();
		gateway = new GoPeer(broker);
	}

	@AfterAll
	static void stop() {
		gateway.close();
		service.close();
		broker.close();
	}

	@ParameterizedTest
	@MethodSource("io.natsproxy.it.interop.Captured#all")
	void capturedRequestIsAnswered(Captured captured) {
		Message reply = gateway.request(captured.text("subject"), captured.request());
		assertThat(reply.hasHeaders()).isFalse();
		GoResponse response = new GoMessageCodec().decodeResponse(reply.getData());
		assertThat(response.upgrade()).isEqualTo(captured.isHandshake());
		if (captured.isHandshake()) {
			gateway.publish("WS_CLOSE_IN" + captured.text("webSocketId"), "1000");
			return;
		}
		assertThat(response.head().status()).isEqualTo(captured.status());
		GoResponse expected = new GoMessageCodec().decodeResponse(captured.response());
		if (captured.status() == 200) {
			assertThat(GoPeer.text(response))
				.contains((captured.toString().equals("post-form")) ? "\"both\":\"y\"" : captured.text("responseBody"));
		}
		if (captured.status() == 201) {
			assertThat(response.body()).isEqualTo(expected.body());
			assertThat(GoPeer.headers(response)).containsEntry("Set-Cookie", List.of("a=1", "b=2; Path=/"))
				.containsEntry("Content-Type", GoPeer.headers(expected).get("Content-Type"));
		}
	}

	@Test
	void responsesInheritNothingFromEarlierOnes() {
		assertThat(gateway.exchange("GET:.teapot", "GET", "/teapot").head().status()).isEqualTo(418);
		GoResponse response = gateway.exchange("GET:.bare", "GET", "/bare");
		assertThat(response.head().status()).isEqualTo(200);
		assertThat(GoPeer.headers(response)).doesNotContainKeys("X-Only-Here", "Content-Type");
		assertThat(response.body()).isEmpty();
		assertThat(response.upgrade()).isFalse();
	}

	@Test
	void abortLetsNoLaterMiddlewareRun() {
		GoResponse response = gateway.exchange("GET:.aborted.1", "GET", "/aborted/1");
		assertThat(response.head().status()).isEqualTo(401);
		assertThat(response.body()).isEmpty();
		gateway.exchange("GET:.bare", "GET", "/bare");
		assertThat(service.bean(GoFormatRoutes.Routes.class).seenByLaterMiddleware).contains("/bare")
			.doesNotContain("/aborted/1");
	}

	@Test
	void oneInstanceAnswersEachRequest() {
		try (TestApplication second = GoFormatRoutes.service(broker).start()) {
			int before = service.bean(GoFormatRoutes.Routes.class).count.get();
			for (int i = 0; i < 40; i++) {
				assertThat(gateway.exchange("POST:.count", "POST", "/count").head().status()).isEqualTo(200);
			}
			assertThat(service.bean(GoFormatRoutes.Routes.class).count.get() - before
					+ second.bean(GoFormatRoutes.Routes.class).count.get())
				.isEqualTo(40);
			assertThat(second.bean(GoFormatRoutes.Routes.class).count.get()).isPositive();
		}
	}

	@Test
	void allValuesOfAQueryAndAFormArrive() {
		GoResponse response = gateway.exchange("POST:.values", "POST", "/values?x=1&x=2", "a=3&a=4&b=%26", null,
				"Content-Type", "application/x-www-form-urlencoded");
		assertThat(GoPeer.text(response)).contains("\"x\":[\"1\",\"2\"]")
			.contains("\"a\":[\"3\",\"4\"]")
			.contains("[\"&\"]");
	}

	@ParameterizedTest
	@CsvSource({ "GET:.conflict, GET, /conflict, 409", "POST:.values, POST, /values, 400",
			"DELETE:.things.1, DELETE, /things/1, 500", "POST:.echo, POST, /echo, 400",
			"GET:.bytes.x, GET, /bytes/x, 400" })
	void failuresHaveTheirOwnStatus(String subject, String method, String url, int status) {
		GoResponse response = gateway.exchange(subject, method, url);
		assertThat(response.head().status()).isEqualTo(status);
		assertThat(GoPeer.headers(response)).containsEntry("Content-Type", List.of("application/problem+json"));
		assertThat(GoPeer.text(response)).contains("\"status\":" + status);
	}

	@ParameterizedTest
	@CsvSource({ "GET:.conflict, /bare", "GET:.segment.a%20b, /segment/a.b", "GET:.segment.a, /segment/a;/../b" })
	void requestOnTheSubjectOfAnotherPathIsRefused(String subject, String url) {
		assertThat(gateway.exchange(subject, "GET", url).head().status()).isEqualTo(400);
	}

	@Test
	void headHasASubjectOfItsOwn() {
		GoResponse response = gateway.exchange("HEAD:.test.1.2", "HEAD", "/test/1/2");
		assertThat(response.head().status()).isEqualTo(200);
		assertThat(response.body()).isEmpty();
		assertThat(GoPeer.headers(response)).containsEntry("Content-Type", List.of("application/json"));
	}

	@ParameterizedTest
	@CsvSource({ "GET:.v1.0.users.7, /v1.0/users/7, v1.0 7", "GET:.v1%2E0.users.7, /v1.0/users/7, v1.0 7",
			"GET:.café.7, /caf%C3%A9/7, café 7", "GET:.caf%C3%A9.7, /caf%C3%A9/7, café 7",
			"GET:.segment.café, /segment/caf%C3%A9, café" })
	void routesAreThereInTheOriginalsSubjectsToo(String subject, String url, String body) {
		assertThat(GoPeer.text(gateway.exchange(subject, "GET", url))).isEqualTo(body);
	}

	@Test
	void addressAndHostComeFromTheMessage() {
		GoResponse response = gateway.exchange("GET:.about", "GET", "/about?a=b", "", null, "X-Test", "é", "Host",
				"shop.example:81");
		assertThat(GoPeer.text(response)).contains("192.0.2.7")
			.contains("http://shop.example:81/about?a=b")
			// UTF-8, one character being one byte, as over HTTP.
			.contains("\"header\":\"\u00C3\u00A9\"");
	}

	@Test
	void responseThatDoesNotFitIsA502() {
		GoResponse response = gateway.exchange("GET:.bytes.2000000", "GET", "/bytes/2000000");
		assertThat(response.head().status()).isEqualTo(502);
		assertThat(gateway.exchange("GET:.bytes.1000", "GET", "/bytes/1000").body()).hasSize(1000);
	}

	@Test
	void eventsThatEndAreCollected() {
		assertThat(GoPeer.text(gateway.exchange("GET:.events", "GET", "/events")))
			.isEqualTo("data:one\n\ndata:two\n\n");
	}

	@Test
	void subjectsThatAreNotUtf8DoNotSilenceTheService() throws IOException {
		try (Socket socket = new Socket("127.0.0.1", URI.create(broker.url()).getPort())) {
			StringBuilder bytes = new StringBuilder("CONNECT {\"verbose\":false}\r\n");
			for (String segment : List.of("\u00FF\u00FE", "\u00C3", "\u00ED\u00A0\u0080", "\u00F0\u009F")) {
				bytes.append("PUB GET:.segment.").append(segment).append(" nobody 0\r\n\r\n");
			}
			bytes.append("PING\r\n");
			socket.getOutputStream().write(bytes.toString().getBytes(StandardCharsets.ISO_8859_1));
			BufferedReader lines = new BufferedReader(new InputStreamReader(socket.getInputStream()));
			assertThat(lines.lines().filter((line) -> !line.startsWith("INFO")).findFirst()).hasValue("PONG");
		}
		assertThat(GoPeer.text(gateway.exchange("GET:.segment.caf\u00E9", "GET", "/segment/caf%C3%A9")))
			.isEqualTo("caf\u00E9");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "text", "{}" })
	void plainRequestIsServedAsWithoutTheFormat(String payload) {
		Message reply = gateway.request("GET:.test.1.2", payload.getBytes(StandardCharsets.UTF_8));
		assertThat(reply.getHeaders().getFirst("Natsproxy-Status")).isEqualTo("200");
		assertThat(new String(reply.getData(), StandardCharsets.UTF_8)).isEqualTo("{\"User\":\"Radek\"}");
	}

}
