package io.natsproxy.core.jetstream;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.support.NatsKeyValueUtil;
import org.jspecify.annotations.Nullable;

/**
 * Looks through the keys of a bucket for those of one page. However many there are, no
 * more are held than the page has, and one batch of messages without their values.
 * Blocks.
 */
final class KeyScan {

	private static final int BATCH = 256;

	/**
	 * How long the server keeps the consumer of a scan that has been cut off.
	 */
	private static final Duration INACTIVE = Duration.ofSeconds(30);

	/**
	 * How long a message may take to come.
	 */
	private static final Duration WAIT = Duration.ofSeconds(2);

	private final Connection connection;

	private final JetStreams streams;

	private final String stream;

	private final String subjects;

	KeyScan(JetStreams streams, String stream, String subjects) {
		this.connection = streams.connection();
		this.streams = streams;
		this.stream = stream;
		this.subjects = subjects;
	}

	/**
	 * Looks for keys.
	 * @param prefix what they begin with
	 * @param after the key behind which they stand; {@code null} for the first
	 * @param limit the most keys
	 */
	KeyPage page(String prefix, @Nullable String after, int limit)
			throws IOException, JetStreamApiException, InterruptedException {
		PullSubscribeOptions options = PullSubscribeOptions.builder()
			.stream(this.stream)
			.configuration(ConsumerConfiguration.builder()
				.ackPolicy(AckPolicy.None)
				.deliverPolicy(DeliverPolicy.LastPerSubject)
				.headersOnly(true)
				.filterSubject(this.subjects + filter(prefix))
				.memStorage(true)
				.numReplicas(1)
				.inactiveThreshold(INACTIVE)
				.build())
			.build();
		JetStreamSubscription subscription = this.connection.jetStream(this.streams.options()).subscribe(null, options);
		String consumer = subscription.getConsumerName();
		try {
			return read(subscription, prefix, after, limit);
		}
		finally {
			subscription.unsubscribe();
			forget(consumer);
		}
	}

	private void forget(String consumer) throws IOException {
		try {
			this.connection.jetStreamManagement(this.streams.options()).deleteConsumer(this.stream, consumer);
		}
		catch (JetStreamApiException ex) {
			// The server has forgotten it by itself.
		}
	}

	/**
	 * Returns the subjects that the server looks through: the prefix may end within a
	 * token.
	 */
	private static String filter(String prefix) {
		return prefix.substring(0, prefix.lastIndexOf('.') + 1) + ">";
	}

	private KeyPage read(JetStreamSubscription subscription, String prefix, @Nullable String after, int limit)
			throws IOException, JetStreamApiException {
		TreeSet<String> page = new TreeSet<>();
		long pending = subscription.getConsumerInfo().getNumPending();
		boolean silent = false;
		while (pending > 0) {
			List<Message> batch = subscription.fetch((int) Math.min(BATCH, pending), WAIT);
			if (batch.isEmpty()) {
				if (silent) {
					throw new IOException("Timeout while keys were read");
				}
				// A key that has been written meanwhile is counted for twice.
				pending = subscription.getConsumerInfo().getNumPending();
			}
			silent = batch.isEmpty();
			for (Message message : batch) {
				String key = KeyRevision.key(this.subjects, message.getSubject());
				boolean wanted = key.startsWith(prefix) && (after == null || key.compareTo(after) > 0);
				if (wanted && NatsKeyValueUtil.getOperation(message.getHeaders()) == KeyValueOperation.PUT) {
					page.add(key);
					if (page.size() > limit + 1) {
						page.pollLast();
					}
				}
				pending = message.metaData().pendingCount();
			}
		}
		boolean more = page.size() > limit;
		if (more) {
			page.pollLast();
		}
		return new KeyPage(new ArrayList<>(page), more);
	}

}
