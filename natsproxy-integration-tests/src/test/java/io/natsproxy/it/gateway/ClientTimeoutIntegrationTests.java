package io.natsproxy.it.gateway;

import java.util.stream.IntStream;

import io.micrometer.core.instrument.MeterRegistry;
import io.natsproxy.it.gateway.RawHttpClient.Response;
import io.natsproxy.it.support.Meters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

import static io.natsproxy.it.gateway.ProblemAssert.assertProblem;
import static io.natsproxy.it.gateway.RawHttpClient.request;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients that take their time, of which some owe something and some do not.
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class ClientTimeoutIntegrationTests {

	@RegisterExtension
	static final GatewayChain chain = GatewayChain
		.of("natsproxy.gateway.client.head-timeout=400ms", "natsproxy.gateway.client.idle-timeout=800ms",
				"natsproxy.gateway.client.rate-grace-period=1s", "natsproxy.gateway.client.min-request-rate=1000B",
				"natsproxy.gateway.client.drain-timeout=400ms", "natsproxy.gateway.client.drain-size=10KB",
				"natsproxy.gateway.max-body-size=1MB")
		.with(Application.class, Meters.class);

	private Peer peer = chain.peer().tap();

	@Test
	void connectionWithoutAByteIsClosed() {
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			assertThat(client.isClosed()).isTrue();
		}
	}

	@Test
	void halfARequestLineIsRefused() {
		double before = refused("head-timeout");
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			assertTimedOut(client.send("GET /a").read());
			assertThat(client.isClosed()).isTrue();
		}
		assertThat(refused("head-timeout")).isEqualTo(before + 1);
	}

	@Test
	void headThatComesAFieldAtATimeIsRefused() throws Exception {
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			client.send("GET /a HTTP/1.1\r\nHost: a\r\n");
			Thread sender = new Thread(() -> {
				try {
					for (int i = 0; i < 100; i++) {
						// Often enough for the idle timeout: only that of the head may
						// run out.
						Thread.sleep(50);
						client.send("X-" + i + ": 1\r\n");
					}
				}
				catch (Exception ex) {
					// The connection has ended.
				}
			});
			sender.start();
			assertTimedOut(client.read());
			sender.interrupt();
			sender.join();
		}
	}

	@Test
	void secondHeadHasItsTimeToo() {
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			assertThat(client.send(request("GET", "/first")).read().status()).isEqualTo(200);
			assertTimedOut(client.send("GET /second HTTP/1.1\r\n").read());
		}
	}

	@Test
	void answerAfterARefusedHeadRequestHasItsBody() {
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			String[] fields = IntStream.range(0, 101).mapToObj((i) -> "X-" + i + ": 1").toArray(String[]::new);
			assertThat(client.send(request("HEAD", "/first", fields)).read(true).status()).isEqualTo(431);
			assertTimedOut(client.send("GET /second HTTP/1.1\r\n").read());
		}
	}

	@Test
	void idleConnectionIsClosedWithoutAWord() {
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			assertThat(client.send(request("GET", "/first")).read().status()).isEqualTo(200);
			assertThat(client.isClosed()).isTrue();
		}
	}

	@Test
	void bodyThatStopsIsRefused() {
		double before = refused("slow-request");
		for (String framing : new String[] { "Content-Length: 1000\r\n\r\nhello",
				"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n" }) {
			try (RawHttpClient client = new RawHttpClient(chain.port())) {
				client.send("POST /stops HTTP/1.1\r\nHost: a\r\n" + framing);
				assertTimedOut(client.read());
				assertThat(client.isClosed()).isTrue();
			}
		}
		assertThat(refused("slow-request")).isEqualTo(before + 2);
		assertThat(this.peer.subjects()).isEmpty();
	}

	@Test
	void slowButHonestBodyIsTaken() throws Exception {
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			client.send("POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 6000\r\n\r\n");
			for (int i = 0; i < 20; i++) {
				// Longer than the grace period in all, and faster than the least rate.
				Thread.sleep(100);
				client.send("x".repeat(300));
			}
			assertThat(client.read().status()).isEqualTo(200);
		}
	}

	@Test
	void clientThatDoesNotReadIsCutOff() {
		double before = refused("slow-response");
		this.peer.close();
		this.peer = chain.peer().answer("GET:.long", "x".repeat(900_000), "Natsproxy-Status", "200");
		try (RawHttpClient client = new RawHttpClient(chain.port(), 4096)) {
			for (int i = 0; i < 20; i++) {
				client.send(request("GET", "/long"));
			}
			org.awaitility.Awaitility.await()
				.atMost(java.time.Duration.ofSeconds(30))
				.untilAsserted(() -> assertThat(refused("slow-response")).isEqualTo(before + 1));
		}
	}

	@Test
	void silentServiceIsNoFaultOfTheClient() {
		this.peer.close();
		this.peer = chain.peer().on("GET:.later", (message) -> {
			try {
				// Longer than all timeouts of clients: a service may take that long.
				Thread.sleep(2500);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			this.peer.reply(message, "later", "Natsproxy-Status", "200");
		});
		assertThat(RawHttpClient.get(chain.port(), "/later").text()).isEqualTo("later");
	}

	@Test
	void eventsThatComeSeldomAreNotCutOff() throws Exception {
		this.peer.close();
		this.peer = chain.peer()
			.on("GET:.events", (message) -> this.peer.publish(message.getReplyTo(), "_INBOX.nobody", "event",
					"Natsproxy-Status", "200", "Natsproxy-Body", "stream"));
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			client.send(request("GET", "/events"));
			String replyTo = this.peer.next().getReplyTo();
			// Longer than all timeouts of clients: an event stream may be silent that
			// long.
			Thread.sleep(2500);
			this.peer.publish(replyTo, null, "more", "Natsproxy-Frame", "data 1");
			this.peer.publish(replyTo, null, "", "Natsproxy-Frame", "end 2");
			assertThat(client.read().text()).isEqualTo("eventmore");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "Content-Length: 5000000", "Transfer-Encoding: chunked" })
	void answerBeforeTheEndOfABodySaysThatTheConnectionEnds(String length) {
		answerEarly();
		try (RawHttpClient client = new RawHttpClient(chain.sharedPort())) {
			client.send("POST /early HTTP/1.1\r\nHost: a\r\n" + length + "\r\n\r\n");
			client.send("3e8\r\n" + "x".repeat(1000) + "\r\n");
			Response response = client.read();
			assertThat(response.status()).isEqualTo(401);
			assertThat(response.header("Connection")).containsExactly("close");
			assertThat(client.isClosed()).isTrue();
		}
	}

	@Test
	void shortRestOfABodyIsReadAndTheConnectionGoesOn() {
		answerEarly();
		try (RawHttpClient client = new RawHttpClient(chain.sharedPort())) {
			client.send("POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\n\r\n" + "x".repeat(1000));
			Response response = client.read();
			assertThat(response.status()).isEqualTo(401);
			assertThat(response.header("Connection")).isEmpty();
			client.send("x".repeat(1000)).send(request("GET", "/%zz"));
			assertThat(client.read().status()).isEqualTo(400);
		}
	}

	@Test
	void answerToARequestWithoutABodyLeavesTheConnectionOpen() {
		try (RawHttpClient client = new RawHttpClient(chain.sharedPort())) {
			client.send("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n" + request("GET", "/%zz"));
			Response response = client.read();
			assertThat(response.status()).isEqualTo(204);
			assertThat(response.header("Connection")).isEmpty();
			assertThat(client.read().status()).isEqualTo(400);
		}
	}

	/**
	 * A service that takes a stream, which a body becomes that comes slowly, and answers
	 * before its end.
	 */
	private void answerEarly() {
		this.peer.close();
		this.peer = chain.peer();
		this.peer.on("POST:.early", (message) -> this.peer.reply(message, "no", "Natsproxy-Status", "401"));
	}

	@Test
	void restOfABodyThatHasBeenRefusedIsDrainedALittle() {
		double before = refused("answered-body");
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			client.send("POST /large HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n");
			assertProblem(client.read(), 413);
			try {
				for (int i = 0; i < 50; i++) {
					client.send(new byte[100_000]);
				}
			}
			catch (java.io.UncheckedIOException ex) {
				// It has been closed meanwhile.
			}
			assertThat(client.isClosed()).isTrue();
		}
		assertThat(refused("answered-body")).isEqualTo(before + 1);
	}

	@Test
	void answerIsReadableAlthoughTheClientGoesOnSending() {
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			client.send("POST /large HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n");
			client.send(new byte[200_000]);
			assertProblem(client.read(), 413);
		}
	}

	@Test
	void headOfManyFieldsIsRefused() {
		double before = refused("head-too-large");
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			Response response = client.send("GET /fields HTTP/1.1\r\nHost: a\r\n" + "A:\r\n".repeat(15_000) + "\r\n")
				.read();
			assertProblem(response, 431);
			assertThat(client.send(request("GET", "/after")).read().status()).isEqualTo(200);
		}
		assertThat(refused("head-too-large")).isEqualTo(before + 1);
	}

	@Test
	void hostileClientsFillNoLog(CapturedOutput output) {
		for (int i = 0; i < 100; i++) {
			for (String hostile : new String[] { "\u001b[31m \u0000 x\r\n\r\n", "GET /\u001b\u0007 HTTP/1.1\r\n\r\n",
					"GET / HTTP/1.1\r\nHost: \u001b:x\r\n\r\n", "PRI * HTTP/2.0\r\n\r\n",
					"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\u001b\r\n" }) {
				try (RawHttpClient client = new RawHttpClient(chain.port())) {
					assertThat(client.send(hostile).read().status()).isIn(400, 505);
				}
			}
			try (RawHttpClient client = new RawHttpClient(chain.port())) {
				client.send("POST " + ((i % 2 == 0) ? "/reset" : "/own")
						+ " HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(50_000));
				client.reset();
			}
		}
		chain.awaitNothingInFlight();
		assertThat(output.toString().lines().count()).isLessThan(20);
		assertThat(output.toString()).doesNotContain("\u001b").doesNotContain("\u0000").doesNotContain("ERROR");
	}

	private static void assertTimedOut(Response response) {
		assertProblem(response, 408);
		assertThat(response.header("Connection")).containsExactly("close");
	}

	private static double refused(String reason) {
		return chain.gateway()
			.bean(MeterRegistry.class)
			.get("natsproxy.gateway.refused")
			.tag("reason", reason)
			.counter()
			.count();
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		/**
		 * A handler of the application's own.
		 */
		@Bean
		RouterFunction<ServerResponse> own() {
			return RouterFunctions.route()
				.POST("/own", (request) -> ServerResponse.ok().body(request.bodyToMono(String.class), String.class))
				.build();
		}

	}

}
