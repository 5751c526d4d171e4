package io.natsproxy.benchmarks.handlers;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/**
 * The handlers of the services of all chains. Everything is reactive, so that no chain
 * pays for a hand-over to threads that may block.
 */
public final class BenchmarkHandlers {

	private static final int CHUNK = 16 * 1024;

	private static final Greeting GREETING = new Greeting("hello");

	private final DataBufferFactory bufferFactory = new DefaultDataBufferFactory();

	private final byte[] chunk = chunk();

	/**
	 * Answers {@code {"greeting":"hello"}}.
	 * @return the greeting
	 */
	public Mono<Greeting> tiny() {
		return Mono.just(GREETING);
	}

	/**
	 * Answers what it was sent.
	 * @param body the body of the request, collected
	 * @return the same
	 */
	public Mono<byte[]> echo(Mono<byte[]> body) {
		return body;
	}

	/**
	 * Answers with as many bytes as asked for: byte n is n modulo 256. They are made
	 * once, so that what is measured is their way.
	 * @param size how many
	 * @return the response, with its length
	 */
	public ResponseEntity<Flux<DataBuffer>> download(long size) {
		Flux<DataBuffer> body = Flux.generate(() -> 0L, (sent, sink) -> {
			if (sent == size) {
				sink.complete();
				return sent;
			}
			int length = (int) Math.min(CHUNK, size - sent);
			sink.next(this.bufferFactory.wrap(ByteBuffer.wrap(this.chunk, 0, length)));
			return sent + length;
		});
		return ResponseEntity.ok().contentType(MediaType.APPLICATION_OCTET_STREAM).contentLength(size).body(body);
	}

	/**
	 * Reads the body without holding it, and answers its length and its CRC-32C: two
	 * numbers, the second in hexadecimal, with a space between.
	 * @param body the body of the request, released here
	 * @return the answer
	 */
	public Mono<String> upload(Flux<DataBuffer> body) {
		return body.collect(Received::new, Received::add).map(Received::toString);
	}

	private static byte[] chunk() {
		byte[] bytes = new byte[CHUNK];
		for (int i = 0; i < bytes.length; i++) {
			bytes[i] = (byte) i;
		}
		return bytes;
	}

	private static final class Received {

		private final CRC32C checksum = new CRC32C();

		private long length;

		void add(DataBuffer buffer) {
			this.length += buffer.readableByteCount();
			try (DataBuffer.ByteBufferIterator parts = buffer.readableByteBuffers()) {
				parts.forEachRemaining(this.checksum::update);
			}
			DataBufferUtils.release(buffer);
		}

		@Override
		public String toString() {
			return this.length + " " + Long.toHexString(this.checksum.getValue());
		}

	}

}
