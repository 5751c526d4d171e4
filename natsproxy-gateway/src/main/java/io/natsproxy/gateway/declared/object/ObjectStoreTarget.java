package io.natsproxy.gateway.declared.object;

import java.util.List;
import java.util.Set;

import io.natsproxy.core.jetstream.ObjectStores;
import io.natsproxy.core.subject.SubjectTemplate;
import io.natsproxy.gateway.declared.RouteTarget;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;

/**
 * The objects of a bucket: GET and HEAD read, PUT stores, DELETE deletes, and GET without
 * a name lists.
 *
 * @param bucket the bucket
 * @param name the name of the objects, with variables of the path in braces, of which
 * {@code {*rest}} stands for all segments at the end; {@code null} for what the last
 * segment of the path's pattern stands for
 * @param maxObjectSize the most bytes of an object that may be stored
 * @param chunkSize the bytes of the messages of which stored objects consist
 * @param listing whether GET without a name lists the objects
 */
public record ObjectStoreTarget(String bucket, @Nullable String name, long maxObjectSize, int chunkSize,
		boolean listing) implements RouteTarget {

	/**
	 * The name of the property.
	 */
	public static final String KIND = "object-store";

	private static final int DEFAULT_CHUNK_SIZE = 128 * 1024;

	private static final int MIN_CHUNK_SIZE = 1024;

	/**
	 * Checks the settings.
	 * @throws IllegalArgumentException if no bucket could have such a name, the template
	 * is malformed, or chunks have less than 1 KiB
	 */
	public ObjectStoreTarget {
		ObjectStores.requireBucket(bucket);
		if (chunkSize < MIN_CHUNK_SIZE) {
			throw new IllegalArgumentException("Chunks have " + MIN_CHUNK_SIZE + " bytes or more");
		}
		if (name != null) {
			ObjectNameTemplate.of(name);
		}
	}

	/**
	 * Returns a target with the default settings.
	 * @param bucket the bucket
	 * @return the target
	 * @throws IllegalArgumentException if no bucket could have such a name
	 */
	public static ObjectStoreTarget bucket(String bucket) {
		return new ObjectStoreTarget(bucket, null, Long.MAX_VALUE, DEFAULT_CHUNK_SIZE, true);
	}

	@Override
	public String kind() {
		return KIND;
	}

	@Override
	public boolean requiresJetStream() {
		return true;
	}

	@Override
	public Set<HttpMethod> methods() {
		return Set.of(HttpMethod.GET, HttpMethod.PUT, HttpMethod.DELETE);
	}

	@Override
	public List<SubjectTemplate> templates() {
		return List.of();
	}

}
