package io.natsproxy.core.exchange.caller;

import java.net.InetSocketAddress;
import java.util.List;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.ExchangeStatistics;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.format.FormatCall;
import io.natsproxy.core.format.FormatRequest;
import io.natsproxy.core.format.FormatResponse;
import io.natsproxy.core.format.MessageFormat;
import io.natsproxy.core.stream.BodyCollector;
import io.natsproxy.core.transport.Denial;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.wire.HeadSize;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.core.wire.WireProtocol;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.MonoSink;

/**
 * An exchange in another message format: one message each way. Where nobody subscribes to
 * a subject, the next that the format knows is tried.
 */
final class FormatExchange extends CallerExchange {

	private final FormatCall call;

	private final RequestHead head;

	private final List<String> subjects;

	private final Disposable.Swap body = Disposables.swap();

	private byte[] payload = {};

	/**
	 * Index of the subject that comes next. Used before the request is published, and
	 * then on the thread on which replies arrive.
	 */
	private int next;

	private volatile boolean published;

	private volatile boolean denied;

	FormatExchange(NatsCaller caller, CallerConnection connection, FormatCall call, RequestHead head,
			List<String> subjects, String replySubject, ExchangePlace place, CallOptions options,
			MonoSink<NatsReply> sink) {
		super(caller, connection, replySubject, place, options, sink);
		this.call = call;
		this.head = head;
		this.subjects = subjects;
	}

	void start(Publisher<byte[]> source) {
		try {
			sink().onCancel(this::cancelled);
			startDeadline();
			this.body.update(BodyCollector.collect(source, connection().maxPayload(), memory())
				.contextWrite(sink().contextView())
				.subscribe(this::publish,
						(ex) -> end((ex instanceof BodyCollector.TooLongException) ? tooLong() : ex)));
		}
		catch (Throwable ex) {
			end(ex);
		}
	}

	private NatsExchangeException tooLong() {
		return new NatsExchangeException(ExchangeFailure.BODY_TOO_LARGE,
				"The request takes more than one NATS message of " + connection().maxPayload()
						+ " bytes, and the format " + this.call.format().name() + " of this path cannot stream it");
	}

	private void publish(byte[] body) {
		if (!enter(State.COLLECTING, State.AWAITING_REPLY)) {
			return;
		}
		try {
			place().publish();
			this.payload = encode(body);
			connection().register(replySubject(), this);
			if (state() == State.ENDED) {
				// It ended meanwhile, and has been forgotten already.
				connection().unregister(replySubject());
				return;
			}
			publishNext();
			statistics().requestBytes(body.length);
		}
		catch (Throwable ex) {
			end(ex);
		}
	}

	private byte[] encode(byte[] body) {
		MessageFormat format = this.call.format();
		InetSocketAddress remote = this.call.remoteAddress();
		byte[] encoded;
		try {
			encoded = format.encodeRequest(new FormatRequest(this.head, body, remote, this.call.socketId()));
		}
		catch (MalformedMessageException ex) {
			throw new NatsExchangeException(ExchangeFailure.MALFORMED_REQUEST, ex.getMessage());
		}
		if (encoded.length > connection().maxPayload()) {
			throw tooLong();
		}
		return encoded;
	}

	private void publishNext() {
		String subject = this.subjects.get(this.next++);
		connection().publish(subject, replySubject(), null, this.payload);
		this.published = true;
		if (state() == State.ENDED && !this.denied) {
			connection().publishCancel(replySubject());
		}
	}

	@Override
	public void onPublishDenied(Denial denial) {
		if (this.next > 0 && denial.concerns(this.subjects.get(this.next - 1))) {
			// Nobody is at work who is to be told.
			this.denied = true;
			end(NatsExchangeException.notPermitted(this.subjects.get(this.next - 1)));
		}
	}

	/**
	 * Takes a message, on the thread on which all replies arrive.
	 */
	@Override
	public void onMessage(TransportMessage message) {
		boolean nobody = message.isStatus() && message.status() == WireProtocol.NO_RESPONDERS_STATUS;
		if (nobody && this.next < this.subjects.size() && state() == State.AWAITING_REPLY) {
			try {
				publishNext();
			}
			catch (Throwable ex) {
				end(ex);
			}
		}
		else if (enter(State.AWAITING_REPLY, State.ENDED)) {
			headCame();
			try {
				release();
			}
			finally {
				execute(() -> succeed(message));
			}
		}
	}

	private void succeed(TransportMessage message) {
		NatsReply reply;
		try {
			countHead(message);
			reply = decode(message);
			statistics().count(ExchangeStatistics.End.ANSWERED);
		}
		catch (Throwable ex) {
			statistics().count(ex);
			sink().error(ex);
			return;
		}
		sink().success(reply);
	}

	private NatsReply decode(TransportMessage message) {
		if (message.isStatus()) {
			throw ReplyDecoder.status(message.status());
		}
		if (message.headers() != null && message.headers().containsKey(WireProtocol.STATUS_HEADER)) {
			throw badReply("it is of natsproxy's own format, and not of the format " + this.call.format().name()
					+ " of this path");
		}
		try {
			FormatResponse response = this.call.format()
				.decodeResponse(message.payload(), this.call.socketId() != null);
			if (HeadSize.of(response.head().headers()) > caller().maxHeadSize()) {
				throw badReply("its head takes more than " + caller().maxHeadSize() + " bytes");
			}
			return new NatsReply(response.head(), response.body());
		}
		catch (MalformedMessageException ex) {
			throw badReply(String.valueOf(ex.getMessage()));
		}
	}

	private static NatsExchangeException badReply(String reason) {
		return new NatsExchangeException(ExchangeFailure.BAD_REPLY, "The service sent a malformed reply: " + reason);
	}

	@Override
	void cancelled() {
		if (enterCancelled()) {
			abandon();
		}
	}

	@Override
	void ended(State before, Throwable failure) {
		try {
			abandon();
		}
		finally {
			execute(() -> sink().error(failure));
		}
	}

	/**
	 * Lets a service of ours know that nobody waits; others do not listen.
	 */
	private void abandon() {
		try {
			release();
		}
		finally {
			if (this.published && !this.denied) {
				connection().publishCancel(replySubject());
			}
		}
	}

	@Override
	void release() {
		try {
			this.body.dispose();
		}
		finally {
			super.release();
		}
	}

}
