package io.natsproxy.core.jetstream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Predicate;

import io.nats.client.JetStream;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.PublishOptions;
import io.nats.client.PurgeOptions;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.ObjectInfo;
import io.nats.client.support.NatsObjectStoreUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The descriptions of the objects of a bucket: one message each, whose subject has the
 * name, and which is replaced only by whoever has seen it. All methods block.
 */
final class ObjectDescriptions {

	private static final Logger logger = LoggerFactory.getLogger(ObjectDescriptions.class);

	private static final int NO_MESSAGE = 10037;

	private static final int WRONG_LAST_SEQUENCE = 10071;

	private static final int WRONG_LAST_SEQUENCE_CONSTANT = 10164;

	/**
	 * How often a description is read anew that somebody else has replaced meanwhile.
	 */
	private static final int ATTEMPTS = 8;

	/**
	 * The longest pause after the first attempt, in milliseconds; those after later ones
	 * are as many times as long.
	 */
	private static final long PAUSE = 50;

	private final JetStream jetStream;

	private final JetStreamManagement management;

	private final String bucket;

	ObjectDescriptions(JetStream jetStream, JetStreamManagement management, String bucket) {
		this.jetStream = jetStream;
		this.management = management;
		this.bucket = bucket;
	}

	/**
	 * Returns an object.
	 * @return the object, {@code null} if there is none, or it has been deleted
	 */
	@Nullable StoredObject find(String name) throws IOException, JetStreamApiException {
		return last(name).object(this.bucket);
	}

	/**
	 * Replaces a description, and removes the chunks of the object that it has described.
	 * @param allowed decides by the object that there is, {@code null} for none
	 * @param description makes the new description of the one that there is, {@code null}
	 * for none; {@code null} for no change
	 * @return the object that there was
	 */
	@Nullable StoredObject replace(String name, Predicate<@Nullable StoredObject> allowed,
			Function<@Nullable ObjectInfo, @Nullable ObjectInfo> description)
			throws IOException, JetStreamApiException {
		for (int attempt = 1;; attempt++) {
			Last last = last(name);
			StoredObject before = last.object(this.bucket);
			if (!allowed.test(before)) {
				throw changed();
			}
			ObjectInfo info = description.apply((before != null) ? last.info() : null);
			if (info == null) {
				return before;
			}
			try {
				PublishOptions expected = PublishOptions.builder().expectedLastSubjectSequence(last.sequence()).build();
				this.jetStream.publish(last.subject(), NatsObjectStoreUtil.getMetaHeaders(), info.serialize(),
						expected);
			}
			catch (JetStreamApiException ex) {
				boolean conflict = ex.getApiErrorCode() == WRONG_LAST_SEQUENCE
						|| ex.getApiErrorCode() == WRONG_LAST_SEQUENCE_CONSTANT;
				if (conflict && attempt < ATTEMPTS && pause(attempt)) {
					continue;
				}
				throw ex;
			}
			if (before != null) {
				removeChunks(before.id());
			}
			return before;
		}
	}

	/**
	 * Lets others finish. Pauses differ, so that those who met do not meet again.
	 * @return whether there is time for another attempt
	 */
	private static boolean pause(int attempt) {
		long longest = PAUSE * attempt;
		try {
			Thread.sleep(ThreadLocalRandom.current().nextLong(longest / 2, longest + 1));
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/**
	 * Deletes an object.
	 * @param allowed decides by the object that there is, {@code null} for none
	 * @return whether there was one
	 */
	boolean delete(String name, Predicate<@Nullable StoredObject> allowed) throws IOException, JetStreamApiException {
		return replace(name, allowed, this::deleted) != null;
	}

	private @Nullable ObjectInfo deleted(@Nullable ObjectInfo info) {
		return (info != null)
				? ObjectInfo.builder(info).bucket(this.bucket).deleted(true).size(0).chunks(0).digest(null).build()
				: null;
	}

	private static JetStreamException changed() {
		return new JetStreamException(JetStreamFailure.CONFLICT, "The object is not in the state that is asked for");
	}

	/**
	 * Removes the chunks of an object that nothing describes any more, as far as it goes:
	 * chunks that stay cost room, and nothing else.
	 */
	private void removeChunks(String id) {
		try {
			purge(id);
		}
		catch (IOException | JetStreamApiException ex) {
			logger.debug("Chunks were left behind in bucket {}: {}", this.bucket, ex.getMessage());
		}
	}

	void purge(String id) throws IOException, JetStreamApiException {
		this.management.purgeStream(NatsObjectStoreUtil.toStreamName(this.bucket),
				PurgeOptions.subject(NatsObjectStoreUtil.toChunkPrefix(this.bucket) + id));
	}

	/**
	 * Returns what has been said last about a name: on the subject of ADR-20, or else on
	 * that of jnats, which has another alphabet of Base64. For most names they are the
	 * same.
	 */
	private Last last(String name) throws IOException, JetStreamApiException {
		String prefix = NatsObjectStoreUtil.toMetaPrefix(this.bucket);
		Last last = last(name, prefix + Base64.getUrlEncoder().encodeToString(name.getBytes(StandardCharsets.UTF_8)));
		String other = prefix + NatsObjectStoreUtil.encodeForSubject(name);
		if (last.sequence() > 0 || other.equals(last.subject())) {
			return last;
		}
		Last ofJnats = last(name, other);
		return (ofJnats.sequence() > 0) ? ofJnats : last;
	}

	private Last last(String name, String subject) throws IOException, JetStreamApiException {
		try {
			MessageInfo message = this.management.getLastMessage(NatsObjectStoreUtil.toStreamName(this.bucket),
					subject);
			ObjectInfo info = read(message);
			if (!name.equals(info.getObjectName())) {
				throw new JetStreamException(JetStreamFailure.REFUSED, "The object is described by another name");
			}
			return new Last(subject, message.getSeq(), info);
		}
		catch (JetStreamApiException ex) {
			if (ex.getApiErrorCode() == NO_MESSAGE) {
				return new Last(subject, 0, null);
			}
			throw ex;
		}
	}

	private static ObjectInfo read(MessageInfo message) {
		try {
			return new ObjectInfo(message);
		}
		catch (RuntimeException ex) {
			throw new JetStreamException(JetStreamFailure.REFUSED, "The object is not described as it has to be",
					String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * The last message about a name.
	 *
	 * @param subject its subject
	 * @param sequence its sequence, 0 for none
	 * @param info the description, if there is one
	 */
	private record Last(String subject, long sequence, @Nullable ObjectInfo info) {

		@Nullable StoredObject object(String bucket) {
			return (this.info != null && !this.info.isDeleted()) ? StoredObject.of(bucket, this.info) : null;
		}

	}

}
