package io.natsproxy.gateway.declared.async;

import java.time.Duration;

import io.natsproxy.core.wire.LiteralSubject;

/**
 * Where requests are stored until they have been done, and their replies afterwards.
 *
 * @param stream the name of the stream of requests, of the retention policy "work queue"
 * @param subject the subject on which they are published, by gateways only
 * @param bucket the name of the key-value bucket of replies
 * @param resultPath the path under which clients find replies, without a slash at the end
 * @param create whether stream and bucket are made where they are not there
 * @param keep for how long requests wait, and replies are kept, where they are made
 * @param timeout how long the reply to a request may take
 * @param silence the time after which a request whose gateway has gone is done by another
 * @param maxDeliveries how often it is tried to do a request before it has failed
 * @param concurrency the most requests that a gateway does at once
 * @param maxWait the most for which a client may wait for a reply
 */
public record AsyncQueue(String stream, String subject, String bucket, String resultPath, boolean create, Duration keep,
		Duration timeout, Duration silence, int maxDeliveries, int concurrency, Duration maxWait) {

	/**
	 * Creates the settings.
	 * @throws IllegalArgumentException if a name could not be one
	 */
	public AsyncQueue {
		requireName("stream", stream);
		requireName("bucket", bucket);
		if (!LiteralSubject.isValid(subject) || subject.startsWith("$")) {
			throw new IllegalArgumentException("'" + subject + "' is no subject of its own for requests");
		}
		if (!resultPath.startsWith("/") || resultPath.endsWith("/") || resultPath.contains("{")
				|| resultPath.contains("*")) {
			throw new IllegalArgumentException(
					"The path of results '" + resultPath + "' is not one that begins with a slash, and ends with none");
		}
	}

	private static void requireName(String what, String name) {
		if (!name.matches("[A-Za-z0-9_-]{1,255}")) {
			throw new IllegalArgumentException("The name of the " + what
					+ " consists of letters, digits, hyphens and underscores, and is not '" + name + "'");
		}
	}

	/**
	 * Returns the settings with defaults: of a stream and bucket that are there.
	 * @param stream the name of the stream
	 * @param bucket the name of the bucket
	 * @param resultPath the path under which clients find replies
	 * @return the settings
	 */
	public static AsyncQueue of(String stream, String bucket, String resultPath) {
		return new AsyncQueue(stream, "natsproxy.async." + stream, bucket, resultPath, false, Duration.ofDays(1),
				Duration.ofMinutes(1), Duration.ofSeconds(30), 20, 64, Duration.ofSeconds(60));
	}

}
