package io.natsproxy.core.transport.netty;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.Options;
import io.nats.client.support.NatsUri;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.wire.WireProtocol;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class InboundHandlerTests {

	private static final int MAX_CONTROL_LINE = 64 * 1024;

	private static final int MAX_PAYLOAD = 1024 * 1024;

	private static final int SLACK = 64 * 1024;

	private static final String HEADERS = "NATS/1.0\r\nKey: value\r\n\r\n";

	/** A message that is always to be received. */
	private static final String OK = "MSG a p1 2\r\nok\r\n";

	private static final String OK_RECEIVED = "a null null 0 [ok]";

	private static EventLoops loops;

	private final List<Input> inputs = new ArrayList<>();

	@BeforeAll
	static void startLoop() {
		loops = EventLoops.single(EventLoopTransport.byDefault(), "inbound-handler-tests");
	}

	@AfterAll
	static void stopLoop() {
		loops.group().shutdownGracefully(0, 1, TimeUnit.SECONDS);
	}

	@AfterEach
	void nothingIsHeldAfterTheEnd() {
		this.inputs.forEach(Input::close);
		assertThat(this.inputs).isNotEmpty()
			.allSatisfy((input) -> assertThat(input.buffers).allMatch((buffer) -> buffer.refCnt() == 0));
	}

	@Test
	void messagesArriveWholeAndInOrderWhereverTheyAreCut() throws IOException {
		String stream = "INFO {\"server_id\":\"x\"}\r\nPONG\r\n" + OK + jnats("j", "data") + "MSG a p1 reply 0\r\n\r\n"
				+ "PING\r\n" + withHeaders("b", "p2 r", HEADERS, "MSG a p1 9\r\nHMSG") + jnats("j", OK)
				+ message("a", "p1", "HMSG a p1 2 3\r\nx\r\nPONG\r\n") + "+OK\r\n-ERR 'Unknown'\r\n"
				+ withHeaders("a", "p1", "NATS/1.0 503\r\n\r\n", "") + withHeaders("j", "7 r", HEADERS, OK) + "PONG\r\n"
				+ OK;
		List<String> received = List.of(OK_RECEIVED, "a reply null 0 []", "b r Key: value 0 [MSG a p1 9\r\nHMSG]",
				"a null null 0 [HMSG a p1 2 3\r\nx\r\nPONG\r\n]", "a null null 503 []", OK_RECEIVED);
		String forJnats = "INFO {\"server_id\":\"x\"}\r\nPONG\r\n" + jnats("j", "data") + "PING\r\n" + jnats("j", OK)
				+ "+OK\r\n-ERR 'Unknown'\r\n" + withHeaders("j", "7 r", HEADERS, OK) + "PONG\r\n";
		for (int cut = 0; cut < stream.length(); cut++) {
			Input input = newInput();
			input.read(stream.substring(0, cut), stream.substring(cut));
			assertThat(input.received).as("cut at %d", cut).isEqualTo(received);
			assertThat(input.readByJnats()).as("cut at %d", cut).isEqualTo(forJnats);
		}
		for (int size = 1; size < stream.length() / 2; size++) {
			Input input = newInput();
			input.readInPieces(stream, size);
			assertThat(input.received).as("pieces of %d", size).isEqualTo(received);
			assertThat(input.readByJnats()).as("pieces of %d", size).isEqualTo(forJnats);
		}
	}

	@Test
	void whatIsForJnatsIsReadWhileTheConnectionLasts() throws IOException {
		Input input = newInput();
		input.read("PING\r\nPO");
		assertThat(input.readOnce()).isEqualTo("PING\r\n");
		input.read("NG\r\n");
		assertThat(input.readOnce()).isEqualTo("PONG\r\n");
	}

	@Test
	void severalBuffersOfOneReadAreFollowedByOneHandOver() throws IOException {
		Input input = newInput();
		input.channel.writeInbound(input.buffer("PING\r\nMSG a p"), input.buffer("1 2\r\nok\r\nM"),
				input.buffer(jnats("j", "data").substring(1)));
		assertThat(input.received).containsExactly(OK_RECEIVED);
		byte[] target = new byte[100];
		assertThat(new String(target, 0, input.port.read(target, 0, 100), StandardCharsets.US_ASCII))
			.isEqualTo("PING\r\n" + jnats("j", "data"));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1000, 8192, 65_537, MAX_PAYLOAD + 1000 })
	void aMessageOfOneMegabyteArrivesUnchanged(int pieces) throws Exception {
		byte[] content = new byte[MAX_PAYLOAD];
		new Random(7).nextBytes(content);
		String data = new String(content, StandardCharsets.ISO_8859_1);
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			Input input = newInput().open(server);
			input.readInPieces(message("a", "p1", data) + OK, pieces);
			assertThat(input.messages).hasSize(2);
			assertThat(input.messages.get(0).payload()).isEqualTo(content);
			assertThat(input.received).last().isEqualTo(OK_RECEIVED);
		}
	}

	@Test
	void anEmptyMessageIsReceivedBeforeItsLineEnd() throws IOException {
		Input input = newInput();
		input.read("MSG a p1 0\r\n");
		assertThat(input.received).containsExactly("a null null 0 []");
		input.read("\r\n" + OK);
		assertThat(input.received).containsExactly("a null null 0 []", OK_RECEIVED);
		assertThat(input.readByJnats()).isEmpty();
	}

	@Test
	void headersAreReadInTheirOrder() throws IOException {
		Input input = newInput();
		input.read(withHeaders("a", "p1 r", "NATS/1.0\r\nB:1\r\nA: 2\r\nB:\t3 \r\nEmpty:\r\n\r\n", "x"));
		assertThat(input.received).containsExactly("a r B: 1, A: 2, B: 3, Empty:  0 [x]");
		assertThat(input.messages.get(0).headers().get("B")).containsExactly("1", "3");
	}

	@Test
	void aWordOfTheServerHasAStatus() throws IOException {
		Input input = newInput();
		input.read(withHeaders("a", "p1", "NATS/1.0 503 No Responders\r\n\r\n", ""),
				withHeaders("a", "p1", "NATS/1.0 408\r\nNats-Pending: 1\r\n\r\n", "x"));
		assertThat(input.received).containsExactly("a null null 503 []", "a null Nats-Pending: 1 408 [x]");
		assertThat(input.messages).allMatch(TransportMessage::isStatus);
	}

	@ParameterizedTest
	@ValueSource(strings = { "x", "NATS/1.0", "NATS/1.0\r\n", "NATS/1.0\r\nno colon\r\n\r\n", "NATS/1.0 abc\r\n\r\n",
			"NATS/1.0\r\na:\u00e9\r\n\r\n", "NATS/1.0\r\na:b\r\n c:d\r\n\r\n", "MSG a p1 2\r\nok\r\n" })
	void aMalformedHeaderBlockArrivesAsAMarkedMessage(String block) throws IOException {
		Input input = newInput();
		input.readInPieces(withHeaders("a", "p1", block, "data") + OK, 3);
		assertThat(input.received).containsExactly("a null " + WireProtocol.MALFORMED_HEADER + ":  0 [data]",
				OK_RECEIVED);
		assertThat(input.readByJnats()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "x", "NATS/1.0", "NATS/1.0\r\n", "NATS/1.0\r\nno colon\r\n\r\n",
			"NATS/1.0 abc\r\n\r\n", "NATS/1.0\r\na:\u00e9\r\n\r\n", "NATS/1.0\r\na:b\r\n c:d\r\n\r\n",
			"MSG a p1 2\r\nok\r\n", "NATS/1.0\r\nno colon, and long enough for a marker\r\n\r\n" })
	void jnatsGetsAMarkedMessageInPlaceOfAMalformedOne(String block) throws IOException {
		String marked = "NATS/1.0\r\n" + WireProtocol.MALFORMED_HEADER + ":"
				+ " ".repeat(Math.max(0, block.length() - 34)) + "\r\n\r\n";
		String bytes = OK + jnats("j", "before") + withHeaders("j", "7 r", block, "data")
				+ withHeaders("j", "8", block, "") + withHeaders("j", "7", HEADERS, "after") + OK;
		for (int size = 1; size < 90; size++) {
			Input input = newInput();
			input.readInPieces(bytes, size);
			assertThat(input.received).containsExactly(OK_RECEIVED, OK_RECEIVED);
			assertThat(input.readByJnats()).isEqualTo(jnats("j", "before") + withHeaders("j", "7 r", marked, "data")
					+ withHeaders("j", "8", marked, "") + withHeaders("j", "7", HEADERS, "after"));
		}
	}

	@Test
	void aLargeHeaderBlockForJnatsIsChecked() throws Exception {
		String good = "NATS/1.0\r\na: " + "x".repeat(100_000) + "\r\n\r\n";
		String bad = "NATS/1.0\r\na " + "x".repeat(100_000) + "\r\n\r\n";
		String marked = "NATS/1.0\r\n" + WireProtocol.MALFORMED_HEADER + ":" + " ".repeat(bad.length() - 34)
				+ "\r\n\r\n";
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			Input input = newInput().open(server);
			input.readInPieces(withHeaders("j", "7", bad, "data") + withHeaders("j", "7", good, "data"), 10_000);
			assertThat(input.readByJnats())
				.isEqualTo(withHeaders("j", "7", marked, "data") + withHeaders("j", "7", good, "data"));
		}
	}

	@Test
	void aLoneCarriageReturnInAControlLineDoesNotReachJnats() throws IOException {
		Input input = newInput();
		input.read("MSG a\rb 7 4\r\ndata\r\n");
		assertThat(input.readByJnats()).isEqualTo("MSG a\u007fb 7 4\r\ndata\r\n");
	}

	@Test
	void jnatsNeverGetsTheSameAuthenticationErrorTwice() throws IOException {
		Input input = newInput();
		input.read("-ERR 'Authorization Violation'\r\n-ERR 'Authorization Violation'\r\n-ERR 'Unknown'\r\n");
		String[] errors = input.readByJnats().split("\r\n");
		assertThat(errors).hasSize(3);
		assertThat(errors[0]).matches("-ERR 'Authorization Violation \\(attempt \\d+\\)'");
		assertThat(errors[1]).matches("-ERR 'Authorization Violation \\(attempt \\d+\\)'").isNotEqualTo(errors[0]);
		assertThat(errors[2]).isEqualTo("-ERR 'Unknown'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "HMSG j 7 99999999 99999999\r\n", "HMSG j 7 20 10\r\n", "MSG j 7 abc\r\n" })
	void whatCannotBeHeldBackFromJnatsEndsTheConnection(String bytes) {
		Input input = newInput();
		input.read(OK + bytes + OK);
		assertThat(input.received).containsExactly(OK_RECEIVED);
		assertThat(input.channel.isOpen()).isFalse();
		assertThatIOException().isThrownBy(input::readByJnats);
	}

	@Test
	void theSizeOfAHeaderBlockMayVary() throws IOException {
		Input input = newInput();
		String large = "NATS/1.0\r\nLarge: " + "x".repeat(40_000) + "\r\n\r\n";
		input.readInPieces(
				withHeaders("a", "p1", large, "1") + withHeaders("a", "p1", HEADERS, "2") + message("a", "p1", "3"),
				10_000);
		assertThat(input.messages).hasSize(3);
		assertThat(input.messages.get(0).headers().getFirst("Large")).hasSize(40_000);
		assertThat(input.received.subList(1, 3)).containsExactly("a null Key: value 0 [2]", "a null null 0 [3]");
	}

	@ParameterizedTest
	@MethodSource
	void whatNoServerSendsEndsTheConnection(String name, String bytes) {
		Input input = newInput();
		input.read(OK + bytes + OK);
		assertThat(input.received).containsExactly(OK_RECEIVED);
		assertThat(input.channel.isOpen()).isFalse();
		assertThatIOException().isThrownBy(input::readByJnats);
		assertThat(input.buffers).allMatch((buffer) -> buffer.refCnt() == 0);
	}

	static Stream<Arguments> whatNoServerSendsEndsTheConnection() {
		return Stream.of(arguments("no lengths", "MSG a p1\r\n"), arguments("nothing", "MSG \r\n"),
				arguments("no header length", "HMSG a p1 4\r\ndata\r\n"),
				arguments("too many words", "MSG a p1 r 4 4\r\ndata\r\n"),
				arguments("far too many words", "MSG a b c d e f g h\r\n"),
				arguments("too many words with headers", "HMSG a p1 r 24 28 28\r\n" + HEADERS + "data\r\n"),
				arguments("no number", "MSG a p1 abc\r\n"), arguments("negative length", "MSG a p1 -1\r\n"),
				arguments("signed length", "MSG a p1 +4\r\ndata\r\n"),
				arguments("carriage return in the length", "MSG a p1 4\r\r\ndata\r\n"),
				arguments("length beyond an integer", "MSG a p1 4294967300\r\ndata\r\n"),
				arguments("length beyond a long", "MSG a p1 18446744073709551620\r\ndata\r\n"),
				arguments("length beyond the limit", "MSG a p1 " + (SLACK + 1) + "\r\n"),
				arguments("longest number", "MSG a p1 999999999\r\n"),
				arguments("header length beyond the limit", "HMSG a p1 99999999 99999999\r\n"),
				arguments("more headers than message", "HMSG a p1 24 4\r\n" + HEADERS + "data\r\n"),
				arguments("negative header length", "HMSG a p1 -1 4\r\ndata\r\n"),
				arguments("subscription that is no number", "MSG a px 4\r\ndata\r\n"),
				arguments("negative subscription", "MSG a p-1 4\r\ndata\r\n"),
				arguments("subscription beyond an integer", "MSG a p4294967297 4\r\ndata\r\n"),
				arguments("too long a control line", "MSG " + "s".repeat(MAX_CONTROL_LINE) + " p1 4\r\ndata\r\n"));
	}

	@Test
	void aControlLineWithoutAnEndEndsTheConnectionBeforeItFillsTheMemory() {
		Input input = newInput();
		for (int i = 0; i < 100 && input.channel.isOpen(); i++) {
			input.read("M".repeat(100_000));
		}
		assertThat(input.buffers).hasSize(11);
		assertThatIOException().isThrownBy(input::readByJnats).withMessageContaining("without an end");
	}

	@Test
	void theLimitOfMessagesIsThatOfTheServer() throws Exception {
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			Input input = newInput().open(server);
			int limit = MAX_PAYLOAD + SLACK;
			input.read(message("a", "p1", "x".repeat(limit)) + "MSG a p1 " + (limit + 1) + "\r\n");
			assertThat(input.messages).hasSize(1);
			assertThat(input.messages.get(0).payload()).hasSize(limit);
			assertThat(input.channel.isOpen()).isFalse();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "p999", "p0", "p", "p2147483647" })
	void aMessageOfAnUnknownSubscriptionIsSkipped(String subscription) throws IOException {
		Input input = newInput();
		input.readInPieces(message("a", subscription, "MSG a p1 9\r\n") + withHeaders("a", subscription, HEADERS, "")
				+ message("a", subscription, "") + OK, 5);
		assertThat(input.received).containsExactly(OK_RECEIVED);
		assertThat(input.readByJnats()).isEmpty();
	}

	@Test
	void aMessageOfAnEndedSubscriptionIsSkipped() throws IOException {
		Input input = newInput();
		input.subscription.close();
		input.read(message("a", "p1", "late") + message("b", "p2", "other"));
		assertThat(input.received).containsExactly("b null null 0 [other]");
	}

	@ParameterizedTest
	@MethodSource
	void oddSubjectsCannotBreakALine(String bytes, String subject) throws IOException {
		Input input = newInput();
		input.read(message(bytes, "p1 " + bytes, "data") + OK);
		assertThat(input.received).containsExactly(subject + " " + subject + " null 0 [data]", OK_RECEIVED);
	}

	static Stream<Arguments> oddSubjectsCannotBreakALine() {
		return Stream.of(arguments("\u00c3\u00a9.\u00e2\u0082\u00ac", "\u00e9.\u20ac"),
				arguments("\u00e9\u00ff.x", "\ufffd\ufffd.x"), arguments("a\rb", "a\u007fb"),
				arguments("\u00c3\u00a9\ra", "\u00e9\u007fa"), arguments("a\0b\tc\u000b", "a\0b\tc\u000b"),
				arguments("s".repeat(30_000), "s".repeat(30_000)));
	}

	@Test
	void aReceiverThatFailsLosesItsOwnMessageOnly() throws IOException {
		Input input = newInput();
		input.transport.subscriptions().add(new NettySubscription(3, "c", null, (message) -> {
			throw new IllegalStateException("The test wants this");
		}));
		input.read(OK + message("c", "p3", "x") + "PING\r\n" + OK);
		assertThat(input.received).containsExactly(OK_RECEIVED, OK_RECEIVED);
		assertThat(input.readByJnats()).isEqualTo("PING\r\n");
	}

	@Test
	void anErrorWithinTheReadingEndsTheConnection() {
		Input input = newInput();
		input.read(OK);
		input.channel.writeInbound(input.failing(OK));
		assertThat(input.received).containsExactly(OK_RECEIVED);
		assertThat(input.channel.isOpen()).isFalse();
		assertThat(input.transport.isConnected()).isFalse();
		assertThatIOException().isThrownBy(input::readByJnats).withRootCauseInstanceOf(OutOfMemoryError.class);
	}

	@Test
	void whatComesAfterAnErrorIsNotUnderstoodUntilTheConnectionIsClosed() {
		Input input = newInput();
		input.channel.pipeline().addFirst(failingToClose());
		input.channel.writeInbound(input.failing(OK));
		assertThat(input.channel.isOpen()).isTrue();
		input.read(OK);
		assertThat(input.received).isEmpty();
		assertThat(input.channel.isOpen()).isFalse();
	}

	@Test
	void nothingIsUnderstoodAfterAPieceIsLost() {
		Input input = newInput();
		input.channel.pipeline().addFirst(failingToClose());
		input.channel.writeInbound(input.full(OK + "MSG a p1 100"));
		input.channel.config().setAllocator(new AbstractByteBufAllocator() {

			@Override
			protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
				throw new OutOfMemoryError("test");
			}

			@Override
			protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
				throw new OutOfMemoryError("test");
			}

			@Override
			public boolean isDirectBufferPooled() {
				return false;
			}

		});
		input.channel.writeInbound(input.full("0\r\n" + "x".repeat(1000)));
		assertThat(input.channel.isOpen()).isTrue();
		input.channel.config().setAllocator(UnpooledByteBufAllocator.DEFAULT);
		input.channel.writeInbound(input.full("\r\n" + "x".repeat(100) + "\r\n"));
		assertThat(input.received).containsExactly(OK_RECEIVED);
		assertThat(input.channel.isOpen()).isFalse();
	}

	@Test
	void aConnectionOfOneDirectionIsClosed() throws Exception {
		Input input = newInput();
		input.channel.pipeline().fireUserEventTriggered(ChannelOutputShutdownEvent.INSTANCE);
		assertThat(input.channel.isOpen()).isFalse();
		assertThat(input.readByJnats()).isEmpty();
	}

	@Test
	void anAttemptThatWasGivenUpHalfDoneIsClosedByTheNext() throws Exception {
		try (ServerSocket server = new ServerSocket(0, 2, InetAddress.getLoopbackAddress())) {
			Input input = newConnection().open(server);
			NettyDataPort next = new NettyDataPort();
			next.afterConstruct(Options.builder().connectionListener(new Holder(input.transport)).build());
			assertThat(input.port.channel().isOpen()).isTrue();
			next.open(input.transport.connection(), new NatsUri("nats://127.0.0.1:" + server.getLocalPort()),
					TimeUnit.SECONDS.toNanos(10));
			await().until(() -> !input.port.channel().isOpen());
			assertThat(next.channel().isOpen()).isTrue();
			next.close();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "MSG a p1 ", "HMSG a p1 24 28\r\nNATS/1.0\r\nKey:", "INFO {" })
	void whatIsHeldIsReleasedWhenTheConnectionEnds(String bytes) throws IOException {
		Input input = newInput();
		input.read(OK + bytes);
		assertThat(input.buffers).extracting(ByteBuf::refCnt).containsExactly(1);
		assertThat(input.readByJnats()).isEmpty();
		assertThat(input.buffers).extracting(ByteBuf::refCnt).containsExactly(0);
		assertThat(input.received).containsExactly(OK_RECEIVED);
	}

	@Test
	void aPayloadIsNotHeldInTheBuffersOfTheSocket() {
		Input input = newInput();
		input.read("MSG a p1 30000\r\n" + "x".repeat(10_000), "x".repeat(10_000));
		assertThat(input.buffers).extracting(ByteBuf::refCnt).containsExactly(0, 0);
		assertThat(input.received).isEmpty();
	}

	@Test
	void theFirstPongMakesTheTransportReady() {
		Input input = newConnection();
		input.port.beginLogin();
		input.read("INFO {}\r\n-ERR 'Unknown'\r\nPO", "NG");
		assertThat(input.transport.isConnected()).isFalse();
		input.read("\r\n");
		assertThat(input.transport.isConnected()).isTrue();
		input.read("PONG\r\n");
		assertThat(input.sent()).isEqualTo("SUB a p1\r\nSUB b group p2\r\n");
		input.channel.close();
		assertThat(input.transport.isConnected()).isFalse();
	}

	@Test
	void nothingMakesTheTransportReadyBeforeTheLogIn() {
		Input input = newConnection();
		input.read("INFO {}\r\nPONG\r\nPONG\r\n");
		assertThat(input.transport.isConnected()).isFalse();
		assertThat(input.sent()).isEmpty();
	}

	@Test
	void aMessageBeforeTheLogInEndsTheConnection() {
		Input input = newConnection();
		input.read("INFO {}\r\n" + OK);
		assertThat(input.received).isEmpty();
		assertThat(input.channel.isOpen()).isFalse();
		assertThatIOException().isThrownBy(input::readByJnats).withMessageContaining("before the log-in");
	}

	@Test
	void subscriptionsAreSentBeforeJnatsLearnsThatItIsConnected() {
		Input input = newConnection();
		input.port.beginLogin();
		// What has come is handed to jnats only when all of it has been read.
		input.channel.pipeline().fireChannelRead(input.buffer("PONG\r\n"));
		assertThat(input.sent()).isEqualTo("SUB a p1\r\nSUB b group p2\r\n");
		input.channel.pipeline().fireChannelReadComplete();
		assertThat(input.readOnce()).isEqualTo("PONG\r\n");
	}

	/**
	 * A handler by which the first attempt to close a connection fails.
	 */
	private static ChannelOutboundHandlerAdapter failingToClose() {
		return new ChannelOutboundHandlerAdapter() {

			private boolean closed;

			@Override
			public void close(ChannelHandlerContext context, ChannelPromise promise) {
				if (!this.closed) {
					this.closed = true;
					throw new OutOfMemoryError("test");
				}
				context.close(promise);
			}

		};
	}

	/**
	 * A connection that has logged in.
	 */
	private Input newInput() {
		Input input = newConnection();
		input.port.beginLogin();
		input.read("PONG\r\n");
		assertThat(input.readOnce()).isEqualTo("PONG\r\n");
		input.buffers.clear();
		return input;
	}

	private Input newConnection() {
		Input input = new Input();
		this.inputs.add(input);
		return input;
	}

	private static String jnats(String subject, String data) {
		return message(subject, "7", data);
	}

	private static String message(String subject, String subscription, String data) {
		return "MSG " + subject + " " + subscription + " " + data.length() + "\r\n" + data + "\r\n";
	}

	private static String withHeaders(String subject, String subscription, String headers, String data) {
		return "HMSG " + subject + " " + subscription + " " + headers.length() + " "
				+ (headers.length() + data.length()) + "\r\n" + headers + data + "\r\n";
	}

	/**
	 * What comes in on one connection. A character is a byte.
	 */
	private static final class Input {

		final List<TransportMessage> messages = new ArrayList<>();

		final List<String> received = new ArrayList<>();

		final List<ByteBuf> buffers = new ArrayList<>();

		final NettyTransport transport = new NettyTransport(new SharedEventLoop(loops.first(), loops.socketType()));

		final NettySubscription subscription = new NettySubscription(1, "a", null, this::receive);

		final NettyDataPort port = new NettyDataPort();

		final EmbeddedChannel channel;

		Input() {
			this.port.afterConstruct(Options.builder()
				.connectionListener(new Holder(this.transport))
				.maxControlLine(MAX_CONTROL_LINE)
				.build());
			this.transport.subscriptions().add(this.subscription);
			this.transport.subscriptions().add(new NettySubscription(2, "b", "group", this::receive));
			this.channel = new EmbeddedChannel(
					new InboundHandler(this.port, this.transport.subscriptions(), MAX_CONTROL_LINE));
		}

		private void receive(TransportMessage message) {
			this.messages.add(message);
			this.received.add(message.subject() + " " + message.replySubject() + " " + message.headers() + " "
					+ message.status() + " [" + new String(message.payload(), StandardCharsets.ISO_8859_1) + "]");
		}

		/**
		 * Gives the port a socket and a connection that knows its limit.
		 */
		Input open(ServerSocket server) throws Exception {
			Connection connection = (Connection) Proxy.newProxyInstance(getClass().getClassLoader(),
					new Class<?>[] { Connection.class }, (proxy, method, arguments) -> {
						assertThat(method.getName()).isEqualTo("getMaxPayload");
						return (long) MAX_PAYLOAD;
					});
			this.port.open(connection, new NatsUri("nats://127.0.0.1:" + server.getLocalPort()),
					TimeUnit.SECONDS.toNanos(10));
			return this;
		}

		ByteBuf buffer(String bytes) {
			ByteBuf buffer = this.channel.alloc().buffer(bytes.length());
			buffer.writeBytes(bytes.getBytes(StandardCharsets.ISO_8859_1));
			this.buffers.add(buffer);
			return buffer;
		}

		/**
		 * A buffer to which nothing can be added.
		 */
		ByteBuf full(String bytes) {
			ByteBuf buffer = Unpooled.wrappedBuffer(bytes.getBytes(StandardCharsets.ISO_8859_1));
			this.buffers.add(buffer);
			return buffer;
		}

		/**
		 * A buffer that fails when it is searched for the end of a line.
		 */
		ByteBuf failing(String bytes) {
			ByteBuf buffer = new UnpooledHeapByteBuf(UnpooledByteBufAllocator.DEFAULT, bytes.length(), bytes.length()) {

				@Override
				public int indexOf(int from, int to, byte value) {
					throw new OutOfMemoryError("test");
				}

			};
			buffer.writeBytes(bytes.getBytes(StandardCharsets.ISO_8859_1));
			this.buffers.add(buffer);
			return buffer;
		}

		void read(String... reads) {
			for (String bytes : reads) {
				this.channel.writeInbound(buffer(bytes));
			}
		}

		void readInPieces(String bytes, int size) {
			for (int start = 0; start < bytes.length(); start += size) {
				read(bytes.substring(start, Math.min(start + size, bytes.length())));
			}
		}

		String sent() {
			StringBuilder all = new StringBuilder();
			for (ByteBuf sent = this.channel.readOutbound(); sent != null; sent = this.channel.readOutbound()) {
				all.append(sent.toString(StandardCharsets.US_ASCII));
				sent.release();
			}
			return all.toString();
		}

		String readOnce() {
			byte[] target = new byte[100];
			try {
				return new String(target, 0, this.port.read(target, 0, 100), StandardCharsets.US_ASCII);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		/**
		 * Ends the connection.
		 */
		String readByJnats() throws IOException {
			this.channel.close();
			ByteArrayOutputStream all = new ByteArrayOutputStream();
			byte[] target = new byte[1000];
			for (int read = this.port.read(target, 0, 1000); read >= 0; read = this.port.read(target, 0, 1000)) {
				all.write(target, 0, read);
			}
			return all.toString(StandardCharsets.ISO_8859_1);
		}

		void close() {
			this.channel.close();
			this.channel.releaseOutbound();
			this.port.close();
		}

	}

	private record Holder(NettyTransport nettyTransport) implements ConnectionListener, NettyTransport.Holder {

		@Override
		@Deprecated
		public void connectionEvent(Connection connection, Events event) {
			throw new IllegalStateException("There is no connection");
		}

	}

}
