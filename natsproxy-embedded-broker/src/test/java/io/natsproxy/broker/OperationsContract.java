package io.natsproxy.broker;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.natsproxy.broker.RawClient.CLOSED;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the operations mean, and what is said to wrong ones.
 */
abstract class OperationsContract extends ServerContract {

	OperationsContract(TestServer.Starter starter) {
		super(starter);
	}

	@Test
	void greetsWithInfo() {
		assertThat(open().info()).startsWith("INFO {")
			.contains("\"server_id\":\"N", "\"server_name\":\"", "\"version\":\"2.", "\"proto\":1", "\"host\":\"",
					"\"port\":", "\"headers\":true", "\"max_payload\":1048576", "\"client_id\":",
					"\"client_ip\":\"127.0.0.1\"")
			.doesNotContain("auth_required")
			.endsWith("} \r\n");
	}

	@Test
	void needsNoConnectWithoutAuthentication() {
		assertThat(open().talk("")).isEmpty();
		assertThat(open().talk("SUB a 1\r\nPUB a 1\r\nx\r\n")).isEqualTo("+OK\r\n+OK\r\nMSG a 1 1\r\nx\r\n");
	}

	@Test
	void verboseAcknowledgesEverythingButPingAndPong() {
		RawClient client = open();
		assertThat(client.talk("CONNECT {}\r\n")).isEqualTo("+OK\r\n");
		assertThat(client.talk("PONG\r\n")).isEmpty();
		assertThat(client.talk("SUB a 1\r\n")).isEqualTo("+OK\r\n");
		assertThat(client.talk("SUB b 1\r\n")).isEqualTo("+OK\r\n");
		assertThat(client.talk("PUB a 2\r\nhi\r\n")).isEqualTo("+OK\r\nMSG a 1 2\r\nhi\r\n");
		assertThat(client.talk("UNSUB 1\r\n")).isEqualTo("+OK\r\n");
		assertThat(client.talk("UNSUB 99\r\n")).isEqualTo("+OK\r\n");
		assertThat(client.talk("SUB a..b 1\r\n")).isEqualTo(error("Invalid Subject"));
		assertThat(client.talk("PUB a..b 1\r\nx\r\n")).isEqualTo(error("Invalid Publish Subject") + "+OK\r\n");
		assertThat(client.talk("FOO\r\n")).isEqualTo(fatal("Unknown Protocol Operation"));
	}

	@Test
	void caseTabsAndSpacesDoNotMatter() {
		assertThat(open().talk("connect {\"verbose\":false}\r\nping\r\n")).isEmpty();
		assertThat(connect().talk("sub a  1\r\npub\ta\t\t2\r\nhi\r\nuNsUb 1\r\n")).isEqualTo("MSG a 1 2\r\nhi\r\n");
		assertThat(connect().talk("SUB    a\t 1  \r\nPUB   a   1 \r\nx\r\n")).isEqualTo("MSG a 1 1\r\nx\r\n");
		assertThat(connect().talk("SUB " + " ".repeat(10_000) + "a 1\r\nPUB a 1\r\nx\r\n"))
			.isEqualTo("MSG a 1 1\r\nx\r\n");
		assertThat(open().talk("CONNECT{\"verbose\":false}\r\n")).isEmpty();
	}

	@Test
	void lineFeedsAloneEndControlLines() {
		assertThat(connect().talk("SUB a 1\nPUB a 1\nx\r\nPING\n")).isEqualTo("MSG a 1 1\r\nx\r\n");
	}

	@Test
	void whatFollowsPingAndPongIsIgnored() {
		assertThat(connect().talk("PONG " + "x".repeat(10_000) + "\r\n+OK whatever\r\n")).isEmpty();
		assertThat(connect().send("PING " + "x".repeat(10_000) + "\r\n").line()).isEqualTo("PONG\r\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "FOO\r\n", "PIX\r\n", "SUBX a 1\r\n", "SUB\r\n", "UNSUB\r\n", "PUB\r\n", " PING\r\n",
			"\r\n", "+FOO\r\n", "-ERRx\r\n", "MSG a 1 1\r\nx\r\n", "HMSG a 1 1 1\r\nx\r\n", "A+ a\r\n", "RS+ a\r\n",
			"GET / HTTP/1.1\r\n\r\n", "\u00ff\u00ff", "\0\0\0\0" })
	void anUnknownOperationEndsTheConnection(String operation) {
		assertThat(connect().talk(operation)).isEqualTo(fatal("Unknown Protocol Operation"));
	}

	@Test
	void anUnknownOperationIsFoundBeforeItsLineEnds() {
		assertThat(connect().send("FO").answerUntil("PONG")).isEqualTo(fatal("Unknown Protocol Operation"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "SUB a\r\n", "SUB a q 1 2\r\n", "SUB \r\n", "UNSUB \r\n", "UNSUB 1 2 3\r\n", "PUB a\r\n",
			"PUB \r\n", "PUB \n", "PUB a b c 1\r\nx\r\n", "PUB a x\r\n", "PUB a -1\r\n", "PUB a +1\r\nx\r\n",
			"PUB a 1x\r\n", "PUB a 0x1\r\n", "PUB a 99999999999999999999\r\n", "PUB a 9999999999\r\n",
			"PUB a 4294967297\r\nx\r\n", "PUB a 0000000001\r\nx\r\n", "PUB a 1\r\r\nx\r\n", "HPUB \r\n",
			"HPUB a 4\r\nabcx\r\n", "HPUB a b c 4 4\r\nabcx\r\n", "HPUB a 5 4\r\nabcx\r\n", "HPUB a -1 4\r\nabcx\r\n",
			"HPUB a 1 -4\r\nabcx\r\n", "-ERR 'bye'\r\n", "-ERR bye\r\n" })
	void wrongArgumentsEndTheConnectionWithoutAWord(String line) {
		assertThat(connect().talk(line)).isEqualTo(CLOSED);
	}

	@ParameterizedTest
	@ValueSource(strings = { "CONNECT {bad\r\n", "CONNECT \r\n", "CONNECT\r\n", "CONNECT []\r\n", "CONNECT 1\r\n",
			"CONNECT {\"verbose\":\"x\"}\r\n", "CONNECT {\"verbose\":false} x\r\n", "CONNECT {\"protocol\":\"1\"}\r\n",
			"CONNECT {\"protocol\":1.5}\r\n", "CONNECT {\"user\":5}\r\n", "CONNECT {\"lang\":5}\r\n",
			"HPUB a 12 12\r\nNATS/1.0\r\n\r\n\r\n" })
	void malformedConnectEndsTheConnectionWithoutAWord(String line) {
		assertThat(open().talk(line)).isEqualTo(CLOSED);
	}

	@Test
	void connectIsReadLeniently() {
		assertThat(open().talk("CONNECT null\r\n")).isEqualTo("+OK\r\n");
		assertThat(open().talk("CONNECT {\"verbose\":null,\"user\":null}\r\n")).isEqualTo("+OK\r\n");
		assertThat(open().talk("CONNECT {\"verbose\":false,\"zzz\":{\"a\":[1]}}\r\n")).isEmpty();
		assertThat(open().talk("CONNECT {\"Verbose\":false}\r\n")).isEmpty();
		assertThat(open().talk("CONNECT {\"verbose\":true,\"verbose\":false}\r\n")).isEmpty();
	}

	@Test
	void aSecondConnectChangesWhatItNames() {
		assertThat(open().talk("CONNECT {\"verbose\":false}\r\nCONNECT {\"verbose\":true}\r\n")).isEqualTo("+OK\r\n");
		assertThat(open().talk("CONNECT {\"verbose\":false,\"echo\":false}\r\nCONNECT {\"headers\":true}\r\n"
				+ "SUB a 1\r\nPUB a 1\r\nx\r\n"))
			.isEmpty();
	}

	@Test
	void unknownClientProtocolsAreRefused() {
		assertThat(open().talk("CONNECT {\"protocol\":7}\r\n")).isEqualTo(fatal("invalid client protocol"));
		assertThat(open().talk("CONNECT {\"protocol\":-1}\r\n")).isEqualTo(fatal("invalid client protocol"));
	}

	@Test
	void noRespondersNeedsHeaders() {
		assertThat(open().talk("CONNECT {\"no_responders\":true}\r\n"))
			.isEqualTo(fatal("no responders requires headers support"));
	}

	@Test
	void infoFromAClientIsIgnored() {
		assertThat(connect().talk("INFO {}\r\n")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "a..b", ".a", "a.", ".", "a.>.b", ">.a", ">.", "..", "a.>.>" })
	void anInvalidSubscriptionIsRefusedAndTheConnectionGoesOn(String subject) {
		assertThat(connect().talk("SUB " + subject + " 1\r\n")).isEqualTo(error("Invalid Subject"));
	}

	@Test
	void wildcardsWithinATokenAreLiteral() {
		assertThat(connect().talk("SUB a.b> 1\r\nSUB a.*c 2\r\nPUB a.b> 1\r\nx\r\nPUB a.*c 1\r\ny\r\n"))
			.isEqualTo("MSG a.b> 1 1\r\nx\r\nMSG a.*c 2 1\r\ny\r\n");
	}

	@Test
	void pedanticReportsInvalidPublishSubjects() {
		String pedantic = "CONNECT {\"verbose\":false,\"pedantic\":true,\"headers\":true}\r\nSUB > 1\r\n";
		String invalid = error("Invalid Publish Subject");
		assertThat(open().talk(pedantic + "PUB a.* 1\r\nx\r\n")).isEqualTo(invalid + "MSG a.* 1 1\r\nx\r\n");
		assertThat(open().talk(pedantic + "PUB a..b 1\r\nx\r\n")).isEqualTo(invalid);
		assertThat(open().talk(pedantic + "PUB .a 1\r\nx\r\nPUB a. 1\r\nx\r\n")).isEqualTo(invalid + invalid);
		assertThat(open().talk(pedantic + "HPUB a.* 12 12\r\nNATS/1.0\r\n\r\n\r\n")).startsWith(invalid);
		assertThat(open().talk(pedantic + "PUB a b..c 1\r\nx\r\n")).isEqualTo("MSG a 1 b..c 1\r\nx\r\n");
	}

	@Test
	void withoutPedanticInvalidPublishSubjectsPassSilently() {
		assertThat(connect().talk("SUB > 1\r\nSUB a.b 2\r\nPUB a.* 1\r\nx\r\nPUB a..b 1\r\ny\r\n"))
			.isEqualTo("MSG a.* 1 1\r\nx\r\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "PUB a 1\r\nxyz\r\n", "PUB a 1\r\nx\nPING\r\n", "PUB a 1\r\nx\rPING\r\n",
			"HPUB a 12 13\r\nNATS/1.0\r\n\r\nxyy" })
	void aPayloadOfAnotherLengthEndsTheConnection(String message) {
		assertThat(connect().talk("SUB a 1\r\n" + message)).isEqualTo(fatal("Unknown Protocol Operation"));
	}

	@Test
	void subjectsMayHaveAnyOtherBytes() {
		String bytes = "\u00c3\u00a4.\u0001.\0";
		assertThat(connect().talk("SUB " + bytes + " 1\r\nPUB " + bytes + " 1\r\nx\r\n"))
			.isEqualTo("MSG " + bytes + " 1 1\r\nx\r\n");
		assertThat(connect().talk("SUB > 1\r\nPUB a\rb 1\r\nx\r\n")).isEqualTo("MSG a\rb 1 1\r\nx\r\n");
	}

}
