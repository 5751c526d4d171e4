package io.natsproxy.core.jetstream;

import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.Dispatcher;
import io.nats.client.JetStreamApiException;
import io.nats.client.MessageTtl;
import io.nats.client.PublishOptions;
import io.nats.client.api.MessageInfo;
import io.nats.client.impl.Headers;
import io.nats.client.support.NatsJetStreamConstants;
import io.nats.client.support.NatsKeyValueUtil;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The buckets of key-value pairs on one connection. What jnats has for them tells nothing
 * of the headers of a value, so that the stream of a bucket is read and written by its
 * JetStream. Safe for use by many threads.
 */
public final class KeyValueBuckets implements AutoCloseable {

	private final JetStreams streams;

	private final Connection connection;

	private final Set<KeyWatch> watches = ConcurrentHashMap.newKeySet();

	private @Nullable Dispatcher dispatcher;

	private volatile boolean closed;

	private final ConnectionListener listener = (connection, event) -> {
		if (event == ConnectionListener.Events.DISCONNECTED || event == ConnectionListener.Events.CLOSED) {
			failWatches();
		}
	};

	/**
	 * Creates the object, which does nothing yet.
	 * @param streams has the connection; not closed by this object
	 */
	public KeyValueBuckets(JetStreams streams) {
		this.streams = streams;
		this.connection = streams.connection();
		this.connection.addConnectionListener(this.listener);
	}

	/**
	 * Returns the subject of a key.
	 * @param bucket the bucket
	 * @param key the key
	 * @return the subject to which its values are published
	 */
	public static String subject(String bucket, String key) {
		return NatsKeyValueUtil.toKeyPrefix(bucket) + key;
	}

	/**
	 * Reads the last revision of a key.
	 * @param bucket the bucket
	 * @param key the key
	 * @return the revision, which may tell that there is no value; empty if there is none
	 */
	public Mono<KeyRevision> last(String bucket, String key) {
		String subject = subject(bucket, key);
		return message(bucket, () -> this.connection.jetStreamManagement(this.streams.options())
			.getLastMessage(NatsKeyValueUtil.toStreamName(bucket), subject));
	}

	/**
	 * Reads a revision of a key.
	 * @param bucket the bucket
	 * @param key the key
	 * @param revision the revision, from 1
	 * @return the revision; empty if the key has no such one
	 */
	public Mono<KeyRevision> revision(String bucket, String key, long revision) {
		return message(bucket,
				() -> this.connection.jetStreamManagement(this.streams.options())
					.getMessage(NatsKeyValueUtil.toStreamName(bucket), revision))
			.filter((found) -> found.key().equals(key));
	}

	/**
	 * Reads the first revision of a key that is there still, from a revision on.
	 * @param bucket the bucket
	 * @param key the key
	 * @param revision the first revision, from 1
	 * @return the revision; empty if there are no more
	 */
	public Mono<KeyRevision> next(String bucket, String key, long revision) {
		String subject = subject(bucket, key);
		return message(bucket, () -> this.connection.jetStreamManagement(this.streams.options())
			.getNextMessage(NatsKeyValueUtil.toStreamName(bucket), revision, subject));
	}

	private Mono<KeyRevision> message(String bucket, Callable<MessageInfo> read) {
		String prefix = NatsKeyValueUtil.toKeyPrefix(bucket);
		return call(bucket, () -> {
			try {
				return KeyRevision.of(prefix, read.call());
			}
			catch (JetStreamApiException ex) {
				if (ex.getApiErrorCode() == NatsJetStreamConstants.JS_NO_MESSAGE_FOUND_ERR) {
					return null;
				}
				throw ex;
			}
		});
	}

	/**
	 * Changes a key.
	 * @param bucket the bucket
	 * @param key the key
	 * @param write the change
	 * @return the revision that it has become; fails with
	 * {@link JetStreamFailure#CONFLICT} if the last one is another than is expected
	 */
	public Mono<Long> write(String bucket, String key, KeyWrite write) {
		return call(bucket, () -> {
			PublishOptions.Builder options = PublishOptions.builder()
				.streamTimeout(this.streams.timeout())
				.expectedStream(NatsKeyValueUtil.toStreamName(bucket));
			if (write.expected() != KeyWrite.ANY) {
				options.expectedLastSubjectSequence(write.expected());
			}
			if (write.ttl() != null) {
				requireTtl();
				options.messageTtl(MessageTtl.seconds(Math.toIntExact(Math.max(1, write.ttl().toSeconds()))));
			}
			Headers headers = (write.value() != null) ? new Headers() : NatsKeyValueUtil.getDeleteHeaders();
			write.headers().forEach(headers::put);
			byte[] value = (write.value() != null) ? write.value() : new byte[0];
			return this.connection.jetStream(this.streams.options())
				.publish(subject(bucket, key), headers, value, options.build())
				.getSeqno();
		});
	}

	/**
	 * A server that does not know of it would keep the value for ever, and say nothing.
	 */
	private void requireTtl() {
		if (!this.connection.getServerInfo().isSameOrNewerThanVersion("2.11.0")) {
			throw new JetStreamException(JetStreamFailure.UNSUPPORTED,
					"A time to live of a single key takes nats-server 2.11 or newer");
		}
	}

	/**
	 * Looks for keys that have a value. The server looks through all whose tokens the
	 * prefix has, whatever the limit is.
	 * @param bucket the bucket
	 * @param prefix what they begin with, see {@link KeyName#isPrefix}
	 * @param after the key behind which they stand; {@code null} for the first
	 * @param limit the most keys
	 * @return the keys
	 */
	public Mono<KeyPage> keys(String bucket, String prefix, @Nullable String after, int limit) {
		KeyScan scan = new KeyScan(this.streams, NatsKeyValueUtil.toStreamName(bucket),
				NatsKeyValueUtil.toKeyPrefix(bucket));
		return call(bucket, () -> scan.page(prefix, after, limit));
	}

	/**
	 * Asks for a bucket.
	 * @param bucket the bucket
	 * @return completes if there is one; fails with {@link JetStreamFailure#NOT_FOUND} if
	 * there is not
	 */
	public Mono<Void> requireBucket(String bucket) {
		return call(bucket, () -> this.connection.jetStreamManagement(this.streams.options())
			.getStreamInfo(NatsKeyValueUtil.toStreamName(bucket))).then();
	}

	/**
	 * Watches keys. Revisions come as they are asked for: nothing is buffered for a
	 * subscriber that is slow.
	 * @param bucket the bucket
	 * @param keys the key, or keys with wildcards
	 * @param since the revision after which to begin; {@code null} for the last revision
	 * of each key, followed by all that come
	 * @return the revisions in order, without an end; fails when the connection is lost.
	 * Fails at once with {@link JetStreamFailure#CONFLICT} if the bucket has not seen the
	 * revision yet, so that it was one of another bucket
	 */
	public Flux<KeyRevision> watch(String bucket, String keys, @Nullable Long since) {
		return Flux.create((sink) -> {
			KeyWatch watch = new KeyWatch(this.streams, dispatcher(), bucket, keys, since, sink);
			this.watches.add(watch);
			if (this.closed) {
				watch.fail(new JetStreamException(JetStreamFailure.DISCONNECTED, "The gateway is stopping"));
			}
			sink.onRequest(watch::request);
			sink.onDispose(() -> {
				this.watches.remove(watch);
				watch.close();
			});
			call(bucket, watch::open).subscribe((nothing) -> {
			}, watch::fail);
		});
	}

	/**
	 * Returns what the changes of all watches come by: it is not blocked by any.
	 */
	private synchronized Dispatcher dispatcher() {
		Dispatcher dispatcher = this.dispatcher;
		if (dispatcher == null) {
			dispatcher = this.connection.createDispatcher();
			this.dispatcher = dispatcher;
		}
		return dispatcher;
	}

	private void failWatches() {
		this.watches.forEach((watch) -> watch
			.fail(new JetStreamException(JetStreamFailure.DISCONNECTED, "The connection to NATS has been lost")));
	}

	/**
	 * Does something with a bucket. Where nobody answers, it is looked whether there is
	 * such a bucket at all.
	 */
	private <T> Mono<T> call(String bucket, Callable<@Nullable T> call) {
		return this.streams.call(call)
			.onErrorResume((ex) -> isOf(ex, JetStreamFailure.UNAVAILABLE),
					(ex) -> this.streams
						.call(() -> this.connection.jetStreamManagement(this.streams.options())
							.getStreamInfo(NatsKeyValueUtil.toStreamName(bucket)))
						.then(Mono.error(ex)))
			.onErrorMap((ex) -> isOf(ex, JetStreamFailure.NOT_FOUND),
					(ex) -> new JetStreamException(JetStreamFailure.NOT_FOUND, "There is no such bucket"));
	}

	private static boolean isOf(Throwable ex, JetStreamFailure failure) {
		return ex instanceof JetStreamException refused && refused.failure() == failure;
	}

	/**
	 * Ends what is being watched, and lets nothing be watched any more. Keys can still be
	 * read and written.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.connection.removeConnectionListener(this.listener);
		failWatches();
	}

}
