package io.natsproxy.core.jetstream;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.PullRequestOptions;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.support.NatsKeyValueUtil;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;

/**
 * One who watches keys, by a consumer that is asked for no more than is wanted. Anything
 * that might have been lost ends the watch with a failure: whoever wants to goes on after
 * the last revision that has come. State is guarded by this object.
 */
final class KeyWatch {

	/**
	 * The most revisions that are asked for at once.
	 */
	private static final int BATCH = 16;

	/**
	 * How long the server waits for changes before it is asked again, and whether the
	 * consumer is still there.
	 */
	private static final Duration EXPIRES = Duration.ofSeconds(20);

	/**
	 * How long the server keeps the consumer of a process that has gone, or of somebody
	 * who asks for nothing.
	 */
	private static final Duration INACTIVE = Duration.ofMinutes(2);

	private final JetStreams streams;

	private final Connection connection;

	private final Dispatcher dispatcher;

	private final String stream;

	private final String prefix;

	private final String keys;

	private final @Nullable Long since;

	private final FluxSink<KeyRevision> sink;

	private final Disposable.Swap expiry = Disposables.swap();

	private @Nullable JetStreamSubscription subscription;

	private long demand;

	private long asked;

	private long pulls;

	private long received;

	private boolean over;

	KeyWatch(JetStreams streams, Dispatcher dispatcher, String bucket, String keys, @Nullable Long since,
			FluxSink<KeyRevision> sink) {
		this.streams = streams;
		this.connection = streams.connection();
		this.dispatcher = dispatcher;
		this.stream = NatsKeyValueUtil.toStreamName(bucket);
		this.prefix = NatsKeyValueUtil.toKeyPrefix(bucket);
		this.keys = keys;
		this.since = since;
		this.sink = sink;
	}

	/**
	 * Creates the consumer. Blocks.
	 */
	@Nullable Void open() throws IOException, JetStreamApiException {
		if (this.since != null) {
			long last = this.connection.jetStreamManagement(this.streams.options())
				.getStreamInfo(this.stream)
				.getStreamState()
				.getLastSequence();
			if (this.since > last) {
				throw new JetStreamException(JetStreamFailure.CONFLICT, "The bucket has not had this revision");
			}
		}
		JetStreamSubscription subscription = this.connection.jetStream(this.streams.options())
			.subscribe(null, this.dispatcher, this::onMessage,
					PullSubscribeOptions.builder().stream(this.stream).configuration(consumer()).build());
		synchronized (this) {
			if (!this.over) {
				this.subscription = subscription;
				ask();
				return null;
			}
		}
		release(subscription);
		return null;
	}

	private ConsumerConfiguration consumer() {
		ConsumerConfiguration.Builder consumer = ConsumerConfiguration.builder()
			.ackPolicy(AckPolicy.None)
			.deliverPolicy((this.since != null) ? DeliverPolicy.ByStartSequence : DeliverPolicy.LastPerSubject)
			.filterSubject(this.prefix + this.keys)
			.memStorage(true)
			.numReplicas(1)
			.inactiveThreshold(INACTIVE);
		return ((this.since != null) ? consumer.startSequence(this.since + 1) : consumer).build();
	}

	synchronized void request(long more) {
		this.demand = Operators.addCap(this.demand, more);
		ask();
	}

	private void ask() {
		JetStreamSubscription subscription = this.subscription;
		if (subscription == null || this.over || this.asked > 0 || this.demand == 0) {
			return;
		}
		int batch = (int) Math.min(this.demand, BATCH);
		this.asked = batch;
		long pull = ++this.pulls;
		this.expiry.update(Schedulers.parallel()
			.schedule(() -> expired(pull), EXPIRES.plus(this.streams.timeout()).toMillis(), TimeUnit.MILLISECONDS));
		this.streams.<Void>call(() -> {
			subscription.pull(PullRequestOptions.builder(batch).expiresIn(EXPIRES).build());
			return null;
		}).subscribe((nothing) -> {
		}, this::fail);
	}

	/**
	 * Asks again, if the consumer is still there and nothing is on its way.
	 */
	private void expired(long pull) {
		JetStreamSubscription subscription;
		synchronized (this) {
			subscription = this.subscription;
		}
		if (subscription != null) {
			this.streams.call(subscription::getConsumerInfo)
				.subscribe((consumer) -> askAgain(pull, consumer), this::fail);
		}
	}

	private void askAgain(long pull, ConsumerInfo consumer) {
		synchronized (this) {
			if (pull != this.pulls) {
				return;
			}
			if (consumer.getDelivered().getConsumerSequence() <= this.received) {
				this.asked = 0;
				ask();
				return;
			}
		}
		fail(lost());
	}

	private void onMessage(Message message) {
		try {
			if (isNext(message)) {
				this.sink.next(KeyRevision.of(this.prefix, message));
				synchronized (this) {
					ask();
				}
			}
			else {
				fail(lost());
			}
		}
		catch (RuntimeException ex) {
			fail(ex);
		}
	}

	private synchronized boolean isNext(Message message) {
		this.received++;
		this.asked = Math.max(0, this.asked - 1);
		this.demand = Math.max(0, this.demand - 1);
		return message.metaData().consumerSequence() == this.received;
	}

	private static JetStreamException lost() {
		return new JetStreamException(JetStreamFailure.DISCONNECTED, "Changes have been lost on their way");
	}

	/**
	 * Ends the watch, if it has not ended.
	 */
	void fail(Throwable failure) {
		synchronized (this) {
			if (this.over) {
				return;
			}
			this.over = true;
		}
		this.sink.error(failure);
	}

	/**
	 * Releases what the watch has, once it has ended.
	 */
	void close() {
		JetStreamSubscription subscription;
		synchronized (this) {
			this.over = true;
			subscription = this.subscription;
			this.subscription = null;
		}
		this.expiry.dispose();
		if (subscription != null) {
			release(subscription);
		}
	}

	/**
	 * Has the server forget the consumer, which it does by itself where it cannot be
	 * told.
	 */
	private void release(JetStreamSubscription subscription) {
		this.streams.call(() -> {
			String consumer = subscription.getConsumerName();
			this.dispatcher.unsubscribe(subscription);
			return this.connection.jetStreamManagement(this.streams.options()).deleteConsumer(this.stream, consumer);
		}).onErrorComplete().subscribe();
	}

}
