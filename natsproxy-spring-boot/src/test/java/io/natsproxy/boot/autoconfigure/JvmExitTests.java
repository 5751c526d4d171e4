package io.natsproxy.boot.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import io.nats.client.Connection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The threads of jnats must not keep a JVM alive whose application failed to start.
 */
class JvmExitTests {

	@TempDir
	private Path directory;

	@Test
	void theJvmEndsWhenStartUpFailsAfterTheConnectionWasMade() throws Exception {
		assertThatJvmEnds("natsproxy.nats.servers=nats://127.0.0.1:1", "natsproxy.embedded.enabled=false");
	}

	@Test
	void theJvmEndsWhenStartUpFailsWithAnEmbeddedBroker() throws Exception {
		assertThatJvmEnds("natsproxy.embedded.port=0", "natsproxy.embedded.enabled=true");
	}

	private void assertThatJvmEnds(String... properties) throws Exception {
		Path output = this.directory.resolve("output.txt");
		ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-cp", System.getProperty("java.class.path"), FailingApplication.class.getName(),
				"--spring.application.name=failing", "--spring.docker.compose.enabled=false");
		for (String property : properties) {
			builder.command().add("--" + property);
		}
		Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
		try {
			assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(Files.readString(output)).isTrue();
			assertThat(process.exitValue()).isEqualTo(1);
			assertThat(Files.readString(output)).contains("does not start: failing");
		}
		finally {
			process.destroyForcibly();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ EmbeddedBrokerAutoConfiguration.class, NatsConnectionAutoConfiguration.class })
	static class FailingApplication {

		public static void main(String[] arguments) {
			new SpringApplicationBuilder(FailingApplication.class).web(WebApplicationType.NONE).run(arguments);
		}

		@Bean
		Object failing(Connection connection) {
			throw new IllegalStateException("does not start: " + connection.getOptions().getConnectionName());
		}

	}

}
