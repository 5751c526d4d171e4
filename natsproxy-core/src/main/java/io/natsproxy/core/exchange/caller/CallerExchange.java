package io.natsproxy.core.exchange.caller;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.ExchangeStatistics;
import io.natsproxy.core.exchange.Inbox;
import io.natsproxy.core.exchange.InboxReceiver;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.StreamStatistics;
import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.transport.TransportMessage;
import io.netty.util.concurrent.EventExecutor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.MonoSink;

/**
 * One exchange of a {@link NatsCaller}, in any message format: ends in exactly one way,
 * after which it holds nothing. Safe for use by many threads.
 */
abstract sealed class CallerExchange implements InboxReceiver permits NativeExchange, FormatExchange, ManyExchange {

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

	private final ExchangeStatistics statistics;

	private final long startedAt = System.nanoTime();

	/**
	 * When the head of the response came. Set by the thread on which it does, before
	 * another reads it.
	 */
	private long headAt;

	/**
	 * Set by whoever ends the exchange, before it is released, like what follows.
	 */
	private StreamStatistics.End streamEnd = StreamStatistics.End.COMPLETE;

	private ExchangeStatistics.@Nullable End end;

	private @Nullable Throwable failure;

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
		this.statistics = caller.statistics().exchanges();
		this.statistics.begin();
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

	private State enterEnded() {
		return Objects.requireNonNull(this.state.getAndSet(State.ENDED));
	}

	/**
	 * Changes the state to {@link State#ENDED}, since nobody wants a reply, or any more
	 * of it.
	 * @return {@code false} if it has ended before
	 */
	final boolean enterCancelled() {
		if (enterEnded() == State.ENDED) {
			return false;
		}
		this.streamEnd = StreamStatistics.End.CANCELLED;
		this.end = ExchangeStatistics.End.CANCELLED;
		return true;
	}

	/**
	 * Returns the counts of all callers.
	 */
	final ExchangeStatistics statistics() {
		return this.statistics;
	}

	/**
	 * Returns when the exchange has begun, as {@link System#nanoTime()} tells it.
	 */
	final long startedAt() {
		return this.startedAt;
	}

	/**
	 * Notes that a streamed response has come as a whole, before the exchange is
	 * released.
	 */
	final void complete() {
		this.end = ExchangeStatistics.End.ANSWERED;
	}

	/**
	 * Notes when the head of the response has come.
	 */
	final void headCame() {
		this.headAt = System.nanoTime();
	}

	/**
	 * Counts the head of the response, and what has come of its body with it.
	 */
	final void countHead(TransportMessage message) {
		if (!message.isStatus()) {
			this.statistics.head(this.headAt - this.startedAt);
			this.statistics.responseBytes(message.payload().length);
		}
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
					fail(before, failure);
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
			fail(before, failure);
		}
	}

	/**
	 * Tells of a failure; called once, by whoever has ended the exchange.
	 * @param before the state in which it failed
	 */
	final void fail(State before, Throwable failure) {
		this.streamEnd = StreamStatistics.End.of(failure);
		this.failure = failure;
		ended(before, failure);
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
			this.place.leave(this.streamEnd);
			this.connection.unregister(this.replySubject);
			countEnd();
		}
	}

	/**
	 * Counts the end; of a reply in one message, whoever reads it counts what it is.
	 */
	private void countEnd() {
		this.statistics.ended(System.nanoTime() - this.startedAt);
		if (this.end != null) {
			this.statistics.count(this.end);
		}
		else if (this.failure != null) {
			this.statistics.count(this.failure);
		}
	}

}
