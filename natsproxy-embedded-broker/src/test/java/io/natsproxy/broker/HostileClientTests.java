package io.natsproxy.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Clients that break off, flood or send garbage harm nobody else, and leave nothing
 * behind.
 */
@Timeout(120)
class HostileClientTests {

	private static final String CONNECT = "CONNECT {\"verbose\":false,\"headers\":true,\"no_responders\":true}\r\n";

	private EmbeddedTestServer server = new EmbeddedTestServer(BrokerOptions.defaults());

	@AfterEach
	void stop() {
		this.server.awaitNothingLeft();
		this.server.close();
	}

	@Test
	void randomGarbageHarmsNobodyElse() {
		Random random = new Random(11);
		try (RawClient good = new RawClient(this.server.port())) {
			good.talk(CONNECT + "SUB good 1\r\n");
			for (int round = 0; round < 300; round++) {
				try (RawClient hostile = new RawClient(this.server.port())) {
					StringBuilder garbage = new StringBuilder(random.nextBoolean() ? CONNECT : "");
					garbage.append("SUB > 1\r\nPUB x 50\r\n", 0, random.nextInt(19));
					for (int i = 0; i < random.nextInt(500); i++) {
						garbage.append((char) random.nextInt(256));
					}
					hostile.send(garbage.toString());
				}
				if (round % 10 == 0) {
					assertThat(good.talk("PUB good 1\r\nx\r\n")).isEqualTo("MSG good 1 1\r\nx\r\n");
				}
			}
		}
	}

	@Test
	void breakingOffAnywhereLeavesNothingBehind() {
		String conversation = CONNECT + "SUB big 1\r\nPUB big 20000\r\n" + "x".repeat(20_000)
				+ "\r\nHPUB big r 12 14\r\n" + "NATS/1.0\r\n\r\nhi\r\nPUB big 10";
		Random random = new Random(12);
		for (int round = 0; round < 200; round++) {
			try (RawClient client = new RawClient(this.server.port())) {
				client.send(conversation.substring(0, random.nextInt(conversation.length())));
			}
		}
	}

	@Test
	void fragmentsOfOneConversationReadTheSame() {
		String conversation = "SUB a.* 1\r\nPUB a.b 5\r\nhello\r\nHPUB a.c r 12 14\r\nNATS/1.0\r\n\r\nhi\r\nPUB a.d 9000\r\n"
				+ "y".repeat(9000) + "\r\n";
		Random random = new Random(13);
		try (RawClient client = new RawClient(this.server.port())) {
			String expected = client.talk(CONNECT + conversation);
			assertThat(expected).contains("MSG a.b 1 5", "HMSG a.c 1 r 12 14", "MSG a.d 1 9000");
			for (int round = 0; round < 30; round++) {
				int start = 0;
				while (start < conversation.length()) {
					int end = Math.min(conversation.length(), start + 1 + random.nextInt(600));
					client.send(conversation.substring(start, end));
					start = end;
				}
				assertThat(client.talk("")).isEqualTo(expected);
			}
		}
	}

	@Test
	void aSlowConsumerThatReadsOnIsToldWhyAndGetsWholeMessagesOnly() {
		this.server.close();
		this.server = new EmbeddedTestServer(BrokerOptions.builder().maxPending(512 * 1024).build());
		String message = "MSG flood 1 5000\r\n" + "x".repeat(5000) + "\r\n";
		try (RawClient slow = new RawClient(this.server.port(), 4096);
				RawClient publisher = new RawClient(this.server.port())) {
			slow.talk(CONNECT + "SUB flood 1\r\n");
			publisher.send(CONNECT);
			while (this.server.statistics().slowConsumers() == 0) {
				publisher.talk(("PUB flood 5000\r\n" + "x".repeat(5000) + "\r\n").repeat(20));
			}
			String answer = slow.answerUntil("never");
			assertThat(answer).endsWith("-ERR 'Slow Consumer'\r\n" + RawClient.CLOSED);
			assertThat(answer.replace(message, "")).isEqualTo("-ERR 'Slow Consumer'\r\n" + RawClient.CLOSED);
		}
	}

	@Test
	void aSlowConsumerThatNeverReadsIsGoneSoonAndKeepsNoMemory() {
		this.server.close();
		this.server = new EmbeddedTestServer(BrokerOptions.builder().maxPending(512 * 1024).build());
		try (RawClient slow = new RawClient(this.server.port(), 4096);
				RawClient publisher = new RawClient(this.server.port())) {
			slow.talk(CONNECT + "SUB flood 1\r\n");
			publisher.send(CONNECT);
			while (this.server.statistics().slowConsumers() == 0) {
				assertThat(publisher.talk(("PUB flood 500\r\n" + "x".repeat(500) + "\r\n").repeat(200))).isEmpty();
			}
			await().until(() -> this.server.statistics().connections() == 1);
			assertThat(this.server.statistics().pendingBytes()).isZero();
			assertThat(this.server.statistics().subscriptions()).isZero();
		}
	}

	@Test
	void manyClientsMayComeAndGo() {
		for (int round = 0; round < 5; round++) {
			List<RawClient> clients = new ArrayList<>();
			for (int i = 0; i < 100; i++) {
				RawClient client = new RawClient(this.server.port());
				client.send(CONNECT + "SUB all " + i + "\r\nSUB all q q" + i + "\r\n");
				clients.add(client);
			}
			clients.forEach((client) -> client.talk(""));
			clients.get(0).talk("PUB all 3000\r\n" + "z".repeat(3000) + "\r\n");
			await().until(() -> this.server.statistics().subscriptions() == 200);
			clients.forEach(RawClient::close);
			this.server.awaitNothingLeft();
			assertThat(this.server.statistics().outMessages()).isEqualTo((round + 1) * 101L);
		}
	}

}
