package io.natsproxy.core.jetstream;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.nats.client.ConsumerContext;
import io.nats.client.FetchConsumeOptions;
import io.nats.client.FetchConsumer;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamStatusCheckedException;
import io.nats.client.Message;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.StreamInfo;
import io.nats.client.api.StreamState;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Schedulers;

/**
 * Reads a stream for one listener: by the tail of the stream while it has all that was
 * given to others, else by a consumer of its own, batch by batch, as the listener has
 * room.
 *
 * @param <E> what messages are made into
 */
final class StreamReader<E> implements StreamReading {

	private static final Logger logger = LoggerFactory.getLogger(StreamReader.class);

	private static final int MAX_BATCH = 256;

	/**
	 * The most of those that are the last of their subject.
	 */
	private static final int LAST_BATCH = 8;

	private static final Duration INACTIVE = Duration.ofSeconds(5);

	private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);

	/**
	 * So often in a row reading may fail, although the server answers.
	 */
	private static final int MAX_FAILURES = 10;

	private enum State {

		/**
		 * Gets what the tail gets.
		 */
		TAIL,

		/**
		 * Is behind, and waits until its listener has room.
		 */
		BEHIND,

		/**
		 * Is behind, and reads.
		 */
		READING,

		/**
		 * Reads nothing any more.
		 */
		ENDED

	}

	private final SharedStreams<E> streams;

	private final StreamTail<E> tail;

	private final StreamListener<E> listener;

	private final int buffer;

	/**
	 * Guarded by this object, like the next field.
	 */
	private State state = State.READING;

	/**
	 * All that was stored up to this sequence has been given to the listener, or is not
	 * going to be.
	 */
	private long position;

	/**
	 * Where to begin, as long as no position says so: for the last of each subject, until
	 * all of them have come. Used by whoever is reading, like all that follows.
	 */
	private @Nullable StreamStart start;

	private @Nullable ConsumerContext consumer;

	private long consumerSequence;

	private long lastRead;

	private int failures;

	StreamReader(SharedStreams<E> streams, StreamTail<E> tail, StreamListener<E> listener, long buffer) {
		this.streams = streams;
		this.tail = tail;
		this.listener = listener;
		this.buffer = (int) Math.min(Integer.MAX_VALUE, buffer);
	}

	/**
	 * Begins, on a thread that may be blocked.
	 */
	void start(StreamStart start) throws IOException, JetStreamApiException {
		if (start == StreamStart.NEW) {
			joinNew();
			return;
		}
		StreamInfo info = this.tail.context().getStreamInfo();
		StreamState stored = info.getStreamState();
		StreamPosition after = start.after();
		if (start.isUnknown() || (after != null && !after.epoch().equals(this.tail.epoch()))
				|| (after != null && after.sequence() > Math.max(stored.getLastSequence(), this.tail.position()))) {
			this.listener.onGap(new StreamGap(StreamGap.Reason.OTHER_STREAM, 0, 0,
					new StreamPosition(this.tail.epoch(), this.tail.position())));
			joinNew();
			return;
		}
		if (after != null) {
			long first = stored.getFirstSequence();
			setPosition(after.sequence());
			if (after.sequence() + 1 < first) {
				gap(StreamGap.Reason.EXPIRED, after.sequence() + 1, first - 1, first - 1);
			}
		}
		else {
			this.start = start;
		}
		if (this.start != null || !tryJoin()) {
			behind();
		}
	}

	private synchronized void setPosition(long sequence) {
		this.position = sequence;
	}

	private synchronized long position() {
		return this.position;
	}

	private void joinNew() {
		synchronized (this.tail) {
			long joined = this.tail.join(this);
			synchronized (this) {
				this.position = joined;
				this.state = State.TAIL;
				this.listener.onStart(new StreamPosition(this.tail.epoch(), joined));
			}
		}
	}

	private boolean tryJoin() {
		synchronized (this.tail) {
			synchronized (this) {
				if (this.state != State.READING || !this.tail.tryJoin(this, this.position)) {
					return false;
				}
				this.state = State.TAIL;
				return true;
			}
		}
	}

	private void behind() {
		synchronized (this) {
			if (this.state == State.ENDED) {
				return;
			}
			this.state = State.BEHIND;
		}
		this.listener.onMore();
	}

	/**
	 * Takes what the tail gets. Called by the tail, under its lock.
	 * @return whether this goes on to be one of its readers
	 */
	boolean onTail(long sequence, E event) {
		synchronized (this) {
			if (this.state != State.TAIL) {
				return false;
			}
			if (sequence <= this.position) {
				return true;
			}
			if (this.listener.onEvent(event)) {
				this.position = sequence;
				return true;
			}
			this.position = sequence - 1;
			this.state = State.BEHIND;
		}
		this.listener.onMore();
		return false;
	}

	/**
	 * Takes note of what the tail has missed. Called by the tail, under its lock.
	 */
	synchronized void onTailGap(StreamGap gap) {
		boolean known = gap.reason() == StreamGap.Reason.EXPIRED && gap.to() <= this.position;
		if (this.state == State.TAIL && !known) {
			this.position = gap.position().sequence();
			this.listener.onGap(gap);
		}
	}

	@Override
	public void proceed() {
		synchronized (this) {
			if (this.state != State.BEHIND) {
				return;
			}
			this.state = State.READING;
		}
		this.streams.later(this::read, (ex) -> readLater());
	}

	/**
	 * Reads a batch of what was stored.
	 */
	private void read() throws IOException, JetStreamApiException {
		if (this.tail.isGone()) {
			end();
		}
		if (isEnded()) {
			deleteConsumer();
			return;
		}
		boolean caughtUp;
		try {
			caughtUp = readBatch();
		}
		catch (IOException | JetStreamApiException | JetStreamStatusCheckedException | RuntimeException ex) {
			this.consumer = null;
			logger.debug("What was stored could not be read", ex);
			this.failures++;
			if (isRefusal(ex) || this.failures == MAX_FAILURES) {
				end();
			}
			else {
				readLater();
			}
			return;
		}
		this.failures = 0;
		if (caughtUp && tryJoin()) {
			this.start = null;
			deleteConsumer();
		}
		else {
			behind();
			if (isEnded()) {
				deleteConsumer();
			}
		}
	}

	/**
	 * Returns whether the server would say the same again.
	 */
	private static boolean isRefusal(Exception ex) {
		return ex instanceof JetStreamApiException api && api.getErrorCode() != JetStreamFailure.NOT_FOUND.status()
				&& api.getErrorCode() != JetStreamFailure.UNAVAILABLE.status();
	}

	private void readLater() {
		Schedulers.parallel()
			.schedule(() -> this.streams.later(this::readAgain, (ex) -> readLater()), AGAIN_AFTER.toMillis(),
					TimeUnit.MILLISECONDS);
	}

	private void readAgain() throws IOException, JetStreamApiException {
		this.tail.check(this.streams.epoch(this.tail.key().stream()));
		read();
	}

	/**
	 * Reads a batch.
	 * @return whether nothing was stored that the tail has, and this has not
	 */
	private boolean readBatch() throws IOException, JetStreamApiException, JetStreamStatusCheckedException {
		long known = this.tail.position();
		ConsumerContext reading = consumer();
		List<Message> batch = fetch(reading, batchOptions());
		if (batch.isEmpty()) {
			ConsumerInfo info = reading.getConsumerInfo();
			if (info.getDelivered().getConsumerSequence() != this.consumerSequence) {
				return false;
			}
			if (info.getNumPending() == 0) {
				return isComplete(known);
			}
			// It is longer than the buffer.
			batch = fetch(reading, FetchConsumeOptions.builder().maxMessages(1).noWait().build());
		}
		deliver(batch);
		return !batch.isEmpty() && position() >= known;
	}

	private FetchConsumeOptions batchOptions() {
		FetchConsumeOptions.Builder options = FetchConsumeOptions.builder().noWait();
		if (this.start != null && this.start.isLastPerSubject()) {
			// Servers skip the last of a subject where it exceeds a number of bytes.
			return options.maxMessages(LAST_BATCH).build();
		}
		return options.max(this.buffer, MAX_BATCH).build();
	}

	private List<Message> fetch(ConsumerContext reading, FetchConsumeOptions options)
			throws IOException, JetStreamApiException, JetStreamStatusCheckedException {
		List<Message> batch = new ArrayList<>();
		FetchConsumer fetched = reading.fetch(options);
		try {
			for (Message message = fetched.nextMessage(); message != null; message = fetched.nextMessage()) {
				if (message.metaData().consumerSequence() != this.consumerSequence + 1) {
					throw new IOException("A message has been lost");
				}
				this.consumerSequence++;
				batch.add(message);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("Interrupted", ex);
		}
		finally {
			end(fetched);
		}
		return batch;
	}

	/**
	 * Looks, where nothing is stored behind the position, whether something was.
	 * @param known the position that the tail had before
	 * @return whether this has all that the tail has
	 */
	private boolean isComplete(long known) throws IOException, JetStreamApiException {
		if (isFromPosition() || isSince()) {
			StreamState stored = stored();
			long last = stored.getLastSequence();
			if (last < position()) {
				deleteConsumer();
				gap(StreamGap.Reason.OTHER_STREAM, 0, 0, last);
				return false;
			}
			tellExpired(stored, Long.MAX_VALUE);
		}
		this.start = null;
		setPosition(Math.max(position(), known));
		return true;
	}

	/**
	 * Ends the subscription of a batch.
	 */
	private static void end(FetchConsumer fetched) {
		try {
			fetched.close();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (Exception ex) {
			logger.debug("The subscription of a batch could not be ended", ex);
		}
	}

	private void deliver(List<Message> batch) throws IOException, JetStreamApiException {
		StreamState stored = null;
		for (Message message : batch) {
			long sequence = message.metaData().streamSequence();
			if (isSince() || (isFromPosition() && sequence > position() + 1)) {
				stored = (stored != null) ? stored : stored();
				tellExpired(stored, sequence);
			}
			if (isSince()) {
				this.start = null;
			}
			deliver(sequence, message.getData());
		}
	}

	private void deliver(long sequence, byte[] payload) {
		E event = this.streams.event(new StreamPosition(this.tail.epoch(), sequence), payload);
		synchronized (this) {
			if (this.state != State.READING || sequence <= this.position) {
				return;
			}
			this.position = sequence;
			this.listener.onStoredEvent(event);
		}
	}

	private boolean isFromPosition() {
		return this.start == null;
	}

	private boolean isSince() {
		return this.start != null && this.start.since() != null;
	}

	private StreamState stored() throws IOException, JetStreamApiException {
		return this.tail.context().getStreamInfo().getStreamState();
	}

	/**
	 * Tells of what was stored before a sequence, behind the position, and is no more.
	 */
	private void tellExpired(StreamState stored, long sequence) {
		long to = Math.min(stored.getFirstSequence(), sequence) - 1;
		Instant since = (this.start != null) ? this.start.since() : null;
		if (to <= position()) {
			return;
		}
		if (since == null) {
			gap(StreamGap.Reason.EXPIRED, position() + 1, to, to);
		}
		else if (stored.getMsgCount() == 0 || stored.getFirstTime().toInstant().isAfter(since)) {
			gap(StreamGap.Reason.EXPIRED, 0, to, to);
		}
	}

	private synchronized void gap(StreamGap.Reason reason, long from, long to, long position) {
		if (this.state == State.READING) {
			this.position = position;
			this.listener.onGap(new StreamGap(reason, from, to, new StreamPosition(this.tail.epoch(), position)));
		}
	}

	private ConsumerContext consumer() throws IOException, JetStreamApiException {
		long now = System.nanoTime();
		if (now - this.lastRead > INACTIVE.toNanos() / 2) {
			// The server may have removed it.
			deleteConsumer();
		}
		this.lastRead = now;
		ConsumerContext current = this.consumer;
		if (current == null) {
			current = this.tail.context().createOrUpdateConsumer(configuration());
			this.consumer = current;
			this.consumerSequence = 0;
		}
		return current;
	}

	private ConsumerConfiguration configuration() {
		ConsumerConfiguration.Builder configuration = ConsumerConfiguration.builder()
			.ackPolicy(AckPolicy.None)
			.filterSubject(this.tail.key().subject())
			.memStorage(true)
			.numReplicas(1)
			.inactiveThreshold(INACTIVE);
		StreamStart from = this.start;
		Instant since = (from != null) ? from.since() : null;
		if (since != null) {
			return configuration.deliverPolicy(DeliverPolicy.ByStartTime)
				.startTime(since.atZone(ZoneOffset.UTC))
				.build();
		}
		if (from != null && from.isLastPerSubject()) {
			return configuration.deliverPolicy(DeliverPolicy.LastPerSubject).build();
		}
		return configuration.deliverPolicy(DeliverPolicy.ByStartSequence).startSequence(position() + 1).build();
	}

	private void deleteConsumer() {
		ConsumerContext current = this.consumer;
		this.consumer = null;
		String name = (current != null) ? current.getConsumerName() : null;
		if (name != null) {
			try {
				this.tail.context().deleteConsumer(name);
			}
			catch (IOException | JetStreamApiException ex) {
				logger.debug("The server removes a consumer by itself", ex);
			}
		}
	}

	private synchronized boolean isEnded() {
		return this.state == State.ENDED;
	}

	/**
	 * Ends this because the stream is gone, or cannot be read.
	 */
	void end() {
		if (finish() != State.ENDED) {
			this.listener.onEnd();
		}
	}

	@Override
	public void dispose() {
		State before = finish();
		if (before == State.BEHIND) {
			this.streams.release(this::deleteConsumer);
		}
	}

	private State finish() {
		State before;
		synchronized (this) {
			before = this.state;
			this.state = State.ENDED;
		}
		if (before != State.ENDED) {
			this.tail.leave(this);
			this.streams.leave(this.tail);
		}
		return before;
	}

}
