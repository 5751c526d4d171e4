package io.natsproxy.gateway.declared.jetstream;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.memory.ByteReservation;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Splits one body into lines, each when it is asked for. Empty lines are counted, and
 * left out.
 */
final class LineSplitter {

	private final int limit;

	private final ByteReservation memory;

	private final ByteArrayOutputStream begun = new ByteArrayOutputStream();

	private boolean tooLong;

	private long lines;

	/**
	 * Creates a splitter.
	 * @param limit the most bytes that a line may have
	 * @param memory holds lines until their receiver releases them
	 */
	LineSplitter(int limit, ByteReservation memory) {
		this.limit = limit;
		this.memory = memory;
	}

	/**
	 * Splits the body.
	 * @param body the body, asked for one chunk at a time
	 * @return the lines, failing as the body does and when there is no memory for one
	 */
	Flux<Line> split(Flux<byte[]> body) {
		return body.concatMapIterable((chunk) -> () -> new Lines(chunk), 1).concatWith(Mono.fromSupplier(this::finish));
	}

	private void append(byte[] chunk, int start, int end) {
		int length = end - start;
		// A carriage return before the line end does not count.
		if (this.tooLong || length > this.limit + 1 - this.begun.size()) {
			this.tooLong = true;
			this.memory.release(this.begun.size());
			this.begun.reset();
			return;
		}
		if (!this.memory.tryReserve(length)) {
			throw new NatsExchangeException(ExchangeFailure.MEMORY_EXHAUSTED,
					"There is no memory for more bodies at the moment");
		}
		this.begun.write(chunk, start, length);
	}

	/**
	 * Ends a line.
	 * @return the line, {@code null} if it is empty
	 */
	private @Nullable Line finish() {
		byte[] line = this.begun.toByteArray();
		this.begun.reset();
		this.lines++;
		if (line.length > 0 && line[line.length - 1] == '\r') {
			line = Arrays.copyOf(line, line.length - 1);
			this.memory.release(1);
		}
		if (this.tooLong || line.length > this.limit) {
			this.tooLong = false;
			this.memory.release(line.length);
			return new Line(this.lines, null);
		}
		return (line.length > 0) ? new Line(this.lines, line) : null;
	}

	/**
	 * A line of a body.
	 *
	 * @param number its number, from 1
	 * @param content the line without its end; {@code null} if it was too long
	 */
	record Line(long number, byte @Nullable [] content) {

	}

	/**
	 * The lines that end in one chunk.
	 */
	private final class Lines implements Iterator<Line> {

		private final byte[] chunk;

		private int position;

		private @Nullable Line next;

		Lines(byte[] chunk) {
			this.chunk = chunk;
		}

		@Override
		public boolean hasNext() {
			while (this.next == null && this.position < this.chunk.length) {
				int end = this.position;
				while (end < this.chunk.length && this.chunk[end] != '\n') {
					end++;
				}
				append(this.chunk, this.position, end);
				this.position = end + 1;
				if (end < this.chunk.length) {
					this.next = finish();
				}
			}
			return this.next != null;
		}

		@Override
		public Line next() {
			if (!hasNext() || this.next == null) {
				throw new NoSuchElementException();
			}
			Line line = this.next;
			this.next = null;
			return line;
		}

	}

}
