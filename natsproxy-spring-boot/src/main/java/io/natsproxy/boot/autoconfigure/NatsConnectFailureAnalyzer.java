package io.natsproxy.boot.autoconfigure;

import io.natsproxy.core.connection.NatsConnectException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a failed start-up with {@code natsproxy.nats.fail-fast=true}.
 */
class NatsConnectFailureAnalyzer extends AbstractFailureAnalyzer<NatsConnectException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, NatsConnectException cause) {
		String action = cause.isAuthenticationFailure()
				? "Check 'natsproxy.nats.user' and 'natsproxy.nats.password', 'natsproxy.nats.token', 'natsproxy.nats.credentials' or 'natsproxy.nats.nkey', and the users that the server knows."
				: NatsConnectionAutoConfiguration.ADVICE
						+ " To start without a server, remove natsproxy.nats.fail-fast.";
		return new FailureAnalysis(cause.getMessage() + ".", action, cause);
	}

}
