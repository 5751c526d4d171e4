package io.natsproxy.core.exchange;

import java.time.Duration;
import java.util.function.Consumer;

import io.natsproxy.core.wire.Frame;
import io.natsproxy.core.wire.FrameKind;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.WireProtocol;
import io.natsproxy.core.link.LinkMessage;
import io.natsproxy.core.link.NatsLink;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * One end of the streams of an exchange: numbers the frames that it sends, checks the
 * numbers of those that it receives, pings, and notices when the other end has gone. Safe
 * for use by many threads.
 */
final class StreamLink {

	private static final byte[] NOTHING = {};

	/**
	 * Made before it may be needed, when there is no memory for it.
	 */
	private static final NatsExchangeException UNWATCHED = new NatsExchangeException(ExchangeFailure.STREAM_BROKEN,
			"The stream can not be watched any more");

	private final NatsLink link;

	private final ExchangeTimer timer;

	private final StreamOptions options;

	private final Consumer<NatsExchangeException> lost;

	private final Disposable.Swap tick = Disposables.swap();

	private @Nullable String peer;

	private long sent;

	private long received;

	private long sentAtTick;

	private volatile long lastReceived;

	private volatile long lastData;

	/**
	 * Creates an end that is not open yet.
	 * @param lost is told, on a thread of the timer, when the other end has gone
	 */
	StreamLink(NatsLink link, ExchangeTimer timer, StreamOptions options, Consumer<NatsExchangeException> lost) {
		this.link = link;
		this.timer = timer;
		this.options = options;
		this.lost = lost;
	}

	/**
	 * Opens this end, once the other end's subject is known. Later calls change nothing.
	 */
	synchronized void open(String peer) {
		if (this.peer == null && !this.tick.isDisposed()) {
			this.peer = peer;
			this.lastReceived = System.nanoTime();
			this.lastData = this.lastReceived;
			scheduleTick();
		}
	}

	synchronized boolean isOpen() {
		return this.peer != null;
	}

	/**
	 * Returns the other end's subject, once this end is open.
	 */
	synchronized @Nullable String peer() {
		return this.peer;
	}

	/**
	 * Sends a frame.
	 * @throws NatsExchangeException if there is no connection to NATS
	 */
	void send(FrameKind kind, byte[] payload) {
		send(kind, payload, null);
	}

	/**
	 * Sends a frame that tells a reply subject. Frames are published in the order of
	 * their numbers; once this end is closed, none is.
	 */
	synchronized void send(FrameKind kind, byte[] payload, @Nullable String replySubject) {
		if (this.tick.isDisposed()) {
			return;
		}
		String peer = this.peer;
		if (peer == null) {
			throw new NatsExchangeException(ExchangeFailure.STREAM_BROKEN,
					"The other end has not told where it receives the stream");
		}
		if (!this.link.isConnected()) {
			throw NatsCaller.disconnected();
		}
		try {
			this.link.publish(peer, replySubject, new Frame(kind, this.sent + 1, payload).headers(), payload);
			this.sent++;
			if (kind == FrameKind.DATA) {
				this.lastData = System.nanoTime();
			}
		}
		catch (IllegalStateException | IllegalArgumentException ex) {
			throw NatsCaller.disconnected();
		}
	}

	/**
	 * Tells the other end something for the last time; if that fails, it notices by
	 * itself.
	 */
	void sendLast(FrameKind kind, byte[] payload) {
		try {
			send(kind, payload);
		}
		catch (NatsExchangeException ex) {
			// No connection: the other end is going to miss the pings.
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
	@Nullable Frame receive(LinkMessage message) {
		String header = (message.headers() != null) ? message.headers().getFirst(WireProtocol.FRAME_HEADER) : null;
		if (header == null) {
			return null;
		}
		Frame frame;
		try {
			frame = Frame.parse(header, message.payload());
		}
		catch (MalformedMessageException ex) {
			throw new NatsExchangeException(ExchangeFailure.STREAM_BROKEN, ex.getMessage());
		}
		this.received++;
		if (frame.sequence() != this.received) {
			throw new NatsExchangeException(ExchangeFailure.STREAM_BROKEN,
					"Frame " + this.received + " of the stream is missing, " + frame.sequence() + " came instead");
		}
		this.lastReceived = System.nanoTime();
		if (frame.kind() == FrameKind.DATA) {
			this.lastData = this.lastReceived;
		}
		return frame;
	}

	/**
	 * Ticks for the next ping, or when the other end is given up, if that is sooner.
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
					"The other end of the stream has said nothing for " + silence / 1_000_000 + " ms"));
			return;
		}
		long idle = System.nanoTime() - this.lastData;
		if (this.options.isIdle(idle)) {
			this.lost.accept(new NatsExchangeException(ExchangeFailure.STREAM_IDLE,
					"The stream has moved no data for " + idle / 1_000_000 + " ms"));
			return;
		}
		synchronized (this) {
			if (this.sent == this.sentAtTick) {
				ping();
			}
			this.sentAtTick = this.sent;
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
			// The connection may come back before the other end gives up.
		}
	}

	/**
	 * Ends the pings; nothing is sent any more.
	 */
	void close() {
		this.tick.dispose();
	}

}
