package io.natsproxy.core.exchange.caller;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.Inbox;
import io.natsproxy.core.exchange.InboxReceiver;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.memory.ByteReservation;
import io.netty.util.concurrent.EventExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.MonoSink;

/**
 * One exchange of a {@link NatsCaller}, in any message format: ends in exactly one way,
 * after which it holds nothing. Safe for use by many threads.
 */
abstract sealed class CallerExchange implements InboxReceiver permits NativeExchange, FormatExchange {

	/**
	 * The states of an exchange.
	 *
	 * <pre>
	 * COLLECTING ---&gt; AWAITING_REPLY ---&gt; STREAMING
	 *     |                 |                 |
	 *     +-----------------+-----------------+---&gt; ENDED
	 * </pre>
	 */
	enum State {

		/**
		 * Reading a body that may fit one message.
		 */
		COLLECTING,

		/**
		 * The request has been published, or its head.
		 */
		AWAITING_REPLY,

		/**
		 * The head of a response has come, whose body is a stream.
		 */
		STREAMING,

		/**
		 * Replied, failed, timed out or cancelled.
		 */
		ENDED

	}

	private static final Logger logger = LoggerFactory.getLogger(CallerExchange.class);

	private final NatsCaller caller;

	private final CallerConnection connection;

	private final String replySubject;

	private final ExchangePlace place;

	private final Duration timeout;

	private final Executor executor;

	private final MonoSink<NatsReply> sink;

	private final ByteReservation memory;

	private final AtomicReference<State> state = new AtomicReference<>(State.COLLECTING);

	private final Disposable.Swap deadline = Disposables.swap();

	/**
	 * Creates an exchange.
	 * @param connection the connection of the exchange
	 * @param replySubject the subject of the reply
	 * @param place its place among all exchanges
	 * @param sink is told of the reply, or of the failure
	 */
	CallerExchange(NatsCaller caller, CallerConnection connection, String replySubject, ExchangePlace place,
			CallOptions options, MonoSink<NatsReply> sink) {
		this.caller = caller;
		this.connection = connection;
		this.replySubject = replySubject;
		this.place = place;
		this.timeout = options.timeout();
		this.executor = options.executor();
		this.sink = sink;
		this.memory = new ByteReservation(caller.budget());
	}

	final NatsCaller caller() {
		return this.caller;
	}

	final CallerConnection connection() {
		return this.connection;
	}

	final String replySubject() {
		return this.replySubject;
	}

	final ExchangePlace place() {
		return this.place;
	}

	final Duration timeout() {
		return this.timeout;
	}

	final Executor executor() {
		return this.executor;
	}

	final MonoSink<NatsReply> sink() {
		return this.sink;
	}

	/**
	 * Returns the memory of the request's body, given back when the exchange ends.
	 */
	final ByteReservation memory() {
		return this.memory;
	}

	final State state() {
		return Objects.requireNonNull(this.state.get());
	}

	final boolean hasEnded() {
		return this.state.get() == State.ENDED;
	}

	/**
	 * Changes the state, if it is as expected.
	 */
	final boolean enter(State expected, State next) {
		return this.state.compareAndSet(expected, next);
	}

	/**
	 * Changes the state to {@link State#ENDED}.
	 * @return the state before
	 */
	final State enterEnded() {
		return Objects.requireNonNull(this.state.getAndSet(State.ENDED));
	}

	/**
	 * Begins to wait for the reply, or begins anew.
	 */
	final void startDeadline() {
		this.deadline.update(this.caller.timer().schedule(this::onDeadline, this.timeout));
	}

	/**
	 * Waits for as long as the request is being streamed.
	 */
	final void suspendDeadline() {
		this.deadline.update(Disposables.disposed());
	}

	final void endDeadline() {
		this.deadline.dispose();
	}

	private void onDeadline() {
		try {
			State before = this.state.get();
			if (before == State.COLLECTING || before == State.AWAITING_REPLY) {
				NatsExchangeException failure = timeout(before);
				if (enter(before, State.ENDED)) {
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

	@Override
	public final void onInboxRefused() {
		end(Inbox.refused());
	}

	/**
	 * Ends the exchange with a failure, wherever it stands.
	 */
	final void end(Throwable failure) {
		State before = enterEnded();
		if (before != State.ENDED) {
			ended(before, failure);
		}
	}

	/**
	 * Called once, for an exchange that has failed: tells whoever is at work for it and
	 * whoever waits for it, and holds nothing afterwards, whatever of this fails.
	 * @param before the state in which it failed
	 */
	abstract void ended(State before, Throwable failure);

	/**
	 * Ends the exchange because nobody wants a reply, or any more of it.
	 */
	abstract void cancelled();

	/**
	 * Logs a failure with the text of the peer, which is logged nowhere else.
	 */
	static void log(Throwable failure) {
		if (failure instanceof NatsExchangeException && logger.isDebugEnabled()) {
			logger.debug("An exchange has failed: {}", failure.getMessage());
		}
	}

	/**
	 * Hands over a reply: at once, where it has come on the thread on which it belongs.
	 */
	final void answer(Runnable task) {
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

	/**
	 * Runs a task where replies are handed over.
	 */
	final void execute(Runnable task) {
		try {
			this.executor.execute(task);
		}
		catch (Throwable ex) {
			this.sink.error(ex);
			cancelled();
		}
	}

	/**
	 * Gives back all that the exchange holds.
	 */
	void release() {
		try {
			this.deadline.dispose();
		}
		finally {
			this.memory.close();
			this.place.leave();
			this.connection.unregister(this.replySubject);
		}
	}

}
