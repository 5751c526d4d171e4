package io.natsproxy.core.websocket;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

import io.natsproxy.core.transport.Denial;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.WireProtocol;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;

/**
 * One end of a WebSocket in a format that has nothing but messages: each is published as
 * it is, without credit. Text is what is UTF-8. What comes waits within the window, and
 * the WebSocket is closed when more comes. A message that cannot be published closes it
 * too, rather than to be missing.
 */
public final class FormatWebSocket implements WebSocketConnection {

	/**
	 * Time for which nobody may subscribe to the first message: gateways of others do so
	 * only when they have upgraded the connection of the client.
	 */
	private static final Duration UPGRADE_TIME = Duration.ofSeconds(10);

	private static final Duration RETRY_AFTER = Duration.ofMillis(20);

	private static final int TRY_AGAIN_LATER = 1013;

	private static final byte[] NOTHING = {};

	/**
	 * Made before it may be needed, when there is no memory for it.
	 */
	private static final WebSocketClose UNWATCHED = new WebSocketClose(1011,
			"The WebSocket can not be watched any more");

	private final FormatWebSockets sockets;

	private final String id;

	private final String messagesTo;

	private final String noticesTo;

	private final boolean service;

	private final int lostCode;

	private final WebSocketInbound inbound;

	private final Disposable.Composite resources = Disposables.composite();

	private final Disposable.Swap idleCheck = Disposables.swap();

	private final AtomicBoolean ended = new AtomicBoolean();

	private final Sinks.One<WebSocketClose> closed = Sinks.one();

	private final WebSocketCount count;

	private volatile long lastHeard = System.nanoTime();

	private volatile @Nullable String undelivered;

	/**
	 * Whether the gateway has subscribed; that of our own end is taken for granted.
	 */
	private volatile boolean established;

	/**
	 * Creates an end.
	 * @param messagesTo where its messages go
	 * @param noticesTo where the peer is told of the end
	 * @param service whether it is that of a service, which looks whether the peer is
	 * there
	 * @param lostCode with which code it is closed when the peer is lost
	 */
	FormatWebSocket(FormatWebSockets sockets, String id, String messagesTo, String noticesTo, boolean service,
			int lostCode, Executor executor) {
		this.sockets = sockets;
		this.id = id;
		this.messagesTo = messagesTo;
		this.noticesTo = noticesTo;
		this.service = service;
		this.established = !service;
		this.count = sockets.newCount();
		this.lostCode = lostCode;
		this.inbound = new WebSocketInbound(sockets.options(), sockets.newReservation(), executor, (bytes) -> {
		});
		this.resources.add(this.idleCheck);
	}

	/**
	 * Begins to receive.
	 */
	void open(String messages, String notices) {
		this.resources.add(this.sockets.inbox()
			.subscribe(messages, this::onMessage, () -> lost("What it is sent cannot be received")));
		// A WebSocket ends without notices too: the Go project knows none.
		this.resources.add(this.sockets.inbox().subscribe(notices, this::onNotice, () -> {
		}));
		if (this.service) {
			String own = this.sockets.inbox().newSubject();
			this.sockets.inbox().register(own, this::onUndelivered);
			this.resources.add(() -> this.sockets.inbox().remove(own));
			this.undelivered = own;
			scheduleIdleCheck(this.sockets.options().foreignIdleTimeout());
		}
	}

	/**
	 * The handshake has succeeded.
	 */
	public void accepted() {
		this.count.opened();
	}

	@Override
	public String id() {
		return this.id;
	}

	@Override
	public Flux<NatsWebSocketMessage> receive() {
		return this.inbound.messages();
	}

	/**
	 * The server does not permit something to be published.
	 */
	void onPublishDenied(Denial denial) {
		if (denial.concerns(this.messagesTo)) {
			lost("What it sends is not permitted");
		}
	}

	/**
	 * Takes a message, on the thread on which all arrive.
	 */
	private void onMessage(TransportMessage message) {
		byte[] payload = message.payload();
		this.lastHeard = System.nanoTime();
		if (payload.length > this.sockets.options().maxMessageSize()) {
			close(new WebSocketClose(WebSocketClose.TOO_BIG, "The message is too long"));
		}
		else if (!offer(Utf8.isValid(payload) ? new NatsWebSocketMessage(NatsWebSocketMessage.Type.TEXT, payload)
				: NatsWebSocketMessage.binary(payload))) {
			close(new WebSocketClose(TRY_AGAIN_LATER, "More messages wait than are taken"));
		}
	}

	/**
	 * The peer, one of ours, tells that it has closed the WebSocket.
	 */
	private void onNotice(TransportMessage message) {
		try {
			end(WebSocketClose.parse(message.payload()));
		}
		catch (MalformedMessageException ex) {
			lost("The peer has given up");
		}
	}

	/**
	 * Ends the WebSocket because nobody has subscribed to what has been sent: the gateway
	 * has gone.
	 */
	private void onUndelivered(TransportMessage message) {
		if (isNobody(message)) {
			lost("Nobody listens for the client any more");
		}
	}

	private static boolean isNobody(TransportMessage message) {
		return message.isStatus() && message.status() == WireProtocol.NO_RESPONDERS_STATUS;
	}

	private void scheduleIdleCheck(Duration in) {
		Duration timeout = this.sockets.options().foreignIdleTimeout();
		if (timeout.isZero()) {
			return;
		}
		this.idleCheck.update(this.sockets.timer().schedule(() -> checkIdle(timeout), in));
	}

	private void checkIdle(Duration timeout) {
		try {
			Duration left = timeout.minusNanos(System.nanoTime() - this.lastHeard);
			if (left.isNegative() || left.isZero()) {
				close(new WebSocketClose(1001, "Idle"));
			}
			else {
				scheduleIdleCheck(left);
			}
		}
		catch (Throwable ex) {
			// There would be no other check.
			end(UNWATCHED);
			throw ex;
		}
	}

	@Override
	public Mono<Void> send(Publisher<NatsWebSocketMessage> messages) {
		return Flux.from(messages).takeUntilOther(closed()).concatMap(this::deliver, 1).then();
	}

	private Mono<Void> deliver(NatsWebSocketMessage message) {
		if (message.type().isControl() || this.ended.get()) {
			// The format has no pings.
			return Mono.empty();
		}
		byte[] payload = message.payload();
		if (!isAllowed(message)) {
			return Mono.error(new IllegalArgumentException("A message of " + payload.length
					+ " bytes is longer than allowed: see natsproxy.websocket.max-message-size"));
		}
		if (this.service && message.type() == NatsWebSocketMessage.Type.BINARY && !Utf8.isValid(payload)) {
			return Mono.error(new IllegalArgumentException(
					"The message is not UTF-8, and the format of the gateway has no other"));
		}
		if (!this.established) {
			return Mono.<Void>create((sink) -> deliverFirst(payload, sink))
				.doOnSuccess((delivered) -> this.count.sent(message))
				.takeUntilOther(closed());
		}
		publishOrLose(this.messagesTo, this.undelivered, payload);
		this.count.sent(message);
		return Mono.empty();
	}

	/**
	 * Publishes the first message, again and again until somebody has subscribed. What is
	 * published to an own subject afterwards comes back behind the server's word that
	 * there is nobody.
	 */
	private void deliverFirst(byte[] payload, MonoSink<Void> sink) {
		String own = this.sockets.inbox().newSubject();
		long since = System.nanoTime();
		AtomicBoolean nobody = new AtomicBoolean();
		sink.onDispose(() -> this.sockets.inbox().remove(own));
		this.sockets.inbox().register(own, (message) -> {
			if (isNobody(message)) {
				nobody.set(true);
			}
			else if (nobody.getAndSet(false)) {
				this.sockets.timer().schedule(() -> tryFirst(own, payload, since), RETRY_AFTER);
			}
			else {
				this.established = true;
				sink.success();
			}
		});
		tryFirst(own, payload, since);
	}

	private void tryFirst(String own, byte[] payload, long since) {
		if (System.nanoTime() - since > UPGRADE_TIME.toNanos()) {
			lost("Nobody listens for the client");
		}
		if (!this.ended.get()) {
			publishOrLose(this.messagesTo, own, payload);
			publishOrLose(own, null, NOTHING);
		}
	}

	private void publishOrLose(String subject, @Nullable String replyTo, byte[] payload) {
		if (!publish(subject, replyTo, payload)) {
			lost("A message could not be sent: there is no connection to NATS");
		}
	}

	private boolean publish(String subject, @Nullable String replyTo, byte[] payload) {
		NatsTransport transport = this.sockets.transport();
		try {
			if (transport.isConnected()) {
				transport.publish(subject, replyTo, null, payload);
				return true;
			}
		}
		catch (IllegalStateException | IllegalArgumentException ex) {
			// As without a connection.
		}
		return false;
	}

	private boolean isAllowed(NatsWebSocketMessage message) {
		return message.payload().length <= this.sockets.options().maxMessageSize();
	}

	@Override
	public boolean offer(NatsWebSocketMessage message) {
		if (!isAllowed(message) || !this.inbound.offer(message)) {
			return false;
		}
		this.count.received(message);
		return true;
	}

	@Override
	public void close(WebSocketClose status) {
		if (end(status)) {
			publish(this.noticesTo, null, status.payload());
		}
	}

	/**
	 * Ends without the peer.
	 */
	public void lost(String reason) {
		end(new WebSocketClose(this.lostCode, reason));
	}

	private boolean end(WebSocketClose status) {
		if (!this.ended.compareAndSet(false, true)) {
			return false;
		}
		this.count.closed(status.code());
		try {
			this.resources.dispose();
		}
		finally {
			try {
				this.sockets.forget(this);
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
		return true;
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
