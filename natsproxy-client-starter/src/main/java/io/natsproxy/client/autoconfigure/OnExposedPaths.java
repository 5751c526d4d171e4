package io.natsproxy.client.autoconfigure;

import java.util.List;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Holds where paths of the application's own HTTP server are exposed.
 */
class OnExposedPaths extends SpringBootCondition {

	private static final String PROPERTY = "natsproxy.service.expose.paths";

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		boolean exposed = !Binder.get(context.getEnvironment())
			.bind(PROPERTY, Bindable.listOf(String.class))
			.orElse(List.of())
			.isEmpty();
		ConditionMessage.Builder message = ConditionMessage.forCondition("Exposed paths");
		return new ConditionOutcome(exposed,
				exposed ? message.foundExactly(PROPERTY) : message.didNotFind("property").items(PROPERTY));
	}

}
