package io.natsproxy.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A real nats-server on a free loopback port.
 */
final class NatsServerProcess implements TestServer {

	static final String PROPERTY = "natsproxy.test.nats-server";

	private final Path directory;

	private final Process process;

	private final int port;

	NatsServerProcess(BrokerOptions options) {
		try {
			this.directory = Files.createTempDirectory("nats-server");
			Path configuration = Files.writeString(this.directory.resolve("server.conf"), configuration(options));
			this.process = new ProcessBuilder(List.of(System.getProperty(PROPERTY), "-c", configuration.toString()))
				.redirectErrorStream(true)
				.redirectOutput(this.directory.resolve("server.log").toFile())
				.start();
			Path ports = this.directory
				.resolve(Path.of(System.getProperty(PROPERTY)).getFileName() + "_" + this.process.pid() + ".ports");
			await().until(() -> Files.exists(ports) && Files.size(ports) > 0);
			this.port = URI.create(JsonMapper.shared().readTree(ports.toFile()).at("/nats/0").asString()).getPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private String configuration(BrokerOptions options) {
		StringBuilder text = new StringBuilder();
		text.append("host: 127.0.0.1\nport: -1\n");
		text.append("ports_file_dir: \"").append(this.directory).append("\"\n");
		text.append("max_payload: ").append(options.maxPayload()).append('\n');
		text.append("max_control_line: ").append(options.maxControlLine()).append('\n');
		text.append("max_pending: ").append(options.maxPending()).append('\n');
		text.append("ping_interval: \"").append(options.pingInterval().toMillis()).append("ms\"\n");
		text.append("ping_max: ").append(options.maxPingsOut()).append('\n');
		if (options.isAuthenticationRequired()) {
			text.append("authorization {\n");
			text.append("timeout: ").append(options.authTimeout().toMillis() / 1000.0).append('\n');
			if (options.token() != null) {
				text.append("token: \"").append(options.token()).append("\"\n");
			}
			else {
				text.append("user: \"").append(options.user()).append("\"\n");
				text.append("password: \"").append(options.password()).append("\"\n");
			}
			text.append("}\n");
		}
		return text.toString();
	}

	@Override
	public int port() {
		return this.port;
	}

	@Override
	public void close() {
		try {
			this.process.destroyForcibly();
			assertThat(this.process.waitFor(30, TimeUnit.SECONDS)).isTrue();
			try (Stream<Path> files = Files.walk(this.directory)) {
				files.sorted(Comparator.reverseOrder()).forEach((file) -> file.toFile().delete());
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
