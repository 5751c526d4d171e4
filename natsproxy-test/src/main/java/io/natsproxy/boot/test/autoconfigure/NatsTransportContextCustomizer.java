package io.natsproxy.boot.test.autoconfigure;

import java.util.Map;
import java.util.UUID;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;

/**
 * Gives a context a prefix of its own, and the broker of this JVM. One equals another, as
 * the keys do by which contexts are cached.
 *
 * @param embedded whether the broker of this JVM is used
 */
record NatsTransportContextCustomizer(boolean embedded) implements ContextCustomizer {

	@Override
	public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration mergedConfig) {
		String prefix = "test" + UUID.randomUUID().toString().replace("-", "");
		context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("natsproxyTest", Map.of("natsproxy.subject-prefix", prefix)));
		if (this.embedded) {
			context.getBeanFactory()
				.registerSingleton("natsproxyTestConnectionDetails", new SharedBrokerConnectionDetails());
		}
	}

}
