package io.natsproxy.core.jetstream;

import java.io.IOException;

import io.nats.client.JetStream;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.support.NatsJetStreamConstants;
import io.nats.client.support.NatsObjectStoreUtil;

/**
 * Finds a chunk of an object without reading the bytes of any. Its chunks lie on one
 * subject in order, mostly one beside the other. All methods block.
 */
final class ChunkLocator {

	/**
	 * There is no telling where a chunk begins.
	 */
	static final long UNKNOWN = -1;

	private final JetStreams streams;

	private final JetStream jetStream;

	private final JetStreamManagement management;

	private final StoredObject object;

	ChunkLocator(JetStreams streams, JetStream jetStream, JetStreamManagement management, StoredObject object) {
		this.streams = streams;
		this.jetStream = jetStream;
		this.management = management;
		this.object = object;
	}

	/**
	 * Returns a sequence of the stream from which on there are this chunk and those that
	 * follow it, and no other of the object.
	 * @param chunk its number, from 0
	 * @return the sequence, or {@link #UNKNOWN} where chunks are of unequal size
	 */
	long find(long chunk) throws IOException, JetStreamApiException {
		if (chunk == 0) {
			return 1;
		}
		if (!this.object.isEven()) {
			return UNKNOWN;
		}
		// None is longer than the chunk size: if the last one is as short as it can be,
		// all
		// others are full.
		Place last = place(DeliverPolicy.Last);
		if (last.size() != this.object.size() - (this.object.chunks() - 1) * this.object.chunkSize()) {
			return UNKNOWN;
		}
		Place first = place(DeliverPolicy.All);
		long low = first.sequence() + chunk;
		long wanted = this.object.chunks() - chunk;
		if (last.sequence() - first.sequence() == this.object.chunks() - 1) {
			return low;
		}
		long high = last.sequence() - wanted + 1;
		while (low <= high) {
			long middle = (low + high) >>> 1;
			long pending = pending(middle);
			if (pending == wanted) {
				return middle;
			}
			if (pending > wanted) {
				low = middle + 1;
			}
			else {
				high = middle - 1;
			}
		}
		throw notWhole();
	}

	static JetStreamException notWhole() {
		return new JetStreamException(JetStreamFailure.NOT_FOUND, "The object is not there as a whole any more");
	}

	/**
	 * Returns the number of chunks from a sequence on, which a consumer is told when it
	 * is made.
	 */
	private long pending(long sequence) throws IOException, JetStreamApiException {
		String stream = NatsObjectStoreUtil.toStreamName(this.object.bucket());
		ConsumerInfo consumer = this.management.createConsumer(stream,
				consumer(this.object).deliverPolicy(DeliverPolicy.ByStartSequence)
					.startSequence(sequence)
					.headersOnly(true)
					.build());
		this.management.deleteConsumer(stream, consumer.getName());
		return consumer.getNumPending();
	}

	private Place place(DeliverPolicy policy) throws IOException, JetStreamApiException {
		String stream = NatsObjectStoreUtil.toStreamName(this.object.bucket());
		ConsumerConfiguration configuration = consumer(this.object).deliverPolicy(policy).headersOnly(true).build();
		JetStreamSubscription subscription = this.jetStream.subscribe(subject(this.object),
				PullSubscribeOptions.builder().stream(stream).configuration(configuration).build());
		try {
			Message message = subscription.fetch(1, this.streams.timeout()).stream().findFirst().orElse(null);
			String size = (message != null && message.getHeaders() != null)
					? message.getHeaders().getFirst(NatsJetStreamConstants.MSG_SIZE_HDR) : null;
			if (message == null || size == null) {
				throw notWhole();
			}
			return new Place(message.metaData().streamSequence(), Long.parseLong(size));
		}
		finally {
			subscription.unsubscribe();
			this.management.deleteConsumer(stream, subscription.getConsumerName());
		}
	}

	/**
	 * Returns a consumer of the chunks of an object, of which nothing is left when nobody
	 * asks for more.
	 */
	static ConsumerConfiguration.Builder consumer(StoredObject object) {
		return ObjectStores.consumer().filterSubject(subject(object));
	}

	static String subject(StoredObject object) {
		return NatsObjectStoreUtil.toChunkPrefix(object.bucket()) + object.id();
	}

	/**
	 * Where a chunk is.
	 *
	 * @param sequence its sequence in the stream
	 * @param size its bytes
	 */
	private record Place(long sequence, long size) {

	}

}
