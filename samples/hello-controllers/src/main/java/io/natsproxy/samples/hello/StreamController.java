package io.natsproxy.samples.hello;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;

import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsMapping;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.util.unit.DataSize;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * Bodies that do not fit one message, both ways.
 */
@NatsController
class StreamController {

	private static final int CHUNK = 16 * 1024;

	private final DataBufferFactory bufferFactory = new DefaultDataBufferFactory();

	/**
	 * Answers the SHA-256 of the body, which is not held in memory.
	 */
	@NatsMapping(path = "/upload", method = { RequestMethod.PUT, RequestMethod.POST })
	Mono<String> upload(@RequestBody Flux<DataBuffer> body) {
		MessageDigest digest = sha256();
		return body.concatMap((buffer) -> {
			try (DataBuffer.ByteBufferIterator parts = buffer.readableByteBuffers()) {
				parts.forEachRemaining(digest::update);
			}
			DataBufferUtils.release(buffer);
			return Mono.<Void>empty();
		}).then(Mono.fromSupplier(() -> HexFormat.of().formatHex(digest.digest()) + "\n"));
	}

	/**
	 * Answers as many bytes as asked for, always the same ones.
	 */
	@NatsGet("/download")
	ResponseEntity<Flux<DataBuffer>> download(@RequestParam(defaultValue = "1MB") String size) {
		long bytes = DataSize.parse(normalize(size)).toBytes();
		Flux<DataBuffer> body = Flux.generate(() -> 0L, (sent, sink) -> {
			if (sent == bytes) {
				sink.complete();
				return sent;
			}
			int length = (int) Math.min(CHUNK, bytes - sent);
			sink.next(this.bufferFactory.wrap(pattern(sent, length)));
			return sent + length;
		});
		return ResponseEntity.ok().contentType(MediaType.APPLICATION_OCTET_STREAM).contentLength(bytes).body(body);
	}

	@NatsGet("/ticks")
	Flux<ServerSentEvent<String>> ticks() {
		return Flux.interval(Duration.ZERO, Duration.ofSeconds(1))
			.map((tick) -> ServerSentEvent.builder("tick " + tick).id(Long.toString(tick)).build());
	}

	private static byte[] pattern(long offset, int length) {
		byte[] bytes = new byte[length];
		for (int i = 0; i < length; i++) {
			bytes[i] = (byte) ((offset + i) * 31 >>> 3);
		}
		return bytes;
	}

	/**
	 * Takes "1g" for "1GB".
	 */
	private static String normalize(String size) {
		return size.matches("(?i)\\d+[kmg]") ? size.toUpperCase(Locale.ROOT) + "B" : size;
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
