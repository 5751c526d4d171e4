package io.natsproxy.client.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains NATS routes that Spring Security does not protect.
 */
class UnsecuredNatsRoutesFailureAnalyzer extends AbstractFailureAnalyzer<UnsecuredNatsRoutesException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnsecuredNatsRoutesException cause) {
		return new FailureAnalysis(cause.getMessage() + ".",
				"Annotate a configuration with @EnableWebFluxSecurity and define a SecurityWebFilterChain bean, which"
						+ " applies to NATS routes whether or not there is a web server. Beside Spring MVC, where the"
						+ " annotation does not go together with @EnableWebSecurity, define a WebFilterChainProxy bean in its"
						+ " place (docs/security.md). If they are protected in another"
						+ " way, by NatsMiddleware or by permissions on NATS, set natsproxy.service.require-security=false.",
				cause);
	}

}
