package io.natsproxy.core.stream;

import java.time.Duration;
import java.util.function.Consumer;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.ExchangeTimer;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.NatsPublisher;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.wire.Frame;
import io.natsproxy.core.wire.FrameKind;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * One end of the streams of an exchange: numbers the frames that it sends, checks the
 * numbers of those that it receives, pings, and notices when the peer has gone. Safe for
 * use by many threads.
 */
public final class StreamEndpoint {

	private static final byte[] NOTHING = {};

	/**
	 * Made before it may be needed, when there is no memory for it.
	 */
	private static final NatsExchangeException UNWATCHED = new NatsExchangeException(ExchangeFailure.STREAM_BROKEN,
			"The stream can not be watched any more");

	private final FrameSender sender;

	private final FrameReceiver receiver = new FrameReceiver();

	private final ExchangeTimer timer;

	private final StreamOptions options;

	private final Consumer<NatsExchangeException> lost;

	private final Disposable.Swap tick = Disposables.swap();

	private long sentAtTick;

	private volatile long lastReceived;

	private volatile long lastData;

	/**
	 * Creates an end that is not open yet.
	 * @param lost is told, on a thread of the timer, when the peer has gone
	 */
	public StreamEndpoint(NatsPublisher publisher, ExchangeTimer timer, StreamOptions options,
			Consumer<NatsExchangeException> lost) {
		this.sender = new FrameSender(publisher);
		this.timer = timer;
		this.options = options;
		this.lost = lost;
	}

	/**
	 * Opens this end, once the peer's subject is known. Later calls change nothing.
	 */
	public synchronized void open(String peer) {
		if (this.sender.open(peer)) {
			this.lastReceived = System.nanoTime();
			this.lastData = this.lastReceived;
			scheduleTick();
		}
	}

	public synchronized boolean isOpen() {
		return peer() != null;
	}

	/**
	 * Returns the peer's subject, once this end is open.
	 */
	public synchronized @Nullable String peer() {
		return this.sender.peer();
	}

	/**
	 * Whether so much waits to be sent on the connection that a stream should wait.
	 */
	public boolean isCrowded() {
		return this.sender.isCrowded();
	}

	/**
	 * Sends a frame.
	 * @throws NatsExchangeException if there is no connection to NATS
	 */
	public void send(FrameKind kind, byte[] payload) {
		send(kind, payload, null);
	}

	/**
	 * Sends a frame that tells a reply subject. Frames are published in the order of
	 * their numbers; once this end is closed, none is.
	 */
	public void send(FrameKind kind, byte[] payload, @Nullable String replySubject) {
		if (this.sender.send(kind, payload, replySubject) && kind == FrameKind.DATA) {
			this.lastData = System.nanoTime();
		}
	}

	/**
	 * Tells the peer something for the last time; if that fails, it notices by itself.
	 */
	public void sendLast(FrameKind kind, byte[] payload) {
		try {
			send(kind, payload);
		}
		catch (NatsExchangeException ex) {
			// No connection: the peer is going to miss the pings.
		}
		finally {
			close();
		}
	}

	/**
	 * Reads a frame, on the thread on which all frames arrive.
	 * @return the frame, or {@code null} if the message is none
	 * @throws NatsExchangeException if a frame is missing, or came twice, or is malformed
	 */
	public @Nullable Frame receive(TransportMessage message) {
		Frame frame = this.receiver.receive(message);
		if (frame == null) {
			return null;
		}
		this.lastReceived = System.nanoTime();
		if (frame.kind() == FrameKind.DATA) {
			this.lastData = this.lastReceived;
		}
		return frame;
	}

	/**
	 * Ticks for the next ping, or when the peer is given up, if that is sooner.
	 */
	private void scheduleTick() {
		long left = this.options.lostAfter().toNanos() - (System.nanoTime() - this.lastReceived);
		Duration delay = Duration.ofNanos(Math.max(0, Math.min(left, this.options.pingInterval().toNanos())));
		this.tick.update(this.timer.schedule(this::onTick, delay));
	}

	private void onTick() {
		try {
			tick();
		}
		catch (Throwable ex) {
			// There would be no other tick.
			close();
			this.lost.accept(UNWATCHED);
			throw ex;
		}
	}

	private void tick() {
		long silence = System.nanoTime() - this.lastReceived;
		if (silence >= this.options.lostAfter().toNanos()) {
			close();
			this.lost.accept(new NatsExchangeException(ExchangeFailure.STREAM_BROKEN,
					"The peer of the stream has said nothing for " + silence / 1_000_000 + " ms"));
			return;
		}
		long idle = System.nanoTime() - this.lastData;
		if (this.options.isIdle(idle)) {
			this.lost.accept(new NatsExchangeException(ExchangeFailure.STREAM_IDLE,
					"The stream has moved no data for " + idle / 1_000_000 + " ms"));
			return;
		}
		synchronized (this) {
			if (this.sender.sent() == this.sentAtTick) {
				ping();
			}
			this.sentAtTick = this.sender.sent();
			if (!this.tick.isDisposed()) {
				scheduleTick();
			}
		}
	}

	private void ping() {
		try {
			send(FrameKind.PING, NOTHING);
		}
		catch (NatsExchangeException ex) {
			// The connection may come back before the peer gives up.
		}
	}

	/**
	 * Ends the pings; nothing is sent any more.
	 */
	public void close() {
		this.sender.close();
		this.tick.dispose();
	}

}
