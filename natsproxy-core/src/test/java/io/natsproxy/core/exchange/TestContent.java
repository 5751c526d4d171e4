package io.natsproxy.core.exchange;

import java.util.concurrent.atomic.AtomicLong;

import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.stream.BodyStream;
import reactor.core.publisher.Flux;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Content in which every byte follows from its position, so that it can be made and
 * checked piece by piece.
 */
final class TestContent {

	private final AtomicLong taken = new AtomicLong();

	private volatile long checked;

	/**
	 * Makes content in chunks of these sizes, again and again, and counts what is taken.
	 */
	Flux<byte[]> chunks(long length, int... sizes) {
		return Flux.defer(() -> Flux.<byte[], Integer>generate(() -> 0, (index, sink) -> {
			long offset = this.taken.get();
			if (offset == length) {
				sink.complete();
				return index;
			}
			int size = (int) Math.min(sizes[index % sizes.length], length - offset);
			this.taken.addAndGet(size);
			sink.next(piece(offset, size));
			return index + 1;
		}));
	}

	/**
	 * Returns how many bytes have been taken from the source.
	 */
	long taken() {
		return this.taken.get();
	}

	/**
	 * Checks that a chunk is what comes next.
	 */
	void check(byte[] chunk) {
		long position = this.checked;
		for (byte octet : chunk) {
			if (octet != octet(position)) {
				throw new AssertionError("Byte " + position + " is wrong");
			}
			position++;
		}
		this.checked = position;
	}

	/**
	 * Returns how many bytes were as expected.
	 */
	long checked() {
		return this.checked;
	}

	/**
	 * Checks that the body of a reply is this content and whole.
	 */
	static void assertReply(NatsReply reply, long length) {
		TestContent content = new TestContent();
		BodyStream stream = reply.stream();
		if (stream != null) {
			stream.consumedFrames().doOnNext(content::check).blockLast(AbstractExchangeTests.TIMEOUT);
		}
		else {
			content.check(reply.body());
		}
		assertThat(content.checked()).isEqualTo(length);
	}

	static byte[] piece(long offset, int size) {
		byte[] piece = new byte[size];
		for (int i = 0; i < size; i++) {
			piece[i] = octet(offset + i);
		}
		return piece;
	}

	private static byte octet(long position) {
		return (byte) (position + (position >>> 8) * 3 + (position >>> 16) * 7);
	}

}
