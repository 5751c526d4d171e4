package io.natsproxy.core.jetstream;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

import io.nats.client.Message;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.api.MessageInfo;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsJetStreamMetaData;
import io.nats.client.support.NatsKeyValueUtil;
import io.natsproxy.core.header.HeaderFields;
import org.jspecify.annotations.Nullable;

/**
 * A revision of a key: a value, or that there has been none since.
 *
 * @param key the key
 * @param revision the revision, which no other change of the bucket has
 * @param operation the change: {@code put}, {@code delete}, or {@code purge}, which has
 * removed all revisions before
 * @param created when it was written
 * @param value the value, not copied, so not to be changed; empty where there is none
 * @param fields the headers of the message, which anybody may have written
 */
public record KeyRevision(String key, long revision, String operation, Instant created, byte[] value,
		HeaderFields fields) {

	/**
	 * The operation that writes a value.
	 */
	public static final String PUT = KeyValueOperation.PUT.name().toLowerCase(Locale.ROOT);

	/**
	 * Returns whether the key has a value.
	 * @return {@code false} if it has been deleted or purged, or has expired
	 */
	public boolean exists() {
		return this.operation.equals(PUT);
	}

	static KeyRevision of(String prefix, MessageInfo message) {
		return of(prefix, String.valueOf(message.getSubject()), message.getSeq(),
				(message.getTime() != null) ? message.getTime().toInstant() : Instant.EPOCH, message.getHeaders(),
				message.getData());
	}

	static KeyRevision of(String prefix, Message message) {
		NatsJetStreamMetaData meta = message.metaData();
		return of(prefix, message.getSubject(), meta.streamSequence(), meta.timestamp().toInstant(),
				message.getHeaders(), message.getData());
	}

	private static KeyRevision of(String prefix, String subject, long sequence, Instant created,
			@Nullable Headers headers, byte @Nullable [] value) {
		String operation = NatsKeyValueUtil.getOperation(headers).name().toLowerCase(Locale.ROOT);
		return new KeyRevision(key(prefix, subject), sequence, operation, created,
				(value != null) ? value : new byte[0], (action) -> {
					if (headers != null) {
						headers.forEach((name, values) -> action.accept(name, List.copyOf(values)));
					}
				});
	}

	static String key(String prefix, String subject) {
		return subject.startsWith(prefix) ? subject.substring(prefix.length()) : subject;
	}

}
