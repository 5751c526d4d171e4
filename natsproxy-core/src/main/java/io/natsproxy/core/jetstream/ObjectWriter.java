package io.natsproxy.core.jetstream;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

import io.nats.client.JetStream;
import io.nats.client.JetStreamApiException;
import io.nats.client.NUID;
import io.nats.client.api.ObjectInfo;
import io.nats.client.api.ObjectMeta;
import io.nats.client.api.PublishAck;
import io.nats.client.impl.Headers;
import io.nats.client.support.NatsObjectStoreUtil;
import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.wire.MalformedMessageException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Writes one object: its chunks, some of which may be unacknowledged at a time, and, when
 * all are stored and are what has been announced, the description that makes them an
 * object. Until then nobody sees it, and what was written is removed if it does not come
 * to that.
 */
final class ObjectWriter {

	/**
	 * The most chunks that are in memory: one that is being filled, and the others
	 * unacknowledged or on their way.
	 */
	static final int CHUNKS_IN_MEMORY = 6;

	private static final int UNACKNOWLEDGED = CHUNKS_IN_MEMORY - 3;

	private final JetStreams streams;

	private final JetStream jetStream;

	private final ObjectDescriptions descriptions;

	private final ObjectUpload upload;

	private final int chunkSize;

	private final Predicate<@Nullable StoredObject> allowed;

	private final String id = NUID.nextGlobal();

	private final MessageDigest digest = ObjectStores.sha256();

	private final AtomicReference<State> state = new AtomicReference<>(State.WRITING);

	/**
	 * The chunk that is being filled.
	 */
	private byte[] chunk = new byte[0];

	private int filled;

	private long size;

	private long chunks;

	/**
	 * Tells when all chunks that have been published are stored, or are not going to be:
	 * a stream stores them in order.
	 */
	private volatile @Nullable CompletableFuture<PublishAck> lastChunk;

	/**
	 * Creates a writer.
	 * @param chunkSize the bytes of a chunk
	 * @param allowed decides by the object that there is, {@code null} for none, whether
	 * it may be replaced
	 */
	ObjectWriter(JetStreams streams, JetStream jetStream, ObjectDescriptions descriptions, ObjectUpload upload,
			int chunkSize, Predicate<@Nullable StoredObject> allowed) {
		this.streams = streams;
		this.jetStream = jetStream;
		this.descriptions = descriptions;
		this.upload = upload;
		this.chunkSize = chunkSize;
		this.allowed = allowed;
	}

	/**
	 * Writes the object.
	 * @param body its bytes, subscribed to once
	 * @return what has been stored; upon failure or cancellation {@link #remove()} has to
	 * be called
	 */
	Mono<ObjectUpload.Result> write(Flux<byte[]> body) {
		return Flux.concat(body.concatMapIterable(this::filledBy, 1), Flux.defer(this::rest))
			.concatMap((full) -> this.streams.call(() -> publish(full)), 1)
			.flatMap((ack) -> Mono.fromFuture(ack, true)
				.timeout(this.streams.timeout())
				.onErrorMap(this.streams::failure), UNACKNOWLEDGED, 1)
			.then(this.streams.call(this::describe));
	}

	private List<byte[]> filledBy(byte[] part) {
		this.size += part.length;
		if (this.size > this.upload.maxSize()) {
			throw new NatsExchangeException(ExchangeFailure.BODY_TOO_LARGE,
					"The object is longer than " + this.upload.maxSize() + " bytes");
		}
		List<byte[]> full = new ArrayList<>();
		for (int taken = 0; taken < part.length;) {
			if (this.filled == this.chunk.length) {
				long left = this.upload.length() - this.size + part.length - taken;
				this.chunk = new byte[(left > 0) ? (int) Math.min(this.chunkSize, left) : this.chunkSize];
				this.filled = 0;
			}
			int count = Math.min(part.length - taken, this.chunk.length - this.filled);
			System.arraycopy(part, taken, this.chunk, this.filled, count);
			taken += count;
			this.filled += count;
			if (this.filled == this.chunk.length) {
				full.add(this.chunk);
			}
		}
		return full;
	}

	private Mono<byte[]> rest() {
		return (this.filled < this.chunk.length) ? Mono.just(Arrays.copyOf(this.chunk, this.filled)) : Mono.empty();
	}

	private CompletableFuture<PublishAck> publish(byte[] full) {
		this.digest.update(full);
		this.chunks++;
		CompletableFuture<PublishAck> ack = this.jetStream
			.publishAsync(NatsObjectStoreUtil.toChunkPrefix(this.upload.bucket()) + this.id, full);
		this.lastChunk = ack;
		if (this.state.get() == State.REMOVED) {
			// Those before have been removed without knowing of this one.
			removeAfter(ack).subscribe();
		}
		return ack;
	}

	private ObjectUpload.Result describe() throws IOException, JetStreamApiException {
		if (this.upload.length() >= 0 && this.size != this.upload.length()) {
			throw new MalformedMessageException("The body is not as long as it has been announced");
		}
		byte[] sha256 = this.digest.digest();
		String text = Base64.getEncoder().encodeToString(sha256);
		if (this.upload.sha256() != null && !this.upload.sha256().equals(text)) {
			throw new MalformedMessageException("The body has another digest than has been announced");
		}
		Headers headers = new Headers();
		this.upload.headers().forEach(headers::add);
		ObjectInfo info = ObjectInfo
			.builder(this.upload.bucket(),
					ObjectMeta.builder(this.upload.name())
						.headers(headers)
						.metadata(this.upload.metadata())
						.chunkSize(this.chunkSize)
						.build())
			.nuid(this.id)
			.size(this.size)
			.chunks(this.chunks)
			.digest(StoredObject.digest(sha256))
			.build();
		if (!this.state.compareAndSet(State.WRITING, State.DESCRIBING)) {
			throw new IllegalStateException("Nobody waits for the object any more");
		}
		try {
			StoredObject before = this.descriptions.replace(this.upload.name(), this.allowed, (current) -> info);
			return new ObjectUpload.Result(this.id, text, before == null);
		}
		catch (JetStreamApiException | JetStreamException ex) {
			// It has been refused; after all other failures it may have been stored.
			this.state.set(State.WRITING);
			throw ex;
		}
	}

	/**
	 * Removes the chunks, unless there may be an object of them.
	 */
	Mono<Void> remove() {
		if (!this.state.compareAndSet(State.WRITING, State.REMOVED)) {
			return Mono.empty();
		}
		CompletableFuture<PublishAck> last = this.lastChunk;
		return (last != null) ? removeAfter(last) : Mono.empty();
	}

	private Mono<Void> removeAfter(CompletableFuture<PublishAck> last) {
		return Mono.fromFuture(last, true)
			.timeout(this.streams.timeout())
			.onErrorComplete()
			.then(this.streams.<Void>call(() -> {
				this.descriptions.purge(this.id);
				return null;
			}))
			.onErrorComplete();
	}

	private enum State {

		/**
		 * Chunks are being written, and nothing describes them.
		 */
		WRITING,

		/**
		 * The description is being stored, or has been.
		 */
		DESCRIBING,

		/**
		 * The chunks are being removed, or have been.
		 */
		REMOVED

	}

}
