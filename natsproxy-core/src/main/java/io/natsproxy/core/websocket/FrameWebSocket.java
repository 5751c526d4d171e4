package io.natsproxy.core.websocket;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.InboxReceiver;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.stream.FrameReceiver;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.wire.Frame;
import io.natsproxy.core.wire.FrameKind;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.WebSocketEnd;
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
public final class FrameWebSocket implements WebSocketConnection, InboxReceiver {

	private static final Logger logger = LoggerFactory.getLogger(FrameWebSocket.class);

	private static final WebSocketClose NO_MEMORY = new WebSocketClose(1013, "There is no memory for more messages");

	private static final byte[] NOTHING = {};

	private final WebSocketEndpoint endpoint;

	private final String id;

	private final String frames;

	private final Executor executor;

	private final WebSocketInbound inbound;

	private final WebSocketOutbound outbound;

	private final AtomicBoolean ended = new AtomicBoolean();

	private final Sinks.One<WebSocketClose> closed = Sinks.one();

	private final WebSocketCount count;

	/**
	 * Used on the thread on which frames arrive.
	 */
	private final FrameReceiver received = new FrameReceiver();

	private volatile @Nullable WebSocketEnd peer;

	/**
	 * The number of frames of which the peer has last been told, and the beat in which it
	 * was; used by one beat at a time.
	 */
	private long confirmed = -1;

	private long confirmedAt;

	FrameWebSocket(WebSocketEndpoint endpoint, String id, String frames, Executor executor) {
		this.endpoint = endpoint;
		this.id = id;
		this.frames = frames;
		this.executor = executor;
		this.inbound = new WebSocketInbound(endpoint.options(), endpoint.newReservation(), executor, this::grant);
		this.count = endpoint.newCount();
		this.outbound = new WebSocketOutbound(endpoint.transport(), endpoint.options(), this.count);
	}

	@Override
	public String id() {
		return this.id;
	}

	/**
	 * Returns what the peer is told in the handshake.
	 */
	public WebSocketEnd local() {
		return new WebSocketEnd(this.id, this.frames, this.endpoint.alive(), this.endpoint.options().window());
	}

	/**
	 * Begins to send: the peer has told where it receives.
	 */
	public void connect(WebSocketEnd peer) {
		this.peer = peer;
		this.count.opened();
		this.endpoint.connected(this, peer);
		this.outbound.open(peer.frames(), peer.credit());
		if (this.ended.get()) {
			this.endpoint.forget(this);
		}
	}

	@Nullable WebSocketEnd peer() {
		return this.peer;
	}

	String frames() {
		return this.frames;
	}

	WebSocketOutbound outbound() {
		return this.outbound;
	}

	@Override
	public Flux<NatsWebSocketMessage> receive() {
		return this.inbound.messages();
	}

	@Override
	public Mono<Void> send(Publisher<NatsWebSocketMessage> messages) {
		return Mono.create((sink) -> {
			WebSocketSender sender = new WebSocketSender(this, sink);
			sink.onCancel(sender);
			Flux.from(messages).takeUntilOther(closed()).subscribe(sender);
		});
	}

	@Override
	public boolean offer(NatsWebSocketMessage message) {
		if (!isAllowed(message) || !this.inbound.offer(message)) {
			return false;
		}
		this.count.received(message);
		return true;
	}

	public boolean isAllowed(NatsWebSocketMessage message) {
		return this.endpoint.options().allows(message);
	}

	/**
	 * Sends a message for a sender.
	 * @return {@code false} if it has to wait
	 */
	boolean transmit(NatsWebSocketMessage message, WebSocketSender sender) {
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
	public void onMessage(TransportMessage message) {
		if (this.ended.get()) {
			return;
		}
		try {
			Frame frame = this.received.receive(message);
			if (frame == null) {
				throw broken("A message came that is no frame");
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
			case TEXT -> onMessage(NatsWebSocketMessage.Type.TEXT, frame.payload());
			case BINARY -> onMessage(NatsWebSocketMessage.Type.BINARY, frame.payload());
			case PING -> this.inbound.message(NatsWebSocketMessage.Type.PING, frame.payload());
			case PONG -> this.inbound.message(NatsWebSocketMessage.Type.PONG, frame.payload());
			case DATA -> {
				this.count.receivedPart(frame.payload().length);
				this.inbound.part(frame.payload());
			}
			case CREDIT -> this.outbound.addCredit(frame.credit());
			case CLOSE -> end(WebSocketClose.parse(frame.payload()));
			case ERROR -> lost("The peer has given up");
			default -> throw broken("A frame of the kind " + frame.kind().token() + " is none of a WebSocket");
		}
	}

	private void onMessage(NatsWebSocketMessage.Type type, byte[] payload) {
		this.count.received(payload.length);
		this.inbound.message(type, payload);
	}

	private static NatsExchangeException broken(String message) {
		return new NatsExchangeException(ExchangeFailure.STREAM_BROKEN, message);
	}

	/**
	 * Compares what has come with what the peer has sent before it said so.
	 * @param from who says so; anybody but the peer is not believed
	 */
	void confirm(String from, long sent) {
		WebSocketEnd peer = this.peer;
		if (peer != null && !peer.alive().equals(from)) {
			logger.debug("A heartbeat for WebSocket {} has come from another than its peer", this.id);
		}
		else if (this.received.received() < sent) {
			fail("Frames up to " + sent + " were sent, " + this.received.received() + " have come");
		}
	}

	/**
	 * Returns how many frames the peer must have got, if it is to be told in this beat.
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
	 * Gives up: the peer is told, as far as it can be.
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
	 * Ends without the peer.
	 * @param reason what has happened, for the log
	 */
	public void lost(String reason) {
		if (!this.ended.get()) {
			logger.debug("WebSocket {} has ended: {}", this.id, reason);
		}
		end(this.endpoint.lost());
	}

	@Override
	public void close(WebSocketClose status) {
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
			// No connection: the peer learns with the next heartbeat.
		}
	}

	private void end(WebSocketClose status) {
		if (!this.ended.compareAndSet(false, true)) {
			return;
		}
		this.count.closed(status.code());
		try {
			this.outbound.close().forEach(WebSocketSender::closed);
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
	public Mono<WebSocketClose> closed() {
		return this.closed.asMono();
	}

}
