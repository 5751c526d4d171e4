package io.natsproxy.client.autoconfigure;

import io.natsproxy.webflux.server.AmbiguousNatsMappingException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains two handlers that are mapped to the same requests.
 */
class AmbiguousNatsMappingFailureAnalyzer extends AbstractFailureAnalyzer<AmbiguousNatsMappingException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, AmbiguousNatsMappingException cause) {
		return new FailureAnalysis(cause.getMessage() + ".",
				"Remove one of them, or give them different methods or paths, or conditions that tell them apart"
						+ " (params, headers, consumes, produces, version).",
				cause);
	}

}
