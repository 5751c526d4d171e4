package io.natsproxy.agent.autoconfigure;

import io.natsproxy.agent.OverlappingUpstreamsException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains two upstreams that get in each other's way.
 */
class OverlappingUpstreamsFailureAnalyzer extends AbstractFailureAnalyzer<OverlappingUpstreamsException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, OverlappingUpstreamsException cause) {
		return new FailureAnalysis(cause.getMessage() + ".",
				"Give each of natsproxy.agent.upstreams[] a name of its own, and paths that no other has. For several"
						+ " instances of one server, put a load balancer at its url, or start an agent beside each.",
				cause);
	}

}
