package io.natsproxy.it.gateway;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.nats.client.Message;
import io.natsproxy.it.gateway.RawHttpClient.Response;
import io.natsproxy.it.support.TestApplication;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.natsproxy.it.gateway.ProblemAssert.assertProblem;
import static io.natsproxy.it.gateway.RawHttpClient.request;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients that end their sending side: some wait for the answer, others have gone.
 */
@Timeout(60)
class HalfClosedClientIntegrationTests {

	private static final String ANNOUNCED = "Connection: close";

	@RegisterExtension
	static final SharedGateway shared = new SharedGateway();

	/**
	 * Gives up no client that has not announced its end, and soon those that have.
	 */
	private static TestApplication patient;

	/**
	 * As it is by default.
	 */
	private static TestApplication gateway;

	/**
	 * On event loops of its own, with the native transport of the system.
	 */
	private static TestApplication nativeGateway;

	private Peer peer;

	@BeforeAll
	static void start() {
		patient = TestApplication.gateway(shared.broker())
			.properties("natsproxy.gateway.client.half-closed-timeout=0", "natsproxy.gateway.client.idle-timeout=300ms",
					"natsproxy.gateway.timeout=20s")
			.start();
		gateway = TestApplication.gateway(shared.broker()).properties("natsproxy.gateway.timeout=20s").start();
		nativeGateway = TestApplication.gateway(shared.broker())
			.properties("natsproxy.gateway.event-loops.shared=false")
			.start();
	}

	@AfterAll
	static void stop() {
		patient.close();
		gateway.close();
		nativeGateway.close();
	}

	@BeforeEach
	void connect() {
		this.peer = shared.peer();
	}

	@AfterEach
	void close() {
		this.peer.close();
		SharedGateway.awaitNothingInFlight(gateway);
		SharedGateway.awaitNothingInFlight(patient);
		SharedGateway.awaitNothingInFlight(nativeGateway);
	}

	@Test
	void clientIsAnsweredOnTheNativeTransportToo() {
		this.peer.answer("GET:.half", "answer", "Natsproxy-Status", "200");
		for (String field : new String[] { ANNOUNCED, "X-Nothing: announced" }) {
			try (RawHttpClient client = new RawHttpClient(nativeGateway.port())) {
				client.send(request("GET", "/half", field)).shutdownOutput();
				assertThat(client.read().text()).isEqualTo("answer");
				assertThat(client.isClosed()).isTrue();
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET /half HTTP/1.1\r\nHost: a\r\n\r\n", "GET /half HTTP/1.0\r\n\r\n",
			"GET /half HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
			"POST /half HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
			"POST /half HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n" })
	void clientThatEndsItsSendingSideAfterTheRequestIsAnswered(String request) {
		this.peer.answer("*.half", "answer", "Natsproxy-Status", "200");
		try (RawHttpClient client = new RawHttpClient(gateway.port())) {
			client.send(request).shutdownOutput();
			assertThat(client.read().text()).isEqualTo("answer");
			assertThat(client.isClosed()).isTrue();
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void allOfItsPipelinedRequestsAreAnswered(boolean shared) {
		this.peer.answer("GET:.half.*", "answer", "Natsproxy-Status", "200");
		try (RawHttpClient client = new RawHttpClient((shared ? gateway : nativeGateway).port())) {
			client.send(request("GET", "/half/1") + request("GET", "/half/2") + request("GET", "/half/3"))
				.shutdownOutput();
			for (int i = 0; i < 3; i++) {
				assertThat(client.read().text()).isEqualTo("answer");
			}
			assertThat(client.isClosed()).isTrue();
		}
		assertThat(this.peer.subjects()).containsExactly("GET:.half.1", "GET:.half.2", "GET:.half.3");
	}

	@Test
	void longAnswerIsWhole() {
		int length = 900_000;
		this.peer.answer("GET:.long", "x".repeat(length), "Natsproxy-Status", "200");
		try (RawHttpClient client = new RawHttpClient(gateway.port(), 8 * 1024)) {
			client.send(request("GET", "/long")).shutdownOutput();
			assertThat(client.read().body()).hasSize(length);
			assertThat(client.isClosed()).isTrue();
		}
	}

	/**
	 * Its answer takes longer than clients are waited for that have not announced it.
	 */
	@Test
	void clientThatHasAnnouncedItsEndIsWaitedForLikeAnyOther() {
		this.peer.ignore("GET:.slow");
		try (RawHttpClient announced = new RawHttpClient(gateway.port());
				RawHttpClient silent = new RawHttpClient(gateway.port())) {
			announced.send(request("GET", "/slow", ANNOUNCED)).shutdownOutput();
			Message slow = this.peer.next();
			silent.send(request("GET", "/slow")).shutdownOutput();
			this.peer.next();
			assertThat(silent.isClosed()).isTrue();
			awaitInFlight(gateway, 1);
			this.peer.reply(slow, "late", "Natsproxy-Status", "200");
			assertThat(announced.read().text()).isEqualTo("late");
			assertThat(announced.isClosed()).isTrue();
		}
	}

	/**
	 * As by default of the client that has not announced it; both are gone for good.
	 */
	@Test
	void clientThatHasGoneWithoutAWordCancelsItsExchange() {
		this.peer.ignore("GET:.gone");
		try (RawHttpClient client = new RawHttpClient(gateway.port())) {
			client.send(request("GET", "/gone"));
			this.peer.next();
			assertThat(gateway.inFlight()).isEqualTo(1);
		}
		awaitNothingInFlight(gateway);
	}

	@Test
	void clientThatIsResetCancelsItsExchangeAtOnceAlthoughItAnnouncedItsEnd() {
		this.peer.ignore("GET:.gone");
		try (RawHttpClient client = new RawHttpClient(gateway.port())) {
			client.send(request("GET", "/gone", ANNOUNCED));
			this.peer.next();
			client.reset();
		}
		awaitNothingInFlight(gateway);
	}

	@Test
	void clientThatHasAnnouncedItsEndLivesNotForEver() {
		this.peer.ignore("GET:.gone");
		try (RawHttpClient client = new RawHttpClient(patient.port())) {
			client.send(request("GET", "/gone", ANNOUNCED)).shutdownOutput();
			this.peer.next();
			assertThat(client.isClosed()).isTrue();
		}
		awaitNothingInFlight(patient);
	}

	/**
	 * What is sent moves: the client is there, and the stream goes on for much longer
	 * than the client would be waited for.
	 */
	@Test
	void silentStreamOfAClientThatMayHaveGoneIsGivenUp() {
		this.peer.on("GET:.silent", (message) -> this.peer.publish(message.getReplyTo(),
				this.peer.connection().createInbox(), "first", "Natsproxy-Status", "200", "Natsproxy-Body", "stream"));
		try (RawHttpClient client = new RawHttpClient(gateway.port())) {
			client.send(request("GET", "/silent", ANNOUNCED)).shutdownOutput();
			assertThat(new String(client.readBytes(10_000))).contains("first").doesNotEndWith("0\r\n\r\n");
		}
		SharedGateway.awaitNothingInFlight(gateway);
	}

	@Test
	void streamGoesOnWhileItMoves() {
		this.peer.on("GET:.stream", (message) -> {
			String inbox = message.getReplyTo();
			this.peer.publish(inbox, "_INBOX.nobody", "0", "Natsproxy-Status", "200", "Natsproxy-Body", "stream");
			for (int i = 1; i <= 20; i++) {
				pause();
				this.peer.publish(inbox, null, "x", "Natsproxy-Frame", "data " + i);
			}
			this.peer.publish(inbox, null, "", "Natsproxy-Frame", "end 21");
		});
		try (RawHttpClient client = new RawHttpClient(gateway.port())) {
			client.send(request("GET", "/stream")).shutdownOutput();
			assertThat(client.read().text()).isEqualTo("0" + "x".repeat(20));
			assertThat(client.isClosed()).isTrue();
		}
	}

	/**
	 * Lets a service be slow, as clients that have half closed must be able to bear.
	 */
	private static void pause() {
		try {
			TimeUnit.MILLISECONDS.sleep(50);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "Content-Length: 6\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
			"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n" })
	void clientThatEndsWithinItsBodyIsTold(String rest) {
		this.peer.tap();
		try (RawHttpClient client = new RawHttpClient(gateway.port())) {
			client.send("POST /count HTTP/1.1\r\nHost: a\r\n" + rest).shutdownOutput();
			Response response = client.read();
			assertProblem(response, 400);
			assertThat(response.header("Connection")).containsExactly("close");
			assertThat(client.isClosed()).isTrue();
		}
		assertThat(this.peer.subjects()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "GET /x", "GET /x HTTP/1.1\r\nHost: a\r\n" })
	void connectionWithoutARequestIsClosed(String begun) {
		this.peer.answer("GET:.before", "answer", "Natsproxy-Status", "200");
		try (RawHttpClient client = new RawHttpClient(gateway.port())) {
			client.send(begun).shutdownOutput();
			assertThat(client.isClosed()).isTrue();
		}
		try (RawHttpClient client = new RawHttpClient(gateway.port())) {
			assertThat(client.send(request("GET", "/before")).read().text()).isEqualTo("answer");
			client.send(begun).shutdownOutput();
			assertThat(client.isClosed()).isTrue();
		}
		assertThat(this.peer.subjects()).containsExactly("GET:.before");
	}

	@Test
	void refusalOfARequestIsRead() {
		try (RawHttpClient client = new RawHttpClient(gateway.port())) {
			client.send(request("GET", "/%zz")).shutdownOutput();
			assertProblem(client.read(), 400);
			assertThat(client.isClosed()).isTrue();
		}
	}

	private static void awaitNothingInFlight(TestApplication gateway) {
		awaitInFlight(gateway, 0);
	}

	private static void awaitInFlight(TestApplication gateway, int count) {
		Awaitility.await()
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(10))
			.atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(gateway.inFlight()).isEqualTo(count));
	}

}
