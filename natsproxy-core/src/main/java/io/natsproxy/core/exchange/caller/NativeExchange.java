package io.natsproxy.core.exchange.caller;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.Inbox;
import io.natsproxy.core.exchange.InboxReceiver;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.log.SafeText;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.stream.BodySender;
import io.natsproxy.core.stream.BodyShape;
import io.natsproxy.core.stream.BodyStream;
import io.natsproxy.core.stream.BodyTarget;
import io.natsproxy.core.stream.ReceiveWindow;
import io.natsproxy.core.stream.StreamEndpoint;
import io.natsproxy.core.subject.ReplySubjects;
import io.natsproxy.core.transport.Denial;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.wire.Frame;
import io.natsproxy.core.wire.FrameKind;
import io.natsproxy.core.wire.HeadCodec;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.WebSocketEnd;
import io.natsproxy.core.wire.WireProtocol;
import io.netty.util.concurrent.EventExecutor;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * One exchange of a {@link NatsCaller}: sends the request, waits for the head of the
 * response, receives its body, and ends in exactly one way, after which it holds nothing.
 */
final class NativeExchange implements BodyTarget, InboxReceiver {

	private enum State {

		/**
		 * Reading a body that may fit one message.
		 */
		COLLECTING,

		/**
		 * The request has been published, or its head.
		 */
		AWAITING_HEAD,

		/**
		 * The head of a response has come, whose body is a stream.
		 */
		STREAMING,

		ENDED

	}

	private static final Logger logger = LoggerFactory.getLogger(NativeExchange.class);

	private static final byte[] NOTHING = {};

	private static final byte[] GIVEN_UP = "The caller has given up".getBytes(StandardCharsets.UTF_8);

	/**
	 * Bytes that each reply may carry without a further word, however many there are.
	 */
	private static final int LEAST_REPLY = 16 * 1024;

	private final NatsCaller caller;

	private final CallerConnection connection;

	private final String subject;

	private final NatsHeaders headers;

	private final @Nullable WebSocketEnd socket;

	private final Duration timeout;

	private final Executor executor;

	private final MonoSink<NatsReply> sink;

	private final String replySubject;

	private final ExchangePlace place;

	private final ByteReservation memory;

	/**
	 * Bytes that the reply may carry without a further word.
	 */
	private final AtomicInteger maxReply = new AtomicInteger();

	private final long startedAt = System.nanoTime();

	private final AtomicReference<State> state = new AtomicReference<>(State.COLLECTING);

	private final BodySender sender;

	private final StreamEndpoint stream;

	private final Disposable.Swap deadline = Disposables.swap();

	private volatile boolean published;

	private volatile boolean denied;

	private volatile boolean unwanted;

	private volatile boolean streamed;

	private boolean accepted;

	private volatile @Nullable BodyStream responseBody;

	/**
	 * Creates an exchange.
	 * @param connection the connection of the exchange
	 * @param subject the subject of the request
	 * @param replySubject the subject of the reply
	 * @param headers the head of the request
	 * @param socket the WebSocket whose handshake this is, if it is one
	 * @param place its place among all exchanges
	 */
	NativeExchange(NatsCaller caller, CallerConnection connection, String subject, String replySubject,
			NatsHeaders headers, @Nullable WebSocketEnd socket, ExchangePlace place, CallOptions call,
			MonoSink<NatsReply> sink) {
		this.caller = caller;
		this.connection = connection;
		this.subject = subject;
		this.replySubject = replySubject;
		this.headers = headers;
		this.socket = socket;
		this.place = place;
		this.timeout = call.timeout();
		this.executor = call.executor();
		this.sink = sink;
		this.memory = new ByteReservation(caller.budget());
		this.stream = connection.newStream(this::lost);
		this.sender = new BodySender(
				BodyShape.request(connection.maxMessage(headers), connection.frameSize(), call.length()), this.memory,
				caller.timer(), this.executor, this, sink.contextView());
	}

	String replySubject() {
		return this.replySubject;
	}

	boolean hasEnded() {
		return this.state.get() == State.ENDED;
	}

	void start(Publisher<byte[]> body) {
		this.sink.onCancel(this::cancelled);
		this.deadline.update(this.caller.timer().schedule(this::onDeadline, this.timeout));
		if (isEmpty(body)) {
			complete(NOTHING);
		}
		else {
			body.subscribe(this.sender);
		}
	}

	/**
	 * Whether a body is known to have no content, which most requests have not.
	 */
	private static boolean isEmpty(Publisher<byte[]> body) {
		return body == Flux.<byte[]>empty() || body == Mono.<byte[]>empty();
	}

	@Override
	public void complete(byte[] body) {
		publish(body, false);
		this.memory.release(body.length);
	}

	@Override
	public void begin(byte[] firstPart) {
		publish(firstPart, true);
	}

	private void publish(byte[] body, boolean streamed) {
		if (!this.state.compareAndSet(State.COLLECTING, State.AWAITING_HEAD)) {
			return;
		}
		try {
			if (streamed) {
				this.place.stream();
				this.streamed = true;
				HeadCodec.setStreamed(this.headers);
			}
			else {
				this.place.publish();
			}
			HeadCodec.setTimeout(this.headers, this.timeout.minusNanos(System.nanoTime() - this.startedAt));
			HeadCodec.setMaxReply(this.headers, takeMaxReply());
			this.published = this.connection.publish(this, this.subject, this.headers, body);
		}
		catch (Throwable ex) {
			failed(ex);
		}
		if (this.unwanted && this.published && !this.denied) {
			// It ended while it was being published: the word must not come first.
			this.connection.publishCancel(this.replySubject);
		}
	}

	/**
	 * Takes the part of the connection's credit that the reply may use.
	 */
	private int takeMaxReply() {
		int most = this.connection.maxReply();
		int taken = this.connection.credit().take(most, Math.min(most, LEAST_REPLY));
		this.maxReply.set(taken);
		if (hasEnded()) {
			giveMaxReplyBack();
		}
		return taken;
	}

	private void giveMaxReplyBack() {
		this.connection.credit().giveBack(this.maxReply.getAndSet(0));
	}

	@Override
	public void frame(FrameKind kind, byte[] payload) {
		this.stream.send(kind, payload);
	}

	/**
	 * The request has been sent: from now on the response is due.
	 */
	@Override
	public void sent() {
		if (this.state.get() == State.AWAITING_HEAD) {
			this.deadline.update(this.caller.timer().schedule(this::onDeadline, this.timeout));
		}
	}

	@Override
	public void failed(Throwable failure) {
		end(failure);
	}

	/**
	 * The request, or a frame, was not published: nobody is going to answer.
	 */
	@Override
	public void onPublishDenied(Denial denial) {
		String peer = this.stream.peer();
		if (peer == null && (denial.concerns(this.subject) || denial.concerns(this.replySubject))) {
			// Nobody is at work who is to be told.
			this.denied = true;
			end(NatsExchangeException.notPermitted(this.subject));
		}
		else if (denial.concerns(peer)) {
			this.stream.close();
			end(NatsExchangeException.notPermitted(this.subject));
		}
	}

	@Override
	public void onInboxRefused() {
		end(Inbox.refused());
	}

	/**
	 * Takes a message, on the thread on which all messages arrive.
	 */
	@Override
	public void onMessage(TransportMessage message) {
		try {
			Frame frame = this.stream.receive(message);
			if (frame != null) {
				onFrame(frame, message.replySubject());
			}
			else if (isStreamed(message.headers())) {
				onStreamedHead(message);
			}
			else if (this.state.compareAndSet(State.AWAITING_HEAD, State.ENDED)) {
				release();
				answer(() -> succeed(message, null));
			}
		}
		catch (MalformedMessageException ex) {
			end(broken(String.valueOf(ex.getMessage())));
		}
		catch (Throwable ex) {
			// Errors, too: what comes next would be taken for the whole.
			end(ex);
		}
	}

	private static boolean isStreamed(@Nullable NatsHeaders headers) {
		return headers != null && headers.containsKey(WireProtocol.STATUS_HEADER) && HeadCodec.isStreamed(headers);
	}

	private void onStreamedHead(TransportMessage message) {
		if (this.responseBody != null) {
			return;
		}
		String peer = message.replySubject();
		if (peer == null || !this.caller.replySubjects().allows(peer, "the reply subject of a streamed response")) {
			throw new NatsExchangeException(ExchangeFailure.BAD_REPLY,
					"The service sent a malformed reply: a streamed body without an inbox as its reply subject");
		}
		open(peer);
		ByteReservation held = new ByteReservation(this.caller.budget());
		ReceiveWindow window = new ReceiveWindow(this.caller.streamOptions().window(), this.connection.maxPayload(),
				held, this.connection.credit(), this.caller.timer(), this::grant, this::end);
		BodyStream body = new BodyStream(window, held, this.executor, this::cancelled, held::close);
		long credit;
		try {
			body.data(message.payload());
			credit = window.open();
			// Before the state changes: whoever ends the exchange from then on ends it.
			this.responseBody = body;
			// Without a place for a stream the service is told that it is not wanted.
			this.place.stream();
		}
		catch (Throwable ex) {
			body.fail(ex);
			held.close();
			throw ex;
		}
		if (!this.state.compareAndSet(State.AWAITING_HEAD, State.STREAMING)) {
			body.fail(broken("The exchange has ended"));
			return;
		}
		giveMaxReplyBack();
		try {
			this.deadline.dispose();
		}
		catch (Throwable ex) {
			this.sink.error(ex);
			throw ex;
		}
		answer(() -> {
			grant(credit);
			window.opened();
			succeed(message, body);
		});
	}

	/**
	 * Opens the stream to the instance that answers or accepts: one and the same.
	 */
	private void open(String peer) {
		String before = this.stream.peer();
		if (before != null && !ReplySubjects.areOfOneSender(before, peer)) {
			throw broken("The request was accepted by another than has answered it");
		}
		this.stream.open(peer);
	}

	private void grant(long bytes) {
		if (hasEnded()) {
			return;
		}
		try {
			this.stream.send(FrameKind.CREDIT, Frame.credit(bytes));
		}
		catch (Throwable ex) {
			end(ex);
		}
	}

	private void onFrame(Frame frame, @Nullable String replySubject) {
		BodyStream body = this.responseBody;
		switch (frame.kind()) {
			case ACCEPT -> {
				if (!this.streamed || this.accepted || replySubject == null || !this.caller.replySubjects()
					.allows(replySubject, "the reply subject of who accepts a streamed request")) {
					throw broken("The request was accepted twice, or nowhere, or has no stream");
				}
				this.accepted = true;
				this.deadline.update(Disposables.disposed());
				open(replySubject);
				this.sender.addCredit(frame.credit());
			}
			case CREDIT -> {
				if (!this.accepted) {
					throw broken("Credit came for a request that nobody has accepted");
				}
				this.sender.addCredit(frame.credit());
			}
			case CANCEL -> {
				this.sender.cancel();
				sent();
			}
			case DATA -> require(body, frame).data(frame.payload());
			case END -> {
				BodyStream ended = require(body, frame);
				if (this.state.compareAndSet(State.STREAMING, State.ENDED)) {
					release();
					ended.end();
				}
			}
			case ERROR ->
				end(NatsExchangeException.told(ExchangeFailure.STREAM_FAILED, ExchangeFailure.STREAM_FAILED.status(),
						"The service could not complete the response", SafeText.of(frame.payload())));
			case PING -> {
				// It has been heard.
			}
			default -> throw broken("A frame of the kind " + frame.kind().token() + " is that of a WebSocket");
		}
	}

	private static BodyStream require(@Nullable BodyStream body, Frame frame) {
		if (body == null) {
			throw broken("A frame of the kind " + frame.kind().token() + " came before the head");
		}
		return body;
	}

	private static NatsExchangeException broken(String message) {
		return new NatsExchangeException(ExchangeFailure.STREAM_BROKEN, message);
	}

	private void succeed(TransportMessage message, @Nullable BodyStream body) {
		NatsReply reply;
		try {
			reply = this.caller.replyDecoder().decode(message, body);
			requireExpected(reply);
		}
		catch (Throwable ex) {
			log(ex);
			end(ex);
			this.sink.error(ex);
			return;
		}
		this.sink.success(reply);
	}

	/**
	 * Only the handshake of a WebSocket is answered by an acceptance, and by one of the
	 * same WebSocket.
	 */
	private void requireExpected(NatsReply reply) {
		WebSocketEnd accepted = reply.head().socket();
		if (accepted != null
				&& (this.socket == null || !accepted.id().equals(this.socket.id()) || reply.stream() != null)) {
			throw new NatsExchangeException(ExchangeFailure.BAD_REPLY,
					"The service accepted a WebSocket that was not offered");
		}
		if (accepted != null && !this.caller.replySubjects().allows(accepted)) {
			throw new NatsExchangeException(ExchangeFailure.BAD_REPLY,
					"The service accepted a WebSocket, and wants its frames on a subject that is not an inbox");
		}
	}

	private void onDeadline() {
		try {
			State before = this.state.get();
			if (before == State.COLLECTING || before == State.AWAITING_HEAD) {
				NatsExchangeException failure = timeout(before);
				if (this.state.compareAndSet(before, State.ENDED)) {
					ended(before, failure);
				}
				else {
					onDeadline();
				}
			}
		}
		catch (Throwable ex) {
			// Nobody else is going to end it.
			end(ex);
		}
	}

	private NatsExchangeException timeout(State before) {
		long millis = this.timeout.toMillis();
		return (before == State.COLLECTING)
				? new NatsExchangeException(ExchangeFailure.REQUEST_TIMEOUT,
						"The body did not come within " + millis + " ms")
				: new NatsExchangeException(ExchangeFailure.REPLY_TIMEOUT, "No reply came within " + millis + " ms");
	}

	private void lost(NatsExchangeException failure) {
		boolean bodyMissing = failure.failure() == ExchangeFailure.STREAM_IDLE
				&& this.state.get() == State.AWAITING_HEAD && this.sender.awaitsSource();
		end(bodyMissing ? new NatsExchangeException(ExchangeFailure.REQUEST_TIMEOUT, failure.getMessage()) : failure);
	}

	/**
	 * The caller wants no reply, or no more of it.
	 */
	private void cancelled() {
		if (this.state.getAndSet(State.ENDED) != State.ENDED) {
			try {
				tellPeer(FrameKind.CANCEL, NOTHING);
			}
			finally {
				try {
					release();
				}
				finally {
					dropResponse();
				}
			}
		}
	}

	/**
	 * Nobody is going to take the body of the response, which may not have been handed
	 * over yet.
	 */
	private void dropResponse() {
		BodyStream body = this.responseBody;
		if (body != null) {
			body.fail(broken("The caller has given up"));
		}
	}

	/**
	 * Ends the exchange with a failure, wherever it stands.
	 */
	private void end(Throwable failure) {
		State before = this.state.getAndSet(State.ENDED);
		if (before != State.ENDED) {
			ended(before, failure);
		}
	}

	/**
	 * Whatever of this fails, the exchange holds nothing afterwards, and whoever waits is
	 * told.
	 */
	private void ended(State before, Throwable failure) {
		try {
			if (before != State.COLLECTING) {
				tellPeer(FrameKind.ERROR, GIVEN_UP);
			}
			log(failure);
		}
		finally {
			try {
				release();
			}
			finally {
				tell(before, failure);
			}
		}
	}

	private void tell(State before, Throwable failure) {
		BodyStream body = this.responseBody;
		if (body != null) {
			body.fail(failure);
		}
		if (before != State.STREAMING) {
			execute(() -> this.sink.error(failure));
		}
	}

	/**
	 * What the other end has said is here and nowhere else.
	 */
	private static void log(Throwable failure) {
		if (failure instanceof NatsExchangeException && logger.isDebugEnabled()) {
			logger.debug("An exchange has failed: {}", failure.getMessage());
		}
	}

	/**
	 * Lets a service that is at work know that nobody waits for it: by a frame when its
	 * subject is known, else by the subject on which all listen.
	 */
	private void tellPeer(FrameKind kind, byte[] payload) {
		if (this.stream.isOpen()) {
			this.stream.sendLast(kind, payload);
		}
		else {
			this.unwanted = true;
			if (this.published && !this.denied) {
				this.connection.publishCancel(this.replySubject);
			}
		}
	}

	private void release() {
		try {
			this.deadline.dispose();
			this.stream.close();
			this.sender.cancel();
		}
		finally {
			giveMaxReplyBack();
			this.memory.close();
			this.place.leave();
			this.connection.unregister(this.replySubject);
		}
	}

	/**
	 * Hands over a reply: at once, where it has come on the thread on which it belongs.
	 */
	private void answer(Runnable task) {
		if (!(this.executor instanceof EventExecutor loop && loop.inEventLoop())) {
			execute(task);
			return;
		}
		try {
			task.run();
		}
		catch (Throwable ex) {
			// Errors, too: they must not get to the connection, which is everybody's.
			Uncaught.report(logger, "A reply could not be handed over", ex);
		}
	}

	private void execute(Runnable task) {
		try {
			this.executor.execute(task);
		}
		catch (Throwable ex) {
			this.sink.error(ex);
			cancelled();
		}
	}

}
