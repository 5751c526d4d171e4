package io.natsproxy.webflux.server;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DataBufferWrapper;
import org.springframework.core.io.buffer.PooledDataBuffer;

/**
 * A buffer of a request's body, which counts in the budget of bytes until it is released:
 * as a codec does that collects a body.
 */
final class HeldDataBuffer extends DataBufferWrapper implements PooledDataBuffer {

	private final int length;

	private final IntConsumer release;

	private final AtomicInteger references = new AtomicInteger(1);

	/**
	 * Creates a buffer.
	 * @param buffer the bytes
	 * @param release is told how many bytes take up no more memory, once
	 */
	HeldDataBuffer(DataBuffer buffer, IntConsumer release) {
		super(buffer);
		this.length = buffer.readableByteCount();
		this.release = release;
	}

	@Override
	public DataBufferFactory factory() {
		return new HeldBufferFactory(super.factory());
	}

	@Override
	public boolean isAllocated() {
		return this.references.get() > 0;
	}

	@Override
	public PooledDataBuffer retain() {
		this.references.incrementAndGet();
		return this;
	}

	@Override
	public PooledDataBuffer touch(Object hint) {
		return this;
	}

	@Override
	public boolean release() {
		if (this.references.getAndDecrement() != 1) {
			return false;
		}
		this.release.accept(this.length);
		return true;
	}

}
