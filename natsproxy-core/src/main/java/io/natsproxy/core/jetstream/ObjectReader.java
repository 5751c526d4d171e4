package io.natsproxy.core.jetstream;

import java.io.IOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

import io.nats.client.Dispatcher;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.PullRequestOptions;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.impl.NatsJetStreamMetaData;
import io.nats.client.support.NatsObjectStoreUtil;
import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.memory.ByteReservation;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;

/**
 * Reads an object, or a part of it. Chunks are pulled from a consumer as they are asked
 * for, a few ahead, once there is memory for them; no thread waits meanwhile. What
 * belongs to the whole object is verified before its last part is delivered. Has to be
 * read or discarded.
 */
public final class ObjectReader {

	/**
	 * The most chunks that are pulled and have not been asked for.
	 */
	private static final int AHEAD = 4;

	/**
	 * How long the server keeps a consumer that nobody pulls from.
	 */
	static final Duration INACTIVE = Duration.ofSeconds(30);

	private final JetStreams streams;

	private final Dispatcher dispatcher;

	private final StoredObject object;

	/**
	 * The most bytes of a chunk: whatever a description says, no message is longer than
	 * the server takes.
	 */
	private final int mostBytes;

	private final ByteReservation memory;

	/**
	 * What the server may send at the moment.
	 */
	private final ByteReservation pulled;

	private final @Nullable MessageDigest digest;

	private final Disposable.Swap waitingForMemory = Disposables.swap();

	private final Disposable.Swap waitingForOthers = Disposables.swap();

	private final Disposable.Swap deadline = Disposables.swap();

	private @Nullable FluxSink<byte[]> sink;

	private @Nullable JetStreamSubscription subscription;

	private long nextSequence;

	private long consumerSequence;

	/**
	 * Bytes of the next chunk that are before those to be delivered.
	 */
	private long skipped;

	private long bytesLeft;

	private long chunksLeft;

	private long requested;

	private long received;

	private long outstanding;

	/**
	 * Chunks among the outstanding ones for which there is no memory yet.
	 */
	private long pulling;

	private long pulledAt;

	private boolean ended;

	/**
	 * Creates a reader.
	 * @param sequence a sequence from which on there are the chunks to be read
	 * @param skippedChunks number of chunks before these
	 * @param skipped bytes of the first of them that are not delivered
	 * @param length bytes to be delivered, positive
	 * @param memory holds what has been pulled; what is delivered is released by whoever
	 * has consumed it
	 * @param mostPulled limits what the server may send at the moment
	 */
	ObjectReader(JetStreams streams, Dispatcher dispatcher, StoredObject object, long sequence, long skippedChunks,
			long skipped, long length, ByteReservation memory, ByteBudget mostPulled) {
		this.streams = streams;
		this.dispatcher = dispatcher;
		this.object = object;
		this.mostBytes = (int) Math.min(Math.min(object.chunkSize(), object.size()),
				streams.connection().getMaxPayload());
		this.nextSequence = sequence;
		this.chunksLeft = object.chunks() - skippedChunks;
		this.skipped = skipped;
		this.bytesLeft = length;
		this.memory = memory;
		this.pulled = new ByteReservation(mostPulled);
		this.digest = (length == object.size() && object.sha256() != null) ? ObjectStores.sha256() : null;
	}

	/**
	 * Makes the consumer, and checks that all chunks are there. Blocks.
	 */
	void open() throws IOException, JetStreamApiException {
		String stream = NatsObjectStoreUtil.toStreamName(this.object.bucket());
		ConsumerInfo consumer = this.streams.connection()
			.jetStreamManagement(this.streams.options())
			.createConsumer(stream,
					ChunkLocator.consumer(this.object)
						.deliverPolicy(DeliverPolicy.ByStartSequence)
						.startSequence(this.nextSequence)
						.inactiveThreshold(INACTIVE)
						.build());
		JetStreamSubscription opened = this.streams.connection()
			.jetStream(this.streams.options())
			.subscribe(ChunkLocator.subject(this.object), this.dispatcher, this::received,
					PullSubscribeOptions.fastBind(stream, consumer.getName()));
		synchronized (this) {
			this.pulledAt = System.nanoTime();
			this.consumerSequence = 0;
			if (!this.ended && consumer.getNumPending() == this.chunksLeft) {
				this.subscription = opened;
				return;
			}
		}
		close(opened);
		throw ChunkLocator.notWhole();
	}

	/**
	 * Returns the bytes.
	 * @return the parts in order, for one subscriber, held by the memory that this was
	 * opened with; ends with a {@link NatsExchangeException} if the object is not as it
	 * is described
	 */
	public Flux<byte[]> parts() {
		return Flux.create((sink) -> {
			synchronized (this) {
				this.sink = sink;
			}
			sink.onDispose(this::discard);
			sink.onRequest(this::requested);
		});
	}

	/**
	 * Ends the reader, if nobody is going to read.
	 */
	public void discard() {
		end();
	}

	/**
	 * Gives back what is held of all readers, and at the server. What has been received
	 * may still wait for the client.
	 * @return whether it had not ended before
	 */
	private boolean end() {
		JetStreamSubscription open;
		boolean first;
		synchronized (this) {
			first = !this.ended;
			this.ended = true;
			open = this.subscription;
			this.subscription = null;
		}
		this.waitingForMemory.dispose();
		this.waitingForOthers.dispose();
		this.deadline.dispose();
		this.pulled.close();
		if (open != null) {
			this.streams.release(() -> {
				close(open);
				return null;
			});
		}
		return first;
	}

	private void close(JetStreamSubscription open) throws IOException, JetStreamApiException {
		this.dispatcher.unsubscribe(open);
		this.streams.connection()
			.jetStreamManagement(this.streams.options())
			.deleteConsumer(NatsObjectStoreUtil.toStreamName(this.object.bucket()), open.getConsumerName());
	}

	private void requested(long count) {
		synchronized (this) {
			this.requested = Operators.addCap(this.requested, count);
		}
		pull();
	}

	/**
	 * Pulls what is asked for, and some chunks more, as soon as there is memory.
	 */
	private void pull() {
		long count;
		synchronized (this) {
			long size = this.mostBytes;
			long toCome = Math.min(this.chunksLeft, (this.skipped + this.bytesLeft + size - 1) / size)
					- this.outstanding;
			long wanted = Operators.addCap(this.requested, AHEAD) - this.received - this.outstanding;
			count = Math.min(toCome, Math.min(wanted, AHEAD - this.outstanding));
			// Half of what is ahead at once: a pull is a message too.
			boolean later = count < Math.min(toCome, AHEAD / 2);
			if (this.ended || this.pulling > 0 || count < 1 || later) {
				return;
			}
			this.pulling = count;
			this.outstanding += count;
		}
		long bytes = count * this.mostBytes;
		int chunks = (int) count;
		this.waitingForMemory.update(this.memory.reserveLater(bytes,
				() -> this.waitingForOthers.update(this.pulled.reserveLater(bytes, () -> pullLater(chunks)))));
	}

	private void pullLater(int chunks) {
		this.streams.call(() -> {
			pull(chunks);
			return null;
		}).subscribe((nothing) -> {
		}, (ex) -> broken("The object cannot be read on: " + ex.getMessage()));
	}

	private void pull(int chunks) {
		try {
			JetStreamSubscription open = opened(chunks);
			if (open != null) {
				open.pull(PullRequestOptions.builder(chunks).expiresIn(this.streams.timeout()).build());
				this.deadline.update(Schedulers.parallel()
					.schedule(this::missed, this.streams.timeout().toMillis(), TimeUnit.MILLISECONDS));
			}
		}
		catch (IOException | JetStreamApiException | RuntimeException ex) {
			broken("The object cannot be read on: " + ex.getMessage());
		}
		finally {
			synchronized (this) {
				this.pulling = 0;
			}
		}
		pull();
	}

	/**
	 * Returns where to pull, after so long a pause with a new consumer.
	 */
	private @Nullable JetStreamSubscription opened(int chunks) throws IOException, JetStreamApiException {
		JetStreamSubscription stale = null;
		synchronized (this) {
			long now = System.nanoTime();
			boolean idle = this.outstanding == chunks && now - this.pulledAt > INACTIVE.toNanos() / 2;
			this.pulledAt = now;
			if (this.ended || !idle) {
				return this.subscription;
			}
			stale = this.subscription;
			this.subscription = null;
		}
		if (stale != null) {
			this.dispatcher.unsubscribe(stale);
		}
		open();
		synchronized (this) {
			return this.subscription;
		}
	}

	private void missed() {
		boolean silent;
		synchronized (this) {
			silent = this.outstanding > this.pulling
					&& System.nanoTime() - this.pulledAt >= this.streams.timeout().toNanos();
		}
		if (silent) {
			broken("NATS did not send the chunks of the object in time");
		}
	}

	/**
	 * Takes a chunk. They come one after the other, on the thread of the dispatcher.
	 */
	private void received(Message message) {
		byte[] data = message.getData();
		byte[] part;
		boolean last;
		FluxSink<byte[]> receiver;
		synchronized (this) {
			receiver = this.sink;
			if (this.ended || receiver == null) {
				return;
			}
			NatsJetStreamMetaData position = message.metaData();
			boolean expected = position.consumerSequence() == ++this.consumerSequence && data.length <= this.mostBytes
					&& data.length > this.skipped;
			if (expected) {
				this.outstanding--;
				this.received++;
				this.chunksLeft--;
				this.nextSequence = position.streamSequence() + 1;
				part = part(data);
				last = this.bytesLeft == 0;
				if (this.digest != null) {
					this.digest.update(data);
				}
				expected = last ? isWhole(data, part) : this.chunksLeft > 0;
			}
			else {
				part = data;
				last = false;
			}
			if (!expected) {
				receiver = null;
			}
		}
		if (receiver == null) {
			broken("The object is not as it is described");
			return;
		}
		this.pulled.release(this.mostBytes);
		this.memory.release(this.mostBytes - part.length);
		receiver.next(part);
		if (last) {
			end();
			receiver.complete();
		}
		else {
			pull();
		}
	}

	private byte[] part(byte[] data) {
		int from = (int) this.skipped;
		int to = (int) Math.min(data.length, this.skipped + this.bytesLeft);
		this.skipped = 0;
		this.bytesLeft -= to - from;
		return (from == 0 && to == data.length) ? data : Arrays.copyOfRange(data, from, to);
	}

	/**
	 * Returns whether all that has been delivered is the object, where it is to be it.
	 */
	private boolean isWhole(byte[] data, byte[] part) {
		return this.digest == null || (this.chunksLeft == 0 && data.length == part.length
				&& Base64.getEncoder().encodeToString(this.digest.digest()).equals(this.object.sha256()));
	}

	private void broken(String reason) {
		FluxSink<byte[]> receiver;
		synchronized (this) {
			receiver = this.sink;
		}
		if (end() && receiver != null) {
			receiver.error(new NatsExchangeException(ExchangeFailure.STREAM_BROKEN, reason));
		}
	}

}
