package io.natsproxy.boot.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a connection that is configured wrongly.
 */
class NatsConnectionFailureAnalyzer extends AbstractFailureAnalyzer<InvalidNatsConnectionException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidNatsConnectionException cause) {
		return new FailureAnalysis(cause.getMessage(), cause.getAction(), cause);
	}

}
