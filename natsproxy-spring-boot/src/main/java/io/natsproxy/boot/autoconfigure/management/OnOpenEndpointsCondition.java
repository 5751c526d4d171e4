package io.natsproxy.boot.autoconfigure.management;

import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnNotWebApplication;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Whether the application has neither switched its management endpoints off nor, being a
 * web application, Spring Security that guards them over HTTP, or wants them to be read
 * over NATS anyway.
 */
class OnOpenEndpointsCondition extends AnyNestedCondition {

	OnOpenEndpointsCondition() {
		super(ConfigurationPhase.REGISTER_BEAN);
	}

	@ConditionalOnBooleanProperty("natsproxy.management.enabled")
	static class Wanted {

	}

	@ConditionalOnNotWebApplication
	@Conditional(ManagementPort.class)
	static class WithoutWebServer {

	}

	@ConditionalOnMissingClass("org.springframework.security.web.server.SecurityWebFilterChain")
	@Conditional(ManagementPort.class)
	static class WithoutSecurity {

	}

	/**
	 * The management endpoints are not switched off by a negative port.
	 */
	static class ManagementPort implements Condition {

		@Override
		public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
			return context.getEnvironment().getProperty("management.server.port", Integer.class, 0) >= 0;
		}

	}

}
