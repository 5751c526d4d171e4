package io.natsproxy.boot.testcontainers;

import io.natsproxy.boot.autoconfigure.NatsConnectionDetails;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.testcontainers.context.ImportTestcontainers;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.boot.testcontainers.service.connection.ServiceConnectionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

class NatsContainerConnectionDetailsFactoryTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ServiceConnectionAutoConfiguration.class));

	@Test
	void aContainerFieldOfTheNatsImageOffersItsAddress() {
		this.runner.withUserConfiguration(OpenServer.class).run((context) -> {
			NatsConnectionDetails details = context.getBean(NatsConnectionDetails.class);
			assertThat(details.getServers()).containsExactly("nats://docker.example:34222");
			assertThat(details.getUser()).isNull();
			assertThat(details.getToken()).isNull();
			assertThat(details.getSslBundle()).isNull();
		});
	}

	@Test
	void aContainerBeanIsNamedAndItsCredentialsComeFromTheCommand() {
		this.runner.withUserConfiguration(PasswordServer.class).run((context) -> {
			NatsConnectionDetails details = context.getBean(NatsConnectionDetails.class);
			assertThat(details.getUser()).isEqualTo("alice");
			assertThat(details.getPassword()).isEqualTo("secret");
			assertThat(details.getToken()).isNull();
		});
	}

	@Test
	void anotherImageIsNoNatsServer() {
		this.runner.withUserConfiguration(OtherServer.class)
			.run((context) -> assertThat(context).getFailure().hasMessageContaining("No ConnectionDetails found"));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportTestcontainers
	static class OpenServer {

		@ServiceConnection
		static final StartedContainer nats = new StartedContainer("nats:2.12-alpine");

	}

	@Configuration(proxyBeanMethods = false)
	static class PasswordServer {

		@Bean
		@ServiceConnection("nats")
		StartedContainer server() {
			return new StartedContainer("registry.example/own:1").withCommand("--user", "alice", "--pass=secret");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportTestcontainers
	static class OtherServer {

		@ServiceConnection
		static final StartedContainer other = new StartedContainer("other:1");

	}

	/**
	 * A container that claims to run: what is tested needs no engine.
	 */
	static class StartedContainer extends GenericContainer<StartedContainer> {

		private final String image;

		StartedContainer(String image) {
			super(image);
			this.image = image;
		}

		@Override
		public String getDockerImageName() {
			return this.image;
		}

		@Override
		public void start() {
		}

		@Override
		public void stop() {
		}

		@Override
		public boolean isRunning() {
			return true;
		}

		@Override
		public String getHost() {
			return "docker.example";
		}

		@Override
		public Integer getMappedPort(int port) {
			return 30000 + port;
		}

	}

}
