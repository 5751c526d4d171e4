package io.natsproxy.it.gateway;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.natsproxy.it.gateway.RawHttpClient.Response;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.natsproxy.it.gateway.ProblemAssert.assertProblem;
import static io.natsproxy.it.gateway.RawHttpClient.request;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests that do not arrive whole: no service ever sees them as if they had.
 */
@Timeout(60)
class IncompleteRequestIntegrationTests {

	private static final String CHUNKED = "POST /count HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello";

	@RegisterExtension
	static final SharedGateway shared = new SharedGateway();

	private Peer peer = shared.peer().tap();

	static Stream<Named<String>> malformedRests() {
		return Stream.of(Named.of("size that is no number", "\r\nZZ\r\nhello\r\n0\r\n\r\n"),
				Named.of("negative size", "\r\n-1\r\nhello\r\n0\r\n\r\n"),
				Named.of("size that overflows", "\r\nFFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n"),
				Named.of("size that overflows to zero", "\r\n10000000000000000\r\nhello\r\n0\r\n\r\n"),
				Named.of("size that is missing", "\r\n\r\nhello\r\n0\r\n\r\n"),
				Named.of("chunk that is too long", "hello\r\n0\r\n\r\n"),
				Named.of("chunk that is too short", "\r\n9\r\nhello\r\n0\r\n\r\n" + "0\r\n\r\n"),
				Named.of("bare line feeds", "\n5\nhello\n0\n\n"),
				Named.of("malformed trailer", "\r\n0\r\nX\u0000: y\r\n\r\n"),
				Named.of("trailer without a name", "\r\n0\r\n: y\r\n\r\n"),
				Named.of("trailer that is too long", "\r\n0\r\nX: " + "y".repeat(70_000) + "\r\n\r\n"),
				Named.of("extension that is too long", "\r\n5;a=" + "b".repeat(70_000) + "\r\nhello\r\n0\r\n\r\n"));
	}

	@ParameterizedTest
	@MethodSource("malformedRests")
	void malformedChunkedBodyIsRefusedAndExecutedNowhere(String rest) {
		try (RawHttpClient client = new RawHttpClient(shared.port())) {
			Response response = client.send(CHUNKED + rest).read();
			assertProblem(response, 400);
			assertThat(response.header("Connection")).containsExactly("close");
			assertThat(client.isClosed()).isTrue();
		}
		assertNothingWasExecuted();
	}

	@ParameterizedTest
	@MethodSource("malformedRests")
	void bodyThatBecomesMalformedLaterIsExecutedNowhere(String rest) {
		try (RawHttpClient client = new RawHttpClient(shared.port())) {
			client.send(CHUNKED);
			assertProblem(client.send(rest).read(), 400);
			assertThat(client.isClosed()).isTrue();
		}
		assertNothingWasExecuted();
	}

	@Test
	void malformedBodyOfPipelinedRequestDoesNotHarmTheOneBefore() {
		try (RawHttpClient client = new RawHttpClient(shared.port())) {
			client.send("POST /first HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
					+ CHUNKED + "\r\nZZ\r\n");
			assertThat(client.read().status()).isEqualTo(200);
			assertProblem(client.read(), 400);
			assertThat(client.isClosed()).isTrue();
		}
		assertThat(this.peer.subjects()).containsExactly("POST:.first");
		assertThat(this.peer.next().getData()).asString().isEqualTo("hello");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
			"Transfer-Encoding: chunked\r\n\r\n5\r\nhel", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
			"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0",
			"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-End: 1\r\n", "Content-Length: 6\r\n\r\nhello",
			"Content-Length: 100000\r\n\r\nhello" })
	void bodyThatEndsWithTheConnectionIsExecutedNowhere(String rest) {
		String request = "POST /count HTTP/1.1\r\nHost: a\r\n" + rest;
		for (Ending ending : Ending.values()) {
			try (RawHttpClient client = new RawHttpClient(shared.port())) {
				client.send(request);
				ending.end(client);
				awaitNothingInFlight();
			}
		}
		assertNothingWasExecuted();
	}

	@Test
	void streamedBodyThatBreaksOffEndsNoStream() {
		this.peer.close();
		this.peer = shared.peer();
		this.peer.ignore("POST:.count");
		try (RawHttpClient client = new RawHttpClient(shared.port())) {
			client.send("POST /count HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n40000\r\n"
					+ "x".repeat(0x40000) + "\r\n");
			String inbox = this.peer.next().getReplyTo();
			assertThat(inbox).isNotNull();
			client.send("ZZ\r\n");
			assertProblem(client.read(), 400);
			assertThat(client.isClosed()).isTrue();
		}
	}

	private void assertNothingWasExecuted() {
		awaitNothingInFlight();
		assertThat(RawHttpClient.exchange(shared.port(), request("GET", "/after")).status()).isEqualTo(200);
		assertThat(this.peer.subjects()).isEqualTo(List.of("GET:.after"));
	}

	private static void awaitNothingInFlight() {
		Awaitility.await()
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(5))
			.atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(shared.gateway().inFlight()).isZero());
	}

	private enum Ending {

		HALF_CLOSE {
			@Override
			void end(RawHttpClient client) {
				client.shutdownOutput();
			}
		},

		CLOSE {
			@Override
			void end(RawHttpClient client) {
				client.close();
			}
		},

		RESET {
			@Override
			void end(RawHttpClient client) {
				client.reset();
			}
		};

		abstract void end(RawHttpClient client);

	}

}
