package io.natsproxy.gateway.autoconfigure.actuate;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

class ManagementAddressTests {

	private final MockEnvironment environment = new MockEnvironment();

	private final StaticListableBeanFactory beans = new StaticListableBeanFactory();

	private ManagementAddress address(@Nullable String target) {
		return new ManagementAddress(target, this.beans.getBeanProvider(PathMappedEndpoints.class), this.environment);
	}

	@Test
	void targetIsTheOneThatIsSet() {
		this.environment.setProperty("local.server.port", "8080");
		assertThat(address("gateway:80").target()).isEqualTo("gateway:80");
	}

	@Test
	void targetIsThePortOfTheManagementEndpointsOtherwise() {
		this.environment.setProperty("local.server.port", "8080");
		assertThat(address(null).target()).matches("[^:]+:8080");
		this.environment.setProperty("local.management.port", "8081");
		assertThat(address("").target()).matches("[^:]+:8081");
	}

	@Test
	void pathHasTheBasePathOfTheServer() {
		assertThat(address(null).path("natsproxy")).isEqualTo("/actuator/natsproxy");
		this.environment.setProperty("spring.webflux.base-path", "/shop");
		this.environment.setProperty("management.server.base-path", "/ops");
		assertThat(address(null).path("natsproxy")).isEqualTo("/shop/actuator/natsproxy");
		this.environment.setProperty("management.server.port", "8081");
		assertThat(address(null).path("natsproxy")).isEqualTo("/ops/actuator/natsproxy");
	}

}
