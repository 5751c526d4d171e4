package io.natsproxy.it.stream;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;

import io.natsproxy.it.contract.TestContent;
import io.natsproxy.it.gateway.Peer;
import io.natsproxy.it.gateway.RawHttpClient;
import io.natsproxy.it.gateway.RawHttpClient.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.SignalType;

import static io.natsproxy.it.gateway.ProblemAssert.assertProblem;
import static io.natsproxy.it.gateway.RawHttpClient.get;
import static io.natsproxy.it.gateway.RawHttpClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Clients that go away, limits that are met, and hooks that intervene while a stream
 * runs: the other end learns of it.
 */
@Timeout(60)
class StreamEndIntegrationTests {

	@RegisterExtension
	static final StreamChain chain = new StreamChain();

	private static final int MEGABYTE = 1024 * 1024;

	@Test
	void clientThatGoesAwayInADownloadCancelsThePublisher() {
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			client.send(request("GET", "/stream/gone/download?size=100000000"));
			client.readBytes(2 * MEGABYTE);
			assertThat(chain.probe("gone").end()).isNull();
		}
		awaitCancelled("gone");
	}

	@Test
	void clientThatGoesAwayWhileNothingIsSentCancelsThePublisher() {
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			client.send(request("GET", "/stream/idle/events"));
			client.readBytes(100);
			assertThat(chain.probe("idle").end()).isNull();
		}
		awaitCancelled("idle");
	}

	@Test
	void clientThatGoesAwayBeforeTheHeadCancelsTheHandler() {
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			client.send(request("GET", "/stream/headless/never"));
			StreamChain.await(Duration.ofSeconds(30)).until(chain::inFlight, (count) -> count == 1);
		}
		awaitCancelled("headless");
	}

	@Test
	void clientThatGoesAwayInAnUploadFailsTheBody() {
		Probe probe = chain.probe("gone-upload");
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			client.send("POST /stream/gone-upload/upload HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n");
			client.send(TestContent.bytes(3 * MEGABYTE));
			StreamChain.await(Duration.ofSeconds(30)).until(() -> probe.bytes() > 2 * MEGABYTE);
		}
		StreamChain.await(Duration.ofSeconds(1))
			.untilAsserted(() -> assertThat(probe.end()).isIn(SignalType.ON_ERROR, SignalType.CANCEL));
	}

	@Test
	void clientThatExpectsContinueUploadsWhenItGetsIt() {
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			client.send("POST /stream/expecting/upload HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: "
					+ 5 * MEGABYTE + "\r\n\r\n");
			assertThat(client.read().status()).isEqualTo(100);
			Response response = client.send(TestContent.bytes(5 * MEGABYTE)).read();
			assertThat(response.text()).contains(TestContent.summary(5 * MEGABYTE).sha256());
			assertThat(client.send(request("GET", "/stream/expecting/download?size=10")).read().body()).hasSize(10);
		}
	}

	@Test
	void bodyThatIsLongerThanItsLimitIsRefusedAsItRuns() {
		Probe probe = chain.probe("limited");
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			client.send("POST /stream/limited/upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
			for (int sent = 0; sent <= 2 * MEGABYTE; sent += 0x10000) {
				client.send("10000\r\n").send(new byte[0x10000]).send("\r\n");
			}
			assertThat(assertProblem(client.read(), 413)).contains(2 * MEGABYTE + " bytes");
		}
		StreamChain.await(Duration.ofSeconds(1))
			.untilAsserted(() -> assertThat(probe.end()).isIn(SignalType.ON_ERROR, SignalType.CANCEL));
	}

	@Test
	void bodyOfExactlyItsLimitIsTaken() {
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			client.send("POST /stream/limited/upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
				.send("200000\r\n")
				.send(TestContent.bytes(2 * MEGABYTE))
				.send("\r\n0\r\n\r\n");
			assertThat(client.read().text()).contains(TestContent.summary(2 * MEGABYTE).sha256());
		}
	}

	@Test
	void hookChangesTheHeadOfAStream() {
		Response response = get(chain.port(), "/stream/hook-header/download?size=3000000");
		assertThat(response.header("X-Hook")).containsExactly("streamed true");
		assertThat(response.header("Content-Length")).containsExactly("3000000");
		assertThat(response.body()).isEqualTo(TestContent.bytes(3_000_000));
	}

	@Test
	void hookThatReplacesAStreamCancelsThePublisher() {
		Response response = get(chain.port(), "/stream/hook-body/download?size=100000000");
		assertThat(response.text()).isEqualTo("replaced");
		assertThat(response.header("Content-Length")).containsExactly("8");
		awaitCancelled("hook-body");
	}

	@Test
	void hookThatFailsCancelsThePublisher() {
		assertThat(assertProblem(get(chain.port(), "/stream/hook-failing/download?size=100000000"), 500))
			.doesNotContain("secret");
		awaitCancelled("hook-failing");
	}

	@Test
	void headOfALongResponseSendsNoBody() {
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			Response head = client.send(request("HEAD", "/stream/head/download?size=8000000")).read(true);
			assertThat(head.header("Content-Length")).containsExactly("8000000");
			assertThat(client.send(request("GET", "/stream/head/download?size=10")).read().body()).hasSize(10);
		}
	}

	/**
	 * A buffer of the source has 16 KiB.
	 */
	@Test
	void headCancelsThePublisherAtItsFirstBuffer() {
		for (String path : List.of("/stream/head-endless/endless", "/stream/head-long/download?size=1000000000")) {
			Probe probe = chain.probe(path.split("/")[2]);
			try (RawHttpClient client = new RawHttpClient(chain.port())) {
				assertThat(client.send(request("HEAD", path)).read(true).status()).isEqualTo(200);
			}
			awaitCancelled(path.split("/")[2]);
			assertThat(probe.bytes()).isLessThanOrEqualTo(16 * 1024);
		}
	}

	@ParameterizedTest
	@CsvSource({ "3000000, 5000000", "5000000, 3000000" })
	void bodyThatIsNotOfItsLengthIsBrokenOff(int size, int announced) {
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			client.send(request("GET", "/stream/lying/download?size=" + size + "&announced=" + announced));
			assertThatException().isThrownBy(client::read).withRootCauseInstanceOf(EOFException.class);
		}
	}

	@Test
	void bodyThatBreaksOffIsNoWholeOneForAnOldClientEither() {
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			client.send("GET /stream/old/download?size=3000000&announced=5000000 HTTP/1.0\r\n\r\n");
			assertThatException().isThrownBy(client::read).withRootCauseInstanceOf(IOException.class);
		}
		try (Peer peer = chain.peer(); RawHttpClient client = new RawHttpClient(chain.port())) {
			peer.on("GET:.unframed", (message) -> {
				peer.publish(message.getReplyTo(), "_INBOX.nobody", "begin", "Natsproxy-Status", "200",
						"Natsproxy-Body", "stream");
				peer.publish(message.getReplyTo(), null, "no more", "Natsproxy-Frame", "error 1");
			});
			client.send("GET /unframed HTTP/1.0\r\n\r\n");
			assertThatException().isThrownBy(client::read).withRootCauseInstanceOf(SocketException.class);
		}
	}

	@Test
	void bodyThatFailsBeforeItBeginsIsBadGateway() {
		try (Peer peer = chain.peer()) {
			peer.on("GET:.broken", (message) -> {
				peer.publish(message.getReplyTo(), "_INBOX.nobody", "", "Natsproxy-Status", "200", "Natsproxy-Body",
						"stream", "X-Service", "yes", "Content-Length", "10");
				peer.publish(message.getReplyTo(), null, "no more", "Natsproxy-Frame", "error 1");
			});
			Response response = get(chain.port(), "/broken");
			assertThat(assertProblem(response, 502)).isEqualTo("The service could not complete the response");
			assertThat(response.header("X-Service")).isEmpty();
		}
	}

	private static void awaitCancelled(String name) {
		StreamChain.await(Duration.ofSeconds(1))
			.untilAsserted(() -> assertThat(chain.probe(name).end()).isEqualTo(SignalType.CANCEL));
	}

}
