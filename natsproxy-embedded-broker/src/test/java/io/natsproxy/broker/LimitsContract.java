package io.natsproxy.broker;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.natsproxy.broker.RawClient.CLOSED;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The limits, the timeouts and the lock on the door.
 */
abstract class LimitsContract extends ServerContract {

	private static final String VIOLATION = fatal("Authorization Violation");

	LimitsContract(TestServer.Starter starter) {
		super(starter);
	}

	@Test
	void theControlLineEndsAtItsLimit() {
		String exceeded = fatal("maximum control line exceeded");
		assertThat(connect().talk("PUB " + "a".repeat(4094) + " 1\r\nx\r\n")).isEmpty();
		assertThat(connect().talk("PUB " + "a".repeat(4095) + " 1\r\nx\r\n")).isEqualTo(exceeded);
		assertThat(connect().talk("SUB " + "a".repeat(5000) + " 1\r\n")).isEqualTo(exceeded);
		assertThat(connect().talk("UNSUB " + "1".repeat(5000) + "\r\n")).isEqualTo(exceeded);
		assertThat(connect().talk("HPUB " + "1".repeat(5000) + "\r\n")).isEqualTo(exceeded);
		assertThat(open().talk("CONNECT {\"name\":\"" + "n".repeat(5000) + "\"}\r\n")).isEqualTo(exceeded);
		assertThat(connect().send("SUB " + "a".repeat(5000)).answerUntil("PONG")).isEqualTo(exceeded);
	}

	@Test
	void theControlLineLimitCanBeSet() {
		serverWith(BrokerOptions.builder().maxControlLine(512));
		assertThat(connect().talk("SUB " + "a".repeat(510) + " 1\r\n")).isEmpty();
		assertThat(connect().talk("SUB " + "a".repeat(511) + " 1\r\n"))
			.isEqualTo(fatal("maximum control line exceeded"));
	}

	@Test
	void thePayloadEndsAtItsLimitHeadersIncluded() {
		serverWith(BrokerOptions.builder().maxPayload(100));
		String violation = fatal("Maximum Payload Violation");
		RawClient client = connect();
		assertThat(client.info()).contains("\"max_payload\":100");
		assertThat(client.talk("PUB a 100\r\n" + "x".repeat(100) + "\r\n")).isEmpty();
		assertThat(client.talk("HPUB a 12 100\r\nNATS/1.0\r\n\r\n" + "x".repeat(88) + "\r\n")).isEmpty();
		assertThat(connect().send("PUB a 101\r\n").answerUntil("PONG")).isEqualTo(violation);
		assertThat(connect().send("HPUB a 12 101\r\n").answerUntil("PONG")).isEqualTo(violation);
		assertThat(connect().send("PUB a 999999999\r\n").answerUntil("PONG")).isEqualTo(violation);
	}

	@Test
	void aSlowConsumerIsCutOffAndNobodyElse() {
		serverWith(BrokerOptions.builder().maxPending(1024 * 1024));
		RawClient slow = open(4096).send(CONNECT);
		slow.talk("SUB flood 1\r\n");
		RawClient publisher = connect();
		String message = "PUB flood 10000\r\n" + "x".repeat(10_000) + "\r\n";
		for (int i = 0; i < 200; i++) {
			assertThat(publisher.talk(message.repeat(10))).isEmpty();
		}
		assertThat(slow.answerUntil("never")).endsWith(CLOSED);
		publisher.talk("SUB r 1\r\n");
		assertThat(publisher.talk("PUB flood r 1\r\nx\r\n")).contains("503");
	}

	@Test
	void anIdleClientIsPinged() {
		serverWith(BrokerOptions.builder().pingInterval(Duration.ofMillis(200)).maxPingsOut(2));
		RawClient client = connect();
		client.talk("");
		for (int i = 0; i < 5; i++) {
			assertThat(client.line()).isEqualTo("PING\r\n");
			client.send("PONG\r\n");
		}
	}

	@Test
	void aClientThatDoesNotAnswerPingsIsStale() {
		serverWith(BrokerOptions.builder().pingInterval(Duration.ofMillis(200)).maxPingsOut(2));
		RawClient client = connect();
		client.talk("");
		assertThat(client.line()).isEqualTo("PING\r\n");
		assertThat(client.line()).isEqualTo("PING\r\n");
		assertThat(client.line()).isEqualTo(error("Stale Connection"));
		assertThat(client.line()).isEqualTo(CLOSED);
	}

	@Test
	void userAndPasswordAreChecked() {
		serverWith(BrokerOptions.builder().credentials("ada", "hush"));
		assertThat(open().info()).contains("\"auth_required\":true");
		assertThat(open().talk(login("ada", "hush"))).isEmpty();
		assertThat(open().talk(login("ada", "hus"))).isEqualTo(VIOLATION);
		assertThat(open().talk(login("ad", "hush"))).isEqualTo(VIOLATION);
		assertThat(open().talk(login("", ""))).isEqualTo(VIOLATION);
		assertThat(open().talk("CONNECT {\"user\":\"ada\"}\r\n")).isEqualTo(VIOLATION);
		assertThat(open().talk("CONNECT {\"auth_token\":\"hush\"}\r\n")).isEqualTo(VIOLATION);
		assertThat(open().talk("CONNECT {}\r\n")).isEqualTo(VIOLATION);
		assertThat(open().talk("CONNECT {bad\r\n")).isEqualTo(CLOSED);
	}

	@Test
	void theTokenIsChecked() {
		serverWith(BrokerOptions.builder().token("secret"));
		assertThat(open().talk("CONNECT {\"verbose\":false,\"auth_token\":\"secret\"}\r\n")).isEmpty();
		assertThat(open().talk("CONNECT {\"auth_token\":\"Secret\"}\r\n")).isEqualTo(VIOLATION);
		assertThat(open().talk(login("secret", "secret"))).isEqualTo(VIOLATION);
	}

	@ParameterizedTest
	@ValueSource(strings = { "PING\r\n", "PONG\r\n", "PUB a 1\r\nx\r\n", "SUB a 1\r\n", "FOO\r\n", "INFO {}\r\n" })
	void nothingButConnectIsAcceptedBeforeAuthentication(String operation) {
		serverWith(BrokerOptions.builder().credentials("ada", "hush"));
		assertThat(open().talk(operation)).isEqualTo(VIOLATION);
	}

	@Test
	void aClientThatDoesNotAuthenticateInTimeIsClosed() {
		serverWith(BrokerOptions.builder().credentials("ada", "hush").authTimeout(Duration.ofMillis(200)));
		RawClient client = open();
		assertThat(client.line()).isEqualTo(error("Authentication Timeout"));
		assertThat(client.line()).isEqualTo(CLOSED);
	}

	private static String login(String user, String password) {
		return "CONNECT {\"verbose\":false,\"user\":\"" + user + "\",\"pass\":\"" + password + "\"}\r\n";
	}

}
