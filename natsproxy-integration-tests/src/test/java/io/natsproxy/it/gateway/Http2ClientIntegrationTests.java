package io.natsproxy.it.gateway;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.nats.client.Message;
import io.natsproxy.core.transport.netty.EventLoopTransport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients of HTTP/2 that do not do as they should.
 */
@Timeout(60)
class Http2ClientIntegrationTests {

	private static final int WINDOW = 65_535;

	@RegisterExtension
	static final GatewayChain chain = GatewayChain.of("server.http2.enabled=true",
			"natsproxy.gateway.client.head-timeout=500ms", "natsproxy.gateway.client.idle-timeout=800ms",
			"natsproxy.gateway.client.rate-grace-period=1s", "natsproxy.gateway.client.drain-timeout=300ms");

	private final Peer peer = chain.peer();

	@Test
	void requestIsAnswered() {
		this.peer.tap();
		try (RawHttp2Client client = new RawHttp2Client(chain.port(), WINDOW)) {
			client.request(1, 0, "POST", "/whole").data(1, RawHttp2Client.END_STREAM, "hello");
			assertThat(client.status()).isEqualTo(200);
			assertThat(this.peer.next().getData()).asString().isEqualTo("hello");
		}
	}

	@Test
	void streamThatIsResetIsExecutedNowhere() {
		this.peer.tap();
		try (RawHttp2Client client = new RawHttp2Client(chain.port(), WINDOW)) {
			client.request(1, 0, "POST", "/count").data(1, 0, "hello");
			client.frame(RawHttp2Client.RST_STREAM, 0, 1, ByteBuffer.allocate(4).putInt(8).array());
			awaitNothingInFlight();
			client.request(3, RawHttp2Client.END_STREAM, "GET", "/after");
			assertThat(client.status()).isEqualTo(200);
		}
		assertThat(this.peer.subjects()).containsExactly("GET:.after");
	}

	@Test
	void streamThatEndsBeforeItsLengthIsExecutedNowhere() {
		this.peer.tap();
		try (RawHttp2Client client = new RawHttp2Client(chain.port(), WINDOW)) {
			client.request(1, 0, "POST", "/count", "content-length", "6").data(1, RawHttp2Client.END_STREAM, "hello");
			assertThat(client.next(RawHttp2Client.RST_STREAM).stream()).isEqualTo(1);
			client.request(3, RawHttp2Client.END_STREAM, "GET", "/after");
			assertThat(client.status()).isEqualTo(200);
		}
		assertThat(this.peer.subjects()).containsExactly("GET:.after");
	}

	@Test
	void connectionThatEndsWithinABodyIsExecutedNowhere() {
		this.peer.tap();
		try (RawHttp2Client client = new RawHttp2Client(chain.port(), WINDOW)) {
			client.request(1, 0, "POST", "/count").data(1, 0, "hello");
		}
		awaitNothingInFlight();
		assertThat(this.peer.subjects()).isEmpty();
	}

	@Test
	void malformedTargetAndTooManyFieldsAreRefused() {
		String[] fields = new String[202];
		for (int i = 0; i < fields.length; i++) {
			fields[i] = "x";
		}
		try (RawHttp2Client client = new RawHttp2Client(chain.port(), WINDOW)) {
			client.request(1, RawHttp2Client.END_STREAM, "GET", "/%zz");
			assertThat(client.status()).isEqualTo(400);
			assertThat(new String(client.next(RawHttp2Client.DATA).payload())).contains("\"status\":400");
			client.request(3, 0, "POST", "/", fields);
			assertThat(client.status()).isEqualTo(431);
			assertThat(new String(client.next(RawHttp2Client.DATA).payload())).contains("\"status\":431");
			assertThat(client.next(RawHttp2Client.RST_STREAM).stream()).isEqualTo(3);
			client.request(5, RawHttp2Client.END_STREAM, "GET", "/%");
			assertThat(client.status()).isEqualTo(400);
		}
	}

	@Test
	void connectionWithoutStreamIsClosedAlthoughItPings() {
		try (RawHttp2Client client = new RawHttp2Client(chain.port(), WINDOW)) {
			client.frame(RawHttp2Client.PING, 0, 0, new byte[8]);
			assertThat(client.isClosed()).isTrue();
		}
	}

	@Test
	void slowServiceEndsNoConnection() {
		this.peer.on("GET:.slow", (message) -> {
			try {
				// Longer than the timeouts of clients: a service may take that long.
				Thread.sleep(2000);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			this.peer.reply(message, "slow", "Natsproxy-Status", "200");
		});
		try (RawHttp2Client client = new RawHttp2Client(chain.port(), WINDOW)) {
			client.request(1, RawHttp2Client.END_STREAM, "GET", "/slow");
			assertThat(client.status()).isEqualTo(200);
			assertThat(client.isClosed()).isTrue();
		}
	}

	@Test
	void bodyThatStopsIsRefused() {
		this.peer.tap();
		try (RawHttp2Client client = new RawHttp2Client(chain.port(), WINDOW)) {
			client.request(1, 0, "POST", "/stops").data(1, 0, "hello");
			assertThat(client.status()).isEqualTo(408);
		}
		assertThat(this.peer.subjects()).isEmpty();
	}

	@Test
	void streamWhoseWindowStaysShutIsReset() {
		this.peer.answer("GET:.long", "x".repeat(100_000), "Natsproxy-Status", "200");
		try (RawHttp2Client client = new RawHttp2Client(chain.port(), 1000)) {
			client.request(1, RawHttp2Client.END_STREAM, "GET", "/long");
			assertThat(client.status()).isEqualTo(200);
			assertThat(client.next(RawHttp2Client.RST_STREAM).stream()).isEqualTo(1);
		}
	}

	@Test
	@DisabledIfSystemProperty(named = EventLoopTransport.PROPERTY, matches = "io-uring",
			disabledReason = "At times the connection is reset before the client has read the end of the stream")
	void pingsDoNotKeepAStreamThatStandsStill() throws Exception {
		this.peer.answer("GET:.long", "x".repeat(100_000), "Natsproxy-Status", "200");
		try (RawHttp2Client client = new RawHttp2Client(chain.port(), 1_000_000)) {
			client.request(1, RawHttp2Client.END_STREAM, "GET", "/long");
			assertThat(client.status()).isEqualTo(200);
			CompletableFuture<RawHttp2Client.Frame> reset = CompletableFuture
				.supplyAsync(() -> client.next(RawHttp2Client.RST_STREAM));
			while (!reset.isDone()) {
				for (int i = 0; i < 200; i++) {
					client.frame(RawHttp2Client.PING, 0, 0, new byte[8]);
				}
				// The client keeps talking until the gateway ends the stream, without a
				// flood.
				TimeUnit.MILLISECONDS.sleep(50);
			}
			assertThat(reset.get().stream()).isEqualTo(1);
		}
	}

	@Test
	void windowOfAStreamDoesNotKeepItWhileThatOfTheConnectionIsShut() throws Exception {
		this.peer.answer("GET:.long", "x".repeat(100_000), "Natsproxy-Status", "200");
		try (RawHttp2Client client = new RawHttp2Client(chain.port(), 1_000_000)) {
			client.request(1, RawHttp2Client.END_STREAM, "GET", "/long");
			assertThat(client.status()).isEqualTo(200);
			CompletableFuture<RawHttp2Client.Frame> reset = CompletableFuture
				.supplyAsync(() -> client.next(RawHttp2Client.RST_STREAM));
			while (!reset.isDone()) {
				client.openWindow(1, 3_000);
				client.frame(RawHttp2Client.SETTINGS, 0, 0,
						ByteBuffer.allocate(6).putShort((short) 4).putInt(500_000).array());
				client.frame(RawHttp2Client.SETTINGS, 0, 0,
						ByteBuffer.allocate(6).putShort((short) 4).putInt(1_000_000).array());
				// The client keeps talking until the gateway ends the stream, without a
				// flood.
				TimeUnit.MILLISECONDS.sleep(50);
			}
			assertThat(reset.get().stream()).isEqualTo(1);
		}
	}

	@Test
	void streamThatWaitsForTheWindowOfTheConnectionGoesOn() throws Exception {
		this.peer.answer("GET:.long", "x".repeat(WINDOW + 60_000), "Natsproxy-Status", "200");
		try (RawHttp2Client client = new RawHttp2Client(chain.port(), 1_000_000)) {
			client.request(1, RawHttp2Client.END_STREAM, "GET", "/long");
			assertThat(client.status()).isEqualTo(200);
			CompletableFuture<Integer> received = CompletableFuture.supplyAsync(() -> {
				int length = 0;
				RawHttp2Client.Frame frame;
				do {
					frame = client.next(RawHttp2Client.DATA);
					length += frame.payload().length;
				}
				while ((frame.flags() & RawHttp2Client.END_STREAM) == 0);
				return length;
			});
			// Longer than the grace period, and faster than the least rate.
			for (int i = 0; i < 30; i++) {
				TimeUnit.MILLISECONDS.sleep(100);
				client.openWindow(0, 2_000);
			}
			assertThat(received.get(30, TimeUnit.SECONDS)).isEqualTo(WINDOW + 60_000);
		}
	}

	@Test
	void bodyIsWaitedForWhileAnotherHasTheWindowOfTheConnection() throws Exception {
		CompletableFuture<Message> streamed = new CompletableFuture<>();
		this.peer.on("POST:.first", streamed::complete);
		this.peer.answer("POST:.second", "done", "Natsproxy-Status", "200");
		try (RawHttp2Client client = new RawHttp2Client(chain.port(), WINDOW)) {
			client.request(1, 0, "POST", "/first", "content-length", "10000000");
			client.dataUntilWindowIsShut(1, WINDOW);
			client.request(3, 0, "POST", "/second", "content-length", "5");
			// Longer than the grace period.
			TimeUnit.SECONDS.sleep(3);
			this.peer.reply(streamed.get(30, TimeUnit.SECONDS), "no", "Natsproxy-Status", "403");
			assertThat(client.status()).isEqualTo(403);
			client.frame(RawHttp2Client.RST_STREAM, 0, 1, new byte[] { 0, 0, 0, 8 });
			client.data(3, RawHttp2Client.END_STREAM, "hello");
			assertThat(client.status()).isEqualTo(200);
		}
	}

	@Test
	void floodOfPingsEndsTheConnection() {
		try (RawHttp2Client client = new RawHttp2Client(chain.port(), WINDOW)) {
			try {
				for (int i = 0; i < 20_000; i++) {
					client.frame(RawHttp2Client.PING, 0, 0, new byte[8]);
				}
			}
			catch (java.io.UncheckedIOException ex) {
				// It has been closed meanwhile.
			}
			assertThat(client.isClosed()).isTrue();
		}
	}

	private static void awaitNothingInFlight() {
		Awaitility.await()
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(5))
			.atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(chain.gateway().inFlight()).isZero());
	}

}
