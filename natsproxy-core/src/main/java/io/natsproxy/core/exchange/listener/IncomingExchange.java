package io.natsproxy.core.exchange.listener;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.Inbox;
import io.natsproxy.core.exchange.InboxReceiver;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.format.FormatRequest;
import io.natsproxy.core.format.MessageFormat;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.stream.BodyChunks;
import io.natsproxy.core.stream.BodyCollector;
import io.natsproxy.core.stream.BodySender;
import io.natsproxy.core.stream.BodyShape;
import io.natsproxy.core.stream.BodyStream;
import io.natsproxy.core.stream.BodyTarget;
import io.natsproxy.core.stream.ReceiveWindow;
import io.natsproxy.core.stream.StreamEndpoint;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.wire.Frame;
import io.natsproxy.core.wire.FrameKind;
import io.natsproxy.core.wire.HeadCodec;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.core.wire.ResponseHead;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

/**
 * A request that was received, and its one response. Must be ended: by {@link #reply}, by
 * {@link #write} and {@link #complete}, or by {@link #discard}; whichever comes first
 * counts.
 */
public final class IncomingExchange implements InboxReceiver {

	private enum State {

		OPEN, STREAMING, ENDED

	}

	private static final byte[] NOTHING = {};

	private static final byte[] GIVEN_UP = "The service has given up".getBytes(StandardCharsets.UTF_8);

	private static final byte[] INCOMPLETE = "The service could not complete the response"
		.getBytes(StandardCharsets.UTF_8);

	private static final Executor OTHER_THREADS = Schedulers.parallel()::schedule;

	/**
	 * How long a handler may take where callers cannot say how long they wait, nor that
	 * they no longer do.
	 */
	private static final Duration FOREIGN_TIMEOUT = Duration.ofSeconds(60);

	/**
	 * Stands in place of what is to be done on cancellation once that has come.
	 */
	/**
	 * In place of a body that is no longer there.
	 */
	private static final byte[] GIVEN_UP_BODY = {};

	private static final Runnable CANCELLED = () -> {
	};

	private final NatsListener listener;

	private final RequestHead head;

	private final @Nullable MessageFormat format;

	private final @Nullable String socketId;

	private final boolean streamed;

	private volatile byte[] body;

	/**
	 * Guarded by this object.
	 */
	private int bodyReaders;

	private final String replySubject;

	private final int maxReply;

	/**
	 * Holds the body of the request as long as the handler may have it, and what is
	 * collected of the response.
	 */
	private final ByteReservation memory;

	private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

	private final StreamEndpoint endpoint;

	/**
	 * Guarded by this object.
	 */
	private @Nullable String ownSubject;

	/**
	 * Whether this counts as a stream. Guarded by this object.
	 */
	private boolean countsAsStream;

	private volatile @Nullable BodyStream requestBody;

	private volatile @Nullable BodySender sender;

	private volatile @Nullable NatsHeaders responseHead;

	private volatile @Nullable ResponseHead foreignHead;

	private byte[] responseBody = NOTHING;

	private volatile Supplier<Executor> executor = () -> OTHER_THREADS;

	private final AtomicReference<@Nullable Runnable> onCancel = new AtomicReference<>();

	/**
	 * Creates an exchange.
	 * @param streamed whether the body is only the first part of the request's
	 * @param maxReply most bytes of a body that the caller takes in the reply
	 * @param memory holds the body
	 */
	IncomingExchange(NatsListener listener, RequestHead head, boolean streamed, byte[] body, String replySubject,
			int maxReply, ByteReservation memory) {
		this(listener, null, head, null, streamed, body, replySubject, maxReply, memory);
	}

	/**
	 * Creates an exchange in another format.
	 */
	IncomingExchange(NatsListener listener, MessageFormat format, FormatRequest request, String replySubject,
			ByteReservation memory) {
		this(listener, format, withTimeout(request.head()), request.socketId(), false, request.body(), replySubject,
				Integer.MAX_VALUE, memory);
	}

	private IncomingExchange(NatsListener listener, @Nullable MessageFormat format, RequestHead head,
			@Nullable String socketId, boolean streamed, byte[] body, String replySubject, int maxReply,
			ByteReservation memory) {
		this.listener = listener;
		this.format = format;
		this.head = head;
		this.socketId = socketId;
		this.streamed = streamed;
		this.body = body;
		this.replySubject = replySubject;
		this.maxReply = maxReply;
		this.memory = memory;
		this.endpoint = listener.newEndpoint(this::lost);
	}

	private static RequestHead withTimeout(RequestHead head) {
		return new RequestHead(head.method(), head.target(), FOREIGN_TIMEOUT, head.headers());
	}

	/**
	 * Returns the head of the request.
	 * @return the head
	 */
	public RequestHead head() {
		return this.head;
	}

	/**
	 * Returns the format in which the request has come, and its response goes.
	 * @return the format, or {@code null} for natsproxy's own
	 */
	public @Nullable MessageFormat format() {
		return this.format;
	}

	/**
	 * Returns the id of the WebSocket whose handshake the request is, in whatever format.
	 * @return the id, or {@code null} when it is no handshake
	 */
	public @Nullable String socketId() {
		return (this.head.socket() != null) ? this.head.socket().id() : this.socketId;
	}

	/**
	 * Sets where streams and WebSockets of this exchange are moved on.
	 * @param executor is asked on the thread on which one of them begins; what it returns
	 * may run a task at once
	 */
	public void executor(Supplier<Executor> executor) {
		this.executor = executor;
	}

	/**
	 * Returns where a stream or a WebSocket is moved on that begins on the calling
	 * thread.
	 * @return what was set for it, or some other threads
	 */
	public Executor executor() {
		return this.executor.get();
	}

	/**
	 * Whether the body of the request is a stream.
	 * @return whether {@link #stream} is to be called for it
	 */
	public boolean isStreamed() {
		return this.streamed;
	}

	/**
	 * Returns the whole body of a request that is not streamed.
	 * @return the body, not copied; empty once it has been given up
	 */
	public byte[] body() {
		return this.body;
	}

	/**
	 * Returns the whole body of a request that is not streamed, to a reader who says when
	 * he no longer needs it. When all have said so, it is given up, and takes up no more
	 * memory. Without them it counts until the exchange ends.
	 * @return the body, not copied, for one call of {@link #releaseBody()}; {@code null}
	 * if it has been given up
	 */
	public synchronized byte @Nullable [] acquireBody() {
		if (this.body == GIVEN_UP_BODY) {
			return null;
		}
		this.bodyReaders++;
		return this.body;
	}

	/**
	 * Reports that a reader no longer needs the whole body.
	 */
	public synchronized void releaseBody() {
		if (this.bodyReaders > 0 && --this.bodyReaders == 0) {
			this.memory.release(this.body.length);
			this.body = GIVEN_UP_BODY;
		}
	}

	/**
	 * Returns the body of a request that is streamed, as {@link #stream(Executor)} does,
	 * delivered where {@link #executor()} says on subscription.
	 * @return the body, for one subscriber
	 */
	public Flux<byte[]> stream() {
		return Flux.defer(() -> stream(executor()));
	}

	/**
	 * Returns the body of a request that is streamed. The caller sends it once this is
	 * subscribed to, at the pace at which it is consumed.
	 * @param executor where frames are delivered
	 * @return the body, for one subscriber; fails with a {@link NatsExchangeException}
	 * when it is not going to be completed
	 */
	public Flux<byte[]> stream(Executor executor) {
		return Flux.defer(() -> {
			if (this.requestBody != null) {
				return Flux.error(new IllegalStateException("The body of the request has been subscribed to already"));
			}
			return accept(executor).heldFrames();
		});
	}

	/**
	 * Reports that bytes of the request's body take up no more memory. Without it they
	 * count until the exchange ends.
	 * @param bytes number of bytes that {@link #stream()} has delivered
	 */
	public void release(int bytes) {
		if (this.streamed) {
			this.memory.release(bytes);
		}
	}

	private BodyStream accept(Executor executor) {
		ReceiveWindow window = this.listener.newWindow(this.memory,
				(bytes) -> send(FrameKind.CREDIT, Frame.credit(bytes)), this::refuse);
		BodyStream stream = new BodyStream(window, this.memory, executor, () -> send(FrameKind.CANCEL, NOTHING),
				window::dropped);
		// It is held already, from when it came.
		this.memory.release(this.body.length);
		stream.data(this.body);
		this.body = NOTHING;
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
	 * Begins to receive frames.
	 * @return the subject on which they arrive
	 * @throws NatsExchangeException if the exchange has ended, or there are too many
	 * streams
	 */
	private synchronized String open() {
		if (this.state.get() == State.ENDED) {
			throw hasEnded();
		}
		String own = this.ownSubject;
		if (own == null) {
			if (!this.listener.becomeStream()) {
				throw new NatsExchangeException(ExchangeFailure.TOO_MANY_STREAMS,
						"The service has too many streams, the limit is " + this.listener.maxStreams());
			}
			this.countsAsStream = true;
			own = this.listener.register(this);
			this.ownSubject = own;
			this.endpoint.open(this.replySubject);
		}
		return own;
	}

	/**
	 * Sets what is done when the caller has stopped waiting, has gone, or cannot complete
	 * its request. If that has been so already, it is done at once.
	 * @param action called once at the most, on any thread; must not block
	 */
	public void onCancel(Runnable action) {
		if (this.onCancel.getAndUpdate((current) -> (current == CANCELLED) ? CANCELLED : action) == CANCELLED) {
			action.run();
		}
	}

	private void cancelHandler() {
		Runnable action = this.onCancel.getAndSet(CANCELLED);
		if (action != null) {
			action.run();
		}
	}

	private static NatsExchangeException hasEnded() {
		return new NatsExchangeException(ExchangeFailure.STREAM_BROKEN, "The exchange has ended");
	}

	/**
	 * Sends a response in one message and ends the exchange. One that does not fit is
	 * replaced by a problem with status 502.
	 * @param head the head
	 * @param body the whole body, which must not be changed afterwards
	 * @return whether this ended the exchange
	 */
	public boolean reply(ResponseHead head, byte[] body) {
		if (!this.state.compareAndSet(State.OPEN, State.ENDED)) {
			return false;
		}
		try {
			this.listener.reply(this.replySubject, this.format, head, body);
		}
		finally {
			release();
		}
		return true;
	}

	/**
	 * Sends the body of a response, as {@link #write(ResponseHead, Publisher, Executor)}
	 * does, and asks for more of it where {@link #executor()} says on subscription.
	 * @param head the head
	 * @param chunks the body
	 * @return completes when the body has been taken or sent
	 */
	public Mono<Void> write(ResponseHead head, Publisher<byte[]> chunks) {
		return write(head, chunks, -1);
	}

	/**
	 * Sends the body of a response, as {@link #write(ResponseHead, Publisher)} does.
	 * @param head the head
	 * @param chunks the body
	 * @param length length of the body in bytes, -1 if it is not known
	 * @return completes when the body has been taken or sent
	 */
	public Mono<Void> write(ResponseHead head, Publisher<byte[]> chunks, long length) {
		return Mono.defer(() -> write(head, chunks, length, executor()));
	}

	/**
	 * Sends the body of a response. One that fits one message is kept until
	 * {@link #complete}, so that a failure can still become another response; otherwise
	 * the head is sent, and the body streamed at the pace of the caller.
	 * @param head the head
	 * @param chunks the body; {@link BodyChunks#FLUSH} sends what has come so far
	 * @param executor where the body is asked for more
	 * @return completes when the body has been taken or sent; says nothing more when the
	 * exchange ends in another way
	 */
	public Mono<Void> write(ResponseHead head, Publisher<byte[]> chunks, Executor executor) {
		return write(head, chunks, -1, executor);
	}

	private Mono<Void> write(ResponseHead head, Publisher<byte[]> chunks, long length, Executor executor) {
		if (this.format != null) {
			return collect(head, chunks);
		}
		return Mono.create((sink) -> {
			NatsHeaders headers;
			try {
				headers = this.listener.encode(head);
			}
			catch (MalformedMessageException ex) {
				sink.error(ex);
				return;
			}
			this.responseHead = headers;
			BodyShape shape = BodyShape.response(Math.min(this.listener.maxMessage(headers), this.maxReply),
					this.listener.frameSize(), length);
			BodySender sender = new BodySender(shape, this.memory, this.listener.timer(), executor,
					new ResponseTarget(sink), sink.contextView());
			this.sender = sender;
			if (this.state.get() == State.ENDED) {
				sink.error(hasEnded());
				return;
			}
			sink.onCancel(sender);
			chunks.subscribe(sender);
		});
	}

	/**
	 * Keeps a body for {@link #complete}: other formats have no streams. What is longer
	 * than a message becomes a problem in its place.
	 */
	private Mono<Void> collect(ResponseHead head, Publisher<byte[]> chunks) {
		return BodyCollector.collect(chunks, this.listener.maxPayload(), this.memory).doOnNext((body) -> {
			this.foreignHead = head;
			this.responseBody = body;
		}).onErrorResume(BodyCollector.TooLongException.class, (ex) -> {
			this.foreignHead = new ResponseHead(502, Problem.HEADERS);
			this.responseBody = Problem
				.of(502, "The response takes more than one NATS message of " + this.listener.maxPayload()
						+ " bytes, and the format of the request has no streams")
				.toJson();
			return Mono.empty();
		}).then();
	}

	/**
	 * Sends a response whose body has been written, or has none, and ends the exchange. A
	 * response that has been streamed has ended it already.
	 * @param head the head, where nothing has been written
	 */
	public void complete(ResponseHead head) {
		NatsHeaders written = this.responseHead;
		ResponseHead foreign = this.foreignHead;
		if (written == null) {
			reply((foreign != null) ? foreign : head, this.responseBody);
		}
		else if (this.state.compareAndSet(State.OPEN, State.ENDED)) {
			try {
				this.listener.reply(this.replySubject, written, this.responseBody);
			}
			finally {
				release();
			}
		}
	}

	/**
	 * Ends the exchange without a response, because its caller no longer waits for the
	 * head of one. Changes nothing once a streamed request is being received or a
	 * response being streamed: their callers wait for as long as they move.
	 * @return whether this ended the exchange
	 */
	public boolean expire() {
		if (this.requestBody != null || !this.state.compareAndSet(State.OPEN, State.ENDED)) {
			return false;
		}
		release();
		return true;
	}

	/**
	 * Ends the exchange without a response, or breaks off a streamed one.
	 * @return whether this ended the exchange
	 */
	public boolean discard() {
		State before = this.state.getAndSet(State.ENDED);
		if (before == State.ENDED) {
			return false;
		}
		try {
			if (this.endpoint.isOpen()) {
				this.endpoint.sendLast(FrameKind.ERROR, GIVEN_UP);
			}
		}
		finally {
			release();
		}
		return true;
	}

	/**
	 * Ends the exchange because the service stops.
	 */
	void abort() {
		Problem problem = Problem.of(503, "The service is shutting down");
		if (reply(new ResponseHead(503, Problem.RETRY_HEADERS), problem.toJson()) || discard()) {
			cancelHandler();
		}
	}

	/**
	 * What is streamed to the caller is not permitted: nobody is going to receive it.
	 */
	void notPermitted() {
		this.endpoint.close();
		lost(NatsExchangeException.notPermitted(this.replySubject));
	}

	@Override
	public void onInboxRefused() {
		lost(Inbox.refused());
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
			lost(new NatsExchangeException(ExchangeFailure.STREAM_BROKEN, ex.getMessage()));
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
			case DATA -> require(stream, frame).data(frame.payload());
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

	/**
	 * The caller has stopped waiting.
	 */
	void cancelled() {
		end(new NatsExchangeException(ExchangeFailure.STREAM_FAILED, "The caller has stopped waiting"));
	}

	private void lost(NatsExchangeException failure) {
		end(failure);
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

	/**
	 * Whatever of this fails, the exchange holds nothing afterwards.
	 */
	private void end(Throwable failure) {
		if (this.state.getAndSet(State.ENDED) == State.ENDED) {
			return;
		}
		try {
			if (this.endpoint.isOpen()) {
				this.endpoint.sendLast(FrameKind.ERROR,
						String.valueOf(failure.getMessage()).getBytes(StandardCharsets.UTF_8));
			}
		}
		finally {
			try {
				free();
			}
			finally {
				cancelHandler();
			}
		}
		// Last, so that it meets only those who read the body beside the handler.
		failRequestBody(failure);
	}

	private void release() {
		try {
			free();
		}
		finally {
			failRequestBody(hasEnded());
		}
	}

	/**
	 * Fails the body of the request, unless it is complete: no more frames are received.
	 */
	private void failRequestBody(Throwable failure) {
		BodyStream stream = this.requestBody;
		if (stream != null) {
			stream.fail(failure);
		}
	}

	private void free() {
		try {
			this.endpoint.close();
			BodySender sender = this.sender;
			if (sender != null) {
				sender.cancel();
			}
		}
		finally {
			this.memory.close();
			synchronized (this) {
				this.listener.ended(this, this.ownSubject, this.countsAsStream);
			}
		}
	}

	String replySubject() {
		return this.replySubject;
	}

	/**
	 * Where the body of the response goes.
	 */
	private final class ResponseTarget implements BodyTarget {

		private final MonoSink<Void> sink;

		ResponseTarget(MonoSink<Void> sink) {
			this.sink = sink;
		}

		@Override
		public void complete(byte[] body) {
			IncomingExchange.this.responseBody = body;
			this.sink.success();
		}

		@Override
		public void begin(byte[] firstPart) {
			// Before the state changes: without a place for a stream, there is a
			// response.
			String own = open();
			if (!IncomingExchange.this.state.compareAndSet(State.OPEN, State.STREAMING)) {
				throw hasEnded();
			}
			NatsHeaders headers = IncomingExchange.this.responseHead;
			if (headers != null) {
				HeadCodec.setStreamed(headers);
				IncomingExchange.this.listener.publishHead(IncomingExchange.this.replySubject, own, headers, firstPart);
			}
		}

		@Override
		public void frame(FrameKind kind, byte[] payload) {
			IncomingExchange.this.endpoint.send(kind, payload);
		}

		@Override
		public void sent() {
			if (IncomingExchange.this.state.compareAndSet(State.STREAMING, State.ENDED)) {
				release();
			}
			this.sink.success();
		}

		@Override
		public void failed(Throwable failure) {
			try {
				if (IncomingExchange.this.state.compareAndSet(State.STREAMING, State.ENDED)) {
					IncomingExchange.this.endpoint.sendLast(FrameKind.ERROR, INCOMPLETE);
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
