package io.natsproxy.gateway.route;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The knowledge of a route that services have told.
 *
 * @param path the path pattern, fit for a log; {@code null} where several patterns have
 * the same subject
 * @param service the name of the service, fit for a log; {@code null} where several
 * services have the route
 * @param timeout how long services take at the most before the head of a response;
 * {@code null} where one of them has not told
 * @param uriTag the path pattern, if metrics may have it as a tag; {@code null} if not
 * @param serviceTag the name of the service, if metrics may have it as a tag;
 * {@code null} if not
 */
public record KnownRoute(@Nullable String path, @Nullable String service, @Nullable Duration timeout,
		@Nullable String uriTag, @Nullable String serviceTag) {

	/**
	 * The attribute of an exchange with a client that has the route of its request, where
	 * it is known.
	 */
	public static final String ATTRIBUTE = KnownRoute.class.getName();

	/**
	 * Returns the knowledge of both together, of which a subject does not tell which it
	 * is.
	 */
	KnownRoute and(KnownRoute other) {
		return new KnownRoute(same(this.path, other.path), same(this.service, other.service),
				(this.timeout == null || other.timeout == null) ? null
						: (this.timeout.compareTo(other.timeout) > 0) ? this.timeout : other.timeout,
				same(this.uriTag, other.uriTag), same(this.serviceTag, other.serviceTag));
	}

	private static @Nullable String same(@Nullable String one, @Nullable String other) {
		return (one != null && one.equals(other)) ? one : null;
	}

}
