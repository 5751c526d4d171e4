package io.natsproxy.core.socket;

import io.natsproxy.core.link.LinkMessage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.InboxReceiver;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.wire.Frame;
import io.natsproxy.core.wire.FrameKind;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.SocketEnd;
import io.natsproxy.core.wire.WireProtocol;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One end of a WebSocket that travels in frames: checks the numbers of those that come,
 * and ends in exactly one way, after which it holds nothing.
 */
final class FrameSocket implements NatsSocket, InboxReceiver {

	private static final Logger logger = LoggerFactory.getLogger(FrameSocket.class);

	private static final SocketClose NO_MEMORY = new SocketClose(1013, "There is no memory for more messages");

	private static final byte[] NOTHING = {};

	private final SocketEndpoint endpoint;

	private final String id;

	private final String frames;

	private final Executor executor;

	private final SocketInbound inbound;

	private final SocketOutbound outbound;

	private final AtomicBoolean ended = new AtomicBoolean();

	private final Sinks.One<SocketClose> closed = Sinks.one();

	/**
	 * Used on the thread on which frames arrive.
	 */
	private long received;

	private volatile @Nullable SocketEnd peer;

	/**
	 * What the other end has last been told about the frames that it must have got, and
	 * when, in beats; used by one beat at a time.
	 */
	private long confirmed = -1;

	private long confirmedAt;

	FrameSocket(SocketEndpoint endpoint, String id, String frames, Executor executor) {
		this.endpoint = endpoint;
		this.id = id;
		this.frames = frames;
		this.executor = executor;
		this.inbound = new SocketInbound(endpoint.options(), endpoint.newReservation(), executor, this::grant);
		this.outbound = new SocketOutbound(endpoint.link(), endpoint.options());
	}

	@Override
	public String id() {
		return this.id;
	}

	/**
	 * Returns what the other end is told in the handshake.
	 */
	SocketEnd local() {
		return new SocketEnd(this.id, this.frames, this.endpoint.alive(), this.endpoint.options().window());
	}

	/**
	 * Begins to send: the other end has told where it receives.
	 */
	void connect(SocketEnd peer) {
		this.peer = peer;
		this.endpoint.connected(this, peer);
		this.outbound.open(peer.frames(), peer.credit());
		if (this.ended.get()) {
			this.endpoint.forget(this);
		}
	}

	@Nullable SocketEnd peer() {
		return this.peer;
	}

	String frames() {
		return this.frames;
	}

	SocketOutbound outbound() {
		return this.outbound;
	}

	@Override
	public Flux<SocketMessage> receive() {
		return this.inbound.messages();
	}

	@Override
	public Mono<Void> send(Publisher<SocketMessage> messages) {
		return Mono.create((sink) -> {
			SocketSender sender = new SocketSender(this, sink);
			sink.onCancel(sender);
			Flux.from(messages).takeUntilOther(closed()).subscribe(sender);
		});
	}

	@Override
	public boolean offer(SocketMessage message) {
		return isAllowed(message) && this.inbound.offer(message);
	}

	boolean isAllowed(SocketMessage message) {
		return this.endpoint.options().allows(message);
	}

	/**
	 * Sends a message for a sender.
	 * @return {@code false} if it has to wait
	 */
	boolean transmit(SocketMessage message, SocketSender sender) {
		try {
			return this.outbound.send(message, sender);
		}
		catch (Throwable ex) {
			// Part of it may have been sent.
			lost(String.valueOf(ex.getMessage()));
			return true;
		}
	}

	void execute(Runnable task) {
		try {
			this.executor.execute(task);
		}
		catch (Throwable ex) {
			lost("There is no thread to go on with");
		}
	}

	private void grant(long bytes) {
		try {
			this.outbound.frame(FrameKind.CREDIT, Frame.credit(bytes));
		}
		catch (NatsExchangeException | VirtualMachineError ex) {
			this.inbound.notGranted(bytes);
		}
	}

	/**
	 * Goes on with what found no connection.
	 */
	void resume() {
		this.inbound.grantAgain();
		this.outbound.resume();
	}

	@Override
	public void onInboxRefused() {
		lost("What it is sent cannot be received");
	}

	/**
	 * Takes a frame, on the thread on which all frames arrive.
	 */
	@Override
	public void onMessage(LinkMessage message) {
		if (this.ended.get()) {
			return;
		}
		try {
			String header = (message.headers() != null) ? message.headers().getFirst(WireProtocol.FRAME_HEADER) : null;
			if (header == null) {
				throw broken("A message came that is no frame");
			}
			Frame frame = Frame.parse(header, message.payload());
			this.received++;
			if (frame.sequence() != this.received) {
				throw broken("Frame " + this.received + " is missing, " + frame.sequence() + " came instead");
			}
			onFrame(frame);
		}
		catch (MalformedMessageException ex) {
			fail(String.valueOf(ex.getMessage()));
		}
		catch (NatsExchangeException ex) {
			if (ex.failure() == ExchangeFailure.MEMORY_EXHAUSTED) {
				close(NO_MEMORY);
			}
			else {
				fail(String.valueOf(ex.getMessage()));
			}
		}
		catch (Throwable ex) {
			// Errors, too: a message would be missing, and nobody would know.
			fail(String.valueOf(ex.getMessage()));
		}
	}

	private void onFrame(Frame frame) {
		switch (frame.kind()) {
			case TEXT -> this.inbound.message(SocketMessage.Type.TEXT, frame.payload());
			case BINARY -> this.inbound.message(SocketMessage.Type.BINARY, frame.payload());
			case PING -> this.inbound.message(SocketMessage.Type.PING, frame.payload());
			case PONG -> this.inbound.message(SocketMessage.Type.PONG, frame.payload());
			case DATA -> this.inbound.part(frame.payload());
			case CREDIT -> this.outbound.addCredit(frame.credit());
			case CLOSE -> end(SocketClose.parse(frame.payload()));
			case ERROR -> lost("The other end has given up");
			default -> throw broken("A frame of the kind " + frame.kind().token() + " is none of a WebSocket");
		}
	}

	private static NatsExchangeException broken(String message) {
		return new NatsExchangeException(ExchangeFailure.STREAM_BROKEN, message);
	}

	/**
	 * Compares what has come with what the other end has sent before it said so.
	 * @param from who says so; anybody but the other end is not believed
	 */
	void confirm(String from, long sent) {
		SocketEnd peer = this.peer;
		if (peer != null && !peer.alive().equals(from)) {
			logger.debug("A sign of life for WebSocket {} has come from another than its other end", this.id);
		}
		else if (this.received < sent) {
			fail("Frames up to " + sent + " were sent, " + this.received + " have come");
		}
	}

	/**
	 * Returns how many frames the other end must have got, if it is to be told in this
	 * beat.
	 * @param beat the number of the beat
	 * @param everyBeats after how many beats it is told in any case
	 * @return the number, or -1
	 */
	long toConfirm(long beat, int everyBeats) {
		long sent = this.outbound.sent();
		if (sent == this.confirmed && beat - this.confirmedAt < everyBeats) {
			return -1;
		}
		this.confirmed = sent;
		this.confirmedAt = beat;
		return sent;
	}

	/**
	 * Gives up: the other end is told, as far as it can be.
	 */
	private void fail(String reason) {
		try {
			tell(FrameKind.ERROR, NOTHING);
		}
		finally {
			lost(reason);
		}
	}

	/**
	 * Ends without the other end.
	 * @param reason what has happened, for the log
	 */
	void lost(String reason) {
		if (!this.ended.get()) {
			logger.debug("WebSocket {} has ended: {}", this.id, reason);
		}
		end(this.endpoint.lost());
	}

	@Override
	public void close(SocketClose status) {
		try {
			tell(FrameKind.CLOSE, status.payload());
		}
		finally {
			end(status);
		}
	}

	private void tell(FrameKind kind, byte[] payload) {
		try {
			this.outbound.frame(kind, payload);
		}
		catch (NatsExchangeException ex) {
			// No connection: the other end learns with the next sign of life.
		}
	}

	private void end(SocketClose status) {
		if (!this.ended.compareAndSet(false, true)) {
			return;
		}
		try {
			this.outbound.close().forEach(SocketSender::closed);
		}
		finally {
			try {
				this.endpoint.forget(this);
			}
			finally {
				try {
					this.closed.tryEmitValue(status);
				}
				finally {
					this.inbound.end();
				}
			}
		}
	}

	@Override
	public boolean isOpen() {
		return !this.ended.get();
	}

	@Override
	public Mono<SocketClose> closed() {
		return this.closed.asMono();
	}

}
