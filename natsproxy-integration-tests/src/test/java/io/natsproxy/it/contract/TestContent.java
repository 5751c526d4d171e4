package io.natsproxy.it.contract;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;

/**
 * Content of any length, in which no two places look alike for long, and how it is told
 * apart from other content.
 */
public final class TestContent {

	/**
	 * A header value in UTF-8, one character being one byte.
	 */
	static final String UTF_8_VALUE = new String("Grüße 世界".getBytes(StandardCharsets.UTF_8),
			StandardCharsets.ISO_8859_1);

	private static final int CHUNK = 16 * 1024;

	private TestContent() {
	}

	public static byte[] bytes(int length) {
		return bytes(0, length);
	}

	private static byte[] bytes(long offset, int length) {
		byte[] bytes = new byte[length];
		for (int i = 0; i < length; i++) {
			bytes[i] = (byte) ((offset + i) * 0x9E3779B97F4A7C15L >>> 56);
		}
		return bytes;
	}

	/**
	 * The content in buffers that are made when they are asked for.
	 */
	public static Flux<DataBuffer> buffers(long length) {
		return Flux.generate(() -> 0L, (sent, sink) -> {
			if (sent >= length) {
				sink.complete();
				return sent;
			}
			int next = (int) Math.min(CHUNK, length - sent);
			sink.next(DefaultDataBufferFactory.sharedInstance.wrap(bytes(sent, next)));
			return sent + next;
		});
	}

	/**
	 * Reads buffers to their end, and releases them.
	 */
	public static Mono<Summary> summary(Flux<DataBuffer> buffers) {
		return Mono.defer(() -> {
			MessageDigest digest = sha256();
			return buffers.map((buffer) -> {
				try (DataBuffer.ByteBufferIterator parts = buffer.readableByteBuffers()) {
					parts.forEachRemaining(digest::update);
				}
				long length = buffer.readableByteCount();
				DataBufferUtils.release(buffer);
				return length;
			}).reduce(0L, Long::sum).map((length) -> new Summary(length, HexFormat.of().formatHex(digest.digest())));
		});
	}

	public static Summary summary(int length) {
		return summary(buffers(length)).blockOptional(Duration.ofSeconds(30)).orElseThrow();
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * What two equal contents have in common.
	 */
	public record Summary(long length, String sha256) {

	}

}
