package io.natsproxy.core.stream;

import java.io.ByteArrayOutputStream;

import io.natsproxy.core.memory.ByteReservation;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Collects a body for formats that have no streams, flushed or not.
 */
public final class BodyCollector {

	private BodyCollector() {
	}

	/**
	 * Collects a body.
	 * @param chunks the body
	 * @param limit number of bytes it may have
	 * @param memory holds the body; closed by its owner
	 * @return the body; fails with a {@link TooLongException} as soon as it is longer,
	 * and when there is no memory for it
	 */
	public static Mono<byte[]> collect(Publisher<byte[]> chunks, long limit, ByteReservation memory) {
		return Flux.from(chunks).collect(ByteArrayOutputStream::new, (collected, chunk) -> {
			if (collected.size() + (long) chunk.length > limit) {
				throw new TooLongException();
			}
			if (!memory.tryReserve(chunk.length)) {
				throw MemoryWait.refusal();
			}
			collected.writeBytes(chunk);
		}).map(ByteArrayOutputStream::toByteArray);
	}

	/**
	 * The body is longer than allowed.
	 */
	public static final class TooLongException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		TooLongException() {
			super("The body is too long", null, false, false);
		}

	}

}
