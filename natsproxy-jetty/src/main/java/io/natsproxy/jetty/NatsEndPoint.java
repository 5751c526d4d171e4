package io.natsproxy.jetty;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

import io.natsproxy.core.websocket.WebSocketConnection;
import io.natsproxy.core.websocket.service.WebSocketAcceptor;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * The end point of an exchange, which has an address, and neither receives nor sends
 * bytes, until it becomes that of a WebSocket.
 */
final class NatsEndPoint extends AbstractEndPoint {

	/**
	 * The unspecified address: applications, and Spring's filters, expect one.
	 */
	static final InetSocketAddress NOBODY = new InetSocketAddress("0.0.0.0", 0);

	private final InetSocketAddress remoteAddress;

	private final StreamExecutors executors;

	private final WebSocketAcceptor acceptor;

	private volatile @Nullable WebSocketPipe pipe;

	/**
	 * Creates an end point.
	 * @param scheduler the scheduler of the server
	 * @param remoteAddress the client's address, or that of nobody
	 * @param executors where what it tells Jetty runs
	 * @param acceptor has accepted the WebSocket that it may become
	 */
	NatsEndPoint(Scheduler scheduler, InetSocketAddress remoteAddress, StreamExecutors executors,
			WebSocketAcceptor acceptor) {
		super(scheduler);
		this.remoteAddress = remoteAddress;
		this.executors = executors;
		this.acceptor = acceptor;
	}

	/**
	 * Becomes the end point of a WebSocket that has been accepted.
	 * @param maxMessage longest message, in bytes
	 */
	void open(WebSocketConnection socket, int maxMessage) {
		WebSocketPipe pipe = new WebSocketPipe(socket, maxMessage, this::readable, this::writable,
				() -> this.executors.urgent(() -> close(new EofException("A message could not be sent"))));
		this.pipe = pipe;
		pipe.open();
	}

	private void readable() {
		this.executors.complete(
				Invocable.from(getFillInterest().getCallbackInvocationType(), () -> getFillInterest().fillable()));
	}

	/**
	 * Lets a writer go on, which may hold a thread.
	 */
	private void writable() {
		this.executors.urgent(
				Invocable.from(getWriteFlusher().getCallbackInvocationType(), () -> getWriteFlusher().completeWrite()));
	}

	@Override
	public int fill(ByteBuffer buffer) throws IOException {
		WebSocketPipe pipe = this.pipe;
		int filled = (pipe != null) ? pipe.read(buffer) : -1;
		if (filled > 0) {
			notIdle();
		}
		else if (filled < 0) {
			shutdownInput();
		}
		return filled;
	}

	@Override
	public boolean flush(ByteBuffer... buffers) throws IOException {
		WebSocketPipe pipe = this.pipe;
		if (pipe == null || isOutputShutdown()) {
			throw new EofException("The end point is closed");
		}
		for (ByteBuffer buffer : buffers) {
			if (!pipe.write(buffer)) {
				return false;
			}
			notIdle();
		}
		return true;
	}

	@Override
	protected void needsFillInterest() {
		WebSocketPipe pipe = this.pipe;
		if (pipe != null) {
			pipe.awaitReadable();
		}
	}

	@Override
	protected void onIncompleteFlush() {
		WebSocketPipe pipe = this.pipe;
		if (pipe != null && pipe.awaitWritable()) {
			writable();
		}
	}

	@Override
	protected void doClose() {
		WebSocketPipe pipe = this.pipe;
		if (pipe != null) {
			try {
				pipe.close();
			}
			finally {
				this.acceptor.handled();
			}
		}
	}

	@Override
	public SocketAddress getLocalSocketAddress() {
		return NOBODY;
	}

	@Override
	public SocketAddress getRemoteSocketAddress() {
		return this.remoteAddress;
	}

	@Override
	public @Nullable Object getTransport() {
		return null;
	}

}
