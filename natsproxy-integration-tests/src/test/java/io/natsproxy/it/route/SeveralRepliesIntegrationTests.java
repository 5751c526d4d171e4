package io.natsproxy.it.route;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import io.natsproxy.it.gateway.Peer;
import io.natsproxy.it.gateway.RawHttpClient;
import io.natsproxy.it.gateway.RawHttpClient.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Several replies to one request as lines of one response, and replies that tell their
 * status in their own way.
 */
@Timeout(60)
class SeveralRepliesIntegrationTests {

	@RegisterExtension
	static final RouteGateway routes = RouteGateway.create()
		.route("path=/sentinel", "request.subject=many.sentinel", "request.replies.sentinel=true")
		.route("path=/max", "request.subject=many.max", "request.replies.max=2", "request.max-reply-size=16B")
		.route("path=/stall", "request.subject=many.stall", "request.replies.stall=100ms")
		.route("path=/late", "request.subject=many.late", "request.replies.sentinel=true", "request.timeout=300ms")
		.route("path=/status", "request.subject=one.status", "request.status-header=X-Code",
				"request.statuses.taken=409", "request.statuses.nothing=204");

	private final Peer peer = routes.peer();

	@Test
	void repliesUntilAnEmptyOneAreLines() {
		answer("many.sentinel", "{\n\"a\": 1 }", "2", "", "3");
		Response response = RawHttpClient.get(routes.port(), "/sentinel");
		assertThat(response.status()).isEqualTo(200);
		assertThat(response.header("Content-Type")).containsExactly("application/x-ndjson");
		assertThat(response.text()).isEqualTo("{ \"a\": 1 }\n2\n");
	}

	@Test
	void nothingButAnEmptyReplyIsNoLine() {
		answer("many.sentinel", "");
		Response response = RawHttpClient.get(routes.port(), "/sentinel");
		assertThat(response.status()).isEqualTo(200);
		assertThat(response.text()).isEmpty();
	}

	@Test
	void repliesEndWithTheirNumber() {
		answer("many.max", "1", "2", "3");
		assertThat(RawHttpClient.get(routes.port(), "/max").text()).isEqualTo("1\n2\n");
	}

	@Test
	void repliesEndWhenNoneComes() {
		answer("many.stall", "1", "2", "3");
		assertThat(RawHttpClient.get(routes.port(), "/stall").text()).isEqualTo("1\n2\n3\n");
	}

	@Test
	void headHasNoLines() {
		answer("many.sentinel", "1", "");
		Response response = RawHttpClient.exchange(routes.port(), RawHttpClient.request("HEAD", "/sentinel"));
		assertThat(response.status()).isEqualTo(200);
		assertThat(response.header("Content-Type")).containsExactly("application/x-ndjson");
	}

	@Test
	void clientThatGoesEndsThem() {
		this.peer.on("many.sentinel", (message) -> this.peer.reply(message, "1"));
		this.peer.flush();
		try (RawHttpClient client = new RawHttpClient(routes.port())) {
			client.send(RawHttpClient.request("GET", "/sentinel"));
			assertThat(new String(client.readBytes(8), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1");
		}
	}

	@Test
	void manyRepliesCome() {
		String[] replies = new String[5001];
		Arrays.fill(replies, "x".repeat(100));
		replies[5000] = "";
		answer("many.sentinel", replies);
		assertThat(RawHttpClient.get(routes.port(), "/sentinel").text())
			.isEqualTo(("x".repeat(100) + "\n").repeat(5000));
	}

	@Test
	void failuresBeforeTheFirstReplyHaveTheirStatus() {
		assertThat(RawHttpClient.get(routes.port(), "/sentinel").status()).isEqualTo(503);
		this.peer.ignore("many.late");
		assertThat(RawHttpClient.get(routes.port(), "/late").status()).isEqualTo(504);
		answer("many.max", "x".repeat(17));
		assertThat(RawHttpClient.get(routes.port(), "/max").status()).isEqualTo(502);
		this.peer.answer("many.stall", "", "Nats-Service-Error-Code", "404", "Nats-Service-Error", "None");
		assertThat(RawHttpClient.get(routes.port(), "/stall").status()).isEqualTo(404);
	}

	@Test
	void whatIsNotWholeIsBrokenOff() {
		answer("many.late", "1");
		assertThatExceptionOfType(UncheckedIOException.class)
			.isThrownBy(() -> RawHttpClient.get(routes.port(), "/late"));
		answer("many.max", "1", "x".repeat(17));
		assertThatExceptionOfType(UncheckedIOException.class)
			.isThrownBy(() -> RawHttpClient.get(routes.port(), "/max"));
	}

	@ParameterizedTest
	@CsvSource({ "taken, 409", "418, 418", "nothing, 204", "other, 200", "999, 200" })
	void replyTellsItsStatus(String code, int status) {
		this.peer.answer("one.status", "text", "X-Code", code);
		Response response = RawHttpClient.get(routes.port(), "/status");
		assertThat(response.status()).isEqualTo(status);
		assertThat(response.text()).isEqualTo((status == 204) ? "" : "text");
	}

	private void answer(String subject, String... replies) {
		this.peer.on(subject, (message) -> {
			for (String reply : replies) {
				this.peer.reply(message, reply);
			}
		});
		this.peer.flush();
	}

}
