package io.natsproxy.boot.autoconfigure.management;

import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnNotWebApplication;

/**
 * Whether nothing could guard management endpoints on their way over HTTP that does not
 * over NATS, or the application wants them to be read there anyway.
 */
class OnUnguardedEndpointsCondition extends AnyNestedCondition {

	OnUnguardedEndpointsCondition() {
		super(ConfigurationPhase.REGISTER_BEAN);
	}

	@ConditionalOnBooleanProperty("natsproxy.management.enabled")
	static class Wanted {

	}

	@ConditionalOnNotWebApplication
	static class WithoutWebServer {

	}

	@ConditionalOnMissingClass("org.springframework.security.web.server.SecurityWebFilterChain")
	static class WithoutSecurity {

	}

}
