package io.natsproxy.samples.chat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the chat does, seen by visitors of one instance through one gateway.
 */
@Timeout(60)
class ChatTests {

	private static final String TEXT_LIMITS = "1008 A message has from 1 to 1000 characters";

	private static ChatCluster cluster;

	private static URI gateway;

	@BeforeAll
	static void start() {
		cluster = new ChatCluster();
		cluster.startService("one");
		gateway = cluster.startGateway();
	}

	@AfterAll
	static void stop() {
		cluster.close();
	}

	@Test
	void servesItsPage() throws Exception {
		HttpResponse<String> response = HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(gateway.resolve("/")).build(), HttpResponse.BodyHandlers.ofString());
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("text/html");
		assertThat(response.body()).startsWith("<!DOCTYPE html>").endsWith("</html>\n");
	}

	@Test
	void welcomesAndAnnouncesWhoJoins() throws Exception {
		try (Visitor ada = entered("joining", "Ada"); Visitor bob = enter("joining", " Bob ")) {
			assertThat(List.of(bob.next(), bob.next())).containsExactlyInAnyOrder("""
					{"type":"welcome","name":"one"}""", """
					{"type":"joined","name":"Bob"}""");
			assertThat(ada.next()).isEqualTo("""
					{"type":"joined","name":"Bob"}""");
		}
	}

	@Test
	void passesOnWhatIsSaidInTheRoomAndToNobodyElse() throws Exception {
		try (Visitor ada = entered("tea 1", "Ada");
				Visitor bob = entered("tea 2", "Bob");
				Visitor eve = entered("tea 2", "Eve")) {
			assertThat(bob.next()).contains("joined", "Eve");
			bob.say("<b>\"Hello\"</b>");
			eve.say("Hello, Bob");
			for (Visitor visitor : List.of(bob, eve)) {
				assertThat(List.of(visitor.next(), visitor.next())).containsExactlyInAnyOrder("""
						{"type":"said","name":"Bob","text":"<b>\\"Hello\\"</b>"}""", """
						{"type":"said","name":"Eve","text":"Hello, Bob"}""");
			}
			ada.say("Anybody here?");
			assertThat(ada.next()).contains("Anybody here?");
		}
	}

	@Test
	void keepsTheOrderOfWhatOneSays() throws Exception {
		try (Visitor ada = entered("order", "Ada")) {
			for (int i = 0; i < 100; i++) {
				ada.say("line " + i);
			}
			for (int i = 0; i < 100; i++) {
				assertThat(ada.next()).contains("\"line " + i + "\"");
			}
		}
	}

	@Test
	void announcesWhoLeavesWithAndWithoutAWord() throws Exception {
		try (Visitor ada = entered("leaving", "Ada")) {
			try (Visitor bob = entered("leaving", "Bob")) {
				assertThat(ada.next()).contains("joined", "Bob");
				bob.socket().sendClose(WebSocket.NORMAL_CLOSURE, "");
				assertThat(ada.next()).isEqualTo("""
						{"type":"left","name":"Bob"}""");
			}
			try (Visitor eve = entered("leaving", "Eve")) {
				assertThat(ada.next()).contains("joined", "Eve");
				eve.socket().abort();
				assertThat(ada.next()).isEqualTo("""
						{"type":"left","name":"Eve"}""");
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "a/b", "<b>", "..;", "12345678901234567890123456789012345678901" })
	void refusesARoomThatIsNone(String room) throws Exception {
		try (Visitor ada = enter(room, "Ada")) {
			assertThat(ada.closed()).isEqualTo("1008 A room has up to 40 letters, digits, spaces, - and _");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "  ", "12345678901234567890123456789012345678901" })
	void refusesANameThatIsNone(String name) throws Exception {
		try (Visitor nobody = enter("names", name)) {
			assertThat(nobody.closed()).isEqualTo("1008 A name has from 1 to 40 characters");
		}
	}

	@Test
	void closesOnEmptyLongAndBinaryMessagesAndTellsTheRoom() throws Exception {
		try (Visitor ada = entered("limits", "Ada")) {
			try (Visitor bob = entered("limits", "Bob")) {
				bob.say("x".repeat(1000));
				bob.say("x".repeat(1001));
				bob.say("too late");
				assertThat(bob.closed()).isEqualTo(TEXT_LIMITS);
				assertThat(ada.next()).contains("joined", "Bob");
				assertThat(ada.next()).contains("x".repeat(1000));
				assertThat(ada.next()).contains("left", "Bob");
			}
			try (Visitor eve = entered("limits", "Eve")) {
				eve.say(" \n");
				assertThat(eve.closed()).isEqualTo(TEXT_LIMITS);
				assertThat(ada.next()).contains("joined", "Eve");
				assertThat(ada.next()).contains("left", "Eve");
			}
			ada.socket().sendBinary(ByteBuffer.wrap(new byte[1]), true);
			assertThat(ada.closed()).isEqualTo("1008 This chat is text only");
		}
	}

	private static Visitor enter(String room, String name) throws Exception {
		return new Visitor(gateway, room, name);
	}

	/**
	 * Enters a room, and reads what comes upon that.
	 */
	private static Visitor entered(String room, String name) throws Exception {
		Visitor visitor = enter(room, name);
		assertThat(visitor.next() + visitor.next()).contains("welcome", "joined", name);
		return visitor;
	}

}
