package io.natsproxy.core.stream;

import java.util.Arrays;
import java.util.concurrent.Executor;

import io.natsproxy.core.exchange.ExchangeTimer;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.wire.FrameKind;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.SignalType;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Sends a body: collects it while it may still fit one message, and turns it into a
 * stream when it does not, when it is flushed, or when it comes slowly. Of a stream, the
 * source is asked for more, and frames are sent, while there is credit, so that the
 * receiver's pace becomes that of the source. The first part counts against the credit;
 * the last frame may go beyond it. Nothing follows the first part before credit has come,
 * not even the end.
 *
 * <p>
 * The memory of a chunk is reserved before the source is asked for it, and given back
 * when it has been handed to the connection. While there is none the source is not read.
 */
public final class BodySender extends BaseSubscriber<byte[]> {

	private static final byte[] NOTHING = {};

	/**
	 * Length of the header that says of a message that it is only the first part.
	 */
	private static final int STREAM_HEADER_SIZE = 64;

	private final BodyShape shape;

	private final ChunkMemory memory;

	private final ExchangeTimer timer;

	private final Executor executor;

	private final BodyTarget target;

	private final Context context;

	/**
	 * Guarded by this object, like all that follows.
	 */
	private State state = State.COLLECTING;

	/**
	 * Whether the target has been told that the stream waits for credit.
	 */
	private boolean stalled;

	private long stalledAt;

	private boolean closed;

	private @Nullable Disposable slowTimer;

	private boolean slowSoon;

	private final CollectedChunks collected = new CollectedChunks();

	private long taken;

	private boolean asked;

	private byte @Nullable [] pending;

	private int offset;

	private final SendCredit credit = new SendCredit();

	/**
	 * Whether the source has completed.
	 */
	private boolean complete;

	/**
	 * Whether any credit has come.
	 */
	private boolean granted;

	/**
	 * Whether credit has come since the source was asked last, without which it went on.
	 */
	private boolean refilled;

	/**
	 * The frame that comes next; used by the thread that drains.
	 */
	private byte[] frame = NOTHING;

	/**
	 * The thread that runs a task of the executor.
	 */
	private volatile @Nullable Thread executing;

	/**
	 * Creates a sender.
	 * @param shape the limits of the body
	 * @param memory holds what is collected and pending; closed by its owner
	 * @param timer keeps the time for bodies that come slowly, and for memory
	 * @param executor where the source is asked for more when credit or memory comes
	 * @param target takes the body
	 * @param context the context of the source
	 */
	public BodySender(BodyShape shape, ByteReservation memory, ExchangeTimer timer, Executor executor,
			BodyTarget target, ContextView context) {
		this.shape = shape;
		this.memory = new ChunkMemory(memory, timer);
		this.timer = timer;
		this.executor = executor;
		this.target = target;
		this.context = Context.of(context);
	}

	@Override
	public Context currentContext() {
		return this.context;
	}

	/**
	 * Changes the state. Guarded by this object.
	 */
	private void enter(State next) {
		this.state = next;
		boolean stalls = next == State.WAITING && !this.closed;
		if (stalls && !this.stalled) {
			this.stalledAt = System.nanoTime();
			this.target.stalled();
		}
		else if (!stalls && this.stalled) {
			this.target.resumed(System.nanoTime() - this.stalledAt);
		}
		this.stalled = stalls;
	}

	@Override
	protected void hookOnSubscribe(Subscription subscription) {
		ask();
	}

	/**
	 * Asks the source for one chunk, once there is memory for it. A source that answers
	 * at once would keep the thread for as long as there is credit: the executor chooses
	 * one anew each time that more has come.
	 */
	private void ask() {
		int chunk;
		boolean anew;
		synchronized (this) {
			if (this.asked || this.complete) {
				return;
			}
			this.asked = true;
			chunk = this.shape.nextChunk(this.taken);
			anew = this.refilled && this.executing == Thread.currentThread();
			this.refilled = false;
		}
		if (!this.memory.reserveAhead(chunk, () -> execute(() -> request(1)), this::refused)) {
			return;
		}
		if (anew) {
			execute(() -> request(1));
		}
		else {
			request(1);
		}
	}

	private void refused(NatsExchangeException failure) {
		if (!isDisposed()) {
			fail(failure);
		}
	}

	@Override
	protected void hookOnNext(byte[] chunk) {
		try {
			receive(chunk);
		}
		catch (Throwable ex) {
			// Errors, too: Reactor would throw them at the source, and nobody would know.
			fail(ex);
		}
	}

	private void receive(byte[] chunk) {
		byte[] firstPart = null;
		boolean drain;
		synchronized (this) {
			take(chunk);
			drain = this.state != State.COLLECTING;
			if (drain) {
				offer(chunk);
			}
			else if (chunk == BodyChunks.FLUSH
					|| this.collected.size() + (long) chunk.length > this.shape.maxMessage()) {
				firstPart = begin(chunk);
			}
			else {
				this.collected.add(chunk);
			}
		}
		if (firstPart != null) {
			send(firstPart);
		}
		else if (drain) {
			drain();
		}
		else {
			ask();
			awaitMore();
		}
	}

	/**
	 * Gives a body that is being collected, and is not complete, some time.
	 */
	private synchronized void awaitMore() {
		boolean soon = this.collected.size() > ByteBudget.SMALL;
		if (this.collected.size() == 0 || this.complete || this.state != State.COLLECTING
				|| this.taken == this.shape.expected() || isDisposed()
				|| (this.slowTimer != null && (this.slowSoon || !soon))) {
			return;
		}
		if (this.slowTimer != null) {
			this.slowTimer.dispose();
		}
		this.slowSoon = soon;
		this.slowTimer = this.timer.schedule(this::onSlow, soon ? this.shape.slowAfter() : this.shape.smallSlowAfter());
	}

	private void take(byte[] chunk) {
		this.asked = false;
		this.taken += chunk.length;
		this.memory.hold(chunk.length);
	}

	/**
	 * Turns the body into a stream.
	 * @return the first part, to be sent
	 */
	private byte[] begin(byte[] chunk) {
		byte[] firstPart = this.collected.take();
		byte[] rest = chunk;
		if (firstPart.length > this.shape.maxMessage() - STREAM_HEADER_SIZE) {
			rest = Arrays.copyOf(firstPart, firstPart.length + chunk.length);
			System.arraycopy(chunk, 0, rest, firstPart.length, chunk.length);
			firstPart = NOTHING;
		}
		enter(State.WAITING);
		this.credit.use(firstPart.length);
		offer(rest);
		return firstPart;
	}

	private void offer(byte[] chunk) {
		if (chunk.length == 0) {
			return;
		}
		byte[] rest = this.pending;
		if (rest == null) {
			this.pending = chunk;
		}
		else {
			// It was asked for before the body became a stream.
			int left = rest.length - this.offset;
			this.pending = Arrays.copyOfRange(rest, this.offset, this.offset + left + chunk.length);
			System.arraycopy(chunk, 0, this.pending, left, chunk.length);
		}
		this.offset = 0;
	}

	private void send(byte[] firstPart) {
		try {
			this.target.begin(firstPart);
			this.memory.release(firstPart.length);
		}
		catch (Throwable ex) {
			fail(ex);
		}
	}

	/**
	 * The body has not come in the time that it may be collected; on any thread.
	 */
	private void onSlow() {
		byte[] firstPart;
		synchronized (this) {
			if (this.state != State.COLLECTING || this.complete || this.collected.size() == 0) {
				return;
			}
			firstPart = begin(NOTHING);
		}
		send(firstPart);
	}

	/**
	 * Whether nothing is sent because the source has nothing to send.
	 */
	public synchronized boolean awaitsSource() {
		return !this.complete && this.credit.isLeft();
	}

	/**
	 * Returns the bytes that the receiver still takes.
	 * @return bytes, negative by what went beyond the credit
	 */
	public synchronized long credit() {
		return this.credit.left();
	}

	/**
	 * Takes credit from the receiver, on any thread; does not block.
	 * @throws NatsExchangeException if there is more of it than any window holds
	 */
	public void addCredit(long bytes) {
		synchronized (this) {
			this.credit.add(bytes);
			this.granted = true;
			if (this.state != State.WAITING || (!this.credit.isLeft() && !this.complete)) {
				this.refilled = true;
				return;
			}
			this.refilled = false;
			enter(State.RESUMING);
		}
		execute(this::drain);
	}

	private void execute(Runnable task) {
		try {
			this.executor.execute(() -> {
				this.executing = Thread.currentThread();
				try {
					task.run();
				}
				finally {
					this.executing = null;
				}
			});
		}
		catch (Throwable ex) {
			fail(ex);
		}
	}

	/**
	 * Sends what is pending while there is credit, on one thread at a time: whoever comes
	 * meanwhile has changed the state before, which is looked at after each frame.
	 */
	private void drain() {
		synchronized (this) {
			if (this.state == State.DRAINING || this.state == State.ENDED) {
				return;
			}
			enter(State.DRAINING);
		}
		try {
			Step step = next(0);
			while (step == Step.SEND) {
				byte[] frame = this.frame;
				this.target.frame(FrameKind.DATA, frame);
				this.memory.release(frame.length);
				step = next(frame.length);
			}
			if (step == Step.END) {
				end();
			}
			else if (step == Step.ASK) {
				ask();
			}
		}
		catch (Throwable ex) {
			// Errors, too: the source may throw them in place of signalling them.
			fail(ex);
		}
	}

	/**
	 * Decides what comes next. Anything but {@link Step#SEND} ends the drain.
	 * @param sent length of the frame that has just been sent
	 */
	private synchronized Step next(int sent) {
		this.credit.use(sent);
		this.offset += sent;
		if (this.pending != null && this.offset >= this.pending.length) {
			this.pending = null;
		}
		if (this.pending != null && this.credit.isLeft()) {
			this.frame = cut(this.pending);
			return Step.SEND;
		}
		this.frame = NOTHING;
		if (this.pending == null && this.complete) {
			enter(this.granted ? State.ENDED : State.WAITING);
			return this.granted ? Step.END : Step.WAIT;
		}
		enter(this.credit.isLeft() ? State.IDLE : State.WAITING);
		return this.credit.isLeft() ? Step.ASK : Step.WAIT;
	}

	private byte[] cut(byte[] chunk) {
		int length = Math.min(this.shape.frameSize(), chunk.length - this.offset);
		return (length == chunk.length) ? chunk : Arrays.copyOfRange(chunk, this.offset, this.offset + length);
	}

	@Override
	protected void hookOnComplete() {
		try {
			complete();
		}
		catch (Throwable ex) {
			fail(ex);
		}
	}

	private void complete() {
		byte[] body = null;
		synchronized (this) {
			this.complete = true;
			if (this.state == State.COLLECTING) {
				body = this.collected.take();
			}
			else if (this.pending != null || this.state == State.DRAINING || this.state == State.ENDED
					|| !this.granted) {
				return;
			}
			enter(State.ENDED);
		}
		if (body != null) {
			this.target.complete(body);
		}
		else {
			end();
		}
	}

	/**
	 * Reads no more of the source, and waits for nothing: whatever the body belongs to
	 * has ended. Unlike {@link #cancel()} it matters when the source has completed, too.
	 */
	public void close() {
		try {
			cancel();
		}
		finally {
			synchronized (this) {
				this.closed = true;
				enter(this.state);
			}
		}
	}

	private void end() {
		try {
			this.target.frame(FrameKind.END, NOTHING);
		}
		catch (Throwable ex) {
			fail(ex);
			return;
		}
		this.target.sent();
	}

	private void fail(Throwable ex) {
		try {
			cancel();
		}
		finally {
			this.target.failed(ex);
		}
	}

	@Override
	protected void hookOnError(Throwable ex) {
		this.target.failed(ex);
	}

	@Override
	protected void hookFinally(SignalType signal) {
		this.memory.close();
		synchronized (this) {
			if (this.slowTimer != null) {
				this.slowTimer.dispose();
			}
		}
	}

	/**
	 * The states of a body that is being sent.
	 *
	 * <pre>
	 * COLLECTING ----------------------------------&gt; ENDED   all has come: one message
	 *     |
	 *     | flushed, too long, or slow: the first part is sent
	 *     v
	 *  WAITING ---&gt; RESUMING ---&gt; DRAINING --------&gt; ENDED   all has been sent
	 *     ^    credit              |  |   ^
	 *     +------------------------+  |   | a chunk comes
	 *          no credit              v   |
	 *                                 IDLE ---------&gt; ENDED   the source completes
	 * </pre>
	 *
	 * A chunk that had been asked for while the body was collected is drained from
	 * {@code WAITING}, and finds no credit; a source that completes while nothing is
	 * pending ends from there.
	 */
	private enum State {

		/**
		 * The body may still fit one message.
		 */
		COLLECTING,

		/**
		 * Credit is to come, the first or more.
		 */
		WAITING,

		/**
		 * Credit has come, and the executor is going to drain.
		 */
		RESUMING,

		/**
		 * One thread sends what is pending.
		 */
		DRAINING,

		/**
		 * All that has come has been sent, and the source is asked for more.
		 */
		IDLE,

		/**
		 * The one message, or the end of the stream, has been sent.
		 */
		ENDED

	}

	/**
	 * The next step of a drain.
	 */
	private enum Step {

		/**
		 * Sends a frame.
		 */
		SEND,

		/**
		 * Asks the source for more.
		 */
		ASK,

		/**
		 * Waits for credit.
		 */
		WAIT,

		/**
		 * Sends the end.
		 */
		END

	}

}
