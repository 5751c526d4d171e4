package io.natsproxy.gateway.autoconfigure;

import io.natsproxy.boot.autoconfigure.management.ServiceManagementAutoConfiguration;
import io.natsproxy.core.management.ServiceManagement;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Management endpoints over NATS of a web application, with and without Spring Security.
 */
class ServiceManagementSecurityTests {

	private final ReactiveWebApplicationContextRunner guarded = new ReactiveWebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ServiceManagementAutoConfiguration.class));

	private final ReactiveWebApplicationContextRunner unguarded = this.guarded
		.withClassLoader(new FilteredClassLoader("org.springframework.security"));

	@Test
	void webApplicationWithSecurityGivesNothingUnlessThatIsAskedFor() {
		this.guarded.run((context) -> assertThat(context).doesNotHaveBean(ServiceManagement.class));
		this.guarded.withPropertyValues("natsproxy.management.enabled=true")
			.run((context) -> assertThat(context).hasSingleBean(ServiceManagement.class));
		this.unguarded.run((context) -> assertThat(context).hasSingleBean(ServiceManagement.class));
	}

	@Test
	void endpointsThatAreSwitchedOffStaySo() {
		this.unguarded.withPropertyValues("management.server.port=-1")
			.run((context) -> assertThat(context).doesNotHaveBean(ServiceManagement.class));
	}

}
