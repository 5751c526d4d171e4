package io.natsproxy.core.exchange.caller;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.ExchangeStatistics;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.log.SafeText;
import io.natsproxy.core.stream.BodyStream;
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
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.MonoSink;

/**
 * An exchange in natsproxy's own format: sends the request, waits for the head of the
 * response, and receives its body. Both bodies may be streams.
 */
final class NativeExchange extends CallerExchange implements ProcessingWatch.Processing {

	private static final byte[] NOTHING = {};

	private static final byte[] GIVEN_UP = "The caller has given up".getBytes(StandardCharsets.UTF_8);

	private final @Nullable WebSocketEnd socket;

	private final StreamEndpoint stream;

	private final RequestSender request;

	/**
	 * Whether somebody has accepted a streamed request. Used on the thread on which all
	 * messages arrive.
	 */
	private boolean accepted;

	private volatile @Nullable BodyStream responseBody;

	private volatile @Nullable ReceiveWindow responseWindow;

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
		super(caller, connection, replySubject, place, call, sink);
		this.socket = socket;
		this.stream = connection.newStream(this::lost);
		this.request = new RequestSender(this, this.stream, subject, headers, call.length(), call.executor());
		place.takenBy(this);
	}

	/**
	 * Describes the streams of this exchange, on any thread.
	 */
	OpenStream openStream() {
		ReceiveWindow window = this.responseWindow;
		return new OpenStream(this.request.subject(), this.request.age(),
				this.request.isStreamed() ? this.request.credit() : OpenStream.NONE,
				(window != null) ? window.credit() : OpenStream.NONE, (window != null) ? window.unconsumed() : 0);
	}

	void start(Publisher<byte[]> body) {
		sink().onCancel(this::cancelled);
		startDeadline();
		this.request.start(body);
	}

	/**
	 * The request, or a frame, was not published: nobody is going to answer.
	 */
	@Override
	public void onPublishDenied(Denial denial) {
		String peer = this.stream.peer();
		String subject = this.request.subject();
		if (peer == null && (denial.concerns(subject) || denial.concerns(replySubject()))) {
			this.request.denied();
			end(NatsExchangeException.notPermitted(subject));
		}
		else if (denial.concerns(peer)) {
			this.stream.close();
			end(NatsExchangeException.notPermitted(subject));
		}
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
			else if (enter(State.AWAITING_REPLY, State.ENDED)) {
				headCame();
				try {
					release();
				}
				finally {
					answer(() -> succeed(message, null));
				}
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
		if (peer == null || !caller().replySubjects().allows(peer, "the reply subject of a streamed response")) {
			throw new NatsExchangeException(ExchangeFailure.BAD_REPLY,
					"The service sent a malformed reply: a streamed body without an inbox as its reply subject");
		}
		open(peer);
		StreamedReply streamed = StreamedReply.receive(caller(), connection(), executor(), message.payload(),
				this::grant, this::end, this::cancelled);
		BodyStream body = streamed.body();
		// Before the state changes: whoever ends the exchange from then on ends it.
		this.responseBody = body;
		this.responseWindow = streamed.window();
		try {
			// Without a place for a stream the service is told that it is not wanted.
			place().stream();
		}
		catch (Throwable ex) {
			body.fail(ex);
			throw ex;
		}
		if (!enter(State.AWAITING_REPLY, State.STREAMING)) {
			body.fail(broken("The exchange has ended"));
			return;
		}
		headCame();
		this.request.releaseReplyCredit();
		try {
			endDeadline();
		}
		catch (Throwable ex) {
			sink().error(ex);
			throw ex;
		}
		answer(() -> {
			grant(streamed.credit());
			streamed.window().opened();
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
				if (!this.request.isStreamed() || this.accepted || replySubject == null || !caller().replySubjects()
					.allows(replySubject, "the reply subject of who accepts a streamed request")) {
					throw broken("The request was accepted twice, or nowhere, or has no stream");
				}
				this.accepted = true;
				suspendDeadline();
				open(replySubject);
				this.request.addCredit(frame.credit());
			}
			case CREDIT -> {
				if (!this.accepted) {
					throw broken("Credit came for a request that nobody has accepted");
				}
				this.request.addCredit(frame.credit());
			}
			case CANCEL -> {
				this.request.cancel();
				this.request.sent();
			}
			case DATA -> {
				statistics().responseBytes(frame.payload().length);
				require(body, frame).data(frame.payload());
			}
			case END -> {
				BodyStream ended = require(body, frame);
				if (enter(State.STREAMING, State.ENDED)) {
					complete();
					try {
						release();
					}
					finally {
						ended.end();
					}
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
			countHead(message);
			reply = caller().replyDecoder().decode(message, body, this.socket);
			if (body == null) {
				statistics().count(ExchangeStatistics.End.ANSWERED);
			}
		}
		catch (Throwable ex) {
			if (body == null) {
				statistics().count(ex);
			}
			log(ex);
			end(ex);
			sink().error(ex);
			return;
		}
		sink().success(reply);
	}

	private void lost(NatsExchangeException failure) {
		boolean bodyMissing = failure.failure() == ExchangeFailure.STREAM_IDLE && state() == State.AWAITING_REPLY
				&& this.request.awaitsSource();
		end(bodyMissing ? new NatsExchangeException(ExchangeFailure.REQUEST_TIMEOUT, failure.getMessage()) : failure);
	}

	@Override
	public boolean awaitsNotices() {
		return state() == State.AWAITING_REPLY && !this.stream.isOpen();
	}

	@Override
	public boolean canHear() {
		return connection().isConnected();
	}

	@Override
	public void serviceLost(Duration silence, @Nullable String instance) {
		if (enter(State.AWAITING_REPLY, State.ENDED)) {
			String detail = "The service has said nothing more of the request for " + silence.toMillis() + " ms";
			fail(State.AWAITING_REPLY,
					NatsExchangeException.told(ExchangeFailure.SERVICE_LOST, ExchangeFailure.SERVICE_LOST.status(),
							detail, (instance != null) ? "instance '" + instance + "'" : ""));
		}
	}

	/**
	 * The caller wants no reply, or no more of it.
	 */
	@Override
	void cancelled() {
		if (enterCancelled()) {
			try {
				tellPeer(FrameKind.CANCEL, NOTHING);
			}
			finally {
				try {
					release();
				}
				finally {
					// It may not have been handed over yet, and nobody is going to take
					// it.
					BodyStream body = this.responseBody;
					if (body != null) {
						body.fail(broken("The caller has given up"));
					}
				}
			}
		}
	}

	@Override
	void ended(State before, Throwable failure) {
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
			execute(() -> sink().error(failure));
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
			this.request.cancelPublished();
		}
	}

	@Override
	void release() {
		try {
			this.stream.close();
			this.request.cancel();
		}
		finally {
			this.request.releaseReplyCredit();
			super.release();
		}
	}

}
