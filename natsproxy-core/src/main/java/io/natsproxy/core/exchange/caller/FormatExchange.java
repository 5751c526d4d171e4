package io.natsproxy.core.exchange.caller;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.Inbox;
import io.natsproxy.core.exchange.InboxReceiver;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.format.FormatCall;
import io.natsproxy.core.format.FormatRequest;
import io.natsproxy.core.format.FormatResponse;
import io.natsproxy.core.format.MessageFormat;
import io.natsproxy.core.memory.ByteReservation;
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
 * One exchange of a {@link NatsCaller} in another format: one message each way. Where
 * nobody subscribes to a subject, the next that the format knows is tried. Ends in
 * exactly one way, after which it holds nothing.
 */
final class FormatExchange implements InboxReceiver {

	private enum State {

		COLLECTING, AWAITING_REPLY, ENDED

	}

	private final NatsCaller caller;

	private final CallerConnection connection;

	private final FormatCall call;

	private final RequestHead head;

	private final List<String> subjects;

	private final Duration timeout;

	private final Executor executor;

	private final MonoSink<NatsReply> sink;

	private final String replySubject;

	private final ExchangePlace place;

	private final ByteReservation memory;

	private final AtomicReference<State> state = new AtomicReference<>(State.COLLECTING);

	private final Disposable.Swap body = Disposables.swap();

	private final Disposable.Swap deadline = Disposables.swap();

	private byte[] payload = {};

	/**
	 * Which of the subjects comes next. Used before the request is published, and then on
	 * the thread on which replies arrive.
	 */
	private int next;

	private volatile boolean published;

	private volatile boolean denied;

	FormatExchange(NatsCaller caller, CallerConnection connection, FormatCall call, RequestHead head,
			List<String> subjects, String replySubject, ExchangePlace place, CallOptions options,
			MonoSink<NatsReply> sink) {
		this.caller = caller;
		this.connection = connection;
		this.call = call;
		this.head = head;
		this.subjects = subjects;
		this.timeout = options.timeout();
		this.executor = options.executor();
		this.sink = sink;
		this.replySubject = replySubject;
		this.place = place;
		this.memory = new ByteReservation(caller.budget());
	}

	void start(Publisher<byte[]> source) {
		try {
			this.sink.onCancel(this::cancelled);
			this.deadline.update(this.caller.timer().schedule(this::onDeadline, this.timeout));
			this.body.update(BodyCollector.collect(source, this.connection.maxPayload(), this.memory)
				.contextWrite(this.sink.contextView())
				.subscribe(this::publish,
						(ex) -> end((ex instanceof BodyCollector.TooLongException) ? tooLong() : ex)));
		}
		catch (Throwable ex) {
			end(ex);
		}
	}

	private NatsExchangeException tooLong() {
		return new NatsExchangeException(ExchangeFailure.BODY_TOO_LARGE,
				"The request takes more than one NATS message of " + this.connection.maxPayload()
						+ " bytes, and the format " + this.call.format().name() + " of this path cannot stream it");
	}

	private void publish(byte[] body) {
		if (!this.state.compareAndSet(State.COLLECTING, State.AWAITING_REPLY)) {
			return;
		}
		try {
			this.place.publish();
			this.payload = encode(body);
			this.connection.register(this.replySubject, this);
			if (this.state.get() == State.ENDED) {
				// It ended meanwhile, and has been forgotten already.
				this.connection.unregister(this.replySubject);
				return;
			}
			publishNext();
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
		if (encoded.length > this.connection.maxPayload()) {
			throw tooLong();
		}
		return encoded;
	}

	private void publishNext() {
		String subject = this.subjects.get(this.next++);
		this.connection.publish(subject, this.replySubject, null, this.payload);
		this.published = true;
		if (this.state.get() == State.ENDED && !this.denied) {
			this.connection.publishCancel(this.replySubject);
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

	@Override
	public void onInboxRefused() {
		end(Inbox.refused());
	}

	/**
	 * Takes a message, on the thread on which all replies arrive.
	 */
	@Override
	public void onMessage(TransportMessage message) {
		boolean nobody = message.isStatus() && message.status() == WireProtocol.NO_RESPONDERS_STATUS;
		if (nobody && this.next < this.subjects.size() && this.state.get() == State.AWAITING_REPLY) {
			try {
				publishNext();
			}
			catch (Throwable ex) {
				end(ex);
			}
		}
		else if (this.state.compareAndSet(State.AWAITING_REPLY, State.ENDED)) {
			try {
				release();
			}
			finally {
				execute(() -> succeed(message));
			}
		}
	}

	private void succeed(TransportMessage message) {
		try {
			this.sink.success(decode(message));
		}
		catch (Throwable ex) {
			this.sink.error(ex);
		}
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
			if (HeadSize.of(response.head().headers()) > this.caller.maxHeadSize()) {
				throw badReply("its head takes more than " + this.caller.maxHeadSize() + " bytes");
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

	private void onDeadline() {
		try {
			end(timeout());
		}
		catch (Throwable ex) {
			// Nobody else is going to end it.
			end(ex);
		}
	}

	private NatsExchangeException timeout() {
		long millis = this.timeout.toMillis();
		return (this.state.get() == State.COLLECTING)
				? new NatsExchangeException(ExchangeFailure.REQUEST_TIMEOUT,
						"The body did not come within " + millis + " ms")
				: new NatsExchangeException(ExchangeFailure.REPLY_TIMEOUT, "No reply came within " + millis + " ms");
	}

	/**
	 * The caller wants no reply.
	 */
	private void cancelled() {
		if (this.state.getAndSet(State.ENDED) != State.ENDED) {
			abandon();
		}
	}

	private void end(Throwable failure) {
		if (this.state.getAndSet(State.ENDED) != State.ENDED) {
			try {
				abandon();
			}
			finally {
				execute(() -> this.sink.error(failure));
			}
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
				this.connection.publishCancel(this.replySubject);
			}
		}
	}

	private void release() {
		try {
			this.deadline.dispose();
			this.body.dispose();
		}
		finally {
			this.memory.close();
			this.place.leave();
			this.connection.unregister(this.replySubject);
		}
	}

	private void execute(Runnable task) {
		try {
			this.executor.execute(task);
		}
		catch (Throwable ex) {
			this.sink.error(ex);
		}
	}

}
