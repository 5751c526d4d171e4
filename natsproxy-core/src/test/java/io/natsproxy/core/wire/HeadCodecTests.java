package io.natsproxy.core.wire;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.header.NatsHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link HeadCodec}.
 */
class HeadCodecTests {

	private final HeadCodec codec = new HeadCodec();

	@Test
	void requestHeadIsWrittenAndRead() {
		RequestHead head = new RequestHead("POST", "/a/b?c=%20d", Duration.ofSeconds(2),
				TestFields.of("accept", "*/*"));
		NatsHeaders headers = this.codec.encode(head);
		assertThat(TestFields.toMap(headers)).isEqualTo(
				Map.of("Natsproxy-Version", List.of("1"), "Natsproxy-Method", List.of("POST"), "Natsproxy-Target",
						List.of("/a/b?c=%20d"), "Natsproxy-Timeout", List.of("2000"), "Accept", List.of("*/*")));
		RequestHead read = this.codec.decodeRequest(headers);
		assertThat(read.method()).isEqualTo("POST");
		assertThat(read.target()).isEqualTo("/a/b?c=%20d");
		assertThat(read.path()).isEqualTo("/a/b");
		assertThat(read.timeout()).isEqualTo(Duration.ofSeconds(2));
		assertThat(TestFields.toMap(read.headers())).isEqualTo(Map.of("Accept", List.of("*/*")));
	}

	@Test
	void responseHeadIsWrittenAndRead() {
		NatsHeaders headers = this.codec.encode(new ResponseHead(404, TestFields.of("x-a", "b")));
		assertThat(TestFields.toMap(headers))
			.isEqualTo(Map.of("Natsproxy-Status", List.of("404"), "X-A", List.of("b")));
		ResponseHead read = this.codec.decodeResponse(headers);
		assertThat(read.status()).isEqualTo(404);
		assertThat(TestFields.toMap(read.headers())).isEqualTo(Map.of("X-A", List.of("b")));
	}

	@Test
	void requestNeedNotSayATimeout() {
		NatsHeaders headers = this.codec.encode(new RequestHead("GET", "/", null, HeaderFields.EMPTY));
		assertThat(headers.containsKey("Natsproxy-Timeout")).isFalse();
		assertThat(this.codec.decodeRequest(headers).timeout()).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "PT0S,0", "PT-1S,0", "PT0.0015S,1", "PT277H46M39.999S,999999999", "P365D,999999999",
			"PT2562047788015215H,999999999" })
	void timeoutIsWrittenSoThatItCanBeRead(Duration timeout, long milliseconds) {
		NatsHeaders headers = this.codec.encode(new RequestHead("GET", "/", timeout, HeaderFields.EMPTY));
		assertThat(headers.getFirst("Natsproxy-Timeout")).isEqualTo(Long.toString(milliseconds));
		assertThat(this.codec.decodeRequest(headers).timeout()).isEqualTo(Duration.ofMillis(milliseconds));
	}

	@ParameterizedTest
	@ValueSource(strings = { "2", "10", "999999999" })
	void higherVersionIsNotSupported(String version) {
		assertThatExceptionOfType(MalformedMessageException.class)
			.isThrownBy(() -> this.codec.decodeRequest(request("Natsproxy-Version", version)))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(505))
			.withMessageContaining(version)
			.withMessageContaining("the highest is 1");
		assertThatExceptionOfType(MalformedMessageException.class)
			.isThrownBy(() -> this.codec.decodeResponse(response("200").put("Natsproxy-Version", version)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "0", "01", "-1", "+1", "1.0", "one", "9999999999" })
	void malformedVersionIsRefused(String version) {
		assertBadRequest(request("Natsproxy-Version", version));
	}

	@Test
	void replyNeedNotSayItsVersion() {
		assertThat(this.codec.decodeResponse(response("200")).status()).isEqualTo(200);
		assertThat(this.codec.decodeResponse(response("200").put("Natsproxy-Version", "1")).status()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "200", "204", "304", "404", "599" })
	void finalStatusIsRead(String status) {
		assertThat(this.codec.decodeResponse(response(status)).status()).isEqualTo(Integer.parseInt(status));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "99", "100", "102", "199", "600", "999", "1000", "0200", "abc", "2e2", "-20", "+20",
			" 200", "20 " })
	void anyOtherStatusIsRefused(String status) {
		assertThatExceptionOfType(MalformedMessageException.class)
			.isThrownBy(() -> this.codec.decodeResponse(response(status)))
			.withMessageContaining("Natsproxy-Status");
	}

	@Test
	void replyWithAVersionMustHaveAStatus() {
		assertThatExceptionOfType(MalformedMessageException.class)
			.isThrownBy(() -> this.codec.decodeResponse(new NatsHeaders().add("Natsproxy-Version", "1")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", "/a", "/a?b", "/?", "//", "/a%zz", "/a\"<>\\^`{|}", "/a?b=c?d/e" })
	void originFormIsRead(String target) {
		assertThat(this.codec.decodeRequest(request("Natsproxy-Target", target)).target()).isEqualTo(target);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a", "*", "?a", "http://host/a", "/a b", "/a#b", "/\t", "/\u007F", " /a" })
	void anyOtherTargetIsRefusedInBothDirections(String target) {
		assertBadRequest(request("Natsproxy-Target", target));
		assertCannotBeWritten("GET", target);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/\u00E9", "/a\rb", "/a\nb", "/\uD800" })
	void targetThatNatsCannotCarryIsRefused(String target) {
		assertCannotBeWritten("GET", target);
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET", "get", "M-SEARCH", "X!#$%&'*+-.^_`|~", "1" })
	void tokenIsAMethod(String method) {
		assertThat(this.codec.decodeRequest(request("Natsproxy-Method", method)).method()).isEqualTo(method);
		assertThat(
				this.codec.encode(new RequestHead(method, "/", null, HeaderFields.EMPTY)).getFirst("Natsproxy-Method"))
			.isEqualTo(method);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "GET ", "G T", "GET:", "GET/", "(GET)", "G@T" })
	void anythingElseIsNoMethod(String method) {
		assertBadRequest(request("Natsproxy-Method", method));
		assertCannotBeWritten(method, "/");
	}

	@Test
	void methodHasALimit() {
		assertThat(this.codec.decodeRequest(request("Natsproxy-Method", "X".repeat(64))).method()).hasSize(64);
		assertBadRequest(request("Natsproxy-Method", "X".repeat(65)));
		assertCannotBeWritten("X".repeat(65), "/");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Natsproxy-Method", "Natsproxy-Target" })
	void requestMustHaveMethodAndTarget(String header) {
		NatsHeaders headers = request("X-A", "b");
		headers.removeAll(Set.of(header));
		assertBadRequest(headers);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "-1", "1.5", "1s", "abc", "1000000000", " 1" })
	void malformedTimeoutIsRefused(String timeout) {
		assertBadRequest(request("Natsproxy-Timeout", timeout));
	}

	@ParameterizedTest
	@ValueSource(strings = { "Stream", "chunked", "" })
	void bodyOfAnUnknownKindIsRefused(String body) {
		assertBadRequest(request("Natsproxy-Body", body));
		assertThatExceptionOfType(MalformedMessageException.class)
			.isThrownBy(() -> this.codec.decodeResponse(response("200").put("Natsproxy-Body", body)));
	}

	@Test
	void headerNameThatIsNoTokenCannotBeWritten() {
		HeaderFields fields = HeaderFields.of("X A", "b");
		assertThatExceptionOfType(MalformedMessageException.class)
			.isThrownBy(() -> this.codec.encode(new RequestHead("GET", "/", null, fields)));
		assertThatExceptionOfType(MalformedMessageException.class)
			.isThrownBy(() -> this.codec.encode(new ResponseHead(200, fields)));
	}

	private static NatsHeaders request(String header, String value) {
		return new NatsHeaders().add("Natsproxy-Version", "1")
			.add("Natsproxy-Method", "GET")
			.add("Natsproxy-Target", "/")
			.put(header, value);
	}

	private static NatsHeaders response(String status) {
		return new NatsHeaders().add("Natsproxy-Status", status);
	}

	private void assertBadRequest(NatsHeaders headers) {
		assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> this.codec.decodeRequest(headers))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(400));
	}

	private void assertCannotBeWritten(String method, String target) {
		assertThatExceptionOfType(MalformedMessageException.class)
			.isThrownBy(() -> this.codec.encode(new RequestHead(method, target, null, HeaderFields.EMPTY)))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(400));
	}

	@Test
	void handshakesOfWebSocketsAreWrittenAndRead() {
		WebSocketEnd gateway = new WebSocketEnd("g.s", "_INBOX.a.b", "_INBOX.a.c", 65536);
		NatsHeaders request = this.codec.encode(new RequestHead("GET", "/ws", null, HeaderFields.EMPTY, gateway));
		assertThat(request.getFirst("Natsproxy-Upgrade")).isEqualTo("websocket");
		assertThat(this.codec.decodeRequest(request).socket()).isEqualTo(gateway);
		WebSocketEnd service = new WebSocketEnd("g.s", "_INBOX.d.e", "_INBOX.d.f", 1);
		NatsHeaders response = this.codec.encode(new ResponseHead(101, HeaderFields.EMPTY, service));
		ResponseHead read = this.codec.decodeResponse(response);
		assertThat(read.status()).isEqualTo(101);
		assertThat(read.socket()).isEqualTo(service);
	}

	@Test
	void otherHeadsHaveNoEndOfAWebSocket() {
		NatsHeaders request = this.codec.encode(new RequestHead("GET", "/ws", null, HeaderFields.EMPTY));
		assertThat(this.codec.decodeRequest(request).socket()).isNull();
		NatsHeaders response = this.codec.encode(new ResponseHead(200, HeaderFields.EMPTY));
		assertThat(this.codec.decodeResponse(response).socket()).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "Natsproxy-Upgrade,h2c", "Natsproxy-Method,POST", "Natsproxy-Socket,a b", "Natsproxy-Socket,g.*",
			"Natsproxy-Frames,_INBOX.>", "Natsproxy-Frames,_INBOX..a", "Natsproxy-Alive,''", "Natsproxy-Credit,-1",
			"Natsproxy-Credit,1234567890123456789" })
	void malformedHandshakesAreRefused(String name, String value) {
		WebSocketEnd gateway = new WebSocketEnd("g.s", "_INBOX.a.b", "_INBOX.a.c", 65536);
		NatsHeaders request = this.codec.encode(new RequestHead("GET", "/ws", null, HeaderFields.EMPTY, gateway));
		request.put(name, value);
		assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> this.codec.decodeRequest(request))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(400));
	}

	@Test
	void anAcceptanceWithoutAnEndIsMalformed() {
		NatsHeaders response = new NatsHeaders().add("Natsproxy-Status", "101");
		assertThatExceptionOfType(MalformedMessageException.class)
			.isThrownBy(() -> this.codec.decodeResponse(response));
	}

}
