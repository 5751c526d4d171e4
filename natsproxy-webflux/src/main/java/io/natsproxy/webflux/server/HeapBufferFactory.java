package io.natsproxy.webflux.server;

import java.util.List;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;

/**
 * Makes buffers on the heap, and does not copy a body that is in one buffer already, as
 * that of every request in one message is.
 */
class HeapBufferFactory extends DefaultDataBufferFactory {

	@Override
	public DefaultDataBuffer join(List<? extends DataBuffer> buffers) {
		return (buffers.size() == 1 && buffers.get(0) instanceof DefaultDataBuffer only) ? only : super.join(buffers);
	}

}
