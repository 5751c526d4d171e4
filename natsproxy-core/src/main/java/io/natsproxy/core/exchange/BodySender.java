package io.natsproxy.core.exchange;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;

import io.natsproxy.core.wire.FrameKind;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Sends a body: collects it while it may still fit one message, and turns it into a
 * stream when it does not, or when it is flushed. Of a stream, the source is asked for
 * more, and frames are sent, while there is credit, so that the receiver's pace becomes
 * that of the source. The first part counts against the credit; the last frame may go
 * beyond it. Nothing follows the first part before credit has come, not even the end.
 */
final class BodySender extends BaseSubscriber<byte[]> {

	private static final byte[] NOTHING = {};

	/**
	 * Decisions of the drain loop, in place of a frame; known by their identity.
	 */
	private static final byte[] REQUEST = {};

	private static final byte[] WAIT = {};

	private static final byte[] LAST = {};

	/**
	 * What the header takes that says of a message that it is only the first part.
	 */
	private static final int STREAM_HEADER_SIZE = 64;

	private static final int MAX_CHUNKS = 64;

	private final int maxMessage;

	private final int frameSize;

	private final Executor executor;

	private final Target target;

	private final Context context;

	private byte[] first = NOTHING;

	/**
	 * What has come after the first chunk, put together once, at the end.
	 */
	private final List<byte[]> others = new ArrayList<>(0);

	/**
	 * What has come after those: so many chunks are small ones.
	 */
	private @Nullable ByteArrayOutputStream small;

	private int size;

	private volatile boolean streaming;

	/**
	 * Guarded by this object, like all that follows.
	 */
	private byte @Nullable [] pending;

	private int offset;

	private long credit;

	private boolean waiting;

	private boolean draining;

	private boolean complete;

	private boolean granted;

	private boolean ended;

	/**
	 * Creates a sender.
	 * @param maxMessage how many bytes fit one message
	 * @param frameSize how many bytes a frame has at the most
	 * @param executor where the source is asked for more when credit comes
	 * @param target what is done with the body
	 * @param context the context of the source
	 */
	BodySender(int maxMessage, int frameSize, Executor executor, Target target, ContextView context) {
		this.context = Context.of(context);
		this.maxMessage = maxMessage;
		this.frameSize = frameSize;
		this.executor = executor;
		this.target = target;
	}

	@Override
	public Context currentContext() {
		return this.context;
	}

	@Override
	protected void hookOnSubscribe(Subscription subscription) {
		subscription.request(1);
	}

	@Override
	protected void hookOnNext(byte[] chunk) {
		try {
			take(chunk);
		}
		catch (Throwable ex) {
			// Errors, too: Reactor would throw them at the source, and nobody would know.
			fail(ex);
		}
	}

	private void take(byte[] chunk) {
		if (this.streaming) {
			offer(chunk);
			drain();
		}
		else if (chunk == BodyChunks.FLUSH || this.size + (long) chunk.length > this.maxMessage) {
			begin(chunk);
		}
		else {
			collect(chunk);
			request(1);
		}
	}

	private void collect(byte[] chunk) {
		if (this.small != null) {
			this.small.writeBytes(chunk);
		}
		else if (this.size == 0) {
			this.first = chunk;
		}
		else if (this.others.size() < MAX_CHUNKS) {
			this.others.add(chunk);
		}
		else {
			this.small = new ByteArrayOutputStream();
			this.small.writeBytes(chunk);
		}
		this.size += chunk.length;
	}

	private byte[] takeCollected() {
		byte[] body = this.first;
		if (this.size > body.length) {
			body = Arrays.copyOf(body, this.size);
			int position = this.first.length;
			for (byte[] chunk : this.others) {
				System.arraycopy(chunk, 0, body, position, chunk.length);
				position += chunk.length;
			}
			if (this.small != null) {
				System.arraycopy(this.small.toByteArray(), 0, body, position, this.small.size());
			}
		}
		this.others.clear();
		this.small = null;
		this.first = NOTHING;
		this.size = 0;
		return body;
	}

	private void begin(byte[] chunk) {
		byte[] firstPart = takeCollected();
		byte[] rest = chunk;
		if (firstPart.length > this.maxMessage - STREAM_HEADER_SIZE) {
			rest = Arrays.copyOf(firstPart, firstPart.length + chunk.length);
			System.arraycopy(chunk, 0, rest, firstPart.length, chunk.length);
			firstPart = NOTHING;
		}
		synchronized (this) {
			this.streaming = true;
			this.waiting = true;
			this.credit -= firstPart.length;
		}
		offer(rest);
		try {
			this.target.begin(firstPart);
		}
		catch (Throwable ex) {
			fail(ex);
		}
	}

	private synchronized void offer(byte[] chunk) {
		if (chunk.length > 0) {
			this.pending = chunk;
			this.offset = 0;
		}
	}

	/**
	 * Whether nothing is sent because the source has nothing to send.
	 */
	synchronized boolean awaitsSource() {
		return !this.complete && this.credit > 0;
	}

	/**
	 * Takes credit from the receiver, on any thread; does not block.
	 * @throws NatsExchangeException if there is more of it than any window holds
	 */
	void addCredit(long bytes) {
		synchronized (this) {
			if (bytes > Integer.MAX_VALUE - this.credit) {
				throw new NatsExchangeException(ExchangeFailure.STREAM_BROKEN,
						"The other end has granted more than " + Integer.MAX_VALUE + " bytes");
			}
			this.credit += bytes;
			this.granted = true;
			if (!this.waiting || (this.credit <= 0 && !this.complete)) {
				return;
			}
			this.waiting = false;
		}
		try {
			this.executor.execute(this::drain);
		}
		catch (Throwable ex) {
			fail(ex);
		}
	}

	/**
	 * Sends what is pending while there is credit. Never runs twice at once: not while
	 * the source is asked for more, nor while this waits for credit.
	 */
	private void drain() {
		try {
			sendAndRequest();
		}
		catch (Throwable ex) {
			// Errors, too: the source may throw them in place of signalling them.
			fail(ex);
		}
	}

	private void sendAndRequest() {
		byte[] frame = next(0);
		while (frame.length > 0) {
			this.target.frame(FrameKind.DATA, frame);
			frame = next(frame.length);
		}
		if (frame == LAST) {
			end();
		}
		else if (frame == REQUEST) {
			request(1);
		}
	}

	/**
	 * Returns the next frame to be sent, or what is to be done instead.
	 * @param sent length of the frame that has just been sent
	 */
	private synchronized byte[] next(int sent) {
		this.draining = true;
		advance(sent);
		if (this.pending != null && this.credit > 0) {
			return cut(this.pending);
		}
		this.draining = false;
		if (this.pending == null && this.complete) {
			return LAST;
		}
		this.waiting = this.credit <= 0;
		return this.waiting ? WAIT : REQUEST;
	}

	private void advance(int sent) {
		this.credit -= sent;
		this.offset += sent;
		if (this.pending != null && this.offset >= this.pending.length) {
			this.pending = null;
		}
	}

	private byte[] cut(byte[] chunk) {
		int length = Math.min(this.frameSize, chunk.length - this.offset);
		return (length == chunk.length) ? chunk : Arrays.copyOfRange(chunk, this.offset, this.offset + length);
	}

	@Override
	protected void hookOnComplete() {
		synchronized (this) {
			this.complete = true;
			if (this.streaming && (this.pending != null || this.draining || !this.granted)) {
				return;
			}
			this.waiting = false;
		}
		try {
			if (this.streaming) {
				end();
			}
			else {
				this.target.complete(takeCollected());
			}
		}
		catch (Throwable ex) {
			fail(ex);
		}
	}

	private void end() {
		synchronized (this) {
			if (this.ended) {
				return;
			}
			this.ended = true;
		}
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

	/**
	 * What is done with a body. Methods are called one after the other.
	 */
	interface Target {

		/**
		 * The body fits one message.
		 */
		void complete(byte[] body);

		/**
		 * The body is going to be a stream, and this is the first part of it. What this
		 * throws comes back as {@link #failed}.
		 */
		void begin(byte[] firstPart);

		/**
		 * Sends a frame of the stream. What this throws comes back as {@link #failed}.
		 */
		void frame(FrameKind kind, byte[] payload);

		/**
		 * The stream has been sent.
		 */
		void sent();

		/**
		 * The source has failed, or a method of the target.
		 */
		void failed(Throwable failure);

	}

}
