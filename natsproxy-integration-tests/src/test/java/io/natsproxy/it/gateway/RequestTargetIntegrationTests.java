package io.natsproxy.it.gateway;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.nats.client.Message;
import io.natsproxy.gateway.RefusalReason;
import io.natsproxy.gateway.RefusalRecorder;
import io.natsproxy.it.gateway.RawHttpClient.Response;
import io.netty.handler.codec.http2.Http2Headers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;

import static io.natsproxy.it.gateway.ProblemAssert.assertProblem;
import static io.natsproxy.it.gateway.RawHttpClient.request;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The forms of a request's target (RFC 9112, section 3.2), its host, and the characters
 * in it.
 */
@Timeout(60)
class RequestTargetIntegrationTests {

	@RegisterExtension
	static final GatewayChain chain = GatewayChain.of("server.http2.enabled=true").with(Application.class);

	private final Peer peer = chain.peer().tap();

	@BeforeEach
	void forgetWhatWasRefused() {
		recorder().refused.clear();
	}

	private static Recorder recorder() {
		return chain.gateway().bean(Recorder.class);
	}

	@ParameterizedTest
	@CsvSource({ "http://other.example/x, /x, other.example, 80",
			"http://other.example:8080/x?a=http://b/c, /x?a=http://b/c, other.example:8080, 8080",
			"HTTP://Other.example, /, Other.example, 80", "http://other.example?a=b, /?a=b, other.example, 80",
			"http://[::1]:81/, /, [::1]:81, 81", "http://other.example:/a|b, /a%7Cb, other.example, 80" })
	void authorityOfTheTargetIsTheHostWhateverTheFieldSays(String target, String path, String host, String port) {
		for (String field : List.of("Host: x.example", "Host: other.example", "Host:")) {
			assertThat(exchange("GET " + target + " HTTP/1.1\r\n" + field + "\r\n\r\n").status()).isEqualTo(200);
			assertReceived(path, host, port);
		}
		assertThat(exchange("GET " + target + " HTTP/1.0\r\n\r\n").status()).isEqualTo(200);
		assertReceived(path, host, port);
	}

	private void assertReceived(String path, String host, String port) {
		Message message = this.peer.next();
		assertThat(message.getHeaders().getFirst("Natsproxy-Target")).isEqualTo(path);
		assertThat(message.getHeaders().get("Host")).containsExactly(host);
		assertThat(message.getHeaders().get("X-Forwarded-Host")).containsExactly(host);
		assertThat(message.getHeaders().get("X-Forwarded-Port")).containsExactly(port);
	}

	@Test
	void wishForHttp2DoesNotBringBackTheField() {
		Response response = exchange("GET http://other.example/x HTTP/1.1\r\nHost: x.example\r\n"
				+ "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAA\r\n\r\n");
		assertThat(response.status()).isEqualTo(200);
		assertReceived("/x", "other.example", "80");
	}

	@Test
	void hostMustBeThereWhateverTheTargetSays() {
		assertProblem(exchange("GET http://other.example/ HTTP/1.1\r\n\r\n"), 400);
		assertProblem(exchange("GET http://other.example/ HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"), 400);
		assertThat(this.peer.subjects()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET *", "GET dump", "GET ../dump", "GET ?a", "GET other.example:80", "GET javascript:/x",
			"GET ftp://x/y", "GET ws://x/y", "GET http:/x", "GET http:///x", "GET http://", "GET http://:80/",
			"GET http://u:p@x/y", "GET http://u@x/y", "GET http://a/b#c", "GET http://a:b/", "GET http://a:1:2/",
			"GET http://[::1/", "GET http://a\\b/", "GET /a#b", "GET #", "POST *", "OPTIONS *a", "OPTIONS **",
			"OPTIONS dump", "CONNECT other.example:80", "CONNECT /x", "CONNECT http://a/b" })
	void targetOfAnotherFormIsRefused(String line) {
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			assertProblem(client.send(line + " HTTP/1.1\r\nHost: x.example\r\n\r\n").read(), 400);
			assertThat(client.send(request("GET", "/after")).read().status()).isEqualTo(200);
		}
		assertThat(this.peer.subjects()).containsExactly("GET:.after");
		assertThat(recorder().refused).containsExactly(RefusalReason.MALFORMED);
	}

	@Test
	void schemeOfTheTargetIsThatOfTheConnection() {
		assertProblem(exchange(request("GET", "https://example.com/x")), 421);
		assertThat(this.peer.subjects()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "*", "http://example.com", "http://example.com:80" })
	void optionsOfTheServerAreItsOwn(String target) {
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			for (int i = 0; i < 2; i++) {
				Response response = client.send(request("OPTIONS", target)).read();
				assertThat(response.status()).isEqualTo(204);
				assertThat(response.header("Allow")).hasSize(1);
				assertThat(response.header("Allow").get(0).split(", ")).contains("GET", "HEAD", "POST", "PUT", "PATCH",
						"DELETE", "OPTIONS");
			}
			client.send(request("GET", "/before") + request("OPTIONS", target) + request("OPTIONS", "/*"));
			assertThat(client.read().text()).isEqualTo("tapped");
			assertThat(client.read().status()).isEqualTo(204);
			assertThat(client.read().text()).isEqualTo("tapped");
		}
		assertThat(this.peer.subjects()).containsExactly("GET:.before", "OPTIONS:.%2A");
		assertThat(recorder().refused).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '\'', textBlock = """
			/a|b,             /a%7Cb,                     GET:.a|b
			/?a=b|c,          /?a=b%7Cc,                  GET:
			/a?b={x},         /a?b=%7Bx%7D,               GET:.a
			/{id}/[0],        /%7Bid%7D/%5B0%5D,          GET:.{id}.[0]
			/a?b[]=c&d[1]=e,  /a?b%5B%5D=c&d%5B1%5D=e,    GET:.a
			/a^b`c,           /a%5Eb%60c,                 GET:.a^b`c
			/a?b=^`,          /a?b=%5E%60,                GET:.a
			/<a>?"b"=<c>,     /%3Ca%3E?%22b%22=%3Cc%3E,   GET:.<a%3E
			/a?b=c\\d,        /a?b=c%5Cd,                 GET:.a
			/a|b%7C?%7c|,     /a%7Cb%7C?%7c%7C,           GET:.a|b|
			//x|y,            //x%7Cy,                    GET:.%.x|y
			/caf\u00c3\u00a9?\u00e9\u0080|, /caf%C3%A9?%E9%80%7C, GET:.caf%C3%A9
			""")
	void charactersThatBrowsersSendArriveEncoded(String target, String encoded, String subject) {
		String[] targets = { target.replace("\\\\", "\\"), encoded.replace("\\\\", "\\") };
		for (String each : targets) {
			Response response = exchange(request("GET", each));
			assertThat(response.status()).as(response.toString()).isEqualTo(200);
			Message message = this.peer.next();
			assertThat(message.getHeaders().getFirst("Natsproxy-Target")).isEqualTo(targets[1]);
			assertThat(message.getSubject()).isEqualTo(subject);
		}
	}

	@Test
	void theyArriveEncodedAtTheApplicationItself() {
		assertThat(exchange(request("GET", "/own/a|b?c={d}")).text()).isEqualTo("/own/a%7Cb?c=%7Bd%7D");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/%zz", "/%", "/a%2", "/a?b=%zz", "/|%", "http://a/%g0" })
	void whatIsNotEncodedRightIsAProblemAndCounted(String target) {
		assertProblem(exchange(request("GET", target)), 400);
		assertThat(this.peer.subjects()).isEmpty();
		assertThat(recorder().refused).containsExactly(RefusalReason.MALFORMED);
	}

	@ParameterizedTest
	@CsvSource({ "x.example:, x.example", "[::1]:, [::1]", "1.2.3.4:, 1.2.3.4" })
	void emptyPortIsNone(String host, String received) {
		assertThat(exchange("GET /x HTTP/1.1\r\nHost: " + host + "\r\n\r\n").status()).isEqualTo(200);
		assertReceived("/x", received, "80");
	}

	@Test
	void portWithoutAHostIsRefused() {
		assertProblem(exchange("GET /x HTTP/1.1\r\nHost: :\r\n\r\n"), 400);
		assertProblem(exchange("GET /x HTTP/1.1\r\nHost: :80\r\n\r\n"), 400);
		assertThat(this.peer.subjects()).isEmpty();
	}

	@Test
	void http2HasTheSameTargets() {
		try (RawHttp2Client client = new RawHttp2Client(chain.port(), 65_535)) {
			client.request(1, RawHttp2Client.END_STREAM, "GET", "/a|b?c={d}");
			assertThat(client.status()).isEqualTo(200);
			assertThat(this.peer.next().getHeaders().getFirst("Natsproxy-Target")).isEqualTo("/a%7Cb?c=%7Bd%7D");
			client.request(3, RawHttp2Client.END_STREAM, "OPTIONS", "*");
			Http2Headers options = client.fields();
			assertThat(options.status()).hasToString("204");
			assertThat(options.get("allow")).contains("GET");
			String[] refused = { "*", "dump", "http://example.com/", "/a#b", "/%zz" };
			for (int i = 0; i < refused.length; i++) {
				client.request(5 + 2 * i, RawHttp2Client.END_STREAM, "GET", refused[i]);
				assertThat(client.status()).as(refused[i]).isEqualTo(400);
			}
		}
		assertThat(this.peer.subjects()).containsExactly("GET:.a|b");
	}

	@Test
	void http2HasOneHost() {
		try (RawHttp2Client client = new RawHttp2Client(chain.port(), 65_535)) {
			http2(client, 1, ":authority", "x.example:");
			assertThat(client.status()).isEqualTo(200);
			assertReceived("/x", "x.example", "80");
			http2(client, 3, ":authority", "x.example", "host", "X.example:");
			assertThat(client.status()).isEqualTo(200);
			assertReceived("/x", "x.example", "80");
			http2(client, 5, "host", "y.example");
			assertThat(client.status()).isEqualTo(200);
			assertReceived("/x", "y.example", "80");
			http2(client, 7, ":authority", "x.example", "host", "y.example");
			assertThat(client.status()).isEqualTo(400);
			http2(client, 9, ":authority", "x.example", "host", "x.example", "host", "x.example");
			assertThat(client.status()).isEqualTo(400);
			client.head(11, RawHttp2Client.END_STREAM, ":method", "CONNECT", ":authority", "other.example:80");
			assertThat(client.status()).isEqualTo(400);
		}
		assertThat(this.peer.subjects()).containsOnly("GET:.x").hasSize(3);
	}

	private static void http2(RawHttp2Client client, int stream, String... fields) {
		String[] all = new String[6 + fields.length];
		System.arraycopy(new String[] { ":method", "GET", ":scheme", "http", ":path", "/x" }, 0, all, 0, 6);
		System.arraycopy(fields, 0, all, 6, fields.length);
		client.head(stream, RawHttp2Client.END_STREAM, all);
	}

	private static Response exchange(String request) {
		return RawHttpClient.exchange(chain.port(), request);
	}

	@Configuration(proxyBeanMethods = false)
	@Import(Own.class)
	static class Application {

		@Bean
		Recorder recorder() {
			return new Recorder();
		}

	}

	@RestController
	static class Own {

		@GetMapping("/own/{path}")
		String own(ServerWebExchange exchange) {
			return exchange.getRequest().getURI().getRawPath() + "?" + exchange.getRequest().getURI().getRawQuery();
		}

	}

	static class Recorder implements RefusalRecorder {

		private final List<RefusalReason> refused = new CopyOnWriteArrayList<>();

		@Override
		public void refused(RefusalReason reason) {
			this.refused.add(reason);
		}

	}

}
