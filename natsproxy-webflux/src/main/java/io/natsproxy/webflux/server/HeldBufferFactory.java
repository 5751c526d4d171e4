package io.natsproxy.webflux.server;

import java.nio.ByteBuffer;
import java.util.List;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;

/**
 * The factory of buffers that count: a body in one of them is joined without a copy, and
 * goes on to count.
 *
 * @param delegate makes all others
 */
record HeldBufferFactory(DataBufferFactory delegate) implements DataBufferFactory {

	@Override
	@Deprecated
	public DataBuffer allocateBuffer() {
		return this.delegate.allocateBuffer();
	}

	@Override
	public DataBuffer allocateBuffer(int initialCapacity) {
		return this.delegate.allocateBuffer(initialCapacity);
	}

	@Override
	public DataBuffer wrap(ByteBuffer byteBuffer) {
		return this.delegate.wrap(byteBuffer);
	}

	@Override
	public DataBuffer wrap(byte[] bytes) {
		return this.delegate.wrap(bytes);
	}

	@Override
	public DataBuffer join(List<? extends DataBuffer> buffers) {
		return (buffers.size() == 1) ? buffers.get(0) : this.delegate.join(buffers);
	}

	@Override
	public boolean isDirect() {
		return this.delegate.isDirect();
	}

}
