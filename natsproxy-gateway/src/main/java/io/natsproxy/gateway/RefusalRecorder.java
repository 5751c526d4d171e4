package io.natsproxy.gateway;

/**
 * Counts what a gateway refuses by itself. The bean of this type is called on event
 * loops, by many threads at once, and must not block.
 */
@FunctionalInterface
public interface RefusalRecorder {

	/**
	 * Counts nothing.
	 */
	RefusalRecorder NONE = (reason) -> {
	};

	/**
	 * Counts a refusal.
	 * @param reason why a request, a stream, a WebSocket or a connection was refused
	 */
	void refused(RefusalReason reason);

}
