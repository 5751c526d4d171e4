package io.natsproxy.boot.testcontainers;

import java.util.List;

import io.natsproxy.boot.autoconfigure.NatsConnectionDetails;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.Container;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionDetailsFactory;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionSource;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;

/**
 * {@link ContainerConnectionDetailsFactory} for a {@link ServiceConnection
 * &#064;ServiceConnection} on a container of the image {@code nats}, or of any image with
 * the name "nats". User, password and token are taken from its command.
 */
class NatsContainerConnectionDetailsFactory
		extends ContainerConnectionDetailsFactory<Container<?>, NatsConnectionDetails> {

	private static final int PORT = 4222;

	NatsContainerConnectionDetailsFactory() {
		super("nats");
	}

	@Override
	protected NatsConnectionDetails getContainerConnectionDetails(ContainerConnectionSource<Container<?>> source) {
		return new NatsContainerConnectionDetails(source);
	}

	private static final class NatsContainerConnectionDetails extends ContainerConnectionDetails<Container<?>>
			implements NatsConnectionDetails {

		private NatsContainerConnectionDetails(ContainerConnectionSource<Container<?>> source) {
			super(source);
		}

		@Override
		public List<String> getServers() {
			return List.of("nats://" + getContainer().getHost() + ":" + getContainer().getMappedPort(PORT));
		}

		@Override
		public @Nullable String getUser() {
			return option("user");
		}

		@Override
		public @Nullable String getPassword() {
			return option("pass");
		}

		@Override
		public @Nullable String getToken() {
			return option("auth");
		}

		@Override
		public @Nullable SslBundle getSslBundle() {
			return super.getSslBundle();
		}

		/**
		 * Reads {@code -name value}, {@code --name value} or {@code --name=value}.
		 */
		private @Nullable String option(String name) {
			String[] command = getContainer().getCommandParts();
			for (int i = 0; command != null && i < command.length; i++) {
				String word = command[i].replaceFirst("^--?", "");
				if (word.equals(name) && !word.equals(command[i]) && i + 1 < command.length) {
					return command[i + 1];
				}
				if (word.startsWith(name + "=") && !word.equals(command[i])) {
					return word.substring(name.length() + 1);
				}
			}
			return null;
		}

	}

}
