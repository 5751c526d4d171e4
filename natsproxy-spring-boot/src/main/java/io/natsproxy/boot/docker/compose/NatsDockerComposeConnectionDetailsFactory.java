package io.natsproxy.boot.docker.compose;

import java.util.List;
import java.util.stream.Stream;

import io.natsproxy.boot.autoconfigure.NatsConnectionDetails;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionDetailsFactory;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.util.StringUtils;

/**
 * {@link DockerComposeConnectionDetailsFactory} for a service of the image {@code nats}
 * (or {@code bitnami/nats}). User, password and token are taken from its environment:
 * {@code NATS_USER} or {@code NATS_USERNAME}, {@code NATS_PASSWORD} and
 * {@code NATS_TOKEN}; the image itself takes them from its command, which may refer to
 * these variables.
 */
class NatsDockerComposeConnectionDetailsFactory extends DockerComposeConnectionDetailsFactory<NatsConnectionDetails> {

	private static final int PORT = 4222;

	NatsDockerComposeConnectionDetailsFactory() {
		super(new String[] { "nats", "bitnami/nats" });
	}

	@Override
	protected NatsConnectionDetails getDockerComposeConnectionDetails(DockerComposeConnectionSource source) {
		return new NatsDockerComposeConnectionDetails(source.getRunningService());
	}

	static class NatsDockerComposeConnectionDetails extends DockerComposeConnectionDetails
			implements NatsConnectionDetails {

		private final String server;

		private final @Nullable String user;

		private final @Nullable String password;

		private final @Nullable String token;

		private final @Nullable SslBundle sslBundle;

		NatsDockerComposeConnectionDetails(RunningService service) {
			super(service);
			this.server = "nats://" + service.host() + ":" + service.ports().get(PORT);
			this.user = variable(service, "NATS_USER", "NATS_USERNAME");
			this.password = variable(service, "NATS_PASSWORD");
			this.token = variable(service, "NATS_TOKEN");
			this.sslBundle = getSslBundle(service);
		}

		@Override
		public List<String> getServers() {
			return List.of(this.server);
		}

		@Override
		public @Nullable String getUser() {
			return this.user;
		}

		@Override
		public @Nullable String getPassword() {
			return this.password;
		}

		@Override
		public @Nullable String getToken() {
			return this.token;
		}

		@Override
		public @Nullable SslBundle getSslBundle() {
			return this.sslBundle;
		}

		private static @Nullable String variable(RunningService service, String... names) {
			return Stream.of(names)
				.map((name) -> service.env().getOrDefault(name, ""))
				.filter(StringUtils::hasText)
				.findFirst()
				.orElse(null);
		}

	}

}
