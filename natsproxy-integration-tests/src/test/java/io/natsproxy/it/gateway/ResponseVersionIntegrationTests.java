package io.natsproxy.it.gateway;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;

import io.nats.client.Message;
import io.natsproxy.it.gateway.RawHttpClient.Response;
import io.natsproxy.it.support.TestApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.natsproxy.it.gateway.ProblemAssert.assertProblem;
import static io.natsproxy.it.gateway.RawHttpClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * What each response of the gateway says about itself, whatever its client speaks: its
 * version, how its body ends, and its date.
 */
@Timeout(60)
class ResponseVersionIntegrationTests {

	@RegisterExtension
	static final GatewayChain chain = GatewayChain.of("server.http2.enabled=true");

	private final Peer peer = chain.peer();

	/**
	 * Answers by a stream of unknown length.
	 */
	private void stream(Message request) {
		String inbox = request.getReplyTo();
		this.peer.publish(inbox, "_INBOX.nobody", "begin", "Natsproxy-Status", "200", "Natsproxy-Body", "stream");
		this.peer.publish(inbox, null, " middle", "Natsproxy-Frame", "data 1");
		this.peer.publish(inbox, null, "", "Natsproxy-Frame", "end 2");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "Connection: keep-alive\r\n", "Connection: close\r\n" })
	void oldClientGetsNoChunksAndTheEndOfTheConnection(String fields) {
		this.peer.on("GET:.stream", this::stream).answer("GET:.whole", "whole", "Natsproxy-Status", "200");
		for (String path : List.of("/stream", "/whole", "/nobody-is-there")) {
			try (RawHttpClient client = new RawHttpClient(chain.port())) {
				Response response = client.send("GET " + path + " HTTP/1.0\r\n" + fields + "\r\n").read();
				assertThat(response.version()).isEqualTo("HTTP/1.1");
				assertThat(response.header("Transfer-Encoding")).isEmpty();
				assertThat(response.header("Connection")).containsExactly("close");
				switch (path) {
					case "/stream" -> assertThat(response.text()).isEqualTo("begin middle");
					case "/whole" -> assertThat(response.text()).isEqualTo("whole");
					default -> assertProblem(response, 503);
				}
				assertThat(client.isClosed()).isTrue();
			}
		}
	}

	@Test
	void headOfAnOldClientHasNoChunks() {
		this.peer.on("GET:.stream", this::stream);
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			Response response = client.send("HEAD /stream HTTP/1.0\r\n\r\n").read(true);
			assertThat(response.status()).isEqualTo(200);
			assertThat(response.header("Transfer-Encoding")).isEmpty();
			assertThat(client.isClosed()).isTrue();
		}
	}

	@Test
	void oldClientGetsNoChunksOfWhatWouldBeCompressedEither() {
		String text = "text ".repeat(10_000);
		this.peer.answer("GET:.text", text, "Natsproxy-Status", "200", "Content-Type", "text/plain");
		try (TestApplication compressing = TestApplication.gateway(chain.broker())
			.properties("server.compression.enabled=true")
			.start(); RawHttpClient client = new RawHttpClient(compressing.port())) {
			Response response = client.send("GET /text HTTP/1.0\r\nAccept-Encoding: gzip\r\n\r\n").read();
			assertThat(response.version()).isEqualTo("HTTP/1.1");
			assertThat(response.header("Transfer-Encoding")).isEmpty();
			assertThat(response.header("Content-Encoding")).isEmpty();
			assertThat(response.text()).isEqualTo(text);
			assertThat(client.isClosed()).isTrue();
		}
	}

	@Test
	void laterClientGetsTheVersionOfTheServer() {
		this.peer.on("GET:.stream", this::stream).answer("GET:.whole", "whole", "Natsproxy-Status", "200");
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			for (String path : List.of("/whole", "/stream", "/whole")) {
				Response response = client.send("GET " + path + " HTTP/1.2\r\nHost: a\r\n\r\n").read();
				assertThat(response.version()).isEqualTo("HTTP/1.1");
				assertThat(response.status()).isEqualTo(200);
				assertThat(response.header("Connection")).isEmpty();
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "HTTP/2.0", "HTTP/3.0", "HTTP/0.9", "HTTP/9.9" })
	void anotherMajorVersionIsNotSupported(String version) {
		this.peer.tap();
		Response response = RawHttpClient.exchange(chain.port(), "GET /x " + version + "\r\nHost: a\r\n\r\n");
		assertProblem(response, 505);
		assertThat(response.version()).isEqualTo("HTTP/1.1");
		assertThat(this.peer.subjects()).isEmpty();
	}

	@Test
	void everyResponseHasADate() {
		this.peer.on("GET:.stream", this::stream)
			.answer("GET:.whole", "whole", "Natsproxy-Status", "200")
			.answer("GET:.empty", "", "Natsproxy-Status", "304");
		for (String request : List.of(request("GET", "/whole"), request("GET", "/stream"), request("GET", "/empty"),
				request("HEAD", "/whole"), request("GET", "/nobody"), request("OPTIONS", "*"), request("GET", "/%zz"),
				"GET /whole HTTP/1.0\r\n\r\n", "GET /x HTTP/2.0\r\nHost: a\r\n\r\n", "\u0000\r\n\r\n",
				"POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
				"GET /x HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(70_000) + "\r\n\r\n")) {
			assertNow(RawHttpClient.exchange(chain.port(), request).header("Date"));
		}
		try (RawHttp2Client client = new RawHttp2Client(chain.port(), 65_535)) {
			String[] paths = { "/whole", "/nobody", "/%zz" };
			for (int i = 0; i < paths.length; i++) {
				client.request(1 + 2 * i, RawHttp2Client.END_STREAM, "GET", paths[i]);
				assertNow(client.fields().getAll("date").stream().map(CharSequence::toString).toList());
			}
		}
	}

	@Test
	void aDateIsThereWithoutTheLimitsOfConnectionsToo() {
		this.peer.answer("GET:.whole", "whole", "Natsproxy-Status", "200");
		try (TestApplication plain = TestApplication.gateway(chain.broker())
			.properties("natsproxy.gateway.client.enabled=false")
			.start(); RawHttpClient client = new RawHttpClient(plain.port())) {
			for (String path : List.of("/whole", "/nobody", "/whole")) {
				assertNow(client.send(request("GET", path)).read().header("Date"));
			}
		}
	}

	private static void assertNow(List<String> dates) {
		assertThat(dates).hasSize(1);
		Instant date = ZonedDateTime.parse(dates.get(0), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
		assertThat(date).isCloseTo(Instant.now(), within(Duration.ofSeconds(30)));
		assertThat(dates.get(0)).matches("[A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT");
	}

	@Test
	void dateOfAServiceStays() {
		this.peer.answer("GET:.dated", "x", "Natsproxy-Status", "200", "Date", "Tue, 15 Nov 1994 08:12:31 GMT");
		assertThat(RawHttpClient.get(chain.port(), "/dated").header("Date"))
			.containsExactly("Tue, 15 Nov 1994 08:12:31 GMT");
	}

}
