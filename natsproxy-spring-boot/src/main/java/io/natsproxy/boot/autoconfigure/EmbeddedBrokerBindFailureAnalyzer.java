package io.natsproxy.boot.autoconfigure;

import io.natsproxy.broker.BrokerBindException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains an embedded broker whose address is taken.
 */
class EmbeddedBrokerBindFailureAnalyzer extends AbstractFailureAnalyzer<BrokerBindException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, BrokerBindException cause) {
		return new FailureAnalysis(
				"The embedded NATS broker cannot listen on " + cause.getHost() + ":" + cause.getPort() + ".",
				"Stop what listens there, set 'natsproxy.embedded.port' (0 for any free port), or remove 'natsproxy.embedded.enabled' to use the server that runs there.",
				cause);
	}

}
