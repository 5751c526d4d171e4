package io.natsproxy.boot.test.autoconfigure;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.TestContextAnnotationUtils;

/**
 * Customizes the contexts of tests with {@link AutoConfigureNatsTransport}.
 */
class NatsTransportContextCustomizerFactory implements ContextCustomizerFactory {

	@Override
	public @Nullable ContextCustomizer createContextCustomizer(Class<?> testClass,
			List<ContextConfigurationAttributes> attributes) {
		AutoConfigureNatsTransport annotation = TestContextAnnotationUtils.findMergedAnnotation(testClass,
				AutoConfigureNatsTransport.class);
		return (annotation != null) ? new NatsTransportContextCustomizer(annotation.embedded()) : null;
	}

}
