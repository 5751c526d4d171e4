package io.natsproxy.servlet.autoconfigure;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is reserved of the actuator.
 */
class ActuatorPathsTests {

	private final MockEnvironment environment = new MockEnvironment()
		.withProperty("management.endpoint.health.group.x.additional-path", "server:/healthz")
		.withProperty("management.endpoint.health.group.x.include", "ping")
		.withProperty("management.endpoint.health.probes.add-additional-paths", "true");

	@ParameterizedTest
	@ValueSource(strings = { "/healthz", "/livez", "/readyz", "/HEALTHZ", "//healthz", "/%68ealthz", "/healthz;a=b",
			"/healthz/", "/livez;x", "/actuator/env" })
	void additionalPathsAreReserved(String path) {
		assertThat(paths("/**").test(path)).isFalse();
		assertThat(paths("/**").test("/healthy")).isTrue();
	}

	@Test
	void additionalPathIsReachedIfItIsNamed() {
		ExposedPaths paths = paths("/**", "/healthz");
		assertThat(paths.test("/healthz")).isTrue();
		assertThat(paths.test("/livez")).isFalse();
	}

	@Test
	void additionalPathsAreReservedWhereTheActuatorHasItsOwnPort() {
		this.environment.setProperty("management.server.port", "9001");
		this.environment.setProperty("server.servlet.context-path", "/app");
		assertThat(paths("/**").test("/app/healthz")).isFalse();
		assertThat(paths("/**").test("/app/readyz")).isFalse();
		assertThat(paths("/**").test("/app/actuator")).isTrue();
	}

	private ExposedPaths paths(String... patterns) {
		return new ExposedPaths(List.of(patterns), ActuatorPaths.of(this.environment));
	}

}
