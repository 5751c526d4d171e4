package io.natsproxy.core.jetstream;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.nats.client.ConsumeOptions;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.MessageConsumer;
import io.nats.client.OrderedConsumerContext;
import io.nats.client.StreamContext;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.OrderedConsumerConfiguration;
import io.nats.client.api.StreamInfo;
import io.nats.client.api.StreamState;
import org.jspecify.annotations.Nullable;

/**
 * The end of a stream, for one subject: what is stored, as it is. Ordered: jnats makes
 * its consumer anew where a message is missing.
 *
 * @param <E> what messages are made into
 */
final class StreamTail<E> {

	/**
	 * The most messages that are on the way.
	 */
	private static final int BATCH = 64;

	/**
	 * How long the server waits with a request for more. Half as often it shows that
	 * there still is a consumer.
	 */
	private static final long EXPIRES_MILLIS = 10_000;

	private final SharedStreams<E> streams;

	private final SharedStreams.Key key;

	/**
	 * Guarded by the map of tails.
	 */
	int users;

	/**
	 * Its consumer may be gone.
	 */
	private volatile boolean stale;

	/**
	 * Guarded by this object, like all that follows.
	 */
	private final Set<StreamReader<E>> readers = new LinkedHashSet<>();

	private String epoch = "";

	/**
	 * All that was stored up to this sequence has been given to the readers.
	 */
	private long position;

	private boolean gone;

	private boolean stopped;

	private @Nullable StreamContext context;

	private @Nullable OrderedConsumerContext ordered;

	private @Nullable MessageConsumer consumer;

	StreamTail(SharedStreams<E> streams, SharedStreams.Key key) {
		this.streams = streams;
		this.key = key;
	}

	SharedStreams.Key key() {
		return this.key;
	}

	/**
	 * Begins to read, unless it has.
	 */
	synchronized void start() throws IOException, JetStreamApiException {
		if (this.consumer != null) {
			return;
		}
		StreamContext found = this.streams.context(this.key.stream());
		StreamInfo info = found.getStreamInfo();
		long last = info.getStreamState().getLastSequence();
		this.epoch = StreamPosition.epoch(info.getCreateTime());
		this.position = last;
		this.context = found;
		consume(found, last);
	}

	private void consume(StreamContext found, long after) throws IOException, JetStreamApiException {
		OrderedConsumerContext made = found
			.createOrderedConsumer(new OrderedConsumerConfiguration().filterSubject(this.key.subject())
				.deliverPolicy(DeliverPolicy.ByStartSequence)
				.startSequence(after + 1));
		MessageConsumer begun = made.consume(
				ConsumeOptions.builder().batchSize(BATCH).expiresIn(EXPIRES_MILLIS).build(), this.streams.dispatcher(),
				this::onMessage);
		MessageConsumer before;
		boolean late;
		synchronized (this) {
			before = this.consumer;
			late = this.stopped;
			if (!late) {
				this.ordered = made;
				this.consumer = begun;
			}
		}
		if (late) {
			end(begun, made);
		}
		else if (before != null) {
			close(before);
		}
	}

	/**
	 * Returns whether the consumer is to be made anew, which is true once.
	 * @param lost whether there has been another connection before
	 */
	boolean restores(boolean lost) {
		boolean restores = lost || this.stale;
		this.stale = false;
		return restores;
	}

	/**
	 * Takes note that the consumer could not be made anew.
	 */
	void stale() {
		this.stale = true;
	}

	/**
	 * Makes the consumer anew, behind what was given to the readers. What both give is
	 * given once.
	 */
	void restart() throws IOException, JetStreamApiException {
		check(this.streams.epoch(this.key.stream()));
		synchronized (this) {
			if (this.consumer == null || this.gone) {
				return;
			}
		}
		StreamContext found = context();
		long before = position();
		tellGap(before, found.getStreamInfo().getStreamState());
		consume(found, position());
	}

	/**
	 * Tells readers what they do not get, where the stream does not have what is behind
	 * what was given to them.
	 */
	private synchronized void tellGap(long before, StreamState stored) {
		long first = stored.getFirstSequence();
		long last = stored.getLastSequence();
		StreamGap gap;
		if (last < before) {
			this.position = last;
			gap = new StreamGap(StreamGap.Reason.OTHER_STREAM, 0, 0, new StreamPosition(this.epoch, last));
		}
		else if (before + 1 < first) {
			this.position = Math.max(this.position, first - 1);
			gap = new StreamGap(StreamGap.Reason.EXPIRED, before + 1, first - 1,
					new StreamPosition(this.epoch, this.position));
		}
		else {
			return;
		}
		this.readers.forEach((reader) -> reader.onTailGap(gap));
	}

	private synchronized void onMessage(Message message) {
		long sequence = message.metaData().streamSequence();
		if (sequence <= this.position) {
			return;
		}
		E event = this.streams.event(new StreamPosition(this.epoch, sequence), message.getData());
		this.readers.removeIf((reader) -> !reader.onTail(sequence, event));
		this.position = sequence;
	}

	/**
	 * Takes in a reader that has all that was stored up to a sequence.
	 * @return whether nothing more has been given to the readers since
	 */
	synchronized boolean tryJoin(StreamReader<E> reader, long sequence) {
		if (this.gone || sequence < this.position) {
			return false;
		}
		return this.readers.add(reader);
	}

	/**
	 * Takes in a reader that wants what comes from now on.
	 * @return behind what was given to the readers
	 */
	synchronized long join(StreamReader<E> reader) {
		this.readers.add(reader);
		return this.position;
	}

	synchronized void leave(StreamReader<E> reader) {
		this.readers.remove(reader);
	}

	synchronized String epoch() {
		return this.epoch;
	}

	synchronized long position() {
		return this.position;
	}

	synchronized boolean isGone() {
		return this.gone;
	}

	/**
	 * Returns the stream.
	 */
	StreamContext context() throws IOException, JetStreamApiException {
		StreamContext found;
		synchronized (this) {
			found = this.context;
		}
		return (found != null) ? found : this.streams.context(this.key.stream());
	}

	/**
	 * Ends readers of a stream that is gone, or is another one.
	 * @param now the epoch that the stream has, empty if there is none
	 */
	void check(String now) {
		List<StreamReader<E>> ended;
		synchronized (this) {
			if (this.epoch.isEmpty() || now.equals(this.epoch)) {
				return;
			}
			this.gone = true;
			ended = List.copyOf(this.readers);
			this.readers.clear();
		}
		this.streams.forget(this);
		ended.forEach(StreamReader::end);
	}

	/**
	 * Ends the consumer, which the server is told.
	 */
	void stop() throws IOException, JetStreamApiException {
		MessageConsumer last;
		OrderedConsumerContext made;
		synchronized (this) {
			this.stopped = true;
			last = this.consumer;
			made = this.ordered;
		}
		if (last != null && made != null) {
			end(last, made);
		}
	}

	private void end(MessageConsumer last, OrderedConsumerContext made) throws IOException, JetStreamApiException {
		close(last);
		String name = made.getConsumerName();
		if (name != null) {
			context().deleteConsumer(name);
		}
	}

	private static void close(MessageConsumer consumer) throws IOException {
		try {
			consumer.close();
		}
		catch (Exception ex) {
			throw new IOException("The consumer could not be closed", ex);
		}
	}

}
