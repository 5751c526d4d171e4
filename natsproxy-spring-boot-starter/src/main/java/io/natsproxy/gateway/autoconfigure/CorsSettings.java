package io.natsproxy.gateway.autoconfigure;

import io.natsproxy.boot.autoconfigure.SettingChecks;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.web.cors.CorsConfiguration;

/**
 * Makes the CORS configuration of properties, and is the condition that there is one.
 */
final class CorsSettings extends SpringBootCondition {

	private static final String PREFIX = "natsproxy.gateway.cors";

	private static final SettingChecks CHECK = new SettingChecks(PREFIX);

	/**
	 * Returns whether the gateway answers CORS requests itself.
	 * @param properties the properties
	 * @return whether any origins are allowed
	 */
	static boolean areSet(GatewayProperties.Cors properties) {
		return !properties.allowedOrigins().isEmpty() || !properties.allowedOriginPatterns().isEmpty();
	}

	/**
	 * Makes the configuration.
	 * @param properties the properties
	 * @return the configuration, or {@code null} if it is left to services
	 */
	static @Nullable CorsConfiguration configuration(GatewayProperties.Cors properties) {
		if (!areSet(properties)) {
			return null;
		}
		CorsConfiguration cors = new CorsConfiguration();
		PropertyMapper map = PropertyMapper.get();
		map.from(properties::allowedOrigins).when((list) -> !list.isEmpty()).to(cors::setAllowedOrigins);
		map.from(properties::allowedOriginPatterns).when((list) -> !list.isEmpty()).to(cors::setAllowedOriginPatterns);
		map.from(properties::allowedMethods).when((list) -> !list.isEmpty()).to(cors::setAllowedMethods);
		map.from(properties::allowedHeaders).when((list) -> !list.isEmpty()).to(cors::setAllowedHeaders);
		map.from(properties::exposedHeaders).when((list) -> !list.isEmpty()).to(cors::setExposedHeaders);
		map.from(properties::allowCredentials).to(cors::setAllowCredentials);
		map.from(properties::maxAge).to(cors::setMaxAge);
		return CHECK.made("allowed-origins", () -> {
			cors.validateAllowCredentials();
			return cors;
		});
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		boolean set = Binder.get(context.getEnvironment())
			.bind(PREFIX, GatewayProperties.Cors.class)
			.map(CorsSettings::areSet)
			.orElse(false);
		ConditionMessage.Builder message = ConditionMessage.forCondition("CORS at the gateway");
		return set ? ConditionOutcome.match(message.because("origins are allowed"))
				: ConditionOutcome.noMatch(message.because("no origins are allowed"));
	}

}
