package io.natsproxy.boot.autoconfigure;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.nats.client.Connection;
import io.nats.client.Connection.Status;
import io.nats.client.NKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Log-ins that the embedded broker has not: nkeys and TLS. Needs a nats-server.
 */
@EnabledIfSystemProperty(named = "natsproxy.test.nats-server", matches = ".+")
class NatsServerLoginTests {

	private static final String PASSWORD = "changeit";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, NatsConnectionAutoConfiguration.class))
		.withPropertyValues("natsproxy.nats.fail-fast=true", "natsproxy.nats.connect-timeout=10s");

	@TempDir
	private Path directory;

	private Process server;

	@AfterEach
	void stopServer() {
		this.server.destroyForcibly();
		this.server.onExit().join();
	}

	@Test
	void anNkeyLogsInAsASeedAndAsAFile() throws Exception {
		NKey user = NKey.createUser(new SecureRandom());
		String url = start("authorization { users = [ { nkey: \"" + String.valueOf(user.getPublicKey()) + "\" } ] }");
		String seed = String.valueOf(user.getSeed());
		connects(url, "natsproxy.nats.nkey=" + seed);
		Path file = Files.writeString(this.directory.resolve("user.nk"), seed + "\n");
		connects(url, "natsproxy.nats.nkey=" + file);
	}

	@Test
	void anSslBundleSecuresTheConnection() throws Exception {
		Path store = this.directory.resolve("store.p12");
		run("keytool", "-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname", "CN=localhost", "-ext",
				"SAN=dns:localhost,ip:127.0.0.1", "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass",
				PASSWORD);
		Path pem = this.directory.resolve("server.pem");
		Path key = this.directory.resolve("server.key");
		PemFiles.write(store, PASSWORD, pem, key);
		String url = start("tls { cert_file: \"" + pem + "\", key_file: \"" + key + "\" }");
		connects(url, "natsproxy.nats.ssl.bundle=nats",
				"spring.ssl.bundle.pem.nats.truststore.certificate=file:" + pem);
	}

	private void connects(String url, String... properties) {
		this.runner.withPropertyValues("natsproxy.nats.servers=" + url)
			.withPropertyValues(properties)
			.run((context) -> assertThat(context.getBean(Connection.class).getStatus()).isEqualTo(Status.CONNECTED));
	}

	private String start(String configuration) throws IOException {
		Path file = Files.writeString(this.directory.resolve("server.conf"), configuration);
		int port;
		try (ServerSocket socket = new ServerSocket(0)) {
			port = socket.getLocalPort();
		}
		this.server = new ProcessBuilder(System.getProperty("natsproxy.test.nats-server"), "-a", "127.0.0.1", "-p",
				String.valueOf(port), "-c", file.toString())
			.redirectErrorStream(true)
			.redirectOutput(this.directory.resolve("server.log").toFile())
			.start();
		await().atMost(Duration.ofSeconds(30)).until(() -> accepts(port));
		return "nats://127.0.0.1:" + port;
	}

	private static boolean accepts(int port) {
		try (Socket socket = new Socket("127.0.0.1", port)) {
			return socket.isConnected();
		}
		catch (IOException ex) {
			return false;
		}
	}

	private void run(String tool, String... arguments) throws Exception {
		ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", tool).toString());
		builder.command().addAll(List.of(arguments));
		Process process = builder.redirectErrorStream(true)
			.redirectOutput(this.directory.resolve(tool + ".log").toFile())
			.start();
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(process.exitValue()).isZero();
	}

}
