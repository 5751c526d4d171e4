package io.natsproxy.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who gets which message, and how often.
 */
abstract class DeliveryContract extends ServerContract {

	/** Newer servers add the subject. */
	private static final Pattern NO_RESPONDERS = Pattern
		.compile("HMSG (\\S+) (\\S+) (\\d+) \\3\r\nNATS/1.0 503\r\n(Nats-Subject: \\S+\r\n)?\r\n\r\n");

	DeliveryContract(TestServer.Starter starter) {
		super(starter);
	}

	@Test
	void payloadsAndRepliesAreDelivered() {
		RawClient client = connect();
		client.talk("SUB a 1\r\n");
		assertThat(client.talk("PUB a 0\r\n\r\n")).isEqualTo("MSG a 1 0\r\n\r\n");
		assertThat(client.talk("PUB a rr 1\r\nx\r\n")).isEqualTo("MSG a 1 rr 1\r\nx\r\n");
		assertThat(client.talk("PUB a r.* 4\r\n\r\n\r\n\r\n")).isEqualTo("MSG a 1 r.* 4\r\n\r\n\r\n\r\n");
	}

	@Test
	void aSubscriptionIsEffectiveForEveryoneAfterThePong() {
		RawClient subscriber = connect();
		RawClient publisher = connect();
		publisher.talk("");
		for (int i = 0; i < 200; i++) {
			subscriber.talk("SUB s." + i + " " + i + "\r\n");
			publisher.talk("PUB s." + i + " 1\r\nx\r\n");
			assertThat(subscriber.line()).isEqualTo("MSG s." + i + " " + i + " 1\r\n");
			assertThat(subscriber.line()).isEqualTo("x\r\n");
		}
	}

	@Test
	void wildcardsMatchTokens() {
		String subscriptions = "SUB a.b 1\r\nSUB a.* 2\r\nSUB a.> 3\r\nSUB > 4\r\nSUB *.b 5\r\nSUB *.* 6\r\nSUB * 7\r\n"
				+ "SUB a.*.> 8\r\nSUB *.> 9\r\n";
		RawClient client = connect();
		client.talk(subscriptions);
		assertThat(sids(client.talk("PUB a.b 1\r\nx\r\n"))).containsExactlyInAnyOrder("1", "2", "3", "4", "5", "6",
				"9");
		assertThat(sids(client.talk("PUB a 1\r\nx\r\n"))).containsExactlyInAnyOrder("4", "7");
		assertThat(sids(client.talk("PUB a.b.c 1\r\nx\r\n"))).containsExactlyInAnyOrder("3", "4", "8", "9");
		assertThat(sids(client.talk("PUB A.B 1\r\nx\r\n"))).containsExactlyInAnyOrder("4", "6", "9");
	}

	@Test
	void aSidThatIsTakenKeepsItsSubscription() {
		assertThat(connect().talk("SUB a 1\r\nSUB b 1\r\nPUB a 1\r\nx\r\nPUB b 1\r\ny\r\n"))
			.isEqualTo("MSG a 1 1\r\nx\r\n");
		assertThat(connect().talk("SUB a 1\r\nSUB a..b 1\r\n")).isEmpty();
		assertThat(connect().talk("SUB a 1\r\nUNSUB 1\r\nSUB b 1\r\nPUB a 1\r\nx\r\nPUB b 1\r\ny\r\n"))
			.isEqualTo("MSG b 1 1\r\ny\r\n");
	}

	@Test
	void unsubscribeCountsFromTheBeginning() {
		String publish = "PUB a 1\r\nx\r\n";
		String message = "MSG a 1 1\r\nx\r\n";
		assertThat(connect().talk("SUB a 1\r\nUNSUB 1 2\r\n" + publish.repeat(4))).isEqualTo(message.repeat(2));
		assertThat(connect().talk("SUB a 1\r\n" + publish.repeat(3) + "UNSUB 1 2\r\n" + publish))
			.isEqualTo(message.repeat(3));
		assertThat(connect().talk("SUB a 1\r\n" + publish.repeat(2) + "UNSUB 1 2\r\n" + publish))
			.isEqualTo(message.repeat(2));
		assertThat(connect().talk("SUB a 1\r\nUNSUB 1 1\r\n" + publish + "SUB a 1\r\n" + publish))
			.isEqualTo(message.repeat(2));
		assertThat(connect().talk("SUB a q 1\r\nUNSUB 1 1\r\n" + publish.repeat(2))).isEqualTo(message);
	}

	@Test
	void unsubscribeWithoutANumberThatCountsIsImmediate() {
		for (String max : List.of("", " 0", " -3", " x", " 99999999999")) {
			assertThat(connect().talk("SUB a 1\r\nUNSUB 1" + max + "\r\nPUB a 1\r\nx\r\n")).isEmpty();
		}
	}

	@Test
	void unsubscribeCountsExactlyUnderManyPublishers() {
		RawClient subscriber = connect();
		subscriber.talk("SUB a 1\r\nUNSUB 1 1000\r\n");
		List<RawClient> publishers = List.of(connect(), connect(), connect(), connect());
		publishers.forEach((publisher) -> publisher.send("PUB a 1\r\nx\r\n".repeat(500)));
		publishers.forEach((publisher) -> publisher.talk(""));
		assertThat(sids(subscriber.talk(""))).hasSize(1000);
	}

	@Test
	void echoOffKeepsOwnMessagesAway() {
		String connect = "CONNECT {\"verbose\":false,\"echo\":false}\r\n";
		RawClient client = open();
		assertThat(client.talk(connect + "SUB a 1\r\nSUB a q 2\r\nPUB a 1\r\nx\r\n")).isEmpty();
		connect().talk("PUB a 1\r\ny\r\n");
		assertThat(sids(client.talk(""))).containsExactlyInAnyOrder("1", "2");
	}

	@Test
	void oneMemberOfAQueueGroupGetsTheMessageAcrossPatternsAndClients() {
		List<RawClient> clients = List.of(connect(), connect(), connect());
		String[] patterns = { "a.b", "a.*", ">" };
		for (int i = 0; i < clients.size(); i++) {
			clients.get(i).talk("SUB " + patterns[i] + " q " + i + "\r\nSUB " + patterns[i] + " p 1" + i + "\r\n");
		}
		connect().talk("SUB a.b 1\r\n" + "PUB a.b 1\r\nx\r\n".repeat(300));
		List<String> sids = new ArrayList<>();
		clients.forEach((client) -> sids.addAll(sids(client.talk(""))));
		assertThat(sids).filteredOn((sid) -> sid.length() == 1).hasSize(300).contains("0", "1", "2");
		assertThat(sids).filteredOn((sid) -> sid.length() == 2).hasSize(300).contains("10", "11", "12");
	}

	@Test
	void aQueueGroupSkipsAMemberWithoutEcho() {
		RawClient publisher = open();
		publisher.talk("CONNECT {\"verbose\":false,\"echo\":false}\r\nSUB a q 1\r\n");
		RawClient other = connect();
		other.talk("SUB a q 2\r\n");
		assertThat(publisher.talk("PUB a 1\r\nx\r\n".repeat(50))).isEmpty();
		assertThat(sids(other.talk(""))).hasSize(50);
	}

	@Test
	void headersArePassedOnUnread() {
		RawClient client = connect();
		client.talk("SUB a 1\r\n");
		assertThat(client.talk("HPUB a 12 13\r\nNATS/1.0\r\n\r\nx\r\n"))
			.isEqualTo("HMSG a 1 12 13\r\nNATS/1.0\r\n\r\nx\r\n");
		assertThat(client.talk("HPUB a rr 12 12\r\nNATS/1.0\r\n\r\n\r\n"))
			.isEqualTo("HMSG a 1 rr 12 12\r\nNATS/1.0\r\n\r\n\r\n");
		assertThat(client.talk("HPUB a 3 4\r\nabcx\r\n")).isEqualTo("HMSG a 1 3 4\r\nabcx\r\n");
		assertThat(client.talk("HPUB a 19 19\r\nNATS/1.0\r\nnocolon\r\n\r\n"))
			.isEqualTo("HMSG a 1 19 19\r\nNATS/1.0\r\nnocolon\r\n\r\n");
		assertThat(client.talk("HPUB a 0 4\r\nabcx\r\n")).isEqualTo("MSG a 1 4\r\nabcx\r\n");
	}

	@Test
	void clientsWithoutHeadersGetThePayloadOnly() {
		RawClient plain = open();
		plain.talk("CONNECT {\"verbose\":false}\r\nSUB a 1\r\n");
		connect().talk("HPUB a rr 12 13\r\nNATS/1.0\r\n\r\nx\r\n");
		assertThat(plain.talk("")).isEqualTo("MSG a 1 rr 1\r\nx\r\n");
	}

	@Test
	void theRequesterIsToldThatNobodyResponds() {
		assertNoResponders(connect().talk("SUB r 1\r\nPUB a r 1\r\nx\r\n"), "r", "1");
		assertNoResponders(connect().talk("SUB r.* 1\r\nPUB a r.7 1\r\nx\r\n"), "r.7", "1");
		assertNoResponders(connect().talk("SUB r 1\r\nHPUB a r 12 13\r\nNATS/1.0\r\n\r\nx\r\n"), "r", "1");
		assertNoResponders(connect().talk("SUB > 1\r\nUNSUB 1\r\nSUB r 2\r\nPUB a..b r 1\r\nx\r\n"), "r", "2");
		assertNoResponders(connect().talk("SUB r q 1\r\nSUB r 2\r\nPUB a r 1\r\nx\r\n"), "r", "2");
	}

	@Test
	void noRespondersIsSaidOnOneSubscriptionAndNotCounted() {
		assertThat(NO_RESPONDERS.matcher(connect().talk("SUB r.* 1\r\nSUB r.> 2\r\nPUB a r.7 1\r\nx\r\n")).results())
			.hasSize(1);
		String twice = connect().talk("SUB r 1\r\nUNSUB 1 1\r\nPUB a r 1\r\nx\r\nPUB a r 1\r\nx\r\n");
		assertThat(NO_RESPONDERS.matcher(twice).results()).hasSize(2);
	}

	@Test
	void noRespondersIsNotSaidWhereItWasNotAskedForOrCannotBe() {
		assertThat(open().talk("CONNECT {\"verbose\":false,\"headers\":true}\r\nSUB r 1\r\nPUB a r 1\r\nx\r\n"))
			.isEmpty();
		assertThat(connect().talk("PUB a r 1\r\nx\r\n")).isEmpty();
		assertThat(connect().talk("SUB r q 1\r\nPUB a r 1\r\nx\r\n")).isEmpty();
		assertThat(connect().talk("SUB r 1\r\nPUB a 1\r\nx\r\n")).isEmpty();
		assertThat(connect().talk("SUB r 1\r\nSUB a 2\r\nPUB a r 1\r\nx\r\n")).isEqualTo("MSG a 2 r 1\r\nx\r\n");
	}

	@Test
	void aClientWithoutEchoIsNoResponderToItself() {
		String connect = "CONNECT {\"verbose\":false,\"headers\":true,\"no_responders\":true,\"echo\":false}\r\n";
		assertNoResponders(open().talk(connect + "SUB a 2\r\nSUB a q 3\r\nSUB r 1\r\nPUB a r 1\r\nx\r\n"), "r", "1");
	}

	@Test
	void theSubscriptionsOfAClientEndWithIt() {
		RawClient worker = connect();
		worker.talk("SUB a q 1\r\n");
		RawClient requester = connect();
		requester.talk("SUB r 1\r\n");
		assertThat(requester.talk("PUB a r 1\r\nx\r\n")).isEmpty();
		worker.send("-ERR 'bye'\r\n").answerUntil("never");
		assertNoResponders(requester.talk("PUB a r 1\r\nx\r\n"), "r", "1");
	}

	private static void assertNoResponders(String answer, String subject, String sid) {
		Matcher matcher = NO_RESPONDERS.matcher(answer);
		assertThat(matcher.matches()).as(answer).isTrue();
		assertThat(matcher.group(1)).isEqualTo(subject);
		assertThat(matcher.group(2)).isEqualTo(sid);
	}

	private static List<String> sids(String answer) {
		return Pattern.compile("(?m)^MSG \\S+ (\\S+) ")
			.matcher(answer)
			.results()
			.map((match) -> match.group(1))
			.toList();
	}

}
