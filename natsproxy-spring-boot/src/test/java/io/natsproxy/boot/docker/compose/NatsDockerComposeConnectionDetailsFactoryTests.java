package io.natsproxy.boot.docker.compose;

import java.util.List;
import java.util.Map;

import io.natsproxy.boot.autoconfigure.NatsConnectionDetails;
import io.natsproxy.boot.docker.compose.NatsDockerComposeConnectionDetailsFactory.NatsDockerComposeConnectionDetails;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.service.connection.ConnectionDetailsFactory;
import org.springframework.boot.docker.compose.core.ConnectionPorts;
import org.springframework.boot.docker.compose.core.ImageReference;
import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.core.io.support.SpringFactoriesLoader;

import static org.assertj.core.api.Assertions.assertThat;

class NatsDockerComposeConnectionDetailsFactoryTests {

	@Test
	void theFactoryIsRegistered() {
		assertThat(SpringFactoriesLoader.forDefaultResourceLocation()
			.load(ConnectionDetailsFactory.class, SpringFactoriesLoader.FailureHandler.handleMessage((message, ex) -> {
			}))).hasAtLeastOneElementOfType(NatsDockerComposeConnectionDetailsFactory.class);
	}

	@Test
	void theAddressIsThatOfTheRunningService() {
		NatsConnectionDetails details = new NatsDockerComposeConnectionDetails(new Service(Map.of()));
		assertThat(details.getServers()).containsExactly("nats://docker.example:34222");
		assertThat(details.getUser()).isNull();
		assertThat(details.getPassword()).isNull();
		assertThat(details.getToken()).isNull();
		assertThat(details.getSslBundle()).isNull();
	}

	@Test
	void credentialsComeFromTheEnvironment() {
		NatsConnectionDetails details = new NatsDockerComposeConnectionDetails(
				new Service(Map.of("NATS_USERNAME", "alice", "NATS_PASSWORD", "secret")));
		assertThat(details.getUser()).isEqualTo("alice");
		assertThat(details.getPassword()).isEqualTo("secret");
		assertThat(new NatsDockerComposeConnectionDetails(new Service(Map.of("NATS_TOKEN", "t"))).getToken())
			.isEqualTo("t");
	}

	private record Service(Map<String, @Nullable String> env) implements RunningService {

		@Override
		public String name() {
			return "nats";
		}

		@Override
		public ImageReference image() {
			return ImageReference.of("nats:2.12-alpine");
		}

		@Override
		public String host() {
			return "docker.example";
		}

		@Override
		public ConnectionPorts ports() {
			return new ConnectionPorts() {

				@Override
				public int get(int containerPort) {
					return 30000 + containerPort;
				}

				@Override
				public List<Integer> getAll() {
					return List.of(34222);
				}

				@Override
				public List<Integer> getAll(@Nullable String protocol) {
					return getAll();
				}

			};
		}

		@Override
		public Map<String, String> labels() {
			return Map.of();
		}

	}

}
