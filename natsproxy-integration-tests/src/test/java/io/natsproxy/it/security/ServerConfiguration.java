package io.natsproxy.it.security;

import java.net.URISyntaxException;
import java.nio.file.Path;

import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import org.junit.jupiter.api.Assumptions;

/**
 * A server with one of the configurations that docs/security.md shows, and the programs
 * that log in to it.
 */
final class ServerConfiguration implements AutoCloseable {

	private final TestBroker server;

	private ServerConfiguration(TestBroker server) {
		this.server = server;
	}

	/**
	 * Starts a server, or skips the tests where there is none.
	 */
	static ServerConfiguration start(String file) throws URISyntaxException {
		Assumptions.assumeTrue(TestBroker.isServer(), "The embedded broker has no permissions and no accounts");
		return new ServerConfiguration(
				TestBroker.start(Path.of(ServerConfiguration.class.getResource("/nats/" + file).toURI())));
	}

	String url() {
		return this.server.url();
	}

	static String[] login(String user, String... more) {
		String[] properties = new String[more.length + 2];
		properties[0] = "natsproxy.nats.user=" + user;
		properties[1] = "natsproxy.nats.password=" + user + "-secret";
		System.arraycopy(more, 0, properties, 2, more.length);
		return properties;
	}

	/**
	 * The properties of docs/security.md for private inboxes.
	 * @param others whose inboxes are published to
	 */
	static String[] privateInboxes(String user, String... others) {
		String[] prefixes = new String[others.length];
		for (int i = 0; i < others.length; i++) {
			prefixes[i] = "_INBOX_" + others[i];
		}
		return login(user, "natsproxy.nats.inbox-prefix=_INBOX_" + user,
				"natsproxy.nats.reply-prefixes=" + String.join(",", prefixes));
	}

	TestApplication gateway(String... properties) {
		return TestApplication.gateway(this.server).properties(properties).start();
	}

	TestApplication service(String... properties) {
		return Orders.service(url()).properties(properties).start();
	}

	@Override
	public void close() {
		this.server.close();
	}

}
