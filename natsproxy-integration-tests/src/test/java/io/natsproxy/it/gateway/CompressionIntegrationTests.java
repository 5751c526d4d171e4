package io.natsproxy.it.gateway;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

import io.natsproxy.it.gateway.RawHttpClient.Response;
import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

import static io.natsproxy.it.gateway.RawHttpClient.get;
import static io.natsproxy.it.gateway.RawHttpClient.request;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A gateway that compresses, as Spring Boot lets it.
 */
@Timeout(60)
class CompressionIntegrationTests {

	private static final String GZIP = "Accept-Encoding: gzip";

	private static final String LONG = "text ".repeat(1000);

	@RegisterExtension
	static final GatewayChain chain = GatewayChain
		.of("server.compression.enabled=true", "server.compression.additional-mime-types=text/event-stream",
				"server.compression.excluded-user-agents=old", "server.http2.enabled=true")
		.service("compression", Routes.class);

	private final Peer peer = chain.peer();

	@Test
	void compressedResponseIsWeaklyTheSame() {
		answer("200", "ETag", "\"v1\"", "Accept-Ranges", "bytes");
		Response response = get(chain.port(), "/doc", GZIP);
		assertThat(response.header("Content-Encoding")).containsExactly("gzip");
		assertThat(inflate(response.body())).isEqualTo(LONG);
		assertThat(response.header("ETag")).containsExactly("W/\"v1\"");
		assertThat(varied(response)).containsExactly("accept-encoding", "user-agent");
		assertThat(response.header("Accept-Ranges")).isEmpty();
	}

	@Test
	void otherClientGetsItAsItIsAndCachesKnow() {
		answer("200", "ETag", "\"v1\"", "Accept-Ranges", "bytes", "Vary", "Accept");
		for (String[] fields : new String[][] { {}, { "Accept-Encoding: identity" }, { "Accept-Encoding: gzip;q=0" },
				{ "Accept-Encoding: *" }, { GZIP, "User-Agent: old" } }) {
			Response response = get(chain.port(), "/doc", fields);
			assertThat(response.text()).isEqualTo(LONG);
			assertThat(response.header("Content-Encoding")).isEmpty();
			assertThat(response.header("ETag")).containsExactly("\"v1\"");
			assertThat(response.header("Accept-Ranges")).containsExactly("bytes");
			assertThat(varied(response)).containsExactlyInAnyOrder("accept", "accept-encoding", "user-agent");
		}
	}

	@Test
	void weakTagAndVaryOfTheServiceStayAsTheyAre() {
		answer("200", "ETag", "W/\"v1\"", "Vary", "Origin, accept-encoding");
		Response response = get(chain.port(), "/doc", GZIP);
		assertThat(response.header("ETag")).containsExactly("W/\"v1\"");
		assertThat(varied(response)).containsExactlyInAnyOrder("origin", "accept-encoding", "user-agent");
	}

	@Test
	void partIsNotCompressed() {
		answer("206", "ETag", "\"v1\"", "Content-Range", "bytes 0-4999/10000", "Accept-Ranges", "bytes");
		Response response = get(chain.port(), "/doc", GZIP, "Range: bytes=0-4999");
		assertThat(response.status()).isEqualTo(206);
		assertThat(response.text()).isEqualTo(LONG);
		assertThat(response.header("ETag")).containsExactly("\"v1\"");
		assertThat(response.header("Content-Encoding")).isEmpty();
		assertThat(response.header("Content-Range")).containsExactly("bytes 0-4999/10000");
		assertThat(varied(response)).contains("accept-encoding");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			Cache-Control    | public, No-Transform
			Content-Encoding | br
			Content-Encoding | identity
			Content-Range    | bytes 0-4999/5000
			Content-Digest   | sha-256=:AAAA:
			Content-Type     | image/png
			Content-Type     | nonsense
			""")
	void responseThatMustStayAsItIsDoes(String name, String value) {
		answer("200", "ETag", "\"v1\"", name, value);
		Response response = get(chain.port(), "/doc", GZIP);
		assertThat(response.text()).isEqualTo(LONG);
		assertThat(response.header("ETag")).containsExactly("\"v1\"");
		assertThat(response.header("Content-Encoding"))
			.isEqualTo(name.equals("Content-Encoding") ? List.of(value) : List.of());
		assertThat(response.header("Vary")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "204", "205", "304" })
	void responseWithoutABodyIsNotTouched(String status) {
		answer(status, "ETag", "\"v1\"");
		Response response = get(chain.port(), "/doc", GZIP);
		assertThat(response.status()).hasToString(status);
		assertThat(response.header("ETag")).containsExactly("\"v1\"");
		assertThat(response.header("Content-Encoding")).isEmpty();
		assertThat(response.header("Vary")).isEmpty();
	}

	@Test
	void shortResponseIsNotTouched() {
		this.peer.answer("GET:.short", "short", "Natsproxy-Status", "200", "Content-Type", "text/plain", "ETag",
				"\"v1\"");
		Response response = get(chain.port(), "/short", GZIP);
		assertThat(response.text()).isEqualTo("short");
		assertThat(response.header("ETag")).containsExactly("\"v1\"");
		assertThat(response.header("Vary")).isEmpty();
	}

	@Test
	void tagOfACompressedResponseValidatesIt() {
		Response first = get(chain.port(), "/compression/tagged", GZIP);
		assertThat(first.header("Content-Encoding")).containsExactly("gzip");
		String tag = first.header("ETag").get(0);
		assertThat(tag).startsWith("W/");
		Response second = get(chain.port(), "/compression/tagged", GZIP, "If-None-Match: " + tag);
		assertThat(second.status()).isEqualTo(304);
		assertThat(second.header("ETag")).containsExactly(tag);
		assertThat(varied(second)).contains("accept-encoding");
		Response identity = get(chain.port(), "/compression/tagged", "If-None-Match: " + tag.substring(2));
		assertThat(identity.status()).isEqualTo(304);
		assertThat(identity.header("ETag")).containsExactly(tag.substring(2));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/compression/tagged", "/compression/stream" })
	void headHasTheFieldsOfGet(String target) {
		for (String accepted : List.of(GZIP, "Accept-Encoding: identity")) {
			Response get = get(chain.port(), target, accepted);
			Response head = RawHttpClient.exchange(chain.port(), request("HEAD", target, accepted));
			for (String name : List.of("ETag", "Vary", "Content-Encoding", "Content-Type", "Accept-Ranges")) {
				assertThat(head.header(name)).isEqualTo(get.header(name));
			}
			if (!accepted.equals(GZIP) && !get.header("Content-Length").isEmpty()) {
				assertThat(head.header("Content-Length")).isEqualTo(get.header("Content-Length"));
			}
			else {
				// Only the compressed body would tell.
				assertThat(head.header("Content-Length")).isEmpty();
			}
		}
	}

	@Test
	void connectionIsGoodForCompressedAndOtherResponsesInTurn() {
		answer("200");
		this.peer.answer("GET:.part", LONG, "Natsproxy-Status", "206", "Content-Type", "text/plain", "Content-Range",
				"bytes 0-4999/10000");
		this.peer.answer("HEAD:.part", "", "Natsproxy-Status", "206", "Content-Type", "text/plain", "Content-Range",
				"bytes 0-4999/10000");
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			for (int i = 0; i < 3; i++) {
				assertThat(inflate(client.send(request("GET", "/doc", GZIP)).read().body())).isEqualTo(LONG);
				assertThat(client.send(request("GET", "/part", GZIP)).read().text()).isEqualTo(LONG);
				assertThat(client.send(request("GET", "/doc")).read().text()).isEqualTo(LONG);
				assertThat(client.send(request("HEAD", "/part", GZIP)).read(true).status()).isEqualTo(206);
			}
		}
	}

	@Test
	void clientOfHttp10GetsNothingCompressed() {
		answer("200", "ETag", "\"v1\"");
		Response response = RawHttpClient.exchange(chain.port(),
				"GET /doc HTTP/1.0\r\nHost: example.com\r\n" + GZIP + "\r\n\r\n");
		assertThat(response.text()).isEqualTo(LONG);
		assertThat(response.header("ETag")).containsExactly("\"v1\"");
		assertThat(varied(response)).contains("accept-encoding");
	}

	@Test
	void streamIsCompressedFromHttp2() {
		answer("200", "ETag", "\"v1\"");
		try (RawHttp2Client client = new RawHttp2Client(chain.port(), 65_535)) {
			client.request(1, RawHttp2Client.END_STREAM, "GET", "/doc", "accept-encoding", "gzip");
			assertThat(client.status()).isEqualTo(200);
			assertThat(inflate(client.next(RawHttp2Client.DATA).payload())).isEqualTo(LONG);
		}
	}

	@Test
	void bodyThatIsStreamedIsCompressedAsAWhole() {
		Response response = get(chain.port(), "/compression/stream", GZIP);
		assertThat(response.header("Content-Encoding")).containsExactly("gzip");
		assertThat(inflate(response.body())).isEqualTo(LONG.repeat(300));
		assertThat(get(chain.port(), "/compression/stream").text()).isEqualTo(LONG.repeat(300));
	}

	@Test
	void eventsComeOneByOneAlthoughCompressed() throws IOException {
		Events events = chain.service().bean(Events.class);
		try (Socket socket = new Socket("127.0.0.1", chain.port())) {
			socket.setSoTimeout(15_000);
			socket.getOutputStream()
				.write(request("GET", "/compression/events", GZIP).getBytes(StandardCharsets.ISO_8859_1));
			events.sink.tryEmitNext("first");
			InputStream input = new Chunks(socket.getInputStream());
			GZIPInputStream inflated = new GZIPInputStream(input, 1);
			assertThat(line(inflated)).isEqualTo("data:first");
			assertThat(line(inflated)).isEmpty();
			events.sink.tryEmitNext("second");
			assertThat(line(inflated)).isEqualTo("data:second");
		}
	}

	private static String line(InputStream input) throws IOException {
		StringBuilder line = new StringBuilder();
		for (int c = input.read(); c != '\n'; c = input.read()) {
			assertThat(c).isNotNegative();
			line.append((char) c);
		}
		return line.toString();
	}

	private void answer(String status, String... fields) {
		String[] all = Stream.concat(Stream.of("Natsproxy-Status", status), Stream.concat(
				List.of(fields).contains("Content-Type") ? Stream.of() : Stream.of("Content-Type", "text/plain"),
				Stream.of(fields)))
			.toArray(String[]::new);
		this.peer.answer("GET:.doc", List.of("204", "205", "304").contains(status) ? "" : LONG, all);
	}

	private static List<String> varied(Response response) {
		return response.header("Vary")
			.stream()
			.flatMap((value) -> Stream.of(value.split(",")))
			.map((name) -> name.trim().toLowerCase())
			.toList();
	}

	private static String inflate(byte[] body) {
		try (GZIPInputStream input = new GZIPInputStream(new ByteArrayInputStream(body))) {
			return new String(input.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The body of a response in chunks, byte by byte, so that nothing is waited for which
	 * is not asked for.
	 */
	private static final class Chunks extends InputStream {

		private final InputStream input;

		private int left;

		private Chunks(InputStream input) throws IOException {
			this.input = input;
			while (!headLine().isEmpty()) {
				// The head.
			}
		}

		private String headLine() throws IOException {
			return line(this.input).stripTrailing();
		}

		@Override
		public int read() throws IOException {
			if (this.left == 0) {
				this.left = Integer.parseInt(headLine(), 16);
			}
			int octet = this.input.read();
			if (--this.left == 0) {
				headLine();
			}
			return octet;
		}

		@Override
		public int read(byte[] target, int offset, int length) throws IOException {
			target[offset] = (byte) read();
			return 1;
		}

		@Override
		public int available() {
			return 0;
		}

	}

	static class Events {

		private final Sinks.Many<String> sink = Sinks.many().replay().all();

	}

	@NatsController
	@Import(Events.class)
	static class Routes {

		private final Events events;

		Routes(Events events) {
			this.events = events;
		}

		@NatsGet("/compression/tagged")
		ResponseEntity<String> tagged() {
			return ResponseEntity.ok().eTag("\"v1\"").contentType(MediaType.TEXT_PLAIN).body(LONG);
		}

		@NatsGet(path = "/compression/stream", produces = "text/plain")
		Flux<String> stream() {
			return Flux.range(0, 300).map((i) -> LONG);
		}

		@NatsGet(path = "/compression/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
		Flux<String> events() {
			return this.events.sink.asFlux();
		}

	}

}
