package io.natsproxy.interop.go;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.wire.EndToEndFields;
import io.natsproxy.core.wire.HeadCodec;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.interop.go.proto.GoMessages;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class GoMessageCodecTests {

	private static final byte[] NO_BODY = {};

	private final GoMessageCodec codec = new GoMessageCodec();

	@ParameterizedTest
	@CsvSource(nullValues = "-",
			value = { "http://shop/orders/1?x=1, /orders/1?x=1, shop", "HTTPS://127.0.0.1:3000/a, /a, 127.0.0.1:3000",
					"http://[::1]:80/a, /a, [::1]:80", "http://shop, /, shop", "http://shop?x=1, /?x=1, shop",
					"http://shop/a#part, /a, shop", "//a/b, //a/b, -", "/a?b#c, /a?b, -", "/a?y=é, /a?y=%C3%A9, -" })
	void urlsBecomeATargetAndAHost(String url, String target, String host) {
		RequestHead head = decode((request) -> request.setUrl(url)).head();
		assertThat(head.target()).isEqualTo(target);
		assertThat(Fixture.toMap(head.headers()).get("Host")).isEqualTo((host != null) ? List.of(host) : null);
	}

	@Test
	void aHostFieldWinsOverTheUrl() {
		RequestHead head = decode((request) -> request.setUrl("http://other/a").putHeader("Host", values("shop")))
			.head();
		assertThat(Fixture.toMap(head.headers())).containsEntry("Host", List.of("shop"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a", "ftp://shop/a", "http:///a", "http://user@shop/a", "http://sh op/a", "/a b",
			"/a\r\nX: y", "/a\u0000", "/a\u007F", "*" })
	void aMalformedUrlMakesNoRequest(String url) {
		assertThat(isRequest((request) -> request.setUrl(url))).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "GE T", "GET\r\n", "GÉT", "(GET)" })
	void aMalformedMethodMakesNoRequest(String method) {
		assertThat(isRequest((request) -> request.setMethod(method))).isFalse();
	}

	@Test
	void unknownFieldsMakeNoRequest() {
		UnknownFieldSet unknown = UnknownFieldSet.newBuilder()
			.addField(8, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
			.build();
		assertThat(isRequest((request) -> request.setUnknownFields(unknown))).isFalse();
		assertThat(isRequest(
				(request) -> request.putHeader("A", GoMessages.Values.newBuilder().setUnknownFields(unknown).build())))
			.isFalse();
	}

	@ParameterizedTest
	@CsvSource(nullValues = "-",
			value = { "192.0.2.1:51234, 192.0.2.1", "[2001:db8::1]:80, 2001:db8::1", "[fe80::1%eth0]:80, fe80::1",
					"'', -", "@, -", "192.0.2.1, -", "client:80, -", "[::1, -", "'1.2.3.4, 5.6.7.8:80', -" })
	void theRemoteAddressBecomesAForwardedField(String remoteAddress, String forwarded) {
		RequestHead head = decode((request) -> request.setRemoteAddr(remoteAddress)).head();
		assertThat(Fixture.toMap(head.headers()).get("X-Forwarded-For"))
			.isEqualTo((forwarded != null) ? List.of(forwarded) : null);
	}

	@Test
	void aForwardedFieldWinsOverTheRemoteAddress() {
		RequestHead head = decode(
				(request) -> request.setRemoteAddr("192.0.2.1:80").putHeader("X-Forwarded-For", values("198.51.100.7")))
			.head();
		assertThat(Fixture.toMap(head.headers())).containsEntry("X-Forwarded-For", List.of("198.51.100.7"));
	}

	@Test
	void addressesAreWrittenAsHostAndPort() throws Exception {
		InetAddress address = InetAddress.getByName("2001:db8::1");
		assertThat(GoRequest.remoteAddress(new InetSocketAddress(address, 80))).isEqualTo("[2001:db8::1]:80");
		assertThat(GoRequest.remoteAddress(new InetSocketAddress("127.0.0.1", 81))).isEqualTo("127.0.0.1:81");
		assertThat(GoRequest.remoteAddress(InetSocketAddress.createUnresolved("client", 80))).isEmpty();
		assertThat(GoRequest.remoteAddress(null)).isEmpty();
	}

	@Test
	void fieldsFollowTheRulesOfTheOwnProtocol() {
		Map<String, List<String>> fields = Map.ofEntries(Map.entry("content-TYPE", List.of("text/plain")),
				Map.entry("Connection", List.of("close, X-Hop", "x-other")), Map.entry("X-Hop", List.of("1")),
				Map.entry("X-Other", List.of("1")), Map.entry("TE", List.of("trailers")),
				Map.entry("Keep-Alive", List.of("1")), Map.entry("Proxy-Connection", List.of("1")),
				Map.entry("Proxy-Authenticate", List.of("1")), Map.entry("Proxy-Authorization", List.of("1")),
				Map.entry("Trailer", List.of("1")), Map.entry("Transfer-Encoding", List.of("chunked")),
				Map.entry("Upgrade", List.of("h2c")), Map.entry("HTTP2-Settings", List.of("1")),
				Map.entry("Expect", List.of("100-continue")), Map.entry("natsproxy-STATUS", List.of("200")),
				Map.entry("nats-msg-id", List.of("1")), Map.entry("Natsproxy", List.of("1")),
				Map.entry("x-b3-traceid", List.of("a", "b")), Map.entry("Etag", List.of("\tx")));
		NatsHeaders headers = new NatsHeaders();
		fields.forEach((name, values) -> headers.add(name, values));
		assertThat(Fixture.toMap(EndToEndFields.of(fields::forEach).toHeaderFields()))
			.isEqualTo(Fixture.toMap(new HeadCodec().decodeFields(headers)))
			.containsOnlyKeys("Content-Type", "Natsproxy", "X-B3-Traceid", "Etag");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "X Y", "X:Y", "X\r\nY", "É" })
	void malformedNamesAreRefusedInBothDirections(String name) {
		assertRefused(name, "value");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a\r\nX-Injected: 1", "a\nb", "\u0000", "\u007F" })
	void malformedValuesAreRefusedInBothDirections(String value) {
		assertRefused("X-A", value);
	}

	private void assertRefused(String name, String value) {
		HeaderFields fields = (action) -> action.accept(name, List.of(value));
		assertMalformed(() -> decode((request) -> request.putHeader(name, values(value))));
		assertMalformed(() -> this.codec.encodeRequest(request(fields, null)));
		assertMalformed(() -> this.codec
			.decodeResponse(GoMessages.Response.newBuilder().putHeader(name, values(value)).build().toByteArray()));
		assertMalformed(() -> this.codec.encodeResponse(new GoResponse(new ResponseHead(200, fields), NO_BODY, false)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "*", ">", "a.b", "a b", "a\r\n", "é" })
	void aWebSocketIdThatIsNoPartOfASubjectIsRefused(String id) {
		assertMalformed(() -> decode((request) -> request.setWebSocketId(id)));
		assertMalformed(() -> this.codec.encodeRequest(request(HeaderFields.EMPTY, id)));
	}

	@Test
	void aMalformedTargetOrMethodIsNotEncoded() {
		assertMalformed(() -> this.codec.encodeRequest(
				new GoRequest(new RequestHead("GET", "http://shop/a", null, HeaderFields.EMPTY), NO_BODY, "", null)));
		assertMalformed(() -> this.codec
			.encodeRequest(new GoRequest(new RequestHead("G T", "/a", null, HeaderFields.EMPTY), NO_BODY, "", null)));
	}

	@Test
	void aParsedFormWithoutBodyBecomesABody() {
		GoRequest request = decode((builder) -> builder.setMethod("POST")
			.setUrl("/form?both=n&q=1&q=2")
			.putHeader("Content-Type", values("application/x-www-form-urlencoded; charset=utf-8"))
			.putHeader("Content-Length", values("99"))
			.putForm("both", values("y", "ä &=", "n"))
			.putForm("q", values("1", "2")));
		assertThat(text(request.body())).isEqualTo("both=y&both=%C3%A4+%26%3D");
		assertThat(Fixture.toMap(request.head().headers()))
			.containsEntry("Content-Type", List.of("application/x-www-form-urlencoded; charset=utf-8"))
			.containsEntry("Content-Length", List.of("25"));
	}

	@Test
	void aParsedFormWithoutATypeGetsOne() {
		GoRequest request = decode((builder) -> builder.setMethod("POST").putForm("a", values("1", "2")));
		assertThat(text(request.body())).isEqualTo("a=1&a=2");
		assertThat(Fixture.toMap(request.head().headers())).containsEntry("Content-Type",
				List.of("application/x-www-form-urlencoded"));
	}

	@Test
	void aParsedQueryIsNoBody() {
		GoRequest request = decode((builder) -> builder.setUrl("/a?x=1&x=2&%zz=%zz").putForm("x", values("1", "2")));
		assertThat(request.body()).isEmpty();
		assertThat(Fixture.toMap(request.head().headers())).isEmpty();
	}

	@Test
	void theBodyWinsOverTheParsedForm() {
		GoRequest request = decode(
				(builder) -> builder.setBody(ByteString.copyFromUtf8("a=0")).putForm("a", values("1")));
		assertThat(text(request.body())).isEqualTo("a=0");
	}

	@Test
	void aParsedFormOfAnotherTypeIsNoBody() {
		GoRequest request = decode((builder) -> builder.putHeader("Content-Type", values("multipart/form-data"))
			.putForm("a", values("1")));
		assertThat(request.body()).isEmpty();
	}

	@Test
	void aResponseWithoutAStatusIsOk() {
		byte[] payload = GoMessages.Response.newBuilder().setDoUpgrade(false).build().toByteArray();
		assertThat(this.codec.decodeResponse(payload).head().status()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, 1, 100, 101, 199, 600, 1000, Integer.MAX_VALUE, Integer.MIN_VALUE })
	void aStatusOutOfRangeIsMalformed(int status) {
		byte[] payload = GoMessages.Response.newBuilder().setStatusCode(status).build().toByteArray();
		assertMalformed(() -> this.codec.decodeResponse(payload));
	}

	@Test
	void nothingOfOneResponseGetsIntoTheNext() {
		this.codec.encodeResponse(new GoResponse(new ResponseHead(500, HeaderFields.of("Set-Cookie", "a=1")),
				"secret".getBytes(StandardCharsets.UTF_8), true));
		GoResponse next = this.codec.decodeResponse(
				this.codec.encodeResponse(new GoResponse(new ResponseHead(204, HeaderFields.EMPTY), NO_BODY, false)));
		assertThat(next.head().status()).isEqualTo(204);
		assertThat(Fixture.toMap(next.head().headers())).isEmpty();
		assertThat(next.body()).isEmpty();
		assertThat(next.upgrade()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "\n", "\n\n", "\nGET", "hello", "{\"URL\":\"/a\",\"Method\":\"GET\"}",
			"GET /a HTTP/1.1\r\n\r\n", "<a/>", "\u0012\u0003GET", "/a" })
	void plainPayloadsAreNoRequests(String payload) {
		byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
		assertThat(this.codec.isRequest(bytes)).isFalse();
		assertThat(this.codec.decodeRequest(bytes)).isNull();
		assertMalformed(() -> this.codec.decodeResponse(bytes));
	}

	@Test
	void truncatedMessagesAreNothing() {
		byte[] request = Fixture.named("post-form").request();
		byte[] response = Fixture.named("post-json-echo").response();
		for (int length = 0; length < request.length; length++) {
			assertHarmless(Arrays.copyOf(request, length));
		}
		for (int length = 0; length < response.length; length++) {
			assertHarmless(Arrays.copyOf(response, length));
		}
	}

	@Test
	void lengthsBeyondThePayloadAreNothing() {
		assertNothing(0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07);
		assertNothing(0x22, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F);
		assertNothing(0x32, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01);
		assertNothing(0x12, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80);
	}

	@Test
	void wrongWireTypesAreNothing() {
		assertNothing(0x08, 0x01, 0x12, 0x03, 'G', 'E', 'T');
		assertNothing(0x0D, 1, 2, 3, 4);
		assertNothing(0x0A, 0x02, '/', 'a', 0x12, 0x03, 'G', 'E', 'T', 0x20, 0x01);
	}

	@Test
	void deepGroupsAreNothing() {
		byte[] payload = new byte[100_000];
		Arrays.fill(payload, (byte) 0x43);
		payload[0] = 0x0A;
		payload[1] = 0;
		assertThat(this.codec.isRequest(payload)).isFalse();
		assertMalformed(() -> this.codec.decodeResponse(payload));
	}

	@Test
	void textThatIsNotUtf8IsNothing() {
		assertNothing(0x0A, 0x02, '/', 0xFF, 0x12, 0x03, 'G', 'E', 'T');
		assertNothing(0x12, 0x07, 0x0A, 0x01, 'A', 0x12, 0x03, 0x0A, 0x01, 0xFF);
	}

	@Test
	void randomPayloadsAreNeverTakenForRequests() {
		Random random = new Random(4711);
		for (int i = 0; i < 50_000; i++) {
			byte[] payload = new byte[random.nextInt(200)];
			random.nextBytes(payload);
			assertThat(this.codec.isRequest(payload)).isFalse();
			assertHarmless(payload);
		}
	}

	@Test
	void messagesWithFlippedBytesAreHarmless() {
		Random random = new Random(4711);
		List<Fixture> fixtures = Fixture.all().filter((fixture) -> fixture.request().length < 1000).toList();
		for (int i = 0; i < 20_000; i++) {
			Fixture fixture = fixtures.get(random.nextInt(fixtures.size()));
			byte[] payload = random.nextBoolean() ? fixture.request() : fixture.response();
			for (int flips = random.nextInt(3); flips >= 0; flips--) {
				payload[random.nextInt(payload.length)] = (byte) random.nextInt();
			}
			assertHarmless(payload);
		}
	}

	private void assertNothing(int... octets) {
		byte[] payload = new byte[octets.length];
		for (int i = 0; i < octets.length; i++) {
			payload[i] = (byte) octets[i];
		}
		assertThat(this.codec.isRequest(payload)).isFalse();
		assertMalformed(() -> this.codec.decodeResponse(payload));
	}

	/**
	 * Whatever comes, it is read or malformed, and what was read can be written.
	 */
	private void assertHarmless(byte[] payload) {
		try {
			GoRequest request = this.codec.decodeRequest(payload);
			assertThat(request != null).isEqualTo(this.codec.isRequest(payload));
			if (request != null) {
				assertThat(this.codec.isRequest(this.codec.encodeRequest(request))).isTrue();
			}
		}
		catch (MalformedMessageException ex) {
			assertThat(ex.status()).isEqualTo(400);
		}
		try {
			this.codec.encodeResponse(this.codec.decodeResponse(payload));
		}
		catch (MalformedMessageException ex) {
			assertThat(ex.getMessage()).isNotEmpty();
		}
	}

	private static void assertMalformed(ThrowingCallable call) {
		assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(call);
	}

	private static GoRequest request(HeaderFields fields, String webSocketId) {
		return new GoRequest(new RequestHead("GET", "/a", null, fields), NO_BODY, "", webSocketId);
	}

	private GoRequest decode(Consumer<GoMessages.Request.Builder> customizer) {
		return this.codec.decodeRequest(payload(customizer));
	}

	private boolean isRequest(Consumer<GoMessages.Request.Builder> customizer) {
		return this.codec.isRequest(payload(customizer));
	}

	private static byte[] payload(Consumer<GoMessages.Request.Builder> customizer) {
		GoMessages.Request.Builder builder = GoMessages.Request.newBuilder().setUrl("/a").setMethod("GET");
		customizer.accept(builder);
		return builder.build().toByteArray();
	}

	private static GoMessages.Values values(String... values) {
		return GoMessages.Values.newBuilder().addAllValue(List.of(values)).build();
	}

	private static String text(byte[] body) {
		return new String(body, StandardCharsets.UTF_8);
	}

}
