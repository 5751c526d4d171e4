package io.natsproxy.client.autoconfigure;

import io.natsproxy.client.openapi.ServiceDocuments;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

class NatsServiceDocumentAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(NatsServiceDocumentAutoConfiguration.class));

	@Test
	void documentsAreMadeWithSpringdocAndWithout() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(ServiceDocuments.class));
		this.runner.withClassLoader(new FilteredClassLoader("org.springdoc"))
			.run((context) -> assertThat(context).hasSingleBean(ServiceDocuments.class));
	}

	@Test
	void withoutJacksonThereAreNone() {
		this.runner.withClassLoader(new FilteredClassLoader("tools.jackson"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ServiceDocuments.class));
		this.runner.withClassLoader(new FilteredClassLoader("tools.jackson", "org.springdoc"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ServiceDocuments.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "natsproxy.service.enabled=false", "natsproxy.service.openapi.enabled=false" })
	void withoutAServiceThereAreNone(String property) {
		this.runner.withPropertyValues(property)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ServiceDocuments.class));
	}

}
