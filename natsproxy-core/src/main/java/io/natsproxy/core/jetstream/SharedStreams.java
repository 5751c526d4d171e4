package io.natsproxy.core.jetstream;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.nats.client.Dispatcher;
import io.nats.client.JetStreamApiException;
import io.nats.client.StreamContext;
import io.natsproxy.core.connection.ConnectionStatistics;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Reads streams for many readers: those who have all that was stored share one consumer
 * for each stream and subject; one that is behind has a consumer of its own until it is
 * not. No consumer outlives this process by more than seconds. Safe for use by many
 * threads.
 *
 * @param <E> what messages are made into, once for all who share a consumer
 */
public final class SharedStreams<E> implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(SharedStreams.class);

	private final JetStreams jetStreams;

	private final ConnectionStatistics connection;

	private final BiFunction<StreamPosition, byte[], E> reader;

	/**
	 * Guarded by itself, with the number of users of each.
	 */
	private final Map<Key, StreamTail<E>> tails = new HashMap<>();

	/**
	 * Guarded by the map of tails.
	 */
	private long reconnects;

	private @Nullable Dispatcher dispatcher;

	/**
	 * Creates the object, which reads nothing yet.
	 * @param jetStreams has the connection; not closed by this object
	 * @param reader makes events of the position and the payload of messages
	 */
	public SharedStreams(JetStreams jetStreams, BiFunction<StreamPosition, byte[], E> reader) {
		this.jetStreams = jetStreams;
		this.reader = reader;
		this.connection = new ConnectionStatistics(jetStreams.connection());
		this.reconnects = this.connection.reconnects();
	}

	/**
	 * Reads the messages of a stream.
	 * @param stream the stream
	 * @param subject the subject, which may have wildcards
	 * @param start where to begin
	 * @param buffer so many bytes are read at once, as far as that can be known
	 * @param listener gets the messages
	 * @return ends it; fails with a {@link JetStreamException}
	 */
	public Mono<StreamReading> read(String stream, String subject, StreamStart start, long buffer,
			StreamListener<E> listener) {
		return this.jetStreams.<StreamReading>call(() -> {
			StreamTail<E> tail = enter(new Key(stream, subject));
			StreamReader<E> reading = new StreamReader<>(this, tail, listener, buffer);
			try {
				tail.start();
				reading.start(start);
				return reading;
			}
			catch (IOException | JetStreamApiException | RuntimeException ex) {
				reading.dispose();
				throw ex;
			}
		}).doOnDiscard(StreamReading.class, StreamReading::dispose);
	}

	private StreamTail<E> enter(Key key) {
		synchronized (this.tails) {
			StreamTail<E> tail = this.tails.computeIfAbsent(key, (added) -> new StreamTail<>(this, added));
			tail.users++;
			return tail;
		}
	}

	void leave(StreamTail<E> tail) {
		synchronized (this.tails) {
			if (--tail.users > 0) {
				return;
			}
			this.tails.remove(tail.key(), tail);
		}
		release(tail::stop);
	}

	/**
	 * Forgets a stream that is gone: whoever comes reads another one.
	 */
	void forget(StreamTail<E> tail) {
		synchronized (this.tails) {
			this.tails.remove(tail.key(), tail);
		}
	}

	/**
	 * Does something that blocks, soon, or not at all where it cannot be begun.
	 */
	void later(Blocking task) {
		later(task, (ex) -> logger.debug("JetStream: {}", ex.getMessage()));
	}

	/**
	 * Gives something back that is held at the server, soon.
	 */
	void release(Blocking task) {
		this.jetStreams.release(() -> {
			task.run();
			return null;
		});
	}

	/**
	 * Does something that blocks, soon.
	 * @param failed is told if it fails, or cannot be begun
	 */
	void later(Blocking task, Consumer<Throwable> failed) {
		this.jetStreams.call(() -> {
			task.run();
			return null;
		}).subscribe((done) -> {
		}, failed);
	}

	StreamContext context(String stream) throws IOException, JetStreamApiException {
		return this.jetStreams.connection().getStreamContext(stream, this.jetStreams.options());
	}

	E event(StreamPosition position, byte[] payload) {
		return this.reader.apply(position, payload);
	}

	synchronized Dispatcher dispatcher() {
		Dispatcher current = this.dispatcher;
		if (current == null) {
			current = this.jetStreams.connection().createDispatcher();
			this.dispatcher = current;
		}
		return current;
	}

	/**
	 * Begins anew where the connection has been: the consumers of before may be gone.
	 * Called again and again, about once in a second.
	 */
	public void restore() {
		List<StreamTail<E>> restored;
		long now = this.connection.reconnects();
		synchronized (this.tails) {
			boolean lost = now != this.reconnects;
			this.reconnects = now;
			restored = this.tails.values().stream().filter((tail) -> tail.restores(lost)).toList();
		}
		restored.forEach((tail) -> later(tail::restart, (ex) -> tail.stale()));
	}

	/**
	 * Looks whether streams are still those that they were, and ends their readers where
	 * they are not.
	 */
	public void check() {
		Map<String, List<StreamTail<E>>> checked;
		synchronized (this.tails) {
			checked = this.tails.values().stream().collect(Collectors.groupingBy((tail) -> tail.key().stream()));
		}
		checked.forEach((stream, own) -> later(() -> {
			String epoch = epoch(stream);
			own.forEach((tail) -> tail.check(epoch));
		}));
	}

	/**
	 * Returns what tells a stream from others of its name.
	 * @return the epoch, empty if there is no such stream
	 */
	String epoch(String stream) throws IOException, JetStreamApiException {
		try {
			return StreamPosition.epoch(context(stream).getStreamInfo().getCreateTime());
		}
		catch (JetStreamApiException ex) {
			if (ex.getErrorCode() == JetStreamFailure.NOT_FOUND.status()) {
				return "";
			}
			throw ex;
		}
	}

	/**
	 * Returns the number of streams and subjects that are read.
	 * @return the number
	 */
	public int size() {
		synchronized (this.tails) {
			return this.tails.size();
		}
	}

	/**
	 * Ends the consumers. Readers are not told.
	 */
	@Override
	public synchronized void close() {
		Dispatcher current = this.dispatcher;
		this.dispatcher = null;
		if (current != null && current.isActive()) {
			this.jetStreams.connection().closeDispatcher(current);
		}
	}

	/**
	 * What readers have to have in common to share a consumer.
	 *
	 * @param stream the name of the stream
	 * @param subject the subject
	 */
	record Key(String stream, String subject) {

	}

	/**
	 * Something that blocks.
	 */
	interface Blocking {

		void run() throws IOException, JetStreamApiException;

	}

}
