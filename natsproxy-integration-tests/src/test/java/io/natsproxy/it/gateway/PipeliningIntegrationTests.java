package io.natsproxy.it.gateway;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.natsproxy.it.gateway.RawHttpClient.Response;
import io.natsproxy.it.support.Meters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static io.natsproxy.it.gateway.ProblemAssert.assertProblem;
import static io.natsproxy.it.gateway.RawHttpClient.post;
import static io.natsproxy.it.gateway.RawHttpClient.request;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients that do not wait for an answer before their next request (RFC 9112, section
 * 9.3.2).
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class PipeliningIntegrationTests {

	private static final int LIMIT = 100;

	@RegisterExtension
	static final GatewayChain chain = GatewayChain.of().with(Meters.class);

	private final Peer peer = chain.peer();

	@BeforeEach
	void answer() {
		this.peer.on("GET:.pipe.*", (message) -> this.peer.reply(message, message.getSubject()));
		this.peer.on("POST:.pipe", (message) -> this.peer.reply(message, "posted"));
	}

	@Test
	void tooManyRequestsAreRefusedAfterThoseBeforeThemHaveBeenAnswered(CapturedOutput output) {
		double before = refused("pipelined");
		try (RawHttpClient client = connectionThatReadsMuchAtOnce()) {
			client.send(requests(0, 300));
			assertAnswered(client, LIMIT);
			Response response = client.read();
			assertProblem(response, 429);
			assertThat(response.header("Connection")).containsExactly("close");
			assertThat(client.isClosed()).isTrue();
		}
		assertThat(refused("pipelined")).isEqualTo(before + 1);
		assertNothingFailed(output);
	}

	@Test
	void asManyAsTheLimitAreAnswered() {
		try (RawHttpClient client = connectionThatReadsMuchAtOnce()) {
			for (int i = 0; i < 3; i++) {
				client.send(requests(0, LIMIT));
				assertAnswered(client, LIMIT);
			}
		}
	}

	@Test
	void whatFollowsARefusedRequestIsNotCounted(CapturedOutput output) {
		try (RawHttpClient client = connectionThatReadsMuchAtOnce()) {
			client.send(requests(0, 2) + "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n" + requests(0, 300));
			assertAnswered(client, 2);
			assertProblem(client.read(), 400);
			assertThat(client.isClosed()).isTrue();
		}
		assertNothingFailed(output);
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET /pipe/3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
			"GET /pipe/3 HTTP/1.1\r\nHost: a\r\nConnection: X-Hop, Close\r\nX-Hop: 1\r\n\r\n",
			"GET /pipe/3 HTTP/1.0\r\n\r\n" })
	void lastOfSeveralRequestsEndsTheConnectionAfterItsOwnAnswer(String last, CapturedOutput output) {
		try (RawHttpClient client = connectionThatReadsMuchAtOnce()) {
			client.send(requests(0, 3) + last + requests(4, 300));
			for (int i = 0; i < 3; i++) {
				Response response = client.read();
				assertThat(response.text()).isEqualTo("GET:.pipe." + i);
				assertThat(response.header("Connection")).isEmpty();
			}
			Response response = client.read();
			assertThat(response.text()).isEqualTo("GET:.pipe.3");
			assertThat(response.header("Connection")).containsExactly("close");
			assertThat(client.isClosed()).isTrue();
		}
		assertNothingFailed(output);
	}

	@Test
	void lastOfSeveralRequestsIsAnsweredThoughTheSendingSideEndsBehindAnother() {
		this.peer.on("GET:.slow", (message) -> CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS)
			.execute(() -> this.peer.reply(message, "slow")));
		double before = refused("incomplete-body");
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			client.send(request("GET", "/slow") + request("GET", "/pipe/0", "Connection: close") + requests(1, 3));
			client.shutdownOutput();
			assertThat(client.read().text()).isEqualTo("slow");
			assertAnswered(client, 1);
			assertThat(client.isClosed()).isTrue();
		}
		assertThat(refused("incomplete-body")).isEqualTo(before);
	}

	@Test
	void lastOfSeveralRequestsMayHaveABody() {
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			String body = "x".repeat(200_000);
			client.send(requests(0, 3) + post("/pipe", body, "Connection: close") + requests(4, 6));
			assertAnswered(client, 3);
			Response response = client.read();
			assertThat(response.text()).isEqualTo("posted");
			assertThat(response.header("Connection")).containsExactly("close");
			assertThat(client.isClosed()).isTrue();
		}
	}

	/**
	 * A connection on which much has come, so that all that is there is read at once.
	 */
	private static RawHttpClient connectionThatReadsMuchAtOnce() {
		RawHttpClient client = new RawHttpClient(chain.port());
		assertThat(client.send(post("/pipe", "x".repeat(500_000))).read().text()).isEqualTo("posted");
		return client;
	}

	private static String requests(int from, int to) {
		StringBuilder requests = new StringBuilder();
		for (int i = from; i < to; i++) {
			requests.append(request("GET", "/pipe/" + i));
		}
		return requests.toString();
	}

	private static void assertAnswered(RawHttpClient client, int count) {
		for (int i = 0; i < count; i++) {
			assertThat(client.read().text()).isEqualTo("GET:.pipe." + i);
		}
	}

	private static void assertNothingFailed(CapturedOutput output) {
		assertThat(output.toString()).doesNotContain("FluxReceive", "maxPipelineDepth", "WARN", "ERROR");
	}

	private static double refused(String reason) {
		return chain.gateway()
			.bean(MeterRegistry.class)
			.get("natsproxy.gateway.refused")
			.tag("reason", reason)
			.counter()
			.count();
	}

}
