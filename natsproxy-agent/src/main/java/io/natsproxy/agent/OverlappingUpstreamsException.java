package io.natsproxy.agent;

/**
 * Two upstreams would answer the same requests, or share a queue group.
 */
public class OverlappingUpstreamsException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	OverlappingUpstreamsException(String message) {
		super(message);
	}

	static OverlappingUpstreamsException sameName(Upstream one, Upstream other) {
		return new OverlappingUpstreamsException(
				"Two upstreams have the name '" + one.name() + "': that of " + one.paths() + " at " + one.authority()
						+ ", and that of " + other.paths() + " at " + other.authority());
	}

	static OverlappingUpstreamsException samePaths(Upstream one, Upstream other, String subject) {
		return new OverlappingUpstreamsException("The upstreams '" + one.name() + "' with " + one.paths() + " and '"
				+ other.name() + "' with " + other.paths()
				+ " overlap, so that both would answer the same requests (NATS subject " + subject + ")");
	}

}
