package io.natsproxy.it.gateway;

import java.util.List;
import java.util.Map;

import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.natsproxy.it.gateway.RawHttpClient.Response;
import io.natsproxy.it.support.TestApplication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.natsproxy.it.gateway.RawHttpClient.get;
import static io.natsproxy.it.gateway.RawHttpClient.request;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an intermediary must do to messages that pass it (RFC 9110, section 7.6; RFC
 * 9112), seen from both sides: by a client that writes bytes, and by a subscriber to
 * everything.
 */
class HttpHygieneIntegrationTests {

	@RegisterExtension
	static final SharedGateway shared = new SharedGateway();

	/**
	 * Behind a proxy on the loopback interface and one in 10.0.0.0/8, below /base.
	 */
	static TestApplication proxied;

	private final Peer peer = shared.peer();

	@BeforeAll
	static void startProxiedGateway() {
		proxied = TestApplication.gateway(shared.broker())
			.properties("natsproxy.gateway.trusted-proxies=127.0.0.1,10.0.0.0/8", "spring.webflux.base-path=/base")
			.start();
	}

	@AfterAll
	static void stopProxiedGateway() {
		proxied.close();
	}

	@Test
	void hopByHopFieldsAndThoseThatConnectionNamesStayBehind() {
		this.peer.tap();
		get(shared.port(), "/hops", "Connection: keep-alive, X-Hop, content-type", "X-Hop: 1",
				"Content-Type: text/plain", "Keep-Alive: 5", "TE: trailers", "Trailer: X-End", "Upgrade: h2c",
				"HTTP2-Settings: AAMAAABkAAQAAP__", "Proxy-Connection: keep-alive", "Proxy-Authorization: Basic eDp5",
				"Proxy-Authenticate: Basic", "Expect: nothing", "X-Kept: yes", "Authorization: Bearer t",
				"Cookie: a=b");
		Headers headers = this.peer.next().getHeaders();
		assertThat(headers.keySet()).containsExactlyInAnyOrder("Natsproxy-Version", "Natsproxy-Method",
				"Natsproxy-Target", "Natsproxy-Timeout", "Natsproxy-Max-Reply", "Host", "X-Kept", "Authorization",
				"Cookie", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port");
	}

	@Test
	void headersOnWhichNatsOrThisProtocolActsNeverComeFromTheClient() {
		this.peer.tap();
		get(shared.port(), "/control", "Nats-Rollup: all", "nats-msg-id: 1", "NATS-EXPECTED-STREAM: x",
				"Natsproxy-Status: 200", "natsproxy-target: /other", "NATSPROXY-METHOD: DELETE", "Natsproxy-Version: 9",
				"Natsproxy-Escaped: Host", "Natsproxy-Timeout: 999999", "Natsproxy-Body: stream",
				"Natsproxy-Malformed: x");
		Message message = this.peer.next();
		Headers headers = message.getHeaders();
		assertThat(headers.keySet()).noneMatch((name) -> name.regionMatches(true, 0, "nats-", 0, 5));
		assertThat(headers.keySet().stream().filter((name) -> name.regionMatches(true, 0, "natsproxy", 0, 9)))
			.containsExactlyInAnyOrder("Natsproxy-Version", "Natsproxy-Method", "Natsproxy-Target", "Natsproxy-Timeout",
					"Natsproxy-Max-Reply");
		assertThat(headers.get("Natsproxy-Version")).containsExactly("1");
		assertThat(headers.get("Natsproxy-Method")).containsExactly("GET");
		assertThat(headers.get("Natsproxy-Target")).containsExactly("/control");
		assertThat(Integer.parseInt(headers.getFirst("Natsproxy-Timeout"))).isBetween(1, 5000);
	}

	@Test
	void clientThatExpectsContinueGetsItBeforeTheBody() {
		this.peer.tap();
		try (RawHttpClient client = new RawHttpClient(shared.port())) {
			client.send("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
			assertThat(client.read().status()).isEqualTo(100);
			assertThat(client.send("body").read().status()).isEqualTo(200);
			assertThat(this.peer.next().getData()).asString().isEqualTo("body");
			assertThat(client.send(request("GET", "/after")).read().status()).isEqualTo(200);
		}
	}

	@Test
	void forwardedFieldsOfUntrustedClientAreReplaced() {
		this.peer.tap();
		get(shared.port(), "/forwarded", "X-Forwarded-For: 1.2.3.4", "x-forwarded-proto: https",
				"X-FORWARDED-HOST: evil.com", "X-Forwarded-Port: 1", "X-Forwarded-Prefix: /evil", "X-Forwarded-Ssl: on",
				"X-Forwarded-Made-Up: x", "Forwarded: for=1.2.3.4;host=evil.com");
		assertThat(forwarded(this.peer.next()))
			.isEqualTo(Map.of("X-Forwarded-For", List.of("127.0.0.1"), "X-Forwarded-Proto", List.of("http"),
					"X-Forwarded-Host", List.of("example.com"), "X-Forwarded-Port", List.of("80")));
	}

	@Test
	void forwardedFieldsOfTrustedProxyAreBelievedAndContinued() {
		this.peer.tap();
		get(proxied.port(), "/base/forwarded", "X-Forwarded-For: 6.6.6.6, 1.2.3.4, 10.0.0.7",
				"X-Forwarded-Proto: https", "X-Forwarded-Host: shop.example", "X-Forwarded-Prefix: /outer");
		Message message = this.peer.next();
		assertThat(message.getSubject()).isEqualTo("GET:.forwarded");
		assertThat(message.getHeaders().getFirst("Natsproxy-Target")).isEqualTo("/forwarded");
		assertThat(forwarded(message)).isEqualTo(Map.of("X-Forwarded-For", List.of("1.2.3.4, 10.0.0.7, 127.0.0.1"),
				"X-Forwarded-Proto", List.of("https"), "X-Forwarded-Host", List.of("shop.example"), "X-Forwarded-Port",
				List.of("443"), "X-Forwarded-Prefix", List.of("/outer/base")));
	}

	@Test
	void forwardedFieldOfTheStandardIsTranslated() {
		this.peer.tap();
		get(proxied.port(), "/base/forwarded",
				"Forwarded: for=6.6.6.6, for=\"[2001:db8::1]:4711\";proto=https;host=\"shop.example:8443\"",
				"Forwarded: for=10.0.0.7");
		Map<String, List<String>> forwarded = forwarded(this.peer.next());
		assertThat(forwarded.get("X-Forwarded-For")).hasSize(1);
		assertThat(forwarded.get("X-Forwarded-For").get(0)).isIn("2001:db8:0:0:0:0:0:1, 10.0.0.7, 127.0.0.1",
				"2001:db8::1, 10.0.0.7, 127.0.0.1");
		assertThat(forwarded).doesNotContainKey("Forwarded");
	}

	@ParameterizedTest
	@ValueSource(strings = { "X-Forwarded-Port: abc", "X-Forwarded-Port: 99999999999", "X-Forwarded-Host: a b/c?d",
			"X-Forwarded-Host: [", "X-Forwarded-Host: a:b:c", "X-Forwarded-Proto: \u00e9", "X-Forwarded-For: ,,,",
			"X-Forwarded-For: unknown", "X-Forwarded-For: 1.2.3.4:99999999", "X-Forwarded-For: [::1", "Forwarded: for=",
			"Forwarded: for=\"", "Forwarded: host=:;proto=", "Forwarded: for=_hidden, for=\"[",
			"X-Forwarded-For: localhost", "X-Forwarded-Prefix: no-slash", "X-Forwarded-Prefix: /a b" })
	void malformedForwardedFieldOfTrustedProxyDoesNoHarm(String field) {
		this.peer.tap();
		Response response = get(proxied.port(), "/base/forwarded", field);
		assertThat(response.status()).isIn(200, 400);
		if (response.status() == 200) {
			Map<String, List<String>> forwarded = forwarded(this.peer.next());
			assertThat(forwarded.get("X-Forwarded-For").get(0)).endsWith("127.0.0.1");
			assertThat(forwarded.get("X-Forwarded-Host").get(0)).matches("[\\w.:\\[\\]-]+");
		}
	}

	@ParameterizedTest
	@CsvSource({ "/base, /", "/base/, /", "/base?q, /?q", "/base/a?b=c, /a?b=c", "/base//a, //a" })
	void contextPathBecomesThePrefix(String target, String within) {
		this.peer.tap();
		assertThat(get(proxied.port(), target).status()).isEqualTo(200);
		Message message = this.peer.next();
		assertThat(message.getHeaders().getFirst("Natsproxy-Target")).isEqualTo(within);
		assertThat(message.getHeaders().getFirst("X-Forwarded-Prefix")).isEqualTo("/base");
	}

	@Test
	void pathOutsideTheContextPathIsNotTheGateways() {
		this.peer.tap();
		assertThat(get(proxied.port(), "/outside").status()).isEqualTo(404);
		assertThat(this.peer.subjects()).isEmpty();
	}

	@Test
	void headIsGetWithoutBodyAndTellsItsLength() {
		this.peer.answer("GET:.head", "", "Natsproxy-Status", "200", "Content-Length", "12345", "ETag", "\"x\"");
		try (RawHttpClient client = new RawHttpClient(shared.port())) {
			Response response = client.send(request("HEAD", "/head")).read(true);
			assertThat(response.status()).isEqualTo(200);
			assertThat(response.header("Content-Length")).containsExactly("12345");
			assertThat(response.header("ETag")).containsExactly("\"x\"");
			assertThat(this.peer.next().getHeaders().getFirst("Natsproxy-Method")).isEqualTo("HEAD");
			assertThat(client.send(request("HEAD", "/nobody")).read(true).status()).isEqualTo(503);
			assertThat(client.send(request("HEAD", "/head")).read(true).status()).isEqualTo(200);
		}
	}

	@Test
	void headThatIsAnsweredWithBodyDropsIt() {
		this.peer.answer("GET:.head", "12345", "Natsproxy-Status", "200");
		try (RawHttpClient client = new RawHttpClient(shared.port())) {
			Response response = client.send(request("HEAD", "/head")).read(true);
			assertThat(response.header("Content-Length")).containsExactly("5");
			assertThat(client.send(request("GET", "/head")).read().text()).isEqualTo("12345");
		}
	}

	@Test
	void optionsAreTheServices() {
		this.peer.answer("OPTIONS:.options", "", "Natsproxy-Status", "204", "Allow", "GET,OPTIONS");
		Response response = RawHttpClient.exchange(shared.port(), request("OPTIONS", "/options"));
		assertThat(response.status()).isEqualTo(204);
		assertThat(response.header("Allow")).containsExactly("GET,OPTIONS");
	}

	@ParameterizedTest
	@CsvSource({ "204, false", "304, false", "205, true" })
	void statusWithoutBodyHasNone(String status, boolean lengthZero) {
		this.peer.answer("GET:.empty", "a body that must not be", "Natsproxy-Status", status, "ETag", "\"v1\"");
		try (RawHttpClient client = new RawHttpClient(shared.port())) {
			Response response = client.send(request("GET", "/empty", "If-None-Match: \"v1\"")).read();
			assertThat(response.status()).isEqualTo(Integer.parseInt(status));
			assertThat(response.header("Transfer-Encoding")).isEmpty();
			assertThat(response.header("ETag")).containsExactly("\"v1\"");
			if (lengthZero) {
				assertThat(response.header("Content-Length")).containsExactly("0");
			}
			assertThat(this.peer.next().getHeaders().getFirst("If-None-Match")).isEqualTo("\"v1\"");
			assertThat(client.send(request("GET", "/empty")).read().status()).isEqualTo(Integer.parseInt(status));
		}
	}

	@Test
	void contentCodingAndRepeatedFieldsPassUntouched() {
		this.peer.on("GET:.coded", (message) -> {
			Headers headers = new Headers();
			headers.add("Natsproxy-Status", "200");
			headers.add("Content-Encoding", "gzip");
			headers.add("Set-Cookie", "a=1; Path=/", "b=2; Expires=Wed, 21 Oct 2030 07:28:00 GMT", "a=1; Path=/");
			headers.add("Vary", "Accept", "Origin");
			headers.add("WWW-Authenticate", "Basic realm=\"a\"", "Bearer");
			this.peer.connection().publish(message.getReplyTo(), headers, new byte[] { 31, (byte) 139, 0, 13, 10 });
		});
		Response response = get(shared.port(), "/coded", "Accept-Encoding: gzip", "Cookie: x=1; y=2", "X-Twice: a",
				"X-Twice: b");
		assertThat(response.body()).containsExactly(31, 139, 0, 13, 10);
		assertThat(response.header("Content-Encoding")).containsExactly("gzip");
		assertThat(response.header("Set-Cookie")).containsExactly("a=1; Path=/",
				"b=2; Expires=Wed, 21 Oct 2030 07:28:00 GMT", "a=1; Path=/");
		assertThat(response.header("Vary")).containsExactly("Accept", "Origin");
		assertThat(response.header("WWW-Authenticate")).containsExactly("Basic realm=\"a\"", "Bearer");
		Headers request = this.peer.next().getHeaders();
		assertThat(request.get("X-Twice")).containsExactly("a", "b");
		assertThat(request.get("Accept-Encoding")).containsExactly("gzip");
		assertThat(request.get("Cookie")).containsExactly("x=1; y=2");
	}

	@Test
	void clientOfHttp10IsAnsweredAndTheConnectionClosed() {
		this.peer.tap();
		try (RawHttpClient client = new RawHttpClient(shared.port())) {
			Response response = client.send("GET /old HTTP/1.0\r\n\r\n").read();
			assertThat(response.status()).isEqualTo(200);
			assertThat(response.header("Transfer-Encoding")).isEmpty();
			assertThat(response.text()).isEqualTo("tapped");
			assertThat(client.isClosed()).isTrue();
		}
	}

	@Test
	void requestOfHttp11WithoutHostIsRefused() {
		this.peer.tap();
		assertThat(RawHttpClient.exchange(shared.port(), "GET /a HTTP/1.1\r\n\r\n").status()).isEqualTo(400);
		assertThat(this.peer.subjects()).isEmpty();
	}

	@Test
	void pipelinedRequestsAreAnsweredInTheirOrder() {
		this.peer.on("GET:.pipe.*", (message) -> this.peer.reply(message, message.getSubject()));
		try (RawHttpClient client = new RawHttpClient(shared.port())) {
			StringBuilder requests = new StringBuilder();
			for (int i = 0; i < 20; i++) {
				requests.append(request("GET", "/pipe/" + i));
			}
			client.send(requests.toString());
			for (int i = 0; i < 20; i++) {
				assertThat(client.read().text()).isEqualTo("GET:.pipe." + i);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "Content-Length: 5\r\nTransfer-Encoding: chunked",
			"Transfer-Encoding: chunked\r\nContent-Length: 5", "Content-Length: 5\r\nContent-Length: 6",
			"Content-Length: 5, 6", "Content-Length: +5", "Content-Length: 0x5", "Content-Length: -5",
			"Content-Length: 5 5", "Content-Length: 99999999999999999999", "Transfer-Encoding: chunked, identity",
			"Transfer-Encoding: xchunked", "Transfer-Encoding : chunked",
			"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "Transfer-Encoding:\u000bchunked",
			"X-A: b\r\n Transfer-Encoding: chunked", "Content-Length\u0000: 5" })
	void requestWhoseEndIsDisputedSmugglesNothing(String framing) {
		this.peer.tap();
		try (RawHttpClient client = new RawHttpClient(shared.port())) {
			client.send("POST /front HTTP/1.1\r\nHost: a\r\n" + framing
					+ "\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
			Response response = client.read();
			if (response.status() == 400 || response.status() >= 500) {
				assertThat(client.isClosed()).isTrue();
			}
		}
		assertThat(this.peer.subjects()).doesNotContain("GET:.smuggled");
	}

	@Test
	void bodyThatClaimsToBeShorterIsFollowedByWhatItIs() {
		this.peer.tap();
		try (RawHttpClient client = new RawHttpClient(shared.port())) {
			client.send(
					"POST /first HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /second HTTP/1.1\r\nHost: a\r\n\r\n");
			assertThat(client.read().status()).isEqualTo(200);
			assertThat(client.read().status()).isEqualTo(200);
		}
		assertThat(this.peer.next().getData()).asString().isEqualTo("abc");
		assertThat(this.peer.next().getSubject()).isEqualTo("GET:.second");
	}

	@Test
	void bodyInTransferCodingThatIsNotUndoneIsRefused() {
		this.peer.tap();
		try (RawHttpClient client = new RawHttpClient(shared.port())) {
			client.send("POST /coded HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n");
			RawHttpClient.Response response = client.read();
			ProblemAssert.assertProblem(response, 400);
			assertThat(response.header("Connection")).containsExactly("close");
			assertThat(client.isClosed()).isTrue();
		}
		assertThat(this.peer.subjects()).isEmpty();
	}

	@Test
	void chunkedBodyIsOnePayload() {
		this.peer.tap();
		try (RawHttpClient client = new RawHttpClient(shared.port())) {
			client.send("POST /chunked HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-End\r\n\r\n"
					+ "3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\nX-End: t\r\n\r\n");
			assertThat(client.read().status()).isEqualTo(200);
			Message message = this.peer.next();
			assertThat(message.getData()).asString().isEqualTo("abcde");
			assertThat(message.getHeaders().containsKey("Transfer-Encoding")).isFalse();
			assertThat(message.getHeaders().containsKey("X-End")).isFalse();
		}
	}

	private static Map<String, List<String>> forwarded(Message message) {
		Map<String, List<String>> forwarded = new java.util.TreeMap<>();
		message.getHeaders().forEach((name, values) -> {
			if (name.contains("orwarded")) {
				forwarded.put(name, values);
			}
		});
		return forwarded;
	}

}
