package io.natsproxy.it.gateway;

import java.nio.charset.StandardCharsets;
import java.util.function.Function;

import io.nats.client.Message;
import io.natsproxy.it.gateway.RawHttpClient.Response;
import io.natsproxy.it.support.TestApplication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.natsproxy.it.gateway.ProblemAssert.assertProblem;
import static io.natsproxy.it.gateway.RawHttpClient.get;
import static io.natsproxy.it.gateway.RawHttpClient.post;
import static io.natsproxy.it.gateway.RawHttpClient.request;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What HTTP clients see of each failure. After each of them the connection must be of
 * further use, or closed.
 */
class GatewayFailureIntegrationTests {

	@RegisterExtension
	static final SharedGateway shared = new SharedGateway();

	static TestApplication strict;

	private Peer peer;

	@BeforeAll
	static void startStrictGateway() {
		strict = TestApplication.gateway(shared.broker())
			.properties("natsproxy.gateway.timeout=700ms", "natsproxy.gateway.max-in-flight=2",
					"natsproxy.gateway.max-in-flight-per-address=2", "natsproxy.gateway.no-responders-status=not-found",
					"natsproxy.gateway.max-body-size=10KB", "natsproxy.gateway.max-head-size=8KB",
					"natsproxy.gateway.body-limits[0].path=/avatars/**",
					"natsproxy.gateway.body-limits[0].max-size=1KB")
			.start();
	}

	@AfterAll
	static void stopStrictGateway() {
		strict.close();
	}

	@BeforeEach
	void connect() {
		this.peer = shared.peer();
	}

	@AfterEach
	void close() {
		this.peer.close();
		SharedGateway.awaitNothingInFlight(strict);
	}

	@Test
	void pathThatNobodyAnswersIsUnavailable() {
		Response response = get(shared.port(), "/nobody/here");
		assertThat(assertProblem(response, 503)).isEqualTo("No service answers this path");
		assertThat(response.header("Retry-After")).containsExactly("1");
	}

	@Test
	void pathThatNobodyAnswersIsNotFoundWhereSoConfigured() {
		Response response = get(strict.port(), "/nobody/here");
		assertProblem(response, 404);
		assertThat(response.header("Retry-After")).isEmpty();
	}

	@Test
	void pathThatIsAnsweredWithOtherMethodsSaysWhich() {
		this.peer.answer("OPTIONS:.other.method", "", "Natsproxy-Status", "204", "Allow", "GET, PATCH,OPTIONS");
		Response response = RawHttpClient.exchange(shared.port(), post("/other/method", "body"));
		assertProblem(response, 405);
		assertThat(response.header("Allow")).containsExactly("GET,PATCH,OPTIONS");
		assertThat(this.peer.next().getHeaders().getFirst("Natsproxy-Method")).isEqualTo("OPTIONS");
	}

	@Test
	void methodThatOptionsAllowButNobodyAnswersIsUnavailable() {
		this.peer.answer("OPTIONS:.other.method", "", "Natsproxy-Status", "204", "Allow", "GET,POST");
		assertProblem(RawHttpClient.exchange(shared.port(), post("/other/method", "body")), 503);
	}

	@Test
	void noAnswerInTimeIsTimeout() {
		this.peer.ignore("GET:.silent");
		assertThat(assertProblem(get(strict.port(), "/silent"), 504)).contains("700 ms");
	}

	@Test
	void tooManyInFlightAreUnavailable() throws Exception {
		this.peer.on("GET:.slow", (message) -> {
		});
		try (RawHttpClient first = new RawHttpClient(strict.port());
				RawHttpClient second = new RawHttpClient(strict.port())) {
			first.send(request("GET", "/slow"));
			second.send(request("GET", "/slow"));
			Message one = this.peer.next();
			Message two = this.peer.next();
			Response third = get(strict.port(), "/slow");
			assertThat(assertProblem(third, 503)).contains("limit is 2");
			assertThat(third.header("Retry-After")).containsExactly("1");
			this.peer.reply(one, "done", "Natsproxy-Status", "200");
			this.peer.reply(two, "done", "Natsproxy-Status", "200");
			assertThat(first.read().status()).isEqualTo(200);
			assertThat(second.read().status()).isEqualTo(200);
		}
		assertThat(this.peer.subjects()).containsExactly("GET:.slow", "GET:.slow");
	}

	@Test
	void bodyWhoseDeclaredLengthIsOverTheLimitIsRefusedUnread() {
		this.peer.tap();
		try (RawHttpClient client = new RawHttpClient(strict.port())) {
			client.send("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 10241\r\n\r\n");
			assertThat(assertProblem(client.read(), 413)).contains("10240 bytes");
		}
		assertThat(this.peer.subjects()).isEmpty();
	}

	@Test
	void limitOfAPathCountsInPlaceOfTheGeneralOne() {
		try (RawHttpClient client = new RawHttpClient(strict.port())) {
			client.send("POST /avatars/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1025\r\n\r\n");
			assertThat(assertProblem(client.read(), 413)).contains("1024 bytes");
		}
	}

	@Test
	void bodyOverTheLimitIsRefusedAndTheConnectionStaysInStep() {
		this.peer.tap();
		String body = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n".repeat(400);
		try (RawHttpClient client = new RawHttpClient(strict.port())) {
			client.send(post("/upload", body));
			assertProblem(client.read(), 413);
			assertClosedOrInStep(client);
		}
		assertThat(this.peer.subjects()).doesNotContain("GET:.smuggled").doesNotContain("POST:.upload");
	}

	@Test
	void chunkedBodyOverTheLimitIsRefused() {
		this.peer.tap();
		try (RawHttpClient client = new RawHttpClient(strict.port())) {
			client.send("POST /upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
			for (int i = 0; i < 12; i++) {
				client.send("400\r\n" + "x".repeat(1024) + "\r\n");
			}
			client.send("0\r\n\r\n");
			assertProblem(client.read(), 413);
			assertClosedOrInStep(client);
		}
		assertThat(this.peer.subjects()).doesNotContain("POST:.upload");
	}

	@Test
	void bodyOfTheLimitPasses() {
		this.peer.tap();
		assertThat(RawHttpClient.exchange(strict.port(), post("/upload", "x".repeat(10240))).status()).isEqualTo(200);
		assertThat(this.peer.next().getData()).hasSize(10240);
	}

	@Test
	void clientThatExpectsContinueAndIsRefusedIsNotLeftInDoubt() {
		this.peer.tap();
		try (RawHttpClient client = new RawHttpClient(strict.port())) {
			client.send("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\nExpect: 100-continue\r\n\r\n");
			Response response = client.read();
			assertThat(response.status()).isEqualTo(413);
			// It may not send the body now, so that the next bytes could be either.
			assertThat(response.header("Connection")).containsExactly("close");
			assertThat(client.isClosed()).isTrue();
		}
		assertThat(this.peer.subjects()).isEmpty();
	}

	@Test
	void bodyThatFitsOneMessageIsOneAndWithOneByteMoreItIsAStream() {
		this.peer.tap();
		int estimate = 1024 * 1024 - 5000;
		assertThat(RawHttpClient.exchange(shared.port(), post("/upload", "x".repeat(estimate))).status())
			.isEqualTo(200);
		Message probe = this.peer.next();
		int head = probe.getHeaders().serializedLength();
		int longest = (int) this.peer.connection().getMaxPayload() - head;
		// Content-Length grows by one digit.
		int body = longest - (Integer.toString(longest).length() - Integer.toString(estimate).length());
		assertThat(RawHttpClient.exchange(shared.port(), post("/upload", "x".repeat(body))).status()).isEqualTo(200);
		Message largest = this.peer.next();
		assertThat(largest.getHeaders().serializedLength() + largest.getData().length).isEqualTo(1024 * 1024);
		assertThat(largest.getHeaders().getFirst("Natsproxy-Body")).isNull();
		assertThat(RawHttpClient.exchange(shared.port(), post("/upload", "x".repeat(body + 1))).status())
			.isEqualTo(200);
		assertThat(this.peer.next().getHeaders().getFirst("Natsproxy-Body")).isEqualTo("stream");
		assertThat(get(shared.port(), "/after").status()).isEqualTo(200);
	}

	@Test
	void bodyThatDoesNotComeInTimeIsRequestTimeout() {
		this.peer.tap();
		try (RawHttpClient client = new RawHttpClient(strict.port())) {
			client.send("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc");
			assertThat(assertProblem(client.read(), 408)).contains("700 ms");
			assertThat(client.isClosed()).isTrue();
		}
		assertThat(this.peer.subjects()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "8192", "30000", "60000" })
	void headOverTheLimitIsRefused(int length) {
		this.peer.tap();
		try (RawHttpClient client = new RawHttpClient(strict.port())) {
			client.send(request("GET", "/head", "X-Long: " + "x".repeat(length)));
			assertProblem(client.read(), 431);
			assertUsable(client);
		}
	}

	@Test
	void headOverTheLimitOfTheHttpServerIsRefused() {
		Response response = get(strict.port(), "/head", "X-Long: " + "x".repeat(70_000));
		assertThat(response.status()).isEqualTo(431);
	}

	@Test
	void pathThatMakesTooLongSubjectIsRefused() {
		this.peer.tap();
		try (RawHttpClient client = new RawHttpClient(shared.port())) {
			client.send(request("GET", "/" + "x".repeat(10_000)));
			assertProblem(client.read(), 414);
			assertUsable(client);
		}
		assertThat(this.peer.subjects()).containsExactly("GET:.after");
	}

	@Test
	void longestSubjectThatIsAllowedReachesItsSubscriber() {
		this.peer.tap();
		int low = 1;
		int high = 4096;
		while (high - low > 1) {
			int middle = (low + high) / 2;
			int status = get(shared.port(), "/" + "x".repeat(middle)).status();
			if (status == 200) {
				low = middle;
			}
			else {
				assertThat(status).isEqualTo(414);
				high = middle;
			}
		}
		assertThat(low).isGreaterThan(3900);
	}

	@Test
	void longQueryPasses() {
		this.peer.tap();
		String query = "q=" + "x".repeat(10_000);
		assertThat(get(shared.port(), "/search?" + query).status()).isEqualTo(200);
		assertThat(this.peer.next().getHeaders().getFirst("Natsproxy-Target")).isEqualTo("/search?" + query);
	}

	@ParameterizedTest
	@ValueSource(strings = { "abc", "", "99", "1000", "100", "101", "199", "600", "-20", "2e2", "+20" })
	void replyWhoseStatusIsNoFinalOneIsBadGateway(String status) {
		this.peer.answer("GET:.malformed", "secret", "Natsproxy-Status", status);
		assertThat(assertProblem(get(shared.port(), "/malformed"), 502)).doesNotContain("secret");
	}

	@Test
	void replyOfUnknownVersionIsBadGateway() {
		this.peer.answer("GET:.future", "body", "Natsproxy-Version", "2", "Natsproxy-Status", "200");
		assertThat(assertProblem(get(shared.port(), "/future"), 502)).contains("Version 2");
	}

	@Test
	void replyWithTooLongHeadIsBadGateway() {
		this.peer.answer("GET:.head", "body", "Natsproxy-Status", "200", "X-Long", "x".repeat(33_000));
		assertThat(assertProblem(get(shared.port(), "/head"), 502)).contains("32768 bytes");
	}

	@Test
	void errorOfMicroServiceIsItsStatus() {
		this.peer.answer("GET:.micro", "", "Nats-Service-Error-Code", "422", "Nats-Service-Error", "No \"such\" thing");
		assertThat(assertProblem(get(shared.port(), "/micro"), 422)).isEqualTo("No \"such\" thing");
	}

	@ParameterizedTest
	@ValueSource(strings = { "200", "42", "abc", "", "600", "4222" })
	void errorOfMicroServiceWithoutHttpStatusIsServerError(String code) {
		this.peer.answer("GET:.micro", "", "Nats-Service-Error-Code", code, "Nats-Service-Error", "It broke");
		assertThat(assertProblem(get(shared.port(), "/micro"), 500)).isEqualTo("The service reported an error");
	}

	@Test
	void eachFailureLeavesTheConnectionUsable() {
		this.peer.answer("GET:.malformed", "", "Natsproxy-Status", "abc").answer("GET:.after", "ok");
		this.peer.ignore("GET:.silent");
		Function<String, String> get = (target) -> request("GET", target);
		try (RawHttpClient client = new RawHttpClient(strict.port())) {
			assertThat(client.send(get.apply("/nobody")).read().status()).isEqualTo(404);
			assertThat(client.send(get.apply("/malformed")).read().status()).isEqualTo(502);
			assertThat(client.send(get.apply("/silent")).read().status()).isEqualTo(504);
			assertThat(client.send(get.apply("/" + "x".repeat(5000))).read().status()).isEqualTo(414);
			assertThat(client.send(get.apply("/%zz")).read().status()).isEqualTo(400);
			assertThat(client.send(get.apply("/after")).read().text()).isEqualTo("ok");
		}
	}

	private static void assertUsable(RawHttpClient client) {
		assertThat(client.send(request("GET", "/after")).read().status()).isEqualTo(200);
	}

	/**
	 * Either is right after a body that was not read: the next request is answered, or
	 * nothing is.
	 */
	private static void assertClosedOrInStep(RawHttpClient client) {
		Response response;
		try {
			response = client.send(request("GET", "/after")).read();
		}
		catch (java.io.UncheckedIOException ex) {
			return;
		}
		assertThat(response.text()).isEqualTo("tapped");
		assertThat(response.body()).isEqualTo("tapped".getBytes(StandardCharsets.UTF_8));
	}

}
