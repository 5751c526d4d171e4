package io.natsproxy.webflux.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

import org.jspecify.annotations.Nullable;

import org.springframework.http.StreamingHttpOutputMessage;

/**
 * Collects a body that is short, on the thread that calls: most are, and another thread
 * would cost more than to send them.
 */
final class ShortBody extends OutputStream {

	private static final int MAX_LENGTH = 64 * 1024;

	private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);

	private boolean exceeded;

	private ShortBody() {
	}

	/**
	 * Collects a body.
	 * @return the body, or {@code null} if it is too long
	 * @throws IOException if it fails
	 */
	static byte @Nullable [] of(StreamingHttpOutputMessage.Body body) throws IOException {
		ShortBody collected = new ShortBody();
		try {
			body.writeTo(collected);
		}
		catch (IOException | RuntimeException ex) {
			if (!collected.exceeded) {
				throw ex;
			}
		}
		return collected.exceeded ? null : collected.bytes.toByteArray();
	}

	@Override
	public void write(int b) throws IOException {
		requireRoom(1);
		this.bytes.write(b);
	}

	@Override
	public void write(byte[] source, int offset, int length) throws IOException {
		requireRoom(length);
		this.bytes.write(source, offset, length);
	}

	private void requireRoom(int length) throws IOException {
		if (this.exceeded || this.bytes.size() + (long) length > MAX_LENGTH) {
			this.exceeded = true;
			throw new IOException("The body is longer than " + MAX_LENGTH + " bytes");
		}
	}

}
