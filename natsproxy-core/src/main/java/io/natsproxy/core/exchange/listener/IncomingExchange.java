package io.natsproxy.core.exchange.listener;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.StreamStatistics;
import io.natsproxy.core.format.MessageFormat;
import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.stream.BodyChunks;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.core.wire.ResponseHead;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * A request that was received, and its one response. Must be ended: by {@link #reply}, by
 * {@link #write} and {@link #complete}, or by {@link #discard}; whichever comes first
 * counts. Safe for use by many threads.
 */
public abstract sealed class IncomingExchange permits NativeIncomingExchange, FormatIncomingExchange {

	/**
	 * The states of an exchange.
	 *
	 * <pre>
	 * OPEN -----------------&gt; ENDED   replied, expired, discarded, cancelled
	 *   |                       ^
	 *   v                       |
	 * STREAMING ----------------+     the head of a streamed response has been sent
	 * </pre>
	 *
	 * An exchange that has ended holds nothing.
	 */
	enum State {

		OPEN, STREAMING, ENDED

	}

	private static final Logger logger = LoggerFactory.getLogger(IncomingExchange.class);

	private static final byte[] NOTHING = {};

	private static final Executor OTHER_THREADS = Schedulers.parallel()::schedule;

	private final IncomingExchanges exchanges;

	private final Replies replies;

	private final RequestHead head;

	private final String replySubject;

	/**
	 * Holds the body of the request as long as the handler may have it, and what is
	 * collected of the response.
	 */
	private final ByteReservation memory;

	private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

	private final long receivedAt = System.nanoTime();

	private volatile Supplier<Executor> executor = () -> OTHER_THREADS;

	private String subject = "";

	private volatile @Nullable String route;

	/**
	 * Set by whoever ends the exchange, before it is freed; so is the status.
	 */
	private ExchangeOutcome outcome = ExchangeOutcome.BROKEN;

	private int status;

	private StreamStatistics.End streamEnd = StreamStatistics.End.BROKEN;

	/**
	 * Whether the head of a response has been counted.
	 */
	private volatile boolean headCounted;

	/**
	 * The body in memory; {@code null} once it has been given up.
	 */
	private volatile byte @Nullable [] body;

	/**
	 * Guarded by this object, like all that follows.
	 */
	private int bodyReaders;

	private boolean cancelled;

	private @Nullable Runnable onCancel;

	private boolean told;

	private @Nullable ExchangeEnd onEnd;

	/**
	 * Creates an exchange.
	 * @param exchanges counts it
	 * @param replies publishes its reply
	 * @param head the head of the request
	 * @param body what has come of the body
	 * @param replySubject the subject of the reply
	 * @param memory holds the body
	 */
	IncomingExchange(IncomingExchanges exchanges, Replies replies, RequestHead head, byte[] body, String replySubject,
			ByteReservation memory) {
		this.exchanges = exchanges;
		this.replies = replies;
		this.head = head;
		this.body = body;
		this.replySubject = replySubject;
		this.memory = memory;
	}

	/**
	 * Returns the head of the request.
	 * @return the head
	 */
	public RequestHead head() {
		return this.head;
	}

	/**
	 * Returns the subject on which the request has come.
	 * @return a literal subject
	 */
	public String subject() {
		return this.subject;
	}

	/**
	 * Sets the subject, before the exchange is handed on.
	 */
	final void subject(String subject) {
		this.subject = subject;
	}

	/**
	 * Tells which route handles the request.
	 * @param pattern the pattern of its path, as the service declares it
	 */
	public void route(String pattern) {
		this.route = pattern;
	}

	/**
	 * Returns the pattern of the route that handles the request.
	 * @return the pattern, or {@code null} if nobody has told
	 */
	public @Nullable String route() {
		return this.route;
	}

	/**
	 * Returns the format in which the request has come, and its response goes.
	 * @return the format, or {@code null} for natsproxy's own
	 */
	public abstract @Nullable MessageFormat format();

	/**
	 * Returns the id of the WebSocket whose handshake the request is, in whatever format.
	 * @return the id, or {@code null} when it is no handshake
	 */
	public abstract @Nullable String socketId();

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
		return false;
	}

	/**
	 * Returns the whole body of a request that is not streamed.
	 * @return the body, not copied; empty once it has been given up
	 */
	public byte[] body() {
		byte[] body = this.body;
		return (body != null) ? body : NOTHING;
	}

	/**
	 * Returns the whole body of a request that is not streamed, to a reader who says when
	 * he no longer needs it. When all have said so, it is given up, and takes up no more
	 * memory. Without them it counts until the exchange ends.
	 * @return the body, not copied, for one call of {@link #releaseBody()}; {@code null}
	 * if it has been given up
	 */
	public synchronized byte @Nullable [] acquireBody() {
		if (this.body != null) {
			this.bodyReaders++;
		}
		return this.body;
	}

	/**
	 * Reports that a reader no longer needs the whole body.
	 */
	public synchronized void releaseBody() {
		byte[] body = this.body;
		if (body != null && this.bodyReaders > 0 && --this.bodyReaders == 0) {
			this.memory.release(body.length);
			this.body = null;
		}
	}

	/**
	 * Returns the first part of the body, which somebody else holds from now on.
	 */
	byte[] takeBody() {
		byte[] body = body();
		this.body = NOTHING;
		return body;
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
		return Flux.error(() -> new IllegalStateException("The body of the request is not streamed"));
	}

	/**
	 * Reports that bytes of the request's body take up no more memory. Without it they
	 * count until the exchange ends.
	 * @param bytes number of bytes that {@link #stream()} has delivered
	 */
	public void release(int bytes) {
		// The whole body counts until it is released.
	}

	/**
	 * Sets what is done when the caller has stopped waiting, has gone, or cannot complete
	 * its request. If that has been so already, it is done at once.
	 * @param action called once at the most, on any thread; must not block
	 */
	public void onCancel(Runnable action) {
		synchronized (this) {
			if (!this.cancelled) {
				this.onCancel = action;
				return;
			}
		}
		action.run();
	}

	/**
	 * Sets what is told of the end of the exchange, which comes before what
	 * {@link #onCancel} has set. If it has ended already, that is told at once.
	 * @param action called once, on any thread; must not block
	 */
	public void onEnd(ExchangeEnd action) {
		synchronized (this) {
			if (!this.told) {
				this.onEnd = action;
				return;
			}
		}
		tell(action);
	}

	private void tell(ExchangeEnd action) {
		try {
			action.ended(this.outcome, this.status);
		}
		catch (Throwable ex) {
			// What ends the exchange has more to do.
			Uncaught.report(logger, "The end of an exchange could not be told", ex);
		}
	}

	void cancelHandler() {
		Runnable action;
		synchronized (this) {
			this.cancelled = true;
			action = this.onCancel;
			this.onCancel = null;
		}
		if (action != null) {
			action.run();
		}
	}

	static NatsExchangeException hasEnded() {
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
		if (!enter(State.OPEN, State.ENDED)) {
			return false;
		}
		try {
			answered(this.replies.reply(this.replySubject, head, body));
			responseBytes(body.length);
		}
		finally {
			release();
		}
		return true;
	}

	/**
	 * Sets that the response has been sent as a whole; by whoever ends the exchange.
	 */
	final void answered(int status) {
		this.outcome = ExchangeOutcome.ANSWERED;
		this.streamEnd = StreamStatistics.End.COMPLETE;
		this.status = status;
	}

	/**
	 * Sets the status of a response that has begun.
	 */
	final void begun(int status) {
		this.status = status;
		this.headCounted = true;
		this.exchanges.statistics().exchanges().head(System.nanoTime() - this.receivedAt);
	}

	/**
	 * Counts bytes of the body of the request.
	 */
	final void requestBytes(int bytes) {
		this.exchanges.statistics().exchanges().requestBytes(bytes);
	}

	/**
	 * Counts bytes of the body of the response.
	 */
	final void responseBytes(int bytes) {
		this.exchanges.statistics().exchanges().responseBytes(bytes);
	}

	/**
	 * Returns the way in which a stream has ended, if the exchange counts as one.
	 */
	final StreamStatistics.End streamEnd() {
		return this.streamEnd;
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

	/**
	 * Sends or keeps the body of a response, as the format can.
	 */
	abstract Mono<Void> write(ResponseHead head, Publisher<byte[]> chunks, long length, Executor executor);

	/**
	 * Sends a response whose body has been written, or has none, and ends the exchange. A
	 * response that has been streamed has ended it already.
	 * @param head the head, where nothing has been written
	 */
	public abstract void complete(ResponseHead head);

	/**
	 * Ends the exchange without a response, because its caller no longer waits for the
	 * head of one. Changes nothing once a streamed request is being received or a
	 * response being streamed: their callers wait for as long as they move.
	 * @return whether this ended the exchange
	 */
	public boolean expire() {
		if (!enter(State.OPEN, State.ENDED)) {
			return false;
		}
		this.outcome = ExchangeOutcome.EXPIRED;
		release();
		return true;
	}

	/**
	 * Ends the exchange without a response, or breaks off a streamed one.
	 * @return whether this ended the exchange
	 */
	public boolean discard() {
		if (this.state.getAndSet(State.ENDED) == State.ENDED) {
			return false;
		}
		try {
			breakOff("The service has given up");
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
	 * Ends the exchange because its caller may not be published to: nobody is going to
	 * receive anything.
	 */
	void notPermitted() {
		end(NatsExchangeException.notPermitted(this.replySubject));
	}

	/**
	 * Ends the exchange because the caller has stopped waiting.
	 */
	void cancelled() {
		end(new NatsExchangeException(ExchangeFailure.STREAM_FAILED, "The caller has stopped waiting"),
				ExchangeOutcome.CANCELLED);
	}

	/**
	 * Ends the exchange with a failure, wherever it stands. It holds nothing afterwards,
	 * whatever of this fails.
	 */
	final void end(Throwable failure) {
		end(failure, ExchangeOutcome.BROKEN);
	}

	private void end(Throwable failure, ExchangeOutcome outcome) {
		if (this.state.getAndSet(State.ENDED) == State.ENDED) {
			return;
		}
		this.outcome = outcome;
		this.streamEnd = (outcome == ExchangeOutcome.CANCELLED) ? StreamStatistics.End.CANCELLED
				: StreamStatistics.End.of(failure);
		try {
			breakOff(String.valueOf(failure.getMessage()));
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

	final void release() {
		try {
			free();
		}
		finally {
			failRequestBody(hasEnded());
		}
	}

	/**
	 * Tells the caller that no more comes of a stream, where one is open.
	 */
	void breakOff(String reason) {
		// Nothing has been streamed.
	}

	/**
	 * Fails the body of the request, unless it is complete.
	 */
	void failRequestBody(Throwable failure) {
		// It has come as a whole.
	}

	/**
	 * Gives back all that the exchange holds; called once.
	 */
	void free() {
		this.memory.close();
		this.exchanges.ended(this, isCountedAsStream());
	}

	/**
	 * Tells of the end.
	 */
	final void toldTo(ListenerObserver observer) {
		ExchangeEnd action;
		synchronized (this) {
			this.told = true;
			action = this.onEnd;
			this.onEnd = null;
		}
		if (action != null) {
			tell(action);
		}
		long nanos = System.nanoTime() - this.receivedAt;
		observer.ended(this, this.outcome, this.status, nanos);
		if (this.outcome == ExchangeOutcome.ANSWERED && !this.headCounted) {
			this.exchanges.statistics().exchanges().head(nanos);
		}
	}

	boolean isCountedAsStream() {
		return false;
	}

	/**
	 * Returns where the caller is to be told that its request is still being processed.
	 * Called by one thread at a time.
	 * @param now the time, on the clock of {@link System#nanoTime()}
	 * @param after how old the exchange must be, in nanoseconds
	 * @param interval how long it must be since it was told last, in nanoseconds
	 * @return a subject that is not checked yet, or {@code null} if nothing is to be told
	 */
	@Nullable String noticeDue(long now, long after, long interval) {
		return null;
	}

	/**
	 * Takes note that the caller has been told. Called by one thread at a time.
	 * @param now the time, on the clock of {@link System#nanoTime()}
	 */
	void noticed(long now) {
		// Nothing is due.
	}

	/**
	 * Returns for how long the request is being handled, in nanoseconds.
	 */
	final long age(long now) {
		return now - this.receivedAt;
	}

	/**
	 * Changes the state, if it is as expected.
	 */
	final boolean enter(State expected, State next) {
		return this.state.compareAndSet(expected, next);
	}

	final boolean isEnded() {
		return this.state.get() == State.ENDED;
	}

	final IncomingExchanges exchanges() {
		return this.exchanges;
	}

	final ByteReservation memory() {
		return this.memory;
	}

	final String replySubject() {
		return this.replySubject;
	}

}
