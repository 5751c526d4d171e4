package io.natsproxy.webflux.server;

/**
 * Thrown when requests are both those of a route that an application declares for NATS
 * and exposed from what it serves over HTTP.
 */
public class OverlappingExposureException extends RuntimeException {

	OverlappingExposureException(String path, NatsRoute route) {
		super("The exposed path " + path + " overlaps the NATS route " + route);
	}

}
