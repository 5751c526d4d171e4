package io.natsproxy.client.autoconfigure;

import io.natsproxy.webflux.server.OverlappingExposureException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains requests that are served twice: by a NATS route, and by what is exposed.
 */
class OverlappingExposureFailureAnalyzer extends AbstractFailureAnalyzer<OverlappingExposureException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, OverlappingExposureException cause) {
		return new FailureAnalysis(cause.getMessage() + ".",
				"Narrow natsproxy.service.expose.paths or natsproxy.service.expose.methods, name the path of the route in"
						+ " natsproxy.service.expose.exclude, or move the route.",
				cause);
	}

}
