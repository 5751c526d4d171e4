package io.natsproxy.webflux.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import io.natsproxy.core.stream.BodyStream;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.SignalType;

/**
 * A streamed response as it is read by one thread, which waits for what has not come yet,
 * and no longer than for one byte. The service may send more when a frame has been read.
 */
final class ReadBody extends InputStream {

	private static final byte[] END = {};

	private final BodyStream stream;

	private final BlockingQueue<Object> signals = new LinkedBlockingQueue<>();

	private final BaseSubscriber<byte[]> subscriber = new BaseSubscriber<>() {

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			subscription.request(1);
		}

		@Override
		protected void hookOnNext(byte[] frame) {
			ReadBody.this.signals.add(frame);
		}

		@Override
		protected void hookOnError(Throwable failure) {
			ReadBody.this.signals.add(failure);
		}

		@Override
		protected void hookFinally(SignalType type) {
			ReadBody.this.signals.add(END);
		}

	};

	private byte[] frame = END;

	private int position;

	private boolean atEnd;

	ReadBody(BodyStream stream) {
		this.stream = stream;
		stream.frames().subscribe(this.subscriber);
	}

	@Override
	public int read() throws IOException {
		return next() ? this.frame[this.position++] & 0xFF : -1;
	}

	@Override
	public int read(byte[] bytes, int offset, int length) throws IOException {
		Objects.checkFromIndexSize(offset, length, bytes.length);
		if (length == 0) {
			return 0;
		}
		if (!next()) {
			return -1;
		}
		int part = Math.min(length, this.frame.length - this.position);
		System.arraycopy(this.frame, this.position, bytes, offset, part);
		this.position += part;
		return part;
	}

	@Override
	public int available() {
		return this.frame.length - this.position;
	}

	/**
	 * Waits for a byte.
	 * @return whether there is one
	 */
	private boolean next() throws IOException {
		while (this.position == this.frame.length) {
			if (this.atEnd) {
				return false;
			}
			if (this.frame.length > 0) {
				this.stream.consumed(this.frame.length);
				this.subscriber.request(1);
			}
			this.frame = END;
			this.position = 0;
			take();
		}
		return true;
	}

	private void take() throws IOException {
		Object signal;
		try {
			signal = this.signals.take();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			close();
			throw new InterruptedIOException("The reading thread was interrupted");
		}
		if (signal instanceof Throwable failure) {
			this.atEnd = true;
			throw CallFailures.of(failure);
		}
		this.atEnd = signal == END;
		this.frame = (byte[]) signal;
	}

	/**
	 * Ends the exchange, if it has not ended yet.
	 */
	@Override
	public void close() {
		this.subscriber.cancel();
		int held = this.frame.length;
		for (Object signal = this.signals.poll(); signal != null; signal = this.signals.poll()) {
			held += (signal instanceof byte[] next) ? next.length : 0;
		}
		this.stream.released(held);
		this.atEnd = true;
		this.frame = END;
		this.position = 0;
	}

}
