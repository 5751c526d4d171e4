package io.natsproxy.it.gateway;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import io.nats.client.Message;
import io.natsproxy.it.gateway.RawHttpClient.Response;
import io.natsproxy.it.support.TestApplication;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.natsproxy.it.gateway.ProblemAssert.assertProblem;
import static io.natsproxy.it.gateway.RawHttpClient.get;
import static io.natsproxy.it.gateway.RawHttpClient.request;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Peers on NATS that send anything, to a gateway that waits for replies and to a service
 * that waits for requests.
 */
class HostilePeerIntegrationTests {

	@RegisterExtension
	static final SharedGateway shared = new SharedGateway();

	static TestApplication service;

	private final Peer peer = shared.peer();

	private final RawNatsClient raw = new RawNatsClient(shared.broker());

	@BeforeAll
	static void startService() {
		service = TestApplication.service(shared.broker(), "hostile-peers").with(ServiceRoutes.class).start();
	}

	@AfterAll
	static void stopService() {
		service.close();
	}

	@AfterEach
	void close() {
		this.peer.close();
		this.raw.close();
		Awaitility.await()
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(20))
			.atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(service.inFlight()).isZero());
	}

	@ParameterizedTest
	@ValueSource(strings = { "NATS/1.0\r\nnocolon\r\n\r\n", "NATS/1.0\r\n: x\r\n\r\n", "NATS/1.0 abc\r\n\r\n",
			"NATS/1.0\r\nA: b", "NATS/9.9\r\nA: b\r\n\r\n", "X", "\r\n\r\n", "NATS/1.0\r\nA b: c\r\n\r\n",
			"NATS/1.0\r\nA: \u00e9\r\n\r\n", "NATS/1.0\r\nA: b\nc\r\n\r\n", "NATS/1.0\r\nA: b\rc\r\n\r\n",
			"NATS/1.0\r\nA: b\u0000c\r\n\r\n" })
	void replyWithMalformedHeadersIsAnsweredAndDoesNotSilenceTheGateway(String headers) {
		this.peer.on("GET:.malformed", (message) -> this.raw.publish(message.getReplyTo(), headers, "secret"))
			.answer("GET:.after", "ok");
		Response response = get(shared.port(), "/malformed");
		assertProblem(response, 502);
		assertThat(response.text()).doesNotContain("secret");
		assertThat(get(shared.port(), "/after").text()).isEqualTo("ok");
	}

	@ParameterizedTest
	@ValueSource(strings = { "NATS/1.0\r\nnocolon\r\n\r\n", "X", "NATS/1.0 abc\r\n\r\n", "\r\n\r\n",
			"NATS/1.0\r\n\r\nx\r\n\r\n" })
	void malformedHeadersToUnknownInboxOfTheGatewayDoNotSilenceIt(String headers) {
		this.peer.answer("GET:.inbox", "ok");
		get(shared.port(), "/inbox");
		String inbox = this.peer.next().getReplyTo();
		this.raw.publish(inbox, headers, "");
		this.raw.publish(inbox.substring(0, inbox.lastIndexOf('.')) + ".unknown", headers, "").flush();
		assertThat(get(shared.port(), "/inbox").text()).isEqualTo("ok");
	}

	@ParameterizedTest
	@ValueSource(strings = { "NATS/1.0\r\nnocolon\r\n\r\n", "X", "NATS/1.0 abc\r\n\r\n", "\r\n\r\n",
			"NATS/1.0 503\r\n\r\n", "NATS/1.0\r\nNatsproxy-Status: 200\r\n\r\n" })
	void malformedHeadersToRouteOfServiceDoNotSilenceIt(String headers) {
		this.raw.publish("GET:.service.hello reply.here", headers, "");
		this.raw.publish("GET:.service.hello", headers, "").flush();
		assertThat(get(shared.port(), "/service/hello").text()).isEqualTo("hello");
	}

	@Test
	void onlyTheFirstOfTwoRepliesCounts() {
		this.peer.on("GET:.twice", (message) -> {
			this.peer.reply(message, "first", "Natsproxy-Status", "200");
			this.peer.reply(message, "second", "Natsproxy-Status", "500");
		});
		for (int i = 0; i < 20; i++) {
			assertThat(get(shared.port(), "/twice").text()).isEqualTo("first");
		}
	}

	@Test
	void replyToFinishedExchangeReachesNobody() {
		AtomicReference<Message> earlier = new AtomicReference<>();
		this.peer.on("GET:.late", (message) -> {
			Message before = earlier.getAndSet(message);
			if (before != null) {
				this.peer.reply(before, "wrong", "Natsproxy-Status", "200");
			}
			this.peer.reply(message, "right", "Natsproxy-Status", "200");
		});
		for (int i = 0; i < 20; i++) {
			assertThat(get(shared.port(), "/late").text()).isEqualTo("right");
		}
	}

	@Test
	void everyReplyGetsATokenThatCannotBeGuessed() {
		this.peer.answer("GET:.token", "ok");
		get(shared.port(), "/token");
		get(shared.port(), "/token");
		String first = this.peer.next().getReplyTo();
		String second = this.peer.next().getReplyTo();
		assertThat(first.substring(first.lastIndexOf('.') + 1)).hasSize(12)
			.isNotEqualTo(second.substring(second.lastIndexOf('.') + 1));
	}

	@Test
	void replyWithoutHeadersIsPlain() {
		this.peer.on("GET:.plain", (message) -> this.peer.connection().publish(message.getReplyTo(), new byte[] { 1 }));
		Response response = get(shared.port(), "/plain");
		assertThat(response.status()).isEqualTo(200);
		assertThat(response.body()).containsExactly(1);
	}

	@Test
	void emptyReplyIsPlain() {
		this.peer.on("GET:.empty", (message) -> this.peer.connection().publish(message.getReplyTo(), new byte[0]));
		Response response = get(shared.port(), "/empty");
		assertThat(response.status()).isEqualTo(200);
		assertThat(response.header("Content-Length")).containsExactly("0");
	}

	@ParameterizedTest
	@CsvSource({ "503, 503", "404, 502", "408, 502", "100, 502", "200, 502" })
	void replyThatIsStatusOfNats(String status, int expected) {
		this.peer.on("GET:.status", (message) -> this.raw.publish(message.getReplyTo(),
				"NATS/1.0 " + status + " Made up\r\n\r\n", "secret"));
		Response response = get(shared.port(), "/status");
		assertProblem(response, expected);
		assertThat(response.text()).doesNotContain("secret").doesNotContain("Made up");
	}

	@ParameterizedTest
	@ValueSource(strings = { "X\r\nInjected: yes", "X\rY", "X\u0000", "X\u0007", "\u007f" })
	void escapedValueWithControlCharactersIsBadGateway(String value) {
		StringBuilder escaped = new StringBuilder();
		for (char c : value.toCharArray()) {
			escaped.append(String.format("%%%02X", (int) c));
		}
		this.peer.answer("GET:.control", "secret", "Natsproxy-Status", "200", "Natsproxy-Escaped", "X-Bad", "X-Bad",
				escaped.toString());
		Response response = get(shared.port(), "/control");
		assertProblem(response, 502);
		assertThat(response.header("Injected")).isEmpty();
	}

	@Test
	void escapedValueWhoseCharactersLookLikeLineEndsWhenCutToOneByteSplitsNothing() {
		// U+010D and U+010A end in the bytes of CR and LF.
		this.peer.answer("GET:.wide", "body", "Natsproxy-Status", "200", "Natsproxy-Escaped", "X-Wide", "X-Wide",
				"a%C4%8D%C4%8AInjected: yes");
		Response response = get(shared.port(), "/wide");
		assertThat(response.status()).isEqualTo(200);
		assertThat(response.header("Injected")).isEmpty();
		assertThat(response.header("X-Wide")).hasSize(1);
		assertThat(response.text()).isEqualTo("body");
	}

	@ParameterizedTest
	@ValueSource(strings = { "X Y", "X\u007fY", "X(Y)", "X\tY", "X/Y", "X@Y" })
	void headerNameThatIsNoTokenIsBadGateway(String name) {
		this.peer.on("GET:.name", (message) -> this.raw.publish(message.getReplyTo(),
				"NATS/1.0\r\nNatsproxy-Status: 200\r\n" + name + ": value\r\n\r\n", "body"));
		assertProblem(get(shared.port(), "/name"), 502);
	}

	@Test
	void namesInSeveralCasesAreOneField() {
		this.peer.answer("GET:.case", "body", "Natsproxy-Status", "200", "x-case", "a", "X-CASE", "b", "X-Case", "c");
		assertThat(get(shared.port(), "/case").header("X-Case")).containsExactlyInAnyOrder("a", "b", "c");
	}

	@Test
	void statusInAnotherCaseIsNoStatus() {
		this.peer.answer("GET:.case", "body", "natsproxy-status", "500");
		Response response = get(shared.port(), "/case");
		assertThat(response.status()).isEqualTo(200);
		assertThat(response.headers()).containsOnlyKeys("Content-Length", "Date");
	}

	@Test
	void hopByHopFieldsOfForeignServiceAreDropped() {
		this.peer.answer("GET:.hops", "body", "Connection", "close, X-Hop", "X-Hop", "1", "Keep-Alive", "timeout=5",
				"Transfer-Encoding", "chunked", "Upgrade", "websocket", "Trailer", "X-End", "Proxy-Authenticate",
				"Basic", "Nats-Msg-Id", "7", "X-Kept", "yes");
		try (RawHttpClient client = new RawHttpClient(shared.port())) {
			Response response = client.send(request("GET", "/hops")).read();
			assertThat(response.headers()).containsOnlyKeys("Content-Length", "Date", "X-Kept");
			assertThat(response.text()).isEqualTo("body");
			assertThat(client.send(request("GET", "/hops")).read().text()).isEqualTo("body");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "2", "4000", "-1", "abc", "99999999999999999999", "4, 4" })
	void lengthThatServiceClaimsIsIgnored(String length) {
		this.peer.answer("GET:.length", "body", "Natsproxy-Status", "200", "Content-Length", length);
		try (RawHttpClient client = new RawHttpClient(shared.port())) {
			for (int i = 0; i < 2; i++) {
				Response response = client.send(request("GET", "/length")).read();
				assertThat(response.text()).isEqualTo("body");
				assertThat(response.header("Content-Length")).containsExactly("4");
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "4, 4", "-1", "abc", "99999999999999999999", "+4", "4\u00a0" })
	void malformedLengthInAnswerToHeadIsDropped(String length) {
		this.peer.on("GET:.length", (message) -> this.raw.publish(message.getReplyTo(),
				"NATS/1.0\r\nNatsproxy-Status: 200\r\nContent-Length: " + length + "\r\n\r\n", ""));
		try (RawHttpClient client = new RawHttpClient(shared.port())) {
			Response response = client.send(request("HEAD", "/length")).read(true);
			if (response.status() == 200) {
				assertThat(response.header("Content-Length")).isEmpty();
			}
			else {
				assertThat(response.status()).isEqualTo(502);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1024 * 1024 - 10, 1024 * 1024 + 1, 5_000_000 })
	void replyThatDoesNotFitOneMessageIsStreamed(int count) {
		try (RawHttpClient client = new RawHttpClient(shared.port())) {
			Response response = client.send(request("GET", "/service/bytes/" + count)).read();
			assertThat(response.header("Content-Length")).containsExactly(Integer.toString(count));
			assertThat(response.body()).hasSize(count);
			assertThat(client.send(request("GET", "/service/bytes/1000000")).read().body()).hasSize(1_000_000);
		}
	}

	@Test
	void requestWithoutReplySubjectIsDropped() {
		this.peer.publish("GET:.service.hello", null, "", "Natsproxy-Version", "1", "Natsproxy-Method", "GET",
				"Natsproxy-Target", "/service/hello");
		assertThat(get(shared.port(), "/service/hello").text()).isEqualTo("hello");
	}

	@Test
	void replyThatGoesToAnotherRouteIsNoRequestThere() {
		int before = service.bean(ServiceRoutes.class).count();
		for (int i = 0; i < 5; i++) {
			this.peer.publish("GET:.service.hello", "POST:.service.count", "", "Natsproxy-Version", "1",
					"Natsproxy-Method", "GET", "Natsproxy-Target", "/service/hello");
		}
		this.peer.flush();
		assertThat(get(shared.port(), "/service/hello").text()).isEqualTo("hello");
		assertThat(service.bean(ServiceRoutes.class).count()).isEqualTo(before);
	}

	@Test
	void serviceThatRepliesToItselfDoesNotLoop() {
		this.peer.publish("GET:.service.hello", "GET:.service.hello", "", "Natsproxy-Version", "1", "Natsproxy-Method",
				"GET", "Natsproxy-Target", "/service/hello");
		Peer counter = this.peer.ignore("GET:.service.hello");
		assertThat(get(shared.port(), "/service/hello").text()).isEqualTo("hello");
		assertThat(counter.subjects().size()).isLessThanOrEqualTo(2);
	}

	@ParameterizedTest
	@CsvSource(nullValues = "null",
			value = { "1, GET, /service/secret, 400", "1, POST, /service/hello, 400", "1, GET, null, 400",
					"1, null, /service/hello, 400", "1, GET, service/hello, 400", "1, GET, http://a/service/hello, 400",
					"1, 'G T', /service/hello, 400", "1, GET, '/service/hello x', 400", "1, GET, /service/%zz, 400",
					"2, GET, /service/hello, 505", "0, GET, /service/hello, 400", "x, GET, /service/hello, 400",
					"999999999999, GET, /service/hello, 400", "1, GET, /service/./hello, 400",
					"1, GET, /service/hello#fragment, 400", "1, GET, //service/hello, 400" })
	void requestThatDoesNotKeepToTheProtocolIsRefused(String version, String method, String target, int status)
			throws Exception {
		StringBuilder headers = new StringBuilder("NATS/1.0\r\nNatsproxy-Version: " + version + "\r\n");
		if (method != null) {
			headers.append("Natsproxy-Method: ").append(method).append("\r\n");
		}
		if (target != null) {
			headers.append("Natsproxy-Target: ").append(target).append("\r\n");
		}
		Message reply = answerOf("GET:.service.hello", headers.append("\r\n").toString());
		assertThat(reply.getHeaders().getFirst("Natsproxy-Status")).isEqualTo(Integer.toString(status));
		assertThat(reply.getHeaders().getFirst("Content-Type")).isEqualTo("application/problem+json");
	}

	@ParameterizedTest
	@ValueSource(strings = { "abc", "-1", "", "99999999999999" })
	void requestWithMalformedTimeoutIsRefused(String timeout) throws Exception {
		Message reply = answerOf("GET:.service.hello",
				"NATS/1.0\r\nNatsproxy-Version: 1\r\nNatsproxy-Method: GET\r\nNatsproxy-Target: /service/hello\r\nNatsproxy-Timeout: "
						+ timeout + "\r\n\r\n");
		assertThat(reply.getHeaders().getFirst("Natsproxy-Status")).isEqualTo("400");
	}

	@Test
	void requestWithTooLongHeadIsRefused() throws Exception {
		Message reply = answerOf("GET:.service.hello",
				"NATS/1.0\r\nNatsproxy-Version: 1\r\nX-Long: " + "x".repeat(33_000) + "\r\n\r\n");
		assertThat(reply.getHeaders().getFirst("Natsproxy-Status")).isEqualTo("431");
	}

	@ParameterizedTest
	@ValueSource(strings = { "X-Forwarded-Host: a b", "X-Forwarded-Host: a/b?c#d", "X-Forwarded-Host: [::1",
			"X-Forwarded-Prefix: /a//b", "X-Forwarded-Prefix: //", "X-Forwarded-Prefix: /a/../b",
			"X-Forwarded-Prefix: /a;b=c", "X-Forwarded-Prefix: /a b", "X-Forwarded-Prefix: /%zz",
			"X-Forwarded-For: not-an-address", "X-Forwarded-Proto: \u00a0", "Host: \u00e9:x", "Cookie: =;;=\u0001",
			"Content-Length: abc", "Content-Type: a/b/c", "Accept: ;;", "Accept-Language: \u00e9;q=x", "Range: bytes=z",
			"Host: a:99999999" })
	void requestWithStrangeFieldsIsAnswered(String field) throws Exception {
		Message reply = answerOf("GET:.service.hello",
				"NATS/1.0\r\nNatsproxy-Version: 1\r\nNatsproxy-Method: GET\r\nNatsproxy-Target: /service/hello\r\n"
						+ field + "\r\n\r\n");
		assertThat(reply.getHeaders().getFirst("Natsproxy-Status")).isIn("200", "400", "406", "415");
		assertThat(get(shared.port(), "/service/hello").text()).isEqualTo("hello");
	}

	@ParameterizedTest
	@ValueSource(strings = { "X-Forwarded-Host: a/service/secret?", "Host: a/service/secret?",
			"X-Forwarded-Host: a/service/secret#", "X-Forwarded-Prefix: /service/secret?",
			"X-Forwarded-Prefix: /service/secret#", "X-Forwarded-Host: a/service/secret;" })
	void fieldsThatRebuildTheUriDoNotLeadToAnotherRoute(String field) throws Exception {
		Message reply = answerOf("GET:.service.hello",
				"NATS/1.0\r\nNatsproxy-Version: 1\r\nNatsproxy-Method: GET\r\nNatsproxy-Target: /service/hello\r\n"
						+ field + "\r\n\r\n");
		assertThat(new String(reply.getData())).isNotEqualTo("secret");
		assertThat(reply.getHeaders().getFirst("Natsproxy-Status")).isEqualTo("400");
	}

	@Test
	void plainRequestIsThatOfItsSubject() throws Exception {
		assertThat(new String(answerOf("GET:.service.hello", "NATS/1.0\r\nX-Any: thing\r\n\r\n").getData()))
			.isEqualTo("hello");
	}

	@Test
	void repliesOfManyPeersAtOnceDoNotMeetTheWrongExchange() {
		this.peer.on("GET:.echo.*", (message) -> {
			String id = message.getSubject().substring("GET:.echo.".length());
			this.peer.reply(message, id, "Natsproxy-Status", "200", "X-Id", id);
		});
		List<RawHttpClient> clients = java.util.stream.IntStream.range(0, 20)
			.mapToObj((i) -> new RawHttpClient(shared.port()))
			.toList();
		for (int round = 0; round < 20; round++) {
			for (int i = 0; i < clients.size(); i++) {
				clients.get(i).send(request("GET", "/echo/" + round + "-" + i));
			}
			for (int i = 0; i < clients.size(); i++) {
				Response response = clients.get(i).read();
				assertThat(response.text()).isEqualTo(round + "-" + i);
				assertThat(response.header("X-Id")).containsExactly(round + "-" + i);
			}
		}
		clients.forEach(RawHttpClient::close);
	}

	private Message answerOf(String subject, String headers) throws Exception {
		String inbox = this.peer.connection().createInbox();
		io.nats.client.Subscription subscription = this.peer.connection().subscribe(inbox);
		this.peer.flush();
		this.raw.publish(subject + " " + inbox, headers, "").flush();
		Message reply = subscription.nextMessage(Duration.ofSeconds(30));
		subscription.unsubscribe();
		assertThat(reply).isNotNull();
		return reply;
	}

}
