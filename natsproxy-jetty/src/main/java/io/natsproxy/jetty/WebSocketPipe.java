package io.natsproxy.jetty;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;

import io.natsproxy.core.websocket.NatsWebSocketMessage;
import io.natsproxy.core.websocket.WebSocketClose;
import io.natsproxy.core.websocket.WebSocketConnection;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/**
 * Turns the messages of a WebSocket into the bytes of RFC 6455 that Jetty reads, and the
 * bytes that it writes into messages, at the pace of whoever is slower. Safe for use by
 * many threads; one of them reads at a time, and one writes.
 */
final class WebSocketPipe {

	private static final WebSocketClose FAILED = new WebSocketClose(1011, "The service failed");

	private static final WebSocketClose TOO_BIG = new WebSocketClose(WebSocketClose.TOO_BIG,
			"A message of the service is too long");

	private final WebSocketConnection socket;

	private final Runnable readable;

	private final Runnable failed;

	private final ServerFrames written;

	private final OutgoingMessages outgoing;

	private final Incoming incoming = new Incoming();

	/**
	 * Guarded by itself, like all that follows.
	 */
	private final Queue<ByteBuffer> frames = new ArrayDeque<>();

	private boolean asked;

	private boolean interested;

	private boolean ended;

	private volatile @Nullable WebSocketClose close;

	/**
	 * Creates a pipe.
	 * @param socket the WebSocket, which this object closes
	 * @param maxMessage longest message, in bytes
	 * @param readable is told once of bytes, or the end, after {@link #awaitReadable()}
	 * @param writable is told once that more is written, after {@link #awaitWritable()}
	 * @param failed is told that nothing more can be written
	 */
	WebSocketPipe(WebSocketConnection socket, int maxMessage, Runnable readable, Runnable writable, Runnable failed) {
		this.socket = socket;
		this.readable = readable;
		this.failed = failed;
		this.written = new ServerFrames(maxMessage);
		this.outgoing = new OutgoingMessages(writable);
	}

	/**
	 * Begins to send and receive.
	 */
	void open() {
		this.socket.receive().subscribe(this.incoming);
		this.socket.send(this.outgoing).subscribe(null, (ex) -> {
			this.socket.close((ex instanceof IllegalArgumentException) ? TOO_BIG : FAILED);
			this.failed.run();
		}, () -> {
			WebSocketClose status = this.close;
			if (status != null) {
				this.socket.close(status);
			}
		});
	}

	/**
	 * Reads bytes into a buffer.
	 * @return their number, -1 at the end
	 */
	int read(ByteBuffer buffer) {
		int read = poll(buffer);
		if (read == 0) {
			// It may come at once.
			ask();
			read = poll(buffer);
		}
		return read;
	}

	private int poll(ByteBuffer buffer) {
		synchronized (this.frames) {
			ByteBuffer frame = this.frames.peek();
			if (frame == null) {
				return this.ended ? -1 : 0;
			}
			int read = BufferUtil.append(buffer, frame);
			if (!frame.hasRemaining()) {
				this.frames.remove();
			}
			return read;
		}
	}

	private void ask() {
		synchronized (this.frames) {
			if (this.asked || this.ended || !this.frames.isEmpty()) {
				return;
			}
			this.asked = true;
		}
		this.incoming.request(1);
	}

	/**
	 * Tells when there is something to read.
	 */
	void awaitReadable() {
		boolean there;
		synchronized (this.frames) {
			there = !this.frames.isEmpty() || this.ended;
			this.interested = !there;
		}
		if (there) {
			this.readable.run();
		}
		else {
			ask();
		}
	}

	private void offer(@Nullable ByteBuffer frame, boolean end) {
		boolean tell;
		synchronized (this.frames) {
			this.asked = false;
			if (frame != null) {
				this.frames.add(frame);
			}
			this.ended |= end;
			tell = this.interested;
			this.interested = false;
		}
		if (tell) {
			this.readable.run();
		}
	}

	/**
	 * Writes bytes, as many as are taken at present.
	 * @return whether all have been taken
	 * @throws IOException if a message is too long, or the WebSocket is closed
	 */
	boolean write(ByteBuffer bytes) throws IOException {
		while (bytes.hasRemaining()) {
			if (this.close != null || !this.outgoing.isReady()) {
				// After a close frame, nothing is sent.
				return this.close != null && skip(bytes);
			}
			NatsWebSocketMessage message;
			try {
				message = this.written.read(bytes);
			}
			catch (IOException ex) {
				this.socket.close(TOO_BIG);
				throw ex;
			}
			WebSocketClose status = this.written.closed();
			if (message != null) {
				this.outgoing.send(message);
			}
			else if (status != null) {
				this.close = status;
				this.outgoing.complete();
			}
		}
		return true;
	}

	private static boolean skip(ByteBuffer bytes) {
		bytes.position(bytes.limit());
		return true;
	}

	/**
	 * Whether more is taken now; if not, it is told when that is so.
	 */
	boolean awaitWritable() {
		return this.outgoing.isReady();
	}

	/**
	 * The server wants no more of the WebSocket: closed with 1011, unless it has sent a
	 * close frame.
	 */
	void close() {
		this.incoming.cancel();
		if (this.close == null) {
			this.socket.close(FAILED);
		}
	}

	/**
	 * Receives the messages.
	 */
	private final class Incoming extends BaseSubscriber<NatsWebSocketMessage> {

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			// Asked when there is a reader.
		}

		@Override
		protected void hookOnNext(NatsWebSocketMessage message) {
			offer(ClientFrames.of(message), false);
		}

		@Override
		protected void hookOnComplete() {
			WebSocketPipe.this.socket.closed().subscribe((status) -> offer(ClientFrames.of(status), true));
		}

		@Override
		protected void hookOnError(Throwable failure) {
			offer(null, true);
		}

	}

}
