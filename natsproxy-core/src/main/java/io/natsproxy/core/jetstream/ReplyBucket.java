package io.natsproxy.core.jetstream;

import java.io.IOException;
import java.time.Duration;

import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.Message;
import io.nats.client.PublishOptions;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.MessageInfo;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.TransportSubscriber;
import io.natsproxy.core.transport.jnats.JnatsTransport;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Replies to requests that nobody has waited for, in a key-value bucket: each key is
 * written once when the request is accepted, and once when its reply has come, whoever
 * tries to do it again. They go when the time of the bucket is over. Safe for use by many
 * threads.
 */
public final class ReplyBucket {

	/**
	 * Header of a key whose reply has not come.
	 */
	private static final String PENDING_HEADER = "Natsproxy-Pending";

	private static final String OPERATION_HEADER = "KV-Operation";

	/**
	 * The code of the error that there is no message.
	 */
	private static final int NO_MESSAGE = 10037;

	/**
	 * The status by which a replica says the same.
	 */
	private static final int NOT_FOUND = 404;

	private final JetStreams jetStreams;

	private final NatsTransport transport;

	private final String bucket;

	private volatile @Nullable JetStreamManagement management;

	/**
	 * Creates the object, which does nothing yet.
	 * @param jetStreams has the bucket; not closed by this object
	 * @param transport tells of changes
	 * @param bucket the name of the bucket
	 */
	public ReplyBucket(JetStreams jetStreams, NatsTransport transport, String bucket) {
		this.jetStreams = jetStreams;
		this.transport = transport;
		this.bucket = bucket;
	}

	/**
	 * Makes the bucket, if it is not there.
	 * @param ttl for how long replies are kept
	 * @return completes when it is there
	 */
	public Mono<Void> create(Duration ttl) {
		return this.jetStreams.<Void>call(() -> {
			try {
				this.jetStreams.connection()
					.keyValueManagement()
					.create(KeyValueConfiguration.builder(this.bucket).ttl(ttl).build());
			}
			catch (JetStreamApiException ex) {
				// Somebody else may have made it, in another way.
				this.jetStreams.connection().keyValueManagement().getStatus(this.bucket);
			}
			return null;
		});
	}

	/**
	 * Takes a place for a reply.
	 * @param id the key
	 * @return completes when it is stored
	 */
	public Mono<Void> begin(String id) {
		return write(id, new Headers().add(PENDING_HEADER, "true"), new byte[0], 0);
	}

	/**
	 * Gives up a place that nobody knows.
	 * @param id the key
	 * @return completes when it is gone
	 */
	public Mono<Void> abandon(String id) {
		return this.jetStreams.<Void>call(() -> {
			this.jetStreams.connection().keyValue(this.bucket).purge(id);
			return null;
		});
	}

	/**
	 * Stores a reply, unless there is one.
	 * @param id the key
	 * @param revision the number of the change that has taken the place
	 * @param headers the NATS headers of the reply
	 * @param body its body
	 * @return whether it was stored: not if there is a reply, or no place any more
	 */
	public Mono<Boolean> complete(String id, long revision, NatsHeaders headers, byte[] body) {
		return write(id, JnatsTransport.toJnats(headers), body, revision).thenReturn(true)
			.onErrorResume(JetStreamException.class,
					(ex) -> (ex.failure() == JetStreamFailure.CONFLICT) ? Mono.just(false) : Mono.error(ex));
	}

	private Mono<Void> write(String id, Headers headers, byte[] body, long expectedRevision) {
		Message message = NatsMessage.builder().subject(subject(id)).headers(headers).data(body).build();
		PublishOptions options = PublishOptions.builder().expectedLastSubjectSequence(expectedRevision).build();
		return this.jetStreams.await(
				() -> this.jetStreams.connection().jetStream(this.jetStreams.options()).publishAsync(message, options))
			.then();
	}

	/**
	 * Finds a reply. A replica that answers may not have heard of it yet.
	 * @param id the key
	 * @return the reply, or its place; empty if there is none, or none any more
	 */
	public Mono<StoredReply> find(String id) {
		return this.jetStreams.<StoredReply>call(() -> {
			try {
				return reply(management().getLastMessage("KV_" + this.bucket, subject(id)));
			}
			catch (JetStreamApiException ex) {
				if (ex.getApiErrorCode() == NO_MESSAGE || ex.getErrorCode() == NOT_FOUND && ex.getApiErrorCode() <= 0) {
					return null;
				}
				throw ex;
			}
		});
	}

	/**
	 * Returns what asks for messages, which knows the stream once it has asked.
	 */
	private JetStreamManagement management() throws IOException {
		JetStreamManagement management = this.management;
		if (management == null) {
			management = this.jetStreams.connection().jetStreamManagement(this.jetStreams.options());
			this.management = management;
		}
		return management;
	}

	private static @Nullable StoredReply reply(MessageInfo message) {
		NatsHeaders headers = JnatsTransport.fromJnats(message.getHeaders());
		if (headers.containsKey(OPERATION_HEADER)) {
			return null;
		}
		byte[] data = message.getData();
		return new StoredReply(headers.containsKey(PENDING_HEADER), message.getSeq(), headers,
				(data != null) ? data : new byte[0]);
	}

	/**
	 * Waits for a reply.
	 * @param id the key
	 * @param looking how often it is looked for, in case that nothing tells of it
	 * @return the place, whenever it has been looked for, and at last the reply; empty if
	 * there is none
	 */
	public Flux<StoredReply> await(String id, Duration looking) {
		return Flux.<Boolean>create((sink) -> {
			TransportSubscriber subscriber = this.transport.newSubscriber((message) -> sink.next(true));
			sink.onDispose(subscriber::close);
			subscriber.subscribe(subject(id), (message) -> sink.next(true));
			sink.next(true);
		})
			.mergeWith(Flux.interval(looking).map((tick) -> true))
			.onBackpressureLatest()
			.concatMap((change) -> find(id).map(Found::new).defaultIfEmpty(Found.NOTHING), 1)
			.takeUntil((found) -> found.reply == null || !found.reply.pending())
			.flatMap((found) -> Mono.justOrEmpty(found.reply), 1, 1);
	}

	private String subject(String id) {
		return "$KV." + this.bucket + "." + id;
	}

	/**
	 * What has been found.
	 */
	private static final class Found {

		private static final Found NOTHING = new Found(null);

		private final @Nullable StoredReply reply;

		private Found(@Nullable StoredReply reply) {
			this.reply = reply;
		}

	}

}
