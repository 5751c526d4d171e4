package io.natsproxy.core.jetstream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import io.nats.client.Dispatcher;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.ObjectInfo;
import io.nats.client.support.NatsObjectStoreUtil;
import io.nats.client.support.Validator;
import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.memory.ByteReservation;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The object stores of one connection. Objects are streamed both ways, a few chunks in
 * memory at a time; no thread is held while a client is waited for. Safe for use by many
 * threads.
 */
public final class ObjectStores {

	/**
	 * The most bytes of all objects that the server may send at a time: it cuts a
	 * connection on which too much waits to be sent.
	 */
	private static final long MOST_PULLED = 16 * 1024 * 1024;

	/**
	 * The descriptions of a page that are read at once.
	 */
	private static final int BATCH = 32;

	/**
	 * The most descriptions that are read for one page.
	 */
	private static final int MOST_READ = 10_000;

	/**
	 * The most bytes of names and digests on a page.
	 */
	private static final int MOST_LISTED = 1024 * 1024;

	private final JetStreams streams;

	private final ByteBudget pulled = new ByteBudget(MOST_PULLED);

	private @Nullable Dispatcher dispatcher;

	/**
	 * Creates the object, which does nothing yet.
	 * @param streams has connection and threads; not closed by this object
	 */
	public ObjectStores(JetStreams streams) {
		this.streams = streams;
	}

	/**
	 * Checks the name of a bucket.
	 * @param bucket the name
	 * @return the name
	 * @throws IllegalArgumentException if no bucket could have it
	 */
	public static String requireBucket(String bucket) {
		return Validator.validateBucketName(bucket, true);
	}

	static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Returns a consumer of which nothing is left soon after nobody asks for more.
	 */
	static ConsumerConfiguration.Builder consumer() {
		return ConsumerConfiguration.builder()
			.ackPolicy(AckPolicy.None)
			.memStorage(true)
			.numReplicas(1)
			.inactiveThreshold(ObjectReader.INACTIVE);
	}

	/**
	 * Finds an object.
	 * @param bucket the bucket
	 * @param name the name of the object
	 * @return the object, empty if there is none, or a {@link JetStreamException}
	 */
	public Mono<StoredObject> find(String bucket, String name) {
		return this.streams.call(() -> descriptions(bucket).find(name));
	}

	private ObjectDescriptions descriptions(String bucket) throws IOException {
		return new ObjectDescriptions(this.streams.connection().jetStream(this.streams.options()), management(),
				bucket);
	}

	private JetStreamManagement management() throws IOException {
		return this.streams.connection().jetStreamManagement(this.streams.options());
	}

	/**
	 * Opens an object, or a part of it, of which the chunks before are not read.
	 * @param object the object, which is no link
	 * @param first the first byte
	 * @param length number of bytes, positive, not beyond the end
	 * @param memory holds what has been read, until whoever has consumed it releases it
	 * @return what reads it; empty if it is not known where the first byte is, so that
	 * only the whole object can be read; or a {@link JetStreamException}
	 */
	public Mono<ObjectReader> open(StoredObject object, long first, long length, ByteReservation memory) {
		return this.streams.call(() -> {
			long chunk = first / object.chunkSize();
			long sequence = new ChunkLocator(this.streams, this.streams.connection().jetStream(this.streams.options()),
					management(), object)
				.find(chunk);
			if (sequence == ChunkLocator.UNKNOWN) {
				return null;
			}
			ObjectReader reader = new ObjectReader(this.streams, dispatcher(), object, sequence, chunk,
					first % object.chunkSize(), length, memory, this.pulled);
			reader.open();
			return reader;
		}).doOnDiscard(ObjectReader.class, ObjectReader::discard);
	}

	/**
	 * Returns what delivers the chunks of all objects: nothing that it calls blocks.
	 */
	private synchronized Dispatcher dispatcher() {
		Dispatcher made = this.dispatcher;
		if (made == null || !made.isActive()) {
			made = this.streams.connection().createDispatcher();
			this.dispatcher = made;
		}
		return made;
	}

	/**
	 * Stores an object. It is there when all of it has come and is stored, or else not at
	 * all.
	 * @param upload what is known of it
	 * @param allowed decides by the object that there is, {@code null} for none, whether
	 * it may be replaced; asked before bytes are read, and again at the end, and what it
	 * has been asked of at the end is what is replaced
	 * @param body the bytes, subscribed to once
	 * @param memory holds the chunks in memory
	 * @return what has been stored; or {@link JetStreamFailure#CONFLICT} if it may not be
	 * replaced, {@link ExchangeFailure#BODY_TOO_LARGE}, what the body fails with, or a
	 * {@link io.natsproxy.core.wire.MalformedMessageException} if it is not what has been
	 * announced
	 */
	public Mono<ObjectUpload.Result> put(ObjectUpload upload, Predicate<@Nullable StoredObject> allowed,
			Flux<byte[]> body, ByteReservation memory) {
		if (upload.length() > upload.maxSize()) {
			return Mono.error(new NatsExchangeException(ExchangeFailure.BODY_TOO_LARGE,
					"The object is longer than " + upload.maxSize() + " bytes"));
		}
		return this.streams.call(() -> writer(upload, allowed, memory))
			.flatMap((created) -> Mono.usingWhen(Mono.just(created), (writer) -> writer.write(body),
					(writer) -> Mono.empty(), (writer, ex) -> writer.remove(), ObjectWriter::remove));
	}

	private ObjectWriter writer(ObjectUpload upload, Predicate<@Nullable StoredObject> allowed, ByteReservation memory)
			throws IOException, JetStreamApiException {
		int chunkSize = (int) Math.min(upload.chunkSize(), this.streams.connection().getMaxPayload());
		long held = (long) chunkSize * ObjectWriter.CHUNKS_IN_MEMORY;
		if (!memory.tryReserve((upload.length() >= 0) ? Math.min(2 * upload.length(), held) : held)) {
			throw new NatsExchangeException(ExchangeFailure.MEMORY_EXHAUSTED,
					"There is no memory for more uploads at the moment");
		}
		ObjectDescriptions descriptions = descriptions(upload.bucket());
		if (!allowed.test(descriptions.find(upload.name()))) {
			throw new JetStreamException(JetStreamFailure.CONFLICT, "The object is not in the state that is asked for");
		}
		return new ObjectWriter(this.streams, this.streams.connection().jetStream(this.streams.options()), descriptions,
				upload, chunkSize, allowed);
	}

	/**
	 * Deletes an object.
	 * @param bucket the bucket
	 * @param name the name of the object
	 * @param allowed decides by the object that there is, {@code null} for none, whether
	 * it may be deleted
	 * @return whether there was one; or {@link JetStreamFailure#CONFLICT}
	 */
	public Mono<Boolean> delete(String bucket, String name, Predicate<@Nullable StoredObject> allowed) {
		return this.streams.call(() -> descriptions(bucket).delete(name, allowed));
	}

	/**
	 * Lists objects. One that is stored anew while pages are read is on a later one
	 * again; none is missed.
	 * @param bucket the bucket
	 * @param prefix what their names begin with, may be empty
	 * @param after the position after which the page begins, 0 for the first one
	 * @param limit the most objects; a page may have fewer, or none, before the end too
	 * @return the page
	 */
	public Mono<ObjectPage> list(String bucket, String prefix, long after, int limit) {
		return this.streams.scan(() -> page(bucket, prefix, after, limit));
	}

	private ObjectPage page(String bucket, String prefix, long after, int limit)
			throws IOException, JetStreamApiException {
		String stream = NatsObjectStoreUtil.toStreamName(bucket);
		String subject = NatsObjectStoreUtil.toMetaStreamSubject(bucket);
		ConsumerConfiguration configuration = consumer().filterSubject(subject)
			.deliverPolicy(DeliverPolicy.ByStartSequence)
			.startSequence(after + 1)
			.build();
		JetStreamManagement management = management();
		JetStreamSubscription subscription = this.streams.connection()
			.jetStream(this.streams.options())
			.subscribe(subject, PullSubscribeOptions.builder().stream(stream).configuration(configuration).build());
		try {
			return page(bucket, prefix, limit, subscription);
		}
		finally {
			subscription.unsubscribe();
			management.deleteConsumer(stream, subscription.getConsumerName());
		}
	}

	private ObjectPage page(String bucket, String prefix, int limit, JetStreamSubscription subscription)
			throws IOException, JetStreamApiException {
		List<StoredObject> objects = new ArrayList<>();
		long pending = subscription.getConsumerInfo().getNumPending();
		long position = 0;
		int bytes = 0;
		long startedAt = System.nanoTime();
		for (int read = 0; pending > 0 && read < MOST_READ;) {
			if (position > 0 && System.nanoTime() - startedAt > this.streams.timeout().toNanos()) {
				break;
			}
			List<Message> messages = subscription.fetch((int) Math.min(BATCH, pending), this.streams.timeout());
			if (messages.isEmpty()) {
				// Some may have been replaced meanwhile.
				pending = subscription.getConsumerInfo().getNumPending();
				if (pending > 0) {
					throw new IOException("Timeout waiting for descriptions");
				}
			}
			for (Message message : messages) {
				read++;
				position = message.metaData().streamSequence();
				pending = message.metaData().pendingCount();
				StoredObject object = listed(bucket, message);
				if (object == null || !object.name().startsWith(prefix)) {
					continue;
				}
				objects.add(object);
				bytes += object.name().getBytes(StandardCharsets.UTF_8).length;
				if (objects.size() == limit || bytes > MOST_LISTED) {
					return new ObjectPage(objects, (pending > 0) ? position : null);
				}
			}
		}
		return new ObjectPage(objects, (pending > 0) ? position : null);
	}

	/**
	 * Returns what is listed for a description: nothing for what is deleted, or
	 * malformed.
	 */
	private static @Nullable StoredObject listed(String bucket, Message message) {
		try {
			ObjectInfo info = new ObjectInfo(message);
			return info.isDeleted() ? null : StoredObject.of(bucket, info);
		}
		catch (RuntimeException ex) {
			return null;
		}
	}

}
