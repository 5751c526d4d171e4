package io.natsproxy.it.socket;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;

import io.natsproxy.it.gateway.RawHttpClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A WebSocket client that writes and reads single frames, well-formed or not.
 */
final class RawWebSocketClient implements AutoCloseable {

	static final int CONTINUATION = 0;

	static final int TEXT = 1;

	static final int BINARY = 2;

	static final int CLOSE = 8;

	static final int PING = 9;

	static final int PONG = 10;

	static final int FIN = 0x80;

	static final int RSV1 = 0x40;

	private static final byte[] MASK = { 0x37, (byte) 0xfa, 0x21, 0x3d };

	private final RawHttpClient http;

	private final RawHttpClient.Response response;

	private RawWebSocketClient(RawHttpClient http, RawHttpClient.Response response) {
		this.http = http;
		this.response = response;
	}

	/**
	 * Opens a WebSocket.
	 */
	static RawWebSocketClient open(int port, String target, String... headers) {
		return open(port, 0, target, headers);
	}

	/**
	 * Opens a WebSocket on a connection that buffers little.
	 */
	static RawWebSocketClient open(int port, int bufferSize, String target, String... headers) {
		RawHttpClient http = new RawHttpClient(port, bufferSize);
		RawHttpClient.Response response = http.send(handshakeRequest(target, headers)).read();
		if (response.status() != 101) {
			http.close();
		}
		assertThat(response.status()).as(response.toString()).isEqualTo(101);
		// The example of RFC 6455, section 1.3.
		assertThat(response.header("Sec-WebSocket-Accept")).containsExactly("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
		return new RawWebSocketClient(http, response);
	}

	/**
	 * Asks for a WebSocket and returns whatever is answered.
	 */
	static RawHttpClient.Response handshake(int port, String target, String... headers) {
		return RawHttpClient.exchange(port, handshakeRequest(target, headers));
	}

	static String handshakeRequest(String target, String... headers) {
		return RawHttpClient
			.request("GET", target,
					Stream
						.concat(Stream.of("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
								"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="), Stream.of(headers))
						.toArray(String[]::new));
	}

	RawHttpClient.Response response() {
		return this.response;
	}

	RawWebSocketClient text(String text) {
		return send(FIN | TEXT, text.getBytes(StandardCharsets.UTF_8));
	}

	RawWebSocketClient binary(byte[] payload) {
		return send(FIN | BINARY, payload);
	}

	RawWebSocketClient close(int code, String reason) {
		byte[] text = reason.getBytes(StandardCharsets.UTF_8);
		return send(FIN | CLOSE, ByteBuffer.allocate(2 + text.length).putShort((short) code).put(text).array());
	}

	RawWebSocketClient send(int first, byte[] payload) {
		return bytes(frame(first, payload));
	}

	RawWebSocketClient send(int first, String payload) {
		return send(first, payload.getBytes(StandardCharsets.UTF_8));
	}

	RawWebSocketClient bytes(byte[] bytes) {
		this.http.send(bytes);
		return this;
	}

	/**
	 * Makes a frame with a mask.
	 * @param first the first byte: flags and opcode
	 */
	static byte[] frame(int first, byte[] payload) {
		ByteArrayOutputStream frame = new ByteArrayOutputStream();
		frame.write(first);
		if (payload.length < 126) {
			frame.write(0x80 | payload.length);
		}
		else if (payload.length < 65536) {
			frame.write(0x80 | 126);
			frame.writeBytes(ByteBuffer.allocate(2).putShort((short) payload.length).array());
		}
		else {
			frame.write(0x80 | 127);
			frame.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
		}
		frame.writeBytes(MASK);
		byte[] masked = payload.clone();
		for (int i = 0; i < masked.length; i++) {
			masked[i] ^= MASK[i % 4];
		}
		frame.writeBytes(masked);
		return frame.toByteArray();
	}

	/**
	 * Reads one frame, which must have come whole and without a mask.
	 */
	Frame read() {
		byte[] head = exactly(2);
		int length = head[1];
		assertThat(length).as("servers do not mask").isNotNegative();
		if (length == 126) {
			length = ByteBuffer.wrap(exactly(2)).getShort() & 0xffff;
		}
		else if (length == 127) {
			length = Math.toIntExact(ByteBuffer.wrap(exactly(8)).getLong());
		}
		return new Frame(head[0] & 0xff, exactly(length));
	}

	private byte[] exactly(int count) {
		byte[] bytes = this.http.readBytes(count);
		if (bytes.length < count) {
			throw new AssertionError("The connection ended without a close frame");
		}
		return bytes;
	}

	String readText() {
		Frame frame = read();
		assertThat(frame.first()).as(frame.toString()).isEqualTo(FIN | TEXT);
		return frame.text();
	}

	/**
	 * Reads past messages until the close frame.
	 */
	Frame readToClose() {
		Frame frame = read();
		while (frame.opcode() != CLOSE) {
			frame = read();
		}
		return frame;
	}

	/**
	 * Reads the close frame, answers it, and waits for the end of the connection.
	 */
	void expectClose(int code, String reason) {
		Frame frame = read();
		assertThat(frame.toString()).isEqualTo(new Frame(FIN | CLOSE, closePayload(code, reason)).toString());
		send(FIN | CLOSE, frame.payload());
		assertThat(isEnded()).as("the server ends the connection").isTrue();
	}

	private static byte[] closePayload(int code, String reason) {
		byte[] text = reason.getBytes(StandardCharsets.UTF_8);
		return ByteBuffer.allocate(2 + text.length).putShort((short) code).put(text).array();
	}

	/**
	 * Waits for the server to end the connection.
	 * @return whether it did so without sending anything more
	 */
	boolean isEnded() {
		return this.http.isClosed();
	}

	/**
	 * Waits for the server to end the connection, whatever it sends before.
	 */
	void awaitEnd() {
		while (!isEnded()) {
			assertThat(this.http.readBytes(1)).as("bytes before the end").hasSizeLessThan(2);
		}
	}

	void shutdownOutput() {
		this.http.shutdownOutput();
	}

	/**
	 * Ends the connection without a close frame.
	 */
	void shutdown() {
		this.http.close();
	}

	void reset() {
		this.http.reset();
	}

	@Override
	public void close() {
		this.http.close();
	}

	/**
	 * A frame.
	 *
	 * @param first the first byte: flags and opcode
	 * @param payload the payload
	 */
	record Frame(int first, byte[] payload) {

		int opcode() {
			return this.first & 0x0f;
		}

		String text() {
			return new String(this.payload, StandardCharsets.UTF_8);
		}

		int closeCode() {
			return (this.payload.length >= 2) ? ByteBuffer.wrap(this.payload).getShort() & 0xffff : 1005;
		}

		String closeReason() {
			return (this.payload.length > 2)
					? new String(Arrays.copyOfRange(this.payload, 2, this.payload.length), StandardCharsets.UTF_8) : "";
		}

		@Override
		public String toString() {
			return (opcode() == CLOSE) ? "close " + closeCode() + " '" + closeReason() + "'"
					: Integer.toHexString(this.first) + " '" + text() + "'";
		}

	}

}
