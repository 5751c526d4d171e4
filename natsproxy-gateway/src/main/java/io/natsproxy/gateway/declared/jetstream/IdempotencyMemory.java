package io.natsproxy.gateway.declared.jetstream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

import io.natsproxy.gateway.declared.RouteProblemException;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which keys are in use, and the payloads of those that have been, for as long
 * as streams know the ids of messages by default. Of keys and payloads it keeps digests
 * only, so that an entry takes some 300 bytes, whatever clients send: a full memory is
 * one of 20 MB. What it has forgotten, the stream may still know. Safe for use by many
 * threads.
 */
final class IdempotencyMemory {

	private static final int MAX_ENTRIES = 65_536;

	private static final long KEPT_NANOS = Duration.ofMinutes(2).toNanos();

	private final int maxEntries;

	private final LongSupplier nanoTime;

	/**
	 * Guarded by this, as are the payloads.
	 */
	private final Set<Digest> running = new HashSet<>();

	/**
	 * The oldest first.
	 */
	private final Map<Digest, Payload> payloads = new LinkedHashMap<>();

	IdempotencyMemory() {
		this(MAX_ENTRIES, System::nanoTime);
	}

	/**
	 * Creates a memory.
	 * @param maxEntries number of payloads that are remembered
	 * @param nanoTime the clock
	 */
	IdempotencyMemory(int maxEntries, LongSupplier nanoTime) {
		this.maxEntries = maxEntries;
		this.nanoTime = nanoTime;
	}

	/**
	 * Takes a key into use.
	 * @param route the route
	 * @param subject the subject
	 * @param key the key
	 * @return the use, to be ended
	 * @throws RouteProblemException if it is in use
	 */
	synchronized Use begin(String route, String subject, String key) {
		// No part has the separator: neither subjects nor keys have line ends.
		Digest digest = Digest.of((route + '\n' + subject + '\n' + key).getBytes(StandardCharsets.UTF_8));
		if (!this.running.add(digest)) {
			throw new RouteProblemException(409, "A request with the same idempotency key is being answered");
		}
		return new Use(digest);
	}

	private synchronized void require(Digest key, Digest payload) {
		forget();
		Payload known = this.payloads.get(key);
		if (known != null && !known.digest().equals(payload)) {
			throw new RouteProblemException(422, "The idempotency key was used with another payload");
		}
	}

	private synchronized void end(Digest key, @Nullable Digest payload) {
		if (this.running.remove(key) && payload != null) {
			this.payloads.remove(key);
			this.payloads.put(key, new Payload(payload, this.nanoTime.getAsLong()));
			forget();
		}
	}

	private void forget() {
		long now = this.nanoTime.getAsLong();
		Iterator<Payload> oldest = this.payloads.values().iterator();
		while (oldest.hasNext()) {
			boolean expired = now - oldest.next().since() > KEPT_NANOS;
			if (!expired && this.payloads.size() <= this.maxEntries) {
				return;
			}
			oldest.remove();
		}
	}

	/**
	 * The use of a key by one request. For one thread at a time.
	 */
	final class Use {

		private final Digest key;

		private @Nullable Digest payload;

		private Use(Digest key) {
			this.key = key;
		}

		/**
		 * Says with which payload the key is used.
		 * @throws RouteProblemException if it was another
		 */
		void payload(byte[] payload) {
			Digest digest = Digest.of(payload);
			require(this.key, digest);
			this.payload = digest;
		}

		/**
		 * Says that it is certain that nothing has been stored.
		 */
		void failed() {
			this.payload = null;
		}

		/**
		 * Ends the use. Later calls change nothing.
		 */
		void end() {
			IdempotencyMemory.this.end(this.key, this.payload);
		}

	}

	/**
	 * Half of a SHA-256, by which nobody finds two of the same.
	 */
	private record Digest(long high, long low) {

		static Digest of(byte[] bytes) {
			try {
				ByteBuffer digest = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(bytes));
				return new Digest(digest.getLong(), digest.getLong());
			}
			catch (NoSuchAlgorithmException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	/**
	 * A payload, and when it was published.
	 */
	private record Payload(Digest digest, long since) {

	}

}
