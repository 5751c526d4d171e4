package io.natsproxy.gateway.declared.keyvalue;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import io.natsproxy.core.jetstream.KeyName;
import io.natsproxy.core.subject.SubjectTemplate;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.gateway.declared.RouteRequest;
import io.natsproxy.gateway.declared.RouteTarget;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;

/**
 * Reads, writes and watches the keys of a bucket. The key is that of a template, or else
 * what the path has behind the literal part of its pattern, one token for each segment.
 *
 * @param bucket the name of the bucket, which has to exist
 * @param key the template of the key, made by {@link #template}; {@code null} for the
 * rest of the path
 * @param methods the methods that are answered
 * @param maxValueSize the longest value that is written, in bytes
 * @param ttl how long a value is kept, and the longest that a client may ask for;
 * {@code null} for what the bucket, or the client, says
 * @param listing whether the keys of the bucket can be listed and watched together, where
 * the path has none
 * @param contentType the media type of values that tell none
 * @param heartbeat how often a watch shows that it is there
 */
public record KeyValueTarget(String bucket, @Nullable SubjectTemplate key, Set<HttpMethod> methods, long maxValueSize,
		@Nullable Duration ttl, boolean listing, String contentType, Duration heartbeat) implements RouteTarget {

	/**
	 * The name of the property.
	 */
	public static final String KIND = "key-value";

	/**
	 * All methods.
	 */
	public static final Set<HttpMethod> METHODS = Set.of(HttpMethod.GET, HttpMethod.PUT, HttpMethod.POST,
			HttpMethod.DELETE);

	/**
	 * The media type of values that tell none, if nothing else is set.
	 */
	public static final String CONTENT_TYPE = "application/octet-stream";

	/**
	 * How often a watch shows that it is there, if nothing else is set.
	 */
	public static final Duration HEARTBEAT = Duration.ofSeconds(15);

	private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9_-]{1,255}");

	/**
	 * Templates of subjects begin with text that no client chooses: for a key, the bucket
	 * is such.
	 */
	private static final String BEFORE_KEY = "key.";

	/**
	 * Creates the target.
	 * @throws IllegalArgumentException if the name of the bucket is none, or a method
	 * cannot be answered
	 */
	public KeyValueTarget {
		if (!BUCKET.matcher(bucket).matches()) {
			throw new IllegalArgumentException("'" + bucket + "' is no name of a bucket");
		}
		methods = Set.copyOf(methods);
		if (methods.isEmpty() || !METHODS.containsAll(methods)) {
			throw new IllegalArgumentException("The methods of a bucket are " + METHODS);
		}
	}

	/**
	 * Returns a target with the default settings.
	 * @param bucket the name of the bucket
	 * @return the target
	 * @throws IllegalArgumentException if that is no name of a bucket
	 */
	public static KeyValueTarget bucket(String bucket) {
		return new KeyValueTarget(bucket, null, METHODS, Long.MAX_VALUE, null, true, CONTENT_TYPE, HEARTBEAT);
	}

	/**
	 * Reads the template of a key.
	 * @param key the template, as in <code>users.{id}</code>
	 * @return the template
	 * @throws IllegalArgumentException if it is malformed
	 */
	public static SubjectTemplate template(String key) {
		return SubjectTemplate.of(BEFORE_KEY + key);
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
	public List<SubjectTemplate> templates() {
		return (this.key != null) ? List.of(this.key) : List.of();
	}

	/**
	 * Returns the key of a request.
	 * @return the key; {@code null} if the path ends where keys begin
	 * @throws MalformedMessageException if the request has no key, or one that is too
	 * long
	 */
	@Nullable String key(RouteRequest request) {
		if (this.key != null) {
			return KeyName.ofSubject(this.key.expand(request.variables()).substring(BEFORE_KEY.length()));
		}
		List<String> rest = request.rest();
		return (rest.isEmpty() || rest.equals(List.of(""))) ? null : KeyName.of(rest);
	}

}
