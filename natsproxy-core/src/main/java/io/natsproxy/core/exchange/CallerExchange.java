package io.natsproxy.core.exchange;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;

import io.nats.client.Message;
import io.natsproxy.core.wire.RequestHead;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * One exchange of a {@link NatsCaller}: reads the body, publishes, waits, and ends in
 * exactly one way. The sink's disposal, which follows every end, releases what the
 * exchange holds.
 */
final class CallerExchange {

	private enum State {

		READING_BODY, AWAITING_REPLY, ENDED

	}

	private static final byte[] NO_BODY = {};

	private final NatsCaller caller;

	private final RequestHead head;

	private final Duration timeout;

	private final Executor executor;

	private final MonoSink<NatsReply> sink;

	private final String replySubject;

	private final long startedAt = System.nanoTime();

	private final AtomicReference<State> state = new AtomicReference<>(State.READING_BODY);

	/**
	 * The deadline and the subscription to the body.
	 */
	private final Disposable.Composite resources = Disposables.composite();

	CallerExchange(NatsCaller caller, RequestHead head, Duration timeout, Executor executor, MonoSink<NatsReply> sink) {
		this.caller = caller;
		this.head = head;
		this.timeout = timeout;
		this.executor = executor;
		this.sink = sink;
		this.replySubject = caller.newReplySubject();
	}

	String replySubject() {
		return this.replySubject;
	}

	boolean hasEnded() {
		return this.state.get() == State.ENDED;
	}

	void start(Mono<byte[]> body) {
		this.sink.onDispose(() -> {
			this.state.set(State.ENDED);
			this.resources.dispose();
			this.caller.ended(this);
		});
		this.resources.add(this.caller.timer().schedule(this::onDeadline, this.timeout));
		this.resources.add(body.defaultIfEmpty(NO_BODY)
			.contextWrite(this.sink.contextView())
			.subscribe(this::publish, this::fail));
	}

	private void publish(byte[] body) {
		if (!this.state.compareAndSet(State.READING_BODY, State.AWAITING_REPLY)) {
			return;
		}
		Duration left = this.timeout.minusNanos(System.nanoTime() - this.startedAt);
		RequestHead timed = new RequestHead(this.head.method(), this.head.target(),
				left.isNegative() ? Duration.ZERO : left, this.head.headers());
		try {
			this.caller.publish(this, timed, body);
		}
		catch (RuntimeException ex) {
			fail(ex);
		}
	}

	/**
	 * Takes the reply, on the thread on which all replies arrive.
	 */
	void onReply(Message message) {
		if (!this.state.compareAndSet(State.AWAITING_REPLY, State.ENDED)) {
			return;
		}
		try {
			this.executor.execute(() -> succeed(message));
		}
		catch (RejectedExecutionException ex) {
			this.sink.error(ex);
		}
	}

	private void succeed(Message message) {
		NatsReply reply;
		try {
			reply = this.caller.replyDecoder().decode(message);
		}
		catch (RuntimeException ex) {
			this.sink.error(ex);
			return;
		}
		this.sink.success(reply);
	}

	private void onDeadline() {
		if (this.state.compareAndSet(State.AWAITING_REPLY, State.ENDED)) {
			end(new NatsExchangeException(ExchangeFailure.REPLY_TIMEOUT,
					"No reply came within " + this.timeout.toMillis() + " ms"));
		}
		else if (this.state.compareAndSet(State.READING_BODY, State.ENDED)) {
			end(new NatsExchangeException(ExchangeFailure.REQUEST_TIMEOUT,
					"The body did not come within " + this.timeout.toMillis() + " ms"));
		}
	}

	private void end(NatsExchangeException failure) {
		try {
			this.executor.execute(() -> this.sink.error(failure));
		}
		catch (RejectedExecutionException ex) {
			this.sink.error(failure);
		}
	}

	private void fail(Throwable failure) {
		if (this.state.getAndSet(State.ENDED) != State.ENDED) {
			this.sink.error(failure);
		}
	}

}
