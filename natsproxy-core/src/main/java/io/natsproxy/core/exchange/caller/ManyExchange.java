package io.natsproxy.core.exchange.caller;

import java.time.Duration;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.stream.BodyStream;
import io.natsproxy.core.transport.Denial;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.wire.HeadCodec;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.util.concurrent.Queues;

/**
 * An exchange with several replies (ADR-47), whose payloads are one streamed body. Nobody
 * can be asked to send them more slowly: those that wait for a slow consumer are bounded
 * in bytes, and too many of them end the exchange.
 */
final class ManyExchange extends CallerExchange {

	private static final byte[] NO_BODY = {};

	/**
	 * The most bytes of replies that wait, apart from a single reply.
	 */
	private static final int MAX_WAITING = 4 * 1024 * 1024;

	/**
	 * What a reply takes beside its payload, in bytes.
	 */
	private static final int OVERHEAD = 64;

	private static final int QUEUE_CHUNK = 8;

	private final String subject;

	private final NatsHeaders headers;

	private final ManyReplies replies;

	private final Sinks.Many<byte[]> parts = Sinks.many()
		.unicast()
		.onBackpressureBuffer(Queues.<byte[]>unbounded(QUEUE_CHUNK).get());

	/**
	 * Replies that wait; closed when nobody is going to take one.
	 */
	private final ByteReservation waiting;

	private final Disposable.Swap stall = Disposables.swap();

	private final Disposable.Swap timeout = Disposables.swap();

	/**
	 * Used on the thread on which all messages arrive.
	 */
	private int received;

	ManyExchange(NatsCaller caller, CallerConnection connection, String subject, String replySubject,
			NatsHeaders headers, ManyReplies replies, ExchangePlace place, CallOptions call, MonoSink<NatsReply> sink) {
		super(caller, connection, replySubject, place, call, sink);
		this.subject = subject;
		this.headers = headers;
		this.replies = replies;
		this.waiting = new ByteReservation(caller.budget());
	}

	void start(byte[] body) {
		try {
			sink().onCancel(this::cancelled);
			startDeadline();
			place().publish();
			if (!enter(State.COLLECTING, State.AWAITING_REPLY)) {
				return;
			}
			connection().register(replySubject(), this);
			if (hasEnded()) {
				// It ended meanwhile, and has been forgotten already.
				connection().unregister(replySubject());
				return;
			}
			connection().publish(this.subject, replySubject(), this.headers, body);
			statistics().requestBytes(body.length);
		}
		catch (Throwable ex) {
			end(ex);
		}
	}

	@Override
	public void onPublishDenied(Denial denial) {
		if (denial.concerns(this.subject)) {
			end(NatsExchangeException.notPermitted(this.subject));
		}
	}

	/**
	 * Takes a reply, on the thread on which all messages arrive.
	 */
	@Override
	public void onMessage(TransportMessage message) {
		if (hasEnded()) {
			return;
		}
		try {
			requirePlain(message);
			if (state() == State.AWAITING_REPLY) {
				begin(message);
			}
			else {
				statistics().responseBytes(message.payload().length);
			}
			if (message.payload().length > 0) {
				add(this.replies.part().apply(message.payload()));
			}
			boolean last = message.payload().length == 0 && this.replies.sentinel();
			if (last || ++this.received == this.replies.max()) {
				finish();
			}
			else {
				awaitNext();
			}
		}
		catch (Throwable ex) {
			// Errors, too: what comes next would be taken for the whole.
			end(ex);
		}
	}

	/**
	 * Refuses errors, and what could not be a part of the body.
	 */
	private void requirePlain(TransportMessage message) {
		NatsHeaders fields = message.headers();
		if (fields != null && HeadCodec.isStreamed(fields)) {
			throw bad("a streamed body");
		}
		int status = caller().replyDecoder().decode(message, null, null).head().status();
		if (status >= 400) {
			throw NatsExchangeException.told(ExchangeFailure.SERVICE_ERROR, status, "The service reported an error",
					"");
		}
		if (message.payload().length > this.replies.maxSize()) {
			throw bad("more than " + this.replies.maxSize() + " bytes");
		}
	}

	private static NatsExchangeException bad(String what) {
		return new NatsExchangeException(ExchangeFailure.BAD_REPLY, "The service sent a reply with " + what);
	}

	/**
	 * Hands over the response, with the first of its replies.
	 */
	private void begin(TransportMessage message) {
		place().stream();
		if (!enter(State.AWAITING_REPLY, State.STREAMING)) {
			return;
		}
		headCame();
		endDeadline();
		countHead(message);
		Duration left = timeout().minusNanos(System.nanoTime() - startedAt());
		this.timeout.update(caller().timer().schedule(this::onTimeout, left.isNegative() ? Duration.ZERO : left));
		Flux<byte[]> body = this.parts.asFlux()
			.publishOn(Schedulers.fromExecutor(executor()), 1)
			.doOnNext((part) -> this.waiting.release(size(part)))
			.doOnCancel(this::cancelled)
			.doFinally((signal) -> this.waiting.close());
		BodyStream stream = BodyStream.of(body, new ByteReservation(caller().budget()), this::cancelled);
		answer(() -> sink().success(new NatsReply(this.replies.head(), NO_BODY, stream)));
	}

	private void awaitNext() {
		Duration longest = this.replies.stall();
		if (longest != null && state() == State.STREAMING) {
			this.stall.update(caller().timer().schedule(this::finish, longest));
		}
	}

	private void onTimeout() {
		if (this.replies.sentinel()) {
			end(new NatsExchangeException(ExchangeFailure.STREAM_IDLE,
					"The last reply did not come within " + timeout().toMillis() + " ms"));
		}
		else {
			finish();
		}
	}

	private static int size(byte[] part) {
		return part.length + OVERHEAD;
	}

	private void add(byte[] part) {
		long held = this.waiting.held();
		if ((held > 0 && held + size(part) > MAX_WAITING) || !this.waiting.tryReserve(size(part))) {
			throw new NatsExchangeException(ExchangeFailure.MEMORY_EXHAUSTED,
					"There is no memory for more replies that wait to be sent to the client");
		}
		synchronized (this.parts) {
			if (state() == State.STREAMING) {
				this.parts.tryEmitNext(part);
			}
		}
	}

	private void finish() {
		if (enter(State.STREAMING, State.ENDED)) {
			complete();
			try {
				release();
			}
			finally {
				synchronized (this.parts) {
					this.parts.tryEmitComplete();
				}
			}
		}
	}

	@Override
	void cancelled() {
		try {
			if (enterCancelled()) {
				release();
			}
		}
		finally {
			// All may have come before it was handed over, and nobody is going to take
			// it.
			this.waiting.close();
		}
	}

	@Override
	void ended(State before, Throwable failure) {
		try {
			log(failure);
			release();
		}
		finally {
			if (before == State.STREAMING) {
				synchronized (this.parts) {
					this.parts.tryEmitError(failure);
				}
			}
			else {
				execute(() -> sink().error(failure));
			}
			if (this.parts.currentSubscriberCount() == 0) {
				this.waiting.close();
			}
		}
	}

	@Override
	void release() {
		try {
			this.stall.dispose();
			this.timeout.dispose();
		}
		finally {
			super.release();
		}
	}

}
