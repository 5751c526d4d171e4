package io.natsproxy.boot.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a setting that cannot work.
 */
class InvalidNatsSettingFailureAnalyzer extends AbstractFailureAnalyzer<InvalidNatsSettingException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidNatsSettingException cause) {
		return new FailureAnalysis(cause.getMessage(), cause.getAction(), cause);
	}

}
