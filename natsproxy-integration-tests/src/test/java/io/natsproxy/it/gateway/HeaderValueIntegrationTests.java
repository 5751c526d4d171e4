package io.natsproxy.it.gateway;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.nats.client.Message;
import io.natsproxy.it.gateway.RawHttpClient.Response;
import io.natsproxy.it.support.TestApplication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Bytes of header values (RFC 9110, section 5.5) are the same on both sides of the
 * gateway. The service sends back what has come, as it has come.
 */
@Timeout(60)
class HeaderValueIntegrationTests {

	private static final String UTF_8 = bytes("Gr\u00FC\u00DFe \u4E16\u754C");

	private static final String UTF_8_ESCAPED = "Gr%C3%BC%C3%9Fe %E4%B8%96%E7%95%8C";

	@RegisterExtension
	static final SharedGateway shared = new SharedGateway();

	private static TestApplication http2;

	private final Peer peer = shared.peer();

	@BeforeAll
	static void start() {
		http2 = TestApplication.gateway(shared.broker()).properties("server.http2.enabled=true").start();
	}

	@AfterAll
	static void stop() {
		http2.close();
	}

	static Stream<String> values() {
		return Stream.of(UTF_8, "Gr\u00FC\u00DFe in ISO 8859-1", "100% \u00C3\u00A9 and %C3%A9",
				IntStream.rangeClosed(0x80, 0xFF).mapToObj(Character::toString).collect(Collectors.joining()));
	}

	@ParameterizedTest
	@MethodSource("values")
	void bytesComeBackAsTheyWere(String value) {
		echo("GET:.echo", "200");
		Response response = RawHttpClient.get(shared.port(), "/echo", "X-Value: " + value);
		assertThat(response.status()).isEqualTo(200);
		assertThat(response.headers().get("X-Value")).containsExactly(value);
	}

	@Test
	void serviceSeesEachByteEscaped() {
		echo("GET:.echo", "200");
		RawHttpClient.get(shared.port(), "/echo", "X-Value: " + UTF_8);
		assertThat(this.peer.next().getHeaders().getFirst("X-Value")).isEqualTo(UTF_8_ESCAPED);
	}

	@Test
	void textOfAServiceIsUtf8() {
		this.peer.answer("GET:.text", "", "Natsproxy-Status", "200", "Natsproxy-Escaped", "X-Value,X-Bytes",
				"Natsproxy-Text", "X-Value", "X-Value", UTF_8_ESCAPED, "X-Bytes", "%E9");
		Response response = RawHttpClient.get(shared.port(), "/text");
		assertThat(response.headers().get("X-Value")).containsExactly(UTF_8);
		assertThat(response.headers().get("X-Bytes")).containsExactly("\u00E9");
	}

	@Test
	void bytesComeBackAsTheyWereOverHttp2() {
		echo("GET:.echo", "200");
		try (RawHttp2Client client = new RawHttp2Client(http2.port(), 65_535)) {
			client.request(1, RawHttp2Client.END_STREAM, "GET", "/echo", "x-value", UTF_8);
			RawHttp2Client.Frame head = client.next(RawHttp2Client.HEADERS);
			assertThat(this.peer.next().getHeaders().getFirst("X-Value")).isEqualTo(UTF_8_ESCAPED);
			assertThat(new String(head.payload(), StandardCharsets.ISO_8859_1)).contains(UTF_8);
		}
	}

	@Test
	void bytesOfAHandshakeAndOfItsRefusalAreKept() {
		echo("GET:.ws", "403");
		Response response = RawHttpClient.get(shared.port(), "/ws", "Connection: Upgrade", "Upgrade: websocket",
				"Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "X-Value: " + UTF_8);
		Message handshake = this.peer.next();
		assertThat(handshake.getHeaders().getFirst("Natsproxy-Upgrade")).isEqualTo("websocket");
		assertThat(handshake.getHeaders().getFirst("X-Value")).isEqualTo(UTF_8_ESCAPED);
		assertThat(response.status()).isEqualTo(403);
		assertThat(response.headers().get("X-Value")).containsExactly(UTF_8);
	}

	@ParameterizedTest
	@ValueSource(strings = { "%C3%A9%0D%0AX-Injected: 1", "%C3%A9%0A", "%C3%A9%00", "%C3%A9%7F", "%1F" })
	void escapedControlCharactersAreRefused(String value) {
		this.peer.answer("GET:.control", "", "Natsproxy-Status", "200", "Natsproxy-Escaped", "X-Value", "X-Value",
				value);
		Response response = RawHttpClient.get(shared.port(), "/control");
		assertThat(response.status()).isEqualTo(502);
		assertThat(response.headers()).doesNotContainKeys("X-Value", "X-Injected");
	}

	@Test
	void overlongFormsOfALineEndAreBytesAsAnyOther() {
		this.peer.answer("GET:.overlong", "", "Natsproxy-Status", "200", "Natsproxy-Escaped", "X-Value", "X-Value",
				"a%C0%8D%C0%8AX-Injected: 1");
		Response response = RawHttpClient.get(shared.port(), "/overlong");
		assertThat(response.headers().get("X-Value")).isEqualTo(List.of("a\u00C0\u008D\u00C0\u008AX-Injected: 1"));
		assertThat(response.headers()).doesNotContainKey("X-Injected");
	}

	private void echo(String subject, String status) {
		this.peer.on(subject, (request) -> this.peer.reply(request, "", "Natsproxy-Status", status, "Natsproxy-Escaped",
				"X-Value", "X-Value", request.getHeaders().getFirst("X-Value")));
	}

	/**
	 * The UTF-8 form of a text, one character being one byte.
	 */
	private static String bytes(String text) {
		return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
	}

}
