package io.natsproxy.it.gateway;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;

/**
 * A client of HTTP/2 without TLS that sends whatever frames it is told to (RFC 9113).
 */
final class RawHttp2Client implements AutoCloseable {

	static final int DATA = 0;

	static final int HEADERS = 1;

	static final int RST_STREAM = 3;

	static final int SETTINGS = 4;

	static final int PING = 6;

	static final int GOAWAY = 7;

	static final int WINDOW_UPDATE = 8;

	static final int END_STREAM = 1;

	static final int END_HEADERS = 4;

	private static final int PATIENCE_MILLIS = 30_000;

	private final Socket socket;

	private final DataInputStream input;

	private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);

	/**
	 * Creates a client that has begun to speak HTTP/2.
	 * @param window the window that it grants each stream
	 */
	RawHttp2Client(int port, int window) {
		try {
			this.socket = new Socket("127.0.0.1", port);
			this.socket.setSoTimeout(PATIENCE_MILLIS);
			this.input = new DataInputStream(this.socket.getInputStream());
			this.socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		frame(SETTINGS, 0, 0, ByteBuffer.allocate(6).putShort((short) 4).putInt(window).array());
	}

	RawHttp2Client frame(int type, int flags, int stream, byte[] payload) {
		ByteBuffer frame = ByteBuffer.allocate(9 + payload.length)
			.put((byte) (payload.length >> 16))
			.putShort((short) payload.length)
			.put((byte) type)
			.put((byte) flags)
			.putInt(stream)
			.put(payload);
		try {
			this.socket.getOutputStream().write(frame.array());
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Sends the head of a request.
	 * @param fields names and values in turn
	 */
	RawHttp2Client request(int stream, int flags, String method, String path, String... fields) {
		ByteArrayOutputStream block = new ByteArrayOutputStream();
		field(block, ":method", method);
		field(block, ":scheme", "http");
		field(block, ":path", path);
		field(block, ":authority", "example.com");
		return head(stream, flags, block, fields);
	}

	/**
	 * Sends the head of a request of nothing but some fields.
	 * @param fields names and values in turn
	 */
	RawHttp2Client head(int stream, int flags, String... fields) {
		return head(stream, flags, new ByteArrayOutputStream(), fields);
	}

	private RawHttp2Client head(int stream, int flags, ByteArrayOutputStream block, String... fields) {
		for (int i = 0; i < fields.length; i += 2) {
			field(block, fields[i], fields[i + 1]);
		}
		return frame(HEADERS, flags | END_HEADERS, stream, block.toByteArray());
	}

	private static void field(ByteArrayOutputStream block, String name, String value) {
		block.write(0);
		block.write(name.length());
		block.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
		block.write(value.length());
		block.writeBytes(value.getBytes(StandardCharsets.ISO_8859_1));
	}

	RawHttp2Client data(int stream, int flags, String data) {
		return frame(DATA, flags, stream, data.getBytes(StandardCharsets.US_ASCII));
	}

	/**
	 * Opens the window of a stream, or with 0 that of the connection.
	 */
	RawHttp2Client openWindow(int stream, int bytes) {
		return frame(WINDOW_UPDATE, 0, stream, ByteBuffer.allocate(4).putInt(bytes).array());
	}

	/**
	 * Sends a part of a body after another, until the gateway grants no more for a while.
	 * @param window the window that the connection and the stream have at first
	 */
	void dataUntilWindowIsShut(int stream, int window) {
		int ofConnection = window;
		int ofStream = window;
		try {
			this.socket.setSoTimeout(700);
			while (true) {
				for (int length = Math.min(ofConnection, ofStream); length > 0; length = Math.min(ofConnection,
						ofStream)) {
					int chunk = Math.min(length, 16_000);
					data(stream, 0, "x".repeat(chunk));
					ofConnection -= chunk;
					ofStream -= chunk;
				}
				Frame update = next(WINDOW_UPDATE);
				int bytes = ByteBuffer.wrap(update.payload()).getInt();
				ofConnection += (update.stream() == 0) ? bytes : 0;
				ofStream += (update.stream() != 0) ? bytes : 0;
			}
		}
		catch (UncheckedIOException ex) {
			if (!(ex.getCause() instanceof SocketTimeoutException)) {
				throw ex;
			}
		}
		catch (SocketException ex) {
			throw new UncheckedIOException(ex);
		}
		finally {
			restorePatience();
		}
	}

	private void restorePatience() {
		try {
			this.socket.setSoTimeout(PATIENCE_MILLIS);
		}
		catch (SocketException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Waits for the next frame of a type, and passes over others.
	 */
	Frame next(int type) {
		while (true) {
			Frame frame = next();
			if (frame.type() == type) {
				return frame;
			}
		}
	}

	private Frame next() {
		try {
			int length = (this.input.readUnsignedByte() << 16) | this.input.readUnsignedShort();
			int type = this.input.readUnsignedByte();
			int flags = this.input.readUnsignedByte();
			int stream = this.input.readInt();
			return new Frame(type, flags, stream, this.input.readNBytes(length));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Waits for a response.
	 * @return its status
	 */
	int status() {
		return Integer.parseInt(fields().status().toString());
	}

	/**
	 * Waits for a response.
	 * @return its fields
	 */
	Http2Headers fields() {
		try {
			return this.decoder.decodeHeaders(1, Unpooled.wrappedBuffer(next(HEADERS).payload()));
		}
		catch (Http2Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Waits for the end of the connection, and passes over all frames.
	 */
	boolean isClosed() {
		try {
			while (true) {
				next();
			}
		}
		catch (UncheckedIOException ex) {
			return ex.getCause() instanceof EOFException || ex.getCause() instanceof SocketException;
		}
	}

	@Override
	public void close() {
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A frame that was received.
	 */
	record Frame(int type, int flags, int stream, byte[] payload) {

	}

}
