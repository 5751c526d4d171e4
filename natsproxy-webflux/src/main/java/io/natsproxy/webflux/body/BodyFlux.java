package io.natsproxy.webflux.body;

import java.util.concurrent.Executor;

import io.natsproxy.core.stream.BodyChunks;
import io.natsproxy.core.wire.WireProtocol;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;

/**
 * Turns bodies of WebFlux into chunks to be sent, and back.
 */
public final class BodyFlux {

	/**
	 * The first chunk, in bytes: most bodies are not longer, and so copied once.
	 */
	private static final int FIRST_CHUNK = 64 * 1024;

	private BodyFlux() {
	}

	/**
	 * Copies buffers into chunks, and releases them. Small buffers that are there at the
	 * same time share a chunk, which does not wait for more.
	 * @param body the buffers
	 * @return a chunk of 64 KiB at the most, and chunks that fit a frame
	 */
	public static Flux<byte[]> chunks(Publisher<? extends DataBuffer> body) {
		return chunks(body, 0);
	}

	/**
	 * Copies buffers of a known length into chunks, as {@link #chunks(Publisher)} does.
	 * @param body the buffers
	 * @param length how many bytes there are going to be, 0 if that is not known
	 * @return a chunk of 64 KiB at the most, and chunks that fit a frame
	 */
	public static Flux<byte[]> chunks(Publisher<? extends DataBuffer> body, long length) {
		return chunks(body, length, null);
	}

	/**
	 * Copies buffers of a known length into chunks, as {@link #chunks(Publisher)} does.
	 * What is read at once from a socket, and comes piece by piece, shares chunks.
	 * @param body the buffers
	 * @param length how many bytes there are going to be, 0 if that is not known
	 * @param eventLoop where the buffers come; {@code null} if that is not known
	 * @return a chunk of 64 KiB at the most, and chunks that fit a frame
	 */
	public static Flux<byte[]> chunks(Publisher<? extends DataBuffer> body, long length, @Nullable Executor eventLoop) {
		return new ChunkFlux(body, FIRST_CHUNK, WireProtocol.MAX_FRAME_SIZE, length, eventLoop);
	}

	/**
	 * Copies groups of buffers into chunks, and marks the end of each group: it is not to
	 * wait for the next.
	 * @param body the groups
	 * @return chunks, and {@link BodyChunks#FLUSH} after each group
	 */
	public static Flux<byte[]> flushedChunks(Publisher<? extends Publisher<? extends DataBuffer>> body) {
		return Flux.from(body).concatMap((group) -> chunks(group).concatWithValues(BodyChunks.FLUSH), 1);
	}

	/**
	 * Wraps chunks, without copying them.
	 * @param chunks the chunks
	 * @param bufferFactory wraps them
	 * @return buffers
	 */
	public static Flux<DataBuffer> buffers(Flux<byte[]> chunks, DataBufferFactory bufferFactory) {
		return chunks.map(bufferFactory::wrap);
	}

}
