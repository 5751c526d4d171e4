package io.natsproxy.client.autoconfigure;

import io.natsproxy.webflux.server.MisplacedNatsMappingException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a NATS route that was declared where it would not be served over NATS.
 */
class MisplacedNatsMappingFailureAnalyzer extends AbstractFailureAnalyzer<MisplacedNatsMappingException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, MisplacedNatsMappingException cause) {
		return new FailureAnalysis(cause.getMessage() + ".",
				"Annotate " + cause.getBeanType().getSimpleName()
						+ " with @NatsController alone to serve its routes over NATS, and keep routes that are served"
						+ " over HTTP in a @RestController of their own.",
				cause);
	}

}
