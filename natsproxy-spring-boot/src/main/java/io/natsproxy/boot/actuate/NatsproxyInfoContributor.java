package io.natsproxy.boot.actuate;

import java.util.LinkedHashMap;
import java.util.Map;

import io.nats.client.Connection;
import io.nats.client.api.ServerInfo;
import io.natsproxy.core.log.SafeText;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.context.annotation.ImportRuntimeHints;

/**
 * {@link InfoContributor} with the version of natsproxy, and with name and version of the
 * NATS server, while there is a connection to one.
 */
@ImportRuntimeHints(NatsproxyInfoContributor.Hints.class)
public class NatsproxyInfoContributor implements InfoContributor {

	private static final int MAX_TEXT = 256;

	private final String version = NatsproxyVersion.get();

	private final Connection connection;

	/**
	 * Creates a contributor.
	 * @param connection the connection
	 */
	public NatsproxyInfoContributor(Connection connection) {
		this.connection = connection;
	}

	@Override
	public void contribute(Info.Builder builder) {
		Map<String, Object> content = new LinkedHashMap<>();
		content.put("version", this.version);
		if (this.connection.getConnectedUrl() != null) {
			ServerInfo server = this.connection.getServerInfo();
			content.put("server", Map.of("name", text(server.getServerName()), "version", text(server.getVersion())));
		}
		builder.withDetail("natsproxy", content);
	}

	private static String text(Object text) {
		return SafeText.of(String.valueOf(text), MAX_TEXT);
	}

	/**
	 * The file with the version, for native images.
	 */
	static class Hints implements RuntimeHintsRegistrar {

		@Override
		public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
			hints.resources().registerPattern(NatsproxyVersion.RESOURCE);
		}

	}

}
