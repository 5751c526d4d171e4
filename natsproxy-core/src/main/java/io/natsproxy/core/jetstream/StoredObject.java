package io.natsproxy.core.jetstream;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import io.nats.client.api.ObjectInfo;
import io.nats.client.api.ObjectLink;
import io.nats.client.support.NatsObjectStoreUtil;
import org.jspecify.annotations.Nullable;

/**
 * An object of an object store, as its store describes it.
 *
 * @param bucket the bucket
 * @param name the name
 * @param id names its chunks, anew with each version
 * @param size number of bytes
 * @param chunks number of chunks
 * @param chunkSize the most bytes of a chunk
 * @param sha256 the SHA-256 digest in Base64 (RFC 4648, section 4); {@code null} if it
 * has none
 * @param modified when this version was stored
 * @param headers the headers, as whoever stored it has set them
 * @param metadata further metadata, likewise
 * @param link the name of the object of the same bucket that this one stands for;
 * {@code null} if it is no link
 */
public record StoredObject(String bucket, String name, String id, long size, long chunks, int chunkSize,
		@Nullable String sha256, Instant modified, Map<String, List<String>> headers, Map<String, String> metadata,
		@Nullable String link) {

	private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

	private static final String SHA_256 = "SHA-256=";

	/**
	 * Reads a description, which anybody may have written who may publish to the bucket.
	 * @throws JetStreamException if it is malformed
	 */
	static StoredObject of(String bucket, ObjectInfo info) {
		String id = String.valueOf(info.getNuid());
		ObjectLink link = info.getLink();
		boolean whole = info.getSize() >= 0 && info.getChunks() >= 0 && (info.getChunks() > 0) == (info.getSize() > 0);
		if (!ID.matcher(id).matches() || (link == null && !whole)) {
			throw new JetStreamException(JetStreamFailure.REFUSED, "The object is not described as it has to be");
		}
		int chunkSize = info.getObjectMeta().getObjectMetaOptions().getChunkSize();
		Map<String, List<String>> headers = new LinkedHashMap<>();
		info.getHeaders().forEach((name, values) -> headers.put(name, List.copyOf(values)));
		return new StoredObject(bucket, info.getObjectName(), id, info.getSize(), info.getChunks(),
				(chunkSize > 0) ? chunkSize : NatsObjectStoreUtil.DEFAULT_CHUNK_SIZE, sha256(info.getDigest()),
				info.getModified().toInstant(), headers, Map.copyOf(info.getMetaData()),
				(link != null) ? target(bucket, link) : null);
	}

	/**
	 * Returns the object of the same bucket that a link leads to, or an empty name.
	 */
	private static String target(String bucket, ObjectLink link) {
		String name = link.getObjectName();
		return (name != null && bucket.equals(link.getBucket())) ? name : "";
	}

	private static @Nullable String sha256(@Nullable String digest) {
		if (digest == null || !digest.regionMatches(true, 0, SHA_256, 0, SHA_256.length())) {
			return null;
		}
		try {
			String text = digest.substring(SHA_256.length()).replace('+', '-').replace('/', '_');
			byte[] bytes = Base64.getUrlDecoder().decode(text.getBytes(StandardCharsets.ISO_8859_1));
			return (bytes.length == 32) ? Base64.getEncoder().encodeToString(bytes) : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	/**
	 * Returns a digest as stores write it.
	 * @param sha256 the digest
	 */
	static String digest(byte[] sha256) {
		return SHA_256 + Base64.getUrlEncoder().encodeToString(sha256);
	}

	/**
	 * Returns whether all chunks but the last may have {@link #chunkSize()} bytes, so
	 * that it is known in which one a byte is. Writers that store what they happen to
	 * read make shorter ones.
	 * @return whether there are as many chunks as there would be then
	 */
	public boolean isEven() {
		return this.chunks == this.size / this.chunkSize + ((this.size % this.chunkSize > 0) ? 1 : 0);
	}

}
