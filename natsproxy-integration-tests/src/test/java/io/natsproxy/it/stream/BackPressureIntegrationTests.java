package io.natsproxy.it.stream;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import io.natsproxy.it.contract.TestContent;
import io.natsproxy.it.gateway.RawHttpClient;
import io.natsproxy.it.gateway.RawHttpClient.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.natsproxy.it.gateway.RawHttpClient.request;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The slower end sets the pace of a stream, through the whole chain.
 */
@Timeout(60)
class BackPressureIntegrationTests {

	@RegisterExtension
	static final StreamChain chain = new StreamChain();

	private static final int SIZE = 16 * 1024 * 1024;

	private static final int FIRST_MESSAGE = 1024 * 1024;

	private static final int WINDOW = 256 * 1024;

	/**
	 * One that waits for credit, one beyond the credit, and one that is being made.
	 */
	private static final int FRAMES = 3 * 64 * 1024;

	/**
	 * Both ends of the HTTP connection. The kernel doubles what is asked for.
	 */
	private static final int SOCKETS = 4 * StreamGateway.SOCKET_BUFFER;

	/**
	 * How far the faster end gets while the slower one stands still.
	 */
	private static final int BOUND = FIRST_MESSAGE + WINDOW + FRAMES + SOCKETS;

	private static final int CLIENT_BUFFER = 16 * 1024;

	@Test
	void clientThatDoesNotReadStopsTheSourceWithinTheWindow() {
		Probe probe = chain.probe("slow-client");
		try (RawHttpClient client = new RawHttpClient(chain.port(), CLIENT_BUFFER)) {
			client.send(request("GET", "/stream/slow-client/download?size=" + SIZE));
			assertThat(settled(probe::bytes)).isBetween((long) FIRST_MESSAGE, (long) BOUND);
			client.readBytes(4 * FIRST_MESSAGE);
			assertThat(settled(probe::bytes)).isBetween(4L * FIRST_MESSAGE, 4L * FIRST_MESSAGE + BOUND);
		}
	}

	@Test
	void clientThatReadsAgainGetsTheWhole() {
		Probe probe = chain.probe("pausing-client");
		try (RawHttpClient client = new RawHttpClient(chain.port(), CLIENT_BUFFER)) {
			client.send(request("GET", "/stream/pausing-client/download?size=" + SIZE));
			assertThat(settled(probe::bytes)).isLessThan(SIZE);
			assertThat(client.read().body()).isEqualTo(TestContent.bytes(SIZE));
			assertThat(probe.bytes()).isEqualTo(SIZE);
		}
	}

	@Test
	void serviceThatDoesNotReadStopsTheClientWithinTheWindow() throws Exception {
		Probe probe = chain.probe("slow-service");
		AtomicLong sent = new AtomicLong();
		try (RawHttpClient client = new RawHttpClient(chain.port(), CLIENT_BUFFER)) {
			CompletableFuture<Response> response = CompletableFuture.supplyAsync(() -> {
				client.send("POST /stream/slow-service/held-upload HTTP/1.1\r\nHost: a\r\nContent-Length: " + SIZE
						+ "\r\n\r\n");
				byte[] body = TestContent.bytes(SIZE);
				for (int i = 0; i < SIZE; i += CLIENT_BUFFER) {
					client.send(Arrays.copyOfRange(body, i, i + CLIENT_BUFFER));
					sent.addAndGet(CLIENT_BUFFER);
				}
				return client.read();
			});
			long bytes;
			try {
				bytes = settled(sent::get);
			}
			finally {
				probe.open();
			}
			assertThat(response.get(30, TimeUnit.SECONDS).text()).contains("\"length\":" + SIZE,
					TestContent.summary(SIZE).sha256());
			// Its length is known: the body is streamed from its first byte.
			assertThat(bytes).isBetween((long) CLIENT_BUFFER, (long) WINDOW + FRAMES + SOCKETS);
		}
	}

	/**
	 * Waits until a number has risen and rises no more.
	 */
	private static long settled(LongSupplier number) {
		AtomicLong last = new AtomicLong();
		AtomicLong since = new AtomicLong(System.nanoTime());
		StreamChain.await(Duration.ofSeconds(30)).until(() -> {
			long now = number.getAsLong();
			if (now != last.getAndSet(now) || now == 0) {
				since.set(System.nanoTime());
			}
			return System.nanoTime() - since.get() > TimeUnit.MILLISECONDS.toNanos(500);
		});
		return last.get();
	}

}
