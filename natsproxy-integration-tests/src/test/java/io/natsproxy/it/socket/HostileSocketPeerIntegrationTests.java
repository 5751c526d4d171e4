package io.natsproxy.it.socket;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.natsproxy.core.websocket.gateway.GatewayWebSockets;
import io.natsproxy.it.gateway.Peer;
import io.natsproxy.it.gateway.RawHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Peers on NATS that break the protocol of WebSockets.
 */
@Timeout(60)
class HostileSocketPeerIntegrationTests {

	private static final String LOST = "1014";

	private static final String GATEWAY_FRAMES = "_INBOX.hostile.gateway.frames";

	@RegisterExtension
	static SocketChain chain = new SocketChain();

	/**
	 * Headers of an acceptance, of which some may be replaced or left out.
	 */
	private static Map<String, String> acceptance(Message request, String name) {
		Map<String, String> headers = new LinkedHashMap<>();
		headers.put("Natsproxy-Status", "101");
		headers.put("Natsproxy-Socket", request.getHeaders().getFirst("Natsproxy-Socket"));
		headers.put("Natsproxy-Frames", "_INBOX.hostile.frames." + name);
		headers.put("Natsproxy-Alive", "_INBOX.hostile.alive." + name);
		headers.put("Natsproxy-Credit", "65536");
		return headers;
	}

	private static String[] array(Map<String, String> headers) {
		return headers.entrySet()
			.stream()
			.flatMap((entry) -> Stream.of(entry.getKey(), entry.getValue()))
			.toArray(String[]::new);
	}

	@ParameterizedTest
	@CsvSource({ "Natsproxy-Socket,", "Natsproxy-Frames,", "Natsproxy-Alive,", "Natsproxy-Credit,",
			"Natsproxy-Socket,other.id", "Natsproxy-Socket,*.>", "Natsproxy-Frames,a.*", "Natsproxy-Frames,>",
			"Natsproxy-Frames,a b", "Natsproxy-Frames,a..b", "Natsproxy-Alive,.a", "Natsproxy-Frames,POST:.victim",
			"Natsproxy-Frames,natsproxy.ws.group.all", "Natsproxy-Frames,_INBOX.>", "Natsproxy-Alive,natsproxy.cancel",
			"Natsproxy-Alive,GET:.victim", "Natsproxy-Credit,-1", "Natsproxy-Credit,x",
			"Natsproxy-Credit,99999999999999999999", "Natsproxy-Status,1O1" })
	void malformedAcceptanceIsA502(String header, String value) {
		String name = SocketChain.newName();
		try (Peer peer = chain.peer()) {
			peer.on("GET:.hostile." + name, (message) -> {
				Map<String, String> headers = acceptance(message, name);
				if (value == null) {
					headers.remove(header);
				}
				else {
					headers.put(header, value);
				}
				peer.reply(message, "", array(headers));
			});
			RawHttpClient.Response response = RawWebSocketClient.handshake(chain.port(), "/hostile/" + name);
			assertThat(response.status()).as(response.toString()).isEqualTo(502);
		}
	}

	@Test
	void acceptanceOfAnOrdinaryRequestIsA502() {
		String name = SocketChain.newName();
		try (Peer peer = chain.peer()) {
			peer.on("GET:.hostile." + name,
					(message) -> peer.reply(message, "", "Natsproxy-Status", "101", "Natsproxy-Socket", "a.b",
							"Natsproxy-Frames", "a.b", "Natsproxy-Alive", "a.c", "Natsproxy-Credit", "1"));
			assertThat(RawHttpClient.get(chain.port(), "/hostile/" + name).status()).isEqualTo(502);
		}
	}

	@Test
	void subProtocolThatWasNotOfferedIsA502() {
		String name = SocketChain.newName();
		try (Peer peer = chain.peer()) {
			peer.on("GET:.hostile." + name, (message) -> {
				Map<String, String> headers = acceptance(message, name);
				headers.put("Sec-WebSocket-Protocol", "surprise");
				peer.reply(message, "", array(headers));
			});
			assertThat(
					RawWebSocketClient.handshake(chain.port(), "/hostile/" + name, "Sec-WebSocket-Protocol: expected")
						.status())
				.isEqualTo(502);
		}
	}

	@Test
	void plainReplyToAHandshakeIsAnOrdinaryResponse() {
		String name = SocketChain.newName();
		try (Peer peer = chain.peer()) {
			peer.answer("GET:.hostile." + name, "no WebSocket");
			RawHttpClient.Response response = RawWebSocketClient.handshake(chain.port(), "/hostile/" + name);
			assertThat(response.status()).isEqualTo(200);
			assertThat(response.text()).isEqualTo("no WebSocket");
		}
	}

	@Test
	void acceptanceSetsNoHeaderOfTheHandshakeItself() {
		String name = SocketChain.newName();
		try (Peer peer = chain.peer()) {
			peer.on("GET:.hostile." + name, (message) -> {
				Map<String, String> headers = acceptance(message, name);
				headers.put("Sec-Websocket-Accept", "wrong");
				headers.put("Sec-Websocket-Extensions", "permessage-deflate");
				headers.put("Content-Length", "5");
				headers.put("Transfer-Encoding", "chunked");
				headers.put("X-Fine", "yes");
				peer.reply(message, "", array(headers));
			});
			try (RawWebSocketClient client = RawWebSocketClient.open(chain.port(), "/hostile/" + name)) {
				assertThat(client.response().header("X-Fine")).containsExactly("yes");
				assertThat(client.response().headers()).doesNotContainKeys("Sec-WebSocket-Extensions", "Content-Length",
						"Transfer-Encoding");
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "text 2,x", "text 0,x", "text -1,x", "text x,x", "text,x", "bogus 1,x", "accept 1,100", "end 1,''",
			"cancel 1,''", "close 1,abc", "close 1,999 low", "close 1,5000", "close 1,''", "credit 1,x", "credit 1,-5",
			"credit 1,''", "credit 1,99999999999999999999", "credit 1,999999999999", "'',x" })
	void frameThatIsWrongEndsTheWebSocket(String frame, String payload) throws Exception {
		try (Accepted accepted = new Accepted(0)) {
			accepted.frame(frame, payload);
			accepted.expectLost();
		}
	}

	@Test
	void frameThatIsSentTwiceEndsTheWebSocket() throws Exception {
		try (Accepted accepted = new Accepted(0)) {
			accepted.frame("text 1", "once");
			accepted.frame("text 1", "twice");
			assertThat(accepted.client.readText()).isEqualTo("once");
			accepted.expectLost();
		}
	}

	@Test
	void frameThatIsMissingEndsTheWebSocket() throws Exception {
		try (Accepted accepted = new Accepted(0)) {
			accepted.expectWorking(1);
			accepted.frame("text 3", "2 was lost");
			accepted.expectLost();
		}
	}

	@Test
	void textThatIsNoUtf8EndsTheWebSocket() throws Exception {
		try (Accepted accepted = new Accepted(0)) {
			accepted.frame("text 1", new byte[] { (byte) 0xff });
			accepted.expectLost();
		}
	}

	@Test
	void messageOverTheLimitEndsTheWebSocket() throws Exception {
		try (Accepted accepted = new Accepted(0)) {
			accepted.frame("binary 1", new byte[64 * 1024 + 1]);
			accepted.expectLost();
		}
	}

	@Test
	void partsThatAddUpToMoreThanTheLimitEndTheWebSocket() throws Exception {
		try (Accepted accepted = new Accepted(0)) {
			for (int i = 1; i <= 5; i++) {
				accepted.frame("data " + i, new byte[16 * 1024]);
			}
			accepted.expectLost();
		}
	}

	@Test
	void emptyPartsWithoutEndTakeNoMemory() {
		try (Accepted accepted = new Accepted(0)) {
			for (int i = 1; i <= 10_000; i++) {
				accepted.frame("data " + i, new byte[0]);
			}
			accepted.expectWorking(10_001);
		}
	}

	@Test
	void moreThanWasGrantedEndsTheWebSocket() throws Exception {
		try (Accepted accepted = new Accepted(8 * 1024)) {
			for (int i = 1; i <= 500; i++) {
				accepted.frame("binary " + i, new byte[32 * 1024]);
			}
			accepted.expectLost();
		}
	}

	@Test
	void emptyMessagesAreBoundedToo() throws Exception {
		try (Accepted accepted = new Accepted(8 * 1024)) {
			byte[] filling = new byte[32 * 1024];
			int sequence = 0;
			// Fills the connection of the client, and then the window with next to
			// nothing.
			for (int i = 0; i < 2; i++) {
				accepted.frame("binary " + ++sequence, filling);
			}
			for (int i = 0; i < 200_000 && accepted.frames.isEmpty(); i++) {
				accepted.frame("binary " + ++sequence, new byte[0]);
			}
			assertThat(accepted.client.read().payload()).hasSize(32 * 1024);
		}
	}

	@Test
	void messageWithoutAFrameEndsTheWebSocket() throws Exception {
		try (Accepted accepted = new Accepted(0)) {
			accepted.peer.connection().publish(accepted.header("Natsproxy-Frames"), "a stranger".getBytes());
			accepted.expectLost();
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1004, 1005, 1006, 1015, 2000 })
	void reservedCodeOfAServiceNeverGoesToAClient(int code) {
		try (Accepted accepted = new Accepted(0)) {
			accepted.frame("close 1", code + " reserved");
			RawWebSocketClient.Frame frame = accepted.client.read();
			assertThat(frame.opcode()).isEqualTo(RawWebSocketClient.CLOSE);
			assertThat(frame.closeCode()).isIn(1000, 1011);
			accepted.client.close(1000, "");
		}
	}

	@Test
	void reasonThatIsTooLongOrNoUtf8IsMadeFit() {
		try (Accepted accepted = new Accepted(0)) {
			accepted.frame("close 1", "4000 " + "ä".repeat(1000));
			accepted.client.expectClose(4000, "ä".repeat(61));
		}
	}

	@Test
	void signOfLifeThatKnowsOfMoreFramesEndsTheWebSocket() throws Exception {
		try (Accepted accepted = new Accepted(0)) {
			accepted.expectWorking(1);
			accepted.peer.connection()
				.publish(accepted.header("Natsproxy-Alive"), "_INBOX.hostile.alive." + accepted.name,
						(accepted.header("Natsproxy-Frames") + " _INBOX.hostile.frames." + accepted.name + " 2\n")
							.getBytes(StandardCharsets.UTF_8));
			accepted.expectLost();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "\n\n\n", "garbage", "a b", "a b c d", "a b -1", "a b 99999999999999999999",
			"a > 1\n* b 2\na..b c.. 3", "\u0000\u00ff\r\n\r\n" })
	void signOfLifeThatIsGarbageIsSkipped(String lines) {
		try (Accepted accepted = new Accepted(0)) {
			byte[] payload = lines.getBytes(StandardCharsets.ISO_8859_1);
			accepted.peer.connection().publish(accepted.header("Natsproxy-Alive"), "_INBOX.nobody.we.know", payload);
			accepted.peer.connection().publish(accepted.header("Natsproxy-Alive"), payload);
			accepted.expectWorking(1);
		}
	}

	@ParameterizedTest
	@CsvSource({ "unknown,x", "TEXT,x", "close,''", "close,x", "close,0000", "close,9999 high", "join,''", "leave,''",
			"ping,LONG", "'',x" })
	void commandThatIsGarbageIsRefused(String command, String payload) throws Exception {
		try (SocketPair pair = chain.open(); Peer peer = chain.peer()) {
			byte[] data = payload.replace("LONG", "p".repeat(126)).getBytes(StandardCharsets.UTF_8);
			String subject = "natsproxy.ws.socket." + pair.service().id();
			Headers headers = new Headers().add("Natsproxy-Command", command);
			Message answer = peer.connection().request(subject, headers, data).get(30, TimeUnit.SECONDS);
			assertThat(answer.getHeaders().getFirst("Natsproxy-Status")).isEqualTo("400");
			peer.connection().publish(subject, headers, data);
			pair.service().sendText("still open");
			assertThat(pair.client().readText()).isEqualTo("still open");
			assertThat(chain.gateway().bean(GatewayWebSockets.class).groups()).isZero();
		}
	}

	@Test
	void nameOfAGroupThatIsNoUtf8IsRefused() throws Exception {
		try (SocketPair pair = chain.open(); Peer peer = chain.peer()) {
			Message answer = peer.connection()
				.request("natsproxy.ws.socket." + pair.service().id(), new Headers().add("Natsproxy-Command", "join"),
						new byte[] { (byte) 0xc3 })
				.get(30, TimeUnit.SECONDS);
			assertThat(answer.getHeaders().getFirst("Natsproxy-Status")).isEqualTo("400");
		}
	}

	@Test
	void oneWebSocketIsInAThousandGroupsAtTheMost() throws Exception {
		try (SocketPair pair = chain.open(); Peer peer = chain.peer()) {
			Headers join = new Headers().add("Natsproxy-Command", "join");
			String subject = "natsproxy.ws.socket." + pair.service().id();
			for (int i = 0; i < 1000; i++) {
				peer.connection().publish(subject, join, ("group" + i).getBytes(StandardCharsets.UTF_8));
			}
			Message answer = peer.connection()
				.request(subject, join, "one too many".getBytes(StandardCharsets.UTF_8))
				.get(30, TimeUnit.SECONDS);
			assertThat(answer.getHeaders().getFirst("Natsproxy-Status")).isEqualTo("429");
			assertThat(chain.gateway().bean(GatewayWebSockets.class).groups()).isEqualTo(1000);
		}
	}

	@ParameterizedTest
	@CsvSource({ "Natsproxy-Upgrade,h2c", "Natsproxy-Socket,", "Natsproxy-Frames,", "Natsproxy-Alive,",
			"Natsproxy-Credit,", "Natsproxy-Frames,a.>", "Natsproxy-Alive,*", "Natsproxy-Credit,ten",
			"Natsproxy-Method,POST", "Natsproxy-Frames,natsproxy.ws.group.all", "Natsproxy-Frames,POST:.victim",
			"Natsproxy-Alive,GET:.victim", "Natsproxy-Alive,natsproxy.ws.group.all", "Natsproxy-Alive,_INBOX.>",
			"Natsproxy-Socket,alone", "Natsproxy-Socket,a.b.c" })
	void malformedHandshakeIsA400(String header, String value) throws Exception {
		try (Peer peer = chain.peer()) {
			Map<String, String> headers = handshake("malformed");
			if (value == null) {
				headers.remove(header);
			}
			else {
				headers.put(header, value);
			}
			Message answer = request(peer, headers);
			assertThat(answer.getHeaders().getFirst("Natsproxy-Status")).isEqualTo("400");
		}
	}

	@Test
	void idOfAWebSocketIsBoundedAsItBecomesASubject() throws Exception {
		try (Peer peer = chain.peer()) {
			Map<String, String> headers = handshake("long");
			headers.put("Natsproxy-Socket", "g".repeat(5000) + ".s");
			assertThat(request(peer, headers).getHeaders().getFirst("Natsproxy-Status")).isEqualTo("400");
		}
	}

	@Test
	void serviceSendsNothingToAGroupForAHandshakeThatNamesItAsItsOwnSubject() throws Exception {
		try (SocketPair pair = chain.open(); Peer peer = chain.peer()) {
			peer.connection()
				.request("natsproxy.ws.socket." + pair.service().id(), new Headers().add("Natsproxy-Command", "join"),
						"victims".getBytes(StandardCharsets.UTF_8))
				.get(30, TimeUnit.SECONDS);
			Map<String, String> headers = handshake("deputy");
			headers.put("Natsproxy-Frames", "natsproxy.ws.group.victims");
			headers.put("Natsproxy-Alive", "natsproxy.ws.group.victims");
			assertThat(request(peer, headers).getHeaders().getFirst("Natsproxy-Status")).isEqualTo("400");
			peer.connection().publish("natsproxy.ws.group.victims", "real".getBytes(StandardCharsets.UTF_8));
			assertThat(pair.client().readText()).isEqualTo("real");
		}
	}

	@Test
	void answerToACommandGoesToAnInboxOnly() throws Exception {
		try (SocketPair pair = chain.open(); Peer peer = chain.peer()) {
			peer.ignore("GET:.victim");
			String subject = "natsproxy.ws.socket." + pair.service().id();
			peer.publish(subject, "GET:.victim", "said", "Natsproxy-Command", "text");
			assertThat(pair.client().readText()).isEqualTo("said");
			peer.connection()
				.request(subject, new Headers().add("Natsproxy-Command", "join"), new byte[] { 'g' })
				.get(10, TimeUnit.SECONDS);
			assertThat(peer.subjects()).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET:.victim", "natsproxy.ws.group.all", "nobody.we.know" })
	void signOfLifeIsAnsweredToAnInboxOnly(String from) {
		try (Accepted accepted = new Accepted(0)) {
			accepted.peer.ignore(from);
			accepted.peer.connection()
				.publish(accepted.header("Natsproxy-Alive"), from,
						"_INBOX.unknown _INBOX.frames 7\n".getBytes(StandardCharsets.UTF_8));
			accepted.expectWorking(1);
			assertThat(accepted.peer.subjects()).doesNotContain(from);
		}
	}

	@Test
	void signOfLifeOfAStrangerEndsNoWebSocket() {
		try (Accepted accepted = new Accepted(0)) {
			accepted.expectWorking(1);
			accepted.peer.connection()
				.publish(accepted.header("Natsproxy-Alive"), "_INBOX.stranger",
						(accepted.header("Natsproxy-Frames") + " _INBOX.hostile.frames." + accepted.name + " 99\n")
							.getBytes(StandardCharsets.UTF_8));
			accepted.expectWorking(2);
		}
	}

	@ParameterizedTest
	@CsvSource({ "text 2,x", "bogus 1,x", "credit 1,x", "close 1,x", "end 1,''" })
	void frameOfAGatewayThatIsWrongEndsTheWebSocket(String frame, String payload) throws Exception {
		String name = SocketChain.newName();
		try (Peer peer = chain.peer()) {
			BlockingQueue<Message> frames = new LinkedBlockingQueue<>();
			peer.on(GATEWAY_FRAMES, frames::add);
			Message answer = request(peer, handshake(name));
			assertThat(answer.getHeaders().getFirst("Natsproxy-Status")).isEqualTo("101");
			ServiceSocket socket = chain.socket(name);
			peer.publish(answer.getHeaders().getFirst("Natsproxy-Frames"), null, payload, "Natsproxy-Frame", frame);
			assertThat(socket.closed()).startsWith("1006");
			Message last = frames.poll(30, TimeUnit.SECONDS);
			assertThat(last).isNotNull();
			assertThat(last.getHeaders().getFirst("Natsproxy-Frame")).isEqualTo("error 1");
			socket.awaitCompletion();
		}
	}

	private static Map<String, String> handshake(String name) {
		Map<String, String> headers = new LinkedHashMap<>();
		headers.put("Natsproxy-Version", "1");
		headers.put("Natsproxy-Method", "GET");
		headers.put("Natsproxy-Target", "/ws/probe/" + name);
		headers.put("Natsproxy-Upgrade", "websocket");
		headers.put("Natsproxy-Socket", "hostile." + name);
		headers.put("Natsproxy-Frames", GATEWAY_FRAMES);
		headers.put("Natsproxy-Alive", "_INBOX.hostile.gateway.alive");
		headers.put("Natsproxy-Credit", "65536");
		return headers;
	}

	private static Message request(Peer peer, Map<String, String> headers) throws Exception {
		Headers fields = new Headers();
		headers.forEach(fields::add);
		return peer.connection()
			.request("GET:" + headers.get("Natsproxy-Target").replace('/', '.'), fields, new byte[0])
			.get(30, TimeUnit.SECONDS);
	}

	/**
	 * A service that has accepted a WebSocket.
	 */
	private static final class Accepted implements AutoCloseable {

		private final String name = SocketChain.newName();

		private final Peer peer = chain.peer();

		private final CompletableFuture<Message> request = new CompletableFuture<>();

		private final BlockingQueue<Message> frames = new LinkedBlockingQueue<>();

		private final RawWebSocketClient client;

		private Accepted(int bufferSize) {
			this.peer.on("_INBOX.hostile.frames." + this.name, this.frames::add);
			this.peer.on("GET:.hostile." + this.name, (message) -> {
				this.request.complete(message);
				this.peer.reply(message, "", array(acceptance(message, this.name)));
			});
			this.client = RawWebSocketClient.open(chain.port(), bufferSize, "/hostile/" + this.name);
		}

		private String header(String name) {
			return this.request.join().getHeaders().getFirst(name);
		}

		private void frame(String frame, byte[] payload) {
			this.peer.connection()
				.publish(header("Natsproxy-Frames"), new Headers().add("Natsproxy-Frame", frame), payload);
		}

		private void frame(String frame, String payload) {
			frame(frame, payload.getBytes(StandardCharsets.UTF_8));
		}

		/**
		 * The gateway has told this service that it has given up, and its client too.
		 */
		private void expectLost() throws Exception {
			String last = "";
			while (!last.startsWith("error ")) {
				Message message = this.frames.poll(30, TimeUnit.SECONDS);
				assertThat(message).as("an error frame").isNotNull();
				last = message.getHeaders().getFirst("Natsproxy-Frame");
			}
			assertThat(this.client.readToClose().closeCode()).hasToString(LOST);
			this.client.close(1014, "");
			assertThat(this.client.isEnded()).isTrue();
		}

		private void expectWorking(long sequence) {
			frame("text " + sequence, "works");
			assertThat(this.client.readText()).isEqualTo("works");
		}

		@Override
		public void close() {
			this.client.close();
			this.peer.close();
		}

	}

}
