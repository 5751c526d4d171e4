package io.natsproxy.core.exchange.listener;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executor;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.Inbox;
import io.natsproxy.core.exchange.InboxReceiver;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.format.MessageFormat;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.stream.BodySender;
import io.natsproxy.core.stream.BodyStream;
import io.natsproxy.core.stream.BodyTarget;
import io.natsproxy.core.stream.ReceiveWindow;
import io.natsproxy.core.stream.StreamEndpoint;
import io.natsproxy.core.subject.ReplySubjects;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.wire.Frame;
import io.natsproxy.core.wire.FrameKind;
import io.natsproxy.core.wire.HeadCodec;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.core.wire.WebSocketEnd;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * An exchange of natsproxy's own wire protocol, both bodies of which may be streams.
 */
final class NativeIncomingExchange extends IncomingExchange implements InboxReceiver {

	private static final byte[] NOTHING = {};

	private static final byte[] INCOMPLETE = "The service could not complete the response"
		.getBytes(StandardCharsets.UTF_8);

	private final ListenerStreams streams;

	private final NativeReplies replies;

	private final boolean streamed;

	private final int maxReply;

	private final @Nullable String noticeSubject;

	private final StreamEndpoint endpoint;

	/**
	 * When the caller was told last that the request is still being processed; 0 if it
	 * was not. Used by one thread at a time.
	 */
	private long noticedAt;

	/**
	 * The subject on which frames arrive. Guarded by this object.
	 */
	private @Nullable String ownSubject;

	/**
	 * Guarded by this object.
	 */
	private boolean countsAsStream;

	private volatile @Nullable BodyStream requestBody;

	private volatile @Nullable BodySender sender;

	private volatile @Nullable NatsHeaders responseHead;

	private volatile int responseStatus;

	private byte[] responseBody = NOTHING;

	/**
	 * Creates an exchange.
	 * @param streamed whether the body is only the first part of the request's
	 * @param maxReply most bytes of a body that the caller takes in the reply
	 * @param noticeSubject where the caller wants to be told that the request is still
	 * being processed, if it does
	 */
	NativeIncomingExchange(IncomingExchanges exchanges, ListenerStreams streams, NativeReplies replies,
			RequestHead head, boolean streamed, byte[] body, String replySubject, int maxReply,
			@Nullable String noticeSubject, ByteReservation memory) {
		super(exchanges, replies, head, body, replySubject, memory);
		this.streams = streams;
		this.replies = replies;
		this.streamed = streamed;
		this.maxReply = maxReply;
		this.noticeSubject = noticeSubject;
		this.endpoint = streams.newEndpoint(this::end);
	}

	@Override
	public @Nullable MessageFormat format() {
		return null;
	}

	@Override
	public @Nullable String socketId() {
		WebSocketEnd gateway = head().socket();
		return (gateway != null) ? gateway.id() : null;
	}

	@Override
	public boolean isStreamed() {
		return this.streamed;
	}

	@Override
	public Flux<byte[]> stream(Executor executor) {
		return Flux.defer(() -> {
			if (this.requestBody != null) {
				return Flux.error(new IllegalStateException("The body of the request has been subscribed to already"));
			}
			return accept(executor).heldFrames();
		});
	}

	@Override
	public void release(int bytes) {
		if (this.streamed) {
			memory().release(bytes);
		}
	}

	private BodyStream accept(Executor executor) {
		ReceiveWindow window = this.streams.newWindow(memory(), (bytes) -> send(FrameKind.CREDIT, Frame.credit(bytes)),
				this::refuse);
		BodyStream stream = new BodyStream(window, memory(), executor, () -> send(FrameKind.CANCEL, NOTHING),
				window::dropped);
		byte[] firstPart = takeBody();
		// It is held already, from when it came.
		memory().release(firstPart.length);
		stream.data(firstPart);
		this.requestBody = stream;
		try {
			String own = open();
			this.endpoint.send(FrameKind.ACCEPT, Frame.credit(window.open()), own);
			window.opened();
		}
		catch (Throwable ex) {
			stream.fail(ex);
			refuse(ex);
		}
		return stream;
	}

	/**
	 * Sends a frame; without a connection the exchange ends.
	 */
	private void send(FrameKind kind, byte[] payload) {
		try {
			this.endpoint.send(kind, payload);
		}
		catch (Throwable ex) {
			end(ex);
		}
	}

	/**
	 * Begins to receive frames, and counts as a stream from now on.
	 * @return the subject on which they arrive
	 * @throws NatsExchangeException if the exchange has ended, or there are too many
	 * streams
	 */
	private synchronized String open() {
		if (isEnded()) {
			throw hasEnded();
		}
		String own = this.ownSubject;
		if (own == null) {
			if (!this.countsAsStream && !exchanges().becomeStream()) {
				throw new NatsExchangeException(ExchangeFailure.TOO_MANY_STREAMS,
						"The service has too many streams, the limit is " + exchanges().maxStreams());
			}
			this.countsAsStream = true;
			own = this.streams.register(this);
			this.ownSubject = own;
			this.endpoint.open(replySubject());
		}
		return own;
	}

	@Override
	synchronized boolean isCountedAsStream() {
		return this.countsAsStream;
	}

	/**
	 * Nothing is to be told once there is a stream, whose pings tell; nor of what has
	 * come from another account, in which nothing would reach the caller.
	 */
	@Override
	@Nullable String noticeDue(long now, long after, long interval) {
		String subject = this.noticeSubject;
		if (subject == null || age(now) < after || isEnded() || this.endpoint.isOpen()
				|| ReplySubjects.isMapped(replySubject()) || isOverdue(now)) {
			return null;
		}
		return (this.noticedAt != 0 && now - this.noticedAt <= interval) ? null : subject;
	}

	@Override
	void noticed(long now) {
		this.noticedAt = now;
	}

	/**
	 * Whether the caller does not wait any more.
	 */
	private boolean isOverdue(long now) {
		Duration timeout = head().timeout();
		return timeout != null && age(now) > timeout.toNanos();
	}

	@Override
	Mono<Void> write(ResponseHead head, Publisher<byte[]> chunks, long length, Executor executor) {
		return Mono.create((sink) -> {
			NatsHeaders headers;
			try {
				headers = this.replies.headers(head);
			}
			catch (MalformedMessageException ex) {
				sink.error(ex);
				return;
			}
			this.responseStatus = head.status();
			this.responseHead = headers;
			BodySender sender = new BodySender(this.streams.responseShape(headers, this.maxReply, length), memory(),
					this.streams.timer(), executor, new ResponseTarget(sink, headers), sink.contextView());
			this.sender = sender;
			if (isEnded()) {
				sink.error(hasEnded());
				return;
			}
			sink.onCancel(sender);
			chunks.subscribe(sender);
		});
	}

	@Override
	public void complete(ResponseHead head) {
		NatsHeaders written = this.responseHead;
		if (written == null) {
			reply(head, NOTHING);
		}
		else if (enter(State.OPEN, State.ENDED)) {
			try {
				answered(this.replies.reply(replySubject(), this.responseStatus, written, this.responseBody));
				responseBytes(this.responseBody.length);
			}
			finally {
				release();
			}
		}
	}

	@Override
	public boolean expire() {
		return this.requestBody == null && super.expire();
	}

	@Override
	void notPermitted() {
		this.endpoint.close();
		super.notPermitted();
	}

	@Override
	public void onInboxRefused() {
		end(Inbox.refused());
	}

	/**
	 * Takes a frame, on the thread on which all frames arrive.
	 */
	@Override
	public void onMessage(TransportMessage message) {
		try {
			Frame frame = this.endpoint.receive(message);
			if (frame != null) {
				onFrame(frame);
			}
		}
		catch (MalformedMessageException ex) {
			end(new NatsExchangeException(ExchangeFailure.STREAM_BROKEN, ex.getMessage()));
		}
		catch (Throwable ex) {
			// Errors, too: what comes next would be taken for the whole.
			end(ex);
		}
	}

	private void onFrame(Frame frame) {
		BodyStream stream = this.requestBody;
		BodySender sender = this.sender;
		switch (frame.kind()) {
			case CREDIT -> {
				if (sender != null) {
					sender.addCredit(frame.credit());
				}
			}
			case DATA -> {
				requestBytes(frame.payload().length);
				require(stream, frame).data(frame.payload());
			}
			case END -> require(stream, frame).end();
			case CANCEL, ERROR -> {
				// Nothing need be said to a caller that has said this.
				this.endpoint.close();
				cancelled();
			}
			case PING, ACCEPT -> {
				// It has been heard.
			}
			default -> throw new NatsExchangeException(ExchangeFailure.STREAM_BROKEN,
					"A frame of the kind " + frame.kind().token() + " is that of a WebSocket");
		}
	}

	private static BodyStream require(@Nullable BodyStream stream, Frame frame) {
		if (stream == null) {
			throw new NatsExchangeException(ExchangeFailure.STREAM_BROKEN,
					"A frame of the kind " + frame.kind().token() + " came for a request that has not been accepted");
		}
		return stream;
	}

	private static boolean isRefusal(Throwable failure) {
		return failure instanceof NatsExchangeException ex && (ex.failure() == ExchangeFailure.MEMORY_EXHAUSTED
				|| ex.failure() == ExchangeFailure.TOO_MANY_STREAMS || ex.failure() == ExchangeFailure.INBOX_REFUSED);
	}

	/**
	 * Ends the exchange. Where there is no memory, or no place for a stream, the caller
	 * is told by a response if nothing has been sent; else the exchange breaks off.
	 */
	private void refuse(Throwable failure) {
		if (failure instanceof NatsExchangeException ex && isRefusal(ex) && reply(
				new ResponseHead(ex.status(), Problem.RETRY_HEADERS), Problem.of(ex.status(), ex.detail()).toJson())) {
			cancelHandler();
		}
		else {
			end(failure);
		}
	}

	@Override
	void breakOff(String reason) {
		if (this.endpoint.isOpen()) {
			this.endpoint.sendLast(FrameKind.ERROR, reason.getBytes(StandardCharsets.UTF_8));
		}
	}

	@Override
	void failRequestBody(Throwable failure) {
		BodyStream stream = this.requestBody;
		if (stream != null) {
			stream.fail(failure);
		}
	}

	@Override
	void free() {
		try {
			this.endpoint.close();
			BodySender sender = this.sender;
			if (sender != null) {
				sender.close();
			}
		}
		finally {
			try {
				unregister();
			}
			finally {
				super.free();
			}
		}
	}

	private synchronized void unregister() {
		if (this.ownSubject != null) {
			this.streams.unregister(this.ownSubject);
		}
	}

	/**
	 * Takes the body of the response.
	 */
	private final class ResponseTarget implements BodyTarget {

		private final MonoSink<Void> sink;

		private final NatsHeaders headers;

		ResponseTarget(MonoSink<Void> sink, NatsHeaders headers) {
			this.sink = sink;
			this.headers = headers;
		}

		@Override
		public void complete(byte[] body) {
			NativeIncomingExchange.this.responseBody = body;
			this.sink.success();
		}

		@Override
		public void begin(byte[] firstPart) {
			// Before the state changes: without a place for a stream, there is a
			// response.
			String own = open();
			if (!enter(State.OPEN, State.STREAMING)) {
				throw hasEnded();
			}
			begun(NativeIncomingExchange.this.responseStatus);
			HeadCodec.setStreamed(this.headers);
			NativeIncomingExchange.this.replies.publishHead(replySubject(), own, this.headers, firstPart);
			responseBytes(firstPart.length);
		}

		@Override
		public void frame(FrameKind kind, byte[] payload) {
			NativeIncomingExchange.this.endpoint.send(kind, payload);
			responseBytes(payload.length);
		}

		@Override
		public boolean isCrowded() {
			return NativeIncomingExchange.this.endpoint.isCrowded();
		}

		@Override
		public void stalled() {
			exchanges().statistics().streams().stalled();
		}

		@Override
		public void resumed(long nanos) {
			exchanges().statistics().streams().resumed(nanos);
		}

		@Override
		public void sent() {
			if (enter(State.STREAMING, State.ENDED)) {
				answered(NativeIncomingExchange.this.responseStatus);
				release();
			}
			this.sink.success();
		}

		@Override
		public void failed(Throwable failure) {
			try {
				if (enter(State.STREAMING, State.ENDED)) {
					NativeIncomingExchange.this.endpoint.sendLast(FrameKind.ERROR, INCOMPLETE);
					release();
				}
				else if (isRefusal(failure)) {
					refuse(failure);
				}
			}
			finally {
				this.sink.error(failure);
			}
		}

	}

}
