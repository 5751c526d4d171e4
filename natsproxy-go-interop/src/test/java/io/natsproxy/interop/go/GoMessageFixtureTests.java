package io.natsproxy.interop.go;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.interop.go.proto.GoMessages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Messages that the Go project's programs have sent.
 */
class GoMessageFixtureTests {

	private final GoMessageCodec codec = new GoMessageCodec();

	private final GoSubjects subjects = new GoSubjects();

	static Stream<Fixture> fixtures() {
		return Fixture.all();
	}

	@Test
	void everyFixtureIsThere() {
		assertThat(Fixture.all()).hasSize(11);
	}

	@ParameterizedTest
	@MethodSource("fixtures")
	void requestsAreRecognised(Fixture fixture) {
		assertThat(this.codec.isRequest(fixture.request())).isTrue();
	}

	@ParameterizedTest
	@MethodSource("fixtures")
	void requestsAreDecoded(Fixture fixture) {
		GoRequest request = this.codec.decodeRequest(fixture.request());
		assertThat(request.head().method()).isEqualTo(fixture.text("method"));
		assertThat(request.head().target()).isEqualTo(fixture.text("url"));
		assertThat(request.head().timeout()).isNull();
		assertThat(request.remoteAddress()).matches("127\\.0\\.0\\.1:\\d+");
		Map<String, List<String>> expected = fixture.headers("requestHeaders");
		expected.keySet().removeAll(List.of("Connection", "Upgrade"));
		expected.put("X-Forwarded-For", List.of("127.0.0.1"));
		assertThat(Fixture.toMap(request.head().headers())).isEqualTo(expected);
		assertThat(request.body()).isEqualTo(requestBody(fixture));
		assertThat(request.webSocketId()).isEqualTo(webSocketId(fixture));
	}

	@ParameterizedTest
	@MethodSource("fixtures")
	void requestsAreEncodedAsTheyWereCaptured(Fixture fixture) throws Exception {
		GoMessages.Request captured = GoMessages.Request.parseFrom(fixture.request());
		RequestHead head = new RequestHead(fixture.text("method"), fixture.text("url"), null,
				fixture.fields("requestHeaders"));
		byte[] payload = this.codec
			.encodeRequest(new GoRequest(head, requestBody(fixture), captured.getRemoteAddr(), webSocketId(fixture)));
		assertThat(GoMessages.Request.parseFrom(payload)).isEqualTo(captured);
		assertThat(payload).hasSameSizeAs(fixture.request());
	}

	@Test
	void requestsComeBackAsTheyWereCaptured() {
		assertThat(Fixture.all()).allSatisfy((fixture) -> {
			byte[] again = this.codec.encodeRequest(this.codec.decodeRequest(fixture.request()));
			GoMessages.Request.Builder expected = GoMessages.Request.parseFrom(fixture.request()).toBuilder();
			expected.putHeader("X-Forwarded-For", GoMessages.Values.newBuilder().addValue("127.0.0.1").build());
			assertThat(GoMessages.Request.parseFrom(again)).isEqualTo(expected.build());
		});
	}

	@ParameterizedTest
	@MethodSource("fixtures")
	void responsesAreDecoded(Fixture fixture) {
		GoResponse response = this.codec.decodeResponse(fixture.response());
		assertThat(response.head().status()).isEqualTo(fixture.status());
		assertThat(Fixture.toMap(response.head().headers())).isEqualTo(fixture.headers("responseHeaders"));
		assertThat(response.upgrade()).isEqualTo(fixture.doUpgrade());
		assertThat(response.body()).isEqualTo((fixture.status() == 204) ? new byte[0] : responseBody(fixture));
	}

	@ParameterizedTest
	@MethodSource("fixtures")
	void responsesAreEncodedAsTheyWereCaptured(Fixture fixture) throws Exception {
		ResponseHead head = new ResponseHead(fixture.status(), fixture.fields("responseHeaders"));
		byte[] payload = this.codec.encodeResponse(new GoResponse(head, responseBody(fixture), fixture.doUpgrade()));
		assertThat(GoMessages.Response.parseFrom(payload)).isEqualTo(GoMessages.Response.parseFrom(fixture.response()));
		assertThat(payload).hasSameSizeAs(fixture.response());
		if (fixture.headers("responseHeaders").size() < 2) {
			assertThat(payload).isEqualTo(fixture.response());
		}
	}

	@Test
	void theBodyInheritedByAResponseWithoutContentIsDropped() {
		byte[] captured = Fixture.named("put-no-content").response();
		assertThat(new String(captured, StandardCharsets.UTF_8)).contains("queryname");
		assertThat(this.codec.decodeResponse(captured).body()).isEmpty();
	}

	@Test
	void theGatewayOfTheGoProjectLeavesTheFormToTheService() throws Exception {
		assertThat(Fixture.all()).allSatisfy(
				(fixture) -> assertThat(GoMessages.Request.parseFrom(fixture.request()).getFormMap()).isEmpty());
	}

	@ParameterizedTest
	@MethodSource("fixtures")
	void subjectsAreThoseOfTheGoProject(Fixture fixture) {
		assertThat(this.subjects.subjects(fixture.text("method"), fixture.path()))
			.containsExactly(fixture.text("subject"));
		assertThat(this.subjects.agree(fixture.text("subject"), fixture.text("method"), fixture.path())).isTrue();
	}

	private static String webSocketId(Fixture fixture) {
		return fixture.text("webSocketId").isEmpty() ? null : fixture.text("webSocketId");
	}

	private static byte[] requestBody(Fixture fixture) {
		return body(fixture, fixture.text("requestBody"));
	}

	private static byte[] responseBody(Fixture fixture) {
		return body(fixture, fixture.text("responseBody"));
	}

	/**
	 * The index tells the long body by its length, and cannot tell the binary one.
	 */
	private static byte[] body(Fixture fixture, String body) {
		if (fixture.text("name").equals("post-64k-echo")) {
			byte[] expected = new byte[65536];
			Arrays.fill(expected, (byte) 'x');
			return expected;
		}
		if (fixture.text("name").equals("post-binary-echo")) {
			return new byte[] { 0, 1, (byte) 0xFF, (byte) 0xFE, ' ', 'b', 'i', 'n', 'a', 'r', 'y' };
		}
		return body.getBytes(StandardCharsets.UTF_8);
	}

}
