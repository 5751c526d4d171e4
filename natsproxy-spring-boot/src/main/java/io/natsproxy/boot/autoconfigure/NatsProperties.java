package io.natsproxy.boot.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.natsproxy.core.subject.ReplySubjects;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * The connection to NATS, {@code natsproxy.nats.*}.
 */
@ConfigurationProperties("natsproxy.nats")
public class NatsProperties {

	/**
	 * Addresses of the NATS servers: "nats://host:port", "tls://host:port",
	 * "ws://host:port" or "wss://host:port". One of them is enough to find the others of
	 * a cluster.
	 */
	private List<String> servers = new ArrayList<>(List.of("nats://localhost:4222"));

	/**
	 * Name of the connection, as the NATS server lists it. Defaults to
	 * "spring.application.name".
	 */
	private @Nullable String name;

	/**
	 * User to log in with, together with "password".
	 */
	private @Nullable String user;

	/**
	 * Password of the user.
	 */
	private @Nullable String password;

	/**
	 * Token to log in with.
	 */
	private @Nullable String token;

	/**
	 * Location of a credentials file (user JWT and nkey seed) to log in with, such as
	 * "/etc/nats/user.creds" or "classpath:user.creds". A file is read again at each
	 * reconnect.
	 */
	private @Nullable String credentials;

	/**
	 * Nkey to log in with: the seed of a user (SU...), or the location of a file that
	 * holds it.
	 */
	private @Nullable String nkey;

	/**
	 * Prefix of the subjects that replies are sent to.
	 */
	private String inboxPrefix = "_INBOX";

	/**
	 * Prefixes of the inboxes of others, beside the own "inbox-prefix": a message whose
	 * reply subject is under none of them is not answered, and nothing is sent to where
	 * its headers say. "_R_" is that of servers, for messages between accounts.
	 */
	private List<String> replyPrefixes = new ArrayList<>(ReplySubjects.DEFAULT_PREFIXES);

	/**
	 * Whether start-up waits for the connection and fails when no server can be connected
	 * to. By default the connection is made in the background, for as long as it takes.
	 */
	private boolean failFast;

	/**
	 * Time that one attempt to connect may take, including TLS and log-in.
	 */
	private Duration connectTimeout = Duration.ofSeconds(2);

	/**
	 * Longest time by which start-up waits for the first attempt to connect, unless
	 * "fail-fast" is set.
	 */
	private Duration startupWait = Duration.ofMillis(300);

	/**
	 * Time between two rounds of attempts to reconnect. Up to half of it is added at
	 * random, so that not all clients come at once.
	 */
	private Duration reconnectWait = Duration.ofSeconds(1);

	/**
	 * How much may be published while the connection is down, to be sent when it is back.
	 * Nothing by default: publishing fails at once.
	 */
	private DataSize reconnectBufferSize = DataSize.ofBytes(0);

	/**
	 * Time between two pings that find out whether the server is still there.
	 */
	private Duration pingInterval = Duration.ofSeconds(20);

	/**
	 * How messages of the gateway, of services and of callers get to the server and back:
	 * on an event loop of Netty, or by the queues and threads of jnats. With a proxy or
	 * WebSocket addresses it is jnats in any case.
	 */
	private Transport transport = Transport.NETTY;

	/**
	 * TLS.
	 */
	@NestedConfigurationProperty
	private final Ssl ssl = new Ssl();

	/**
	 * The watchdog.
	 */
	@NestedConfigurationProperty
	private final Watchdog watchdog = new Watchdog();

	public List<String> getServers() {
		return this.servers;
	}

	public void setServers(List<String> servers) {
		this.servers = servers;
	}

	public @Nullable String getName() {
		return this.name;
	}

	public void setName(@Nullable String name) {
		this.name = name;
	}

	public @Nullable String getUser() {
		return this.user;
	}

	public void setUser(@Nullable String user) {
		this.user = user;
	}

	public @Nullable String getPassword() {
		return this.password;
	}

	public void setPassword(@Nullable String password) {
		this.password = password;
	}

	public @Nullable String getToken() {
		return this.token;
	}

	public void setToken(@Nullable String token) {
		this.token = token;
	}

	public @Nullable String getCredentials() {
		return this.credentials;
	}

	public void setCredentials(@Nullable String credentials) {
		this.credentials = credentials;
	}

	public @Nullable String getNkey() {
		return this.nkey;
	}

	public void setNkey(@Nullable String nkey) {
		this.nkey = nkey;
	}

	public String getInboxPrefix() {
		return this.inboxPrefix;
	}

	public void setInboxPrefix(String inboxPrefix) {
		this.inboxPrefix = inboxPrefix;
	}

	public List<String> getReplyPrefixes() {
		return this.replyPrefixes;
	}

	public void setReplyPrefixes(List<String> replyPrefixes) {
		this.replyPrefixes = replyPrefixes;
	}

	public boolean isFailFast() {
		return this.failFast;
	}

	public void setFailFast(boolean failFast) {
		this.failFast = failFast;
	}

	public Duration getConnectTimeout() {
		return this.connectTimeout;
	}

	public void setConnectTimeout(Duration connectTimeout) {
		this.connectTimeout = connectTimeout;
	}

	public Duration getStartupWait() {
		return this.startupWait;
	}

	public void setStartupWait(Duration startupWait) {
		this.startupWait = startupWait;
	}

	public Duration getReconnectWait() {
		return this.reconnectWait;
	}

	public void setReconnectWait(Duration reconnectWait) {
		this.reconnectWait = reconnectWait;
	}

	public DataSize getReconnectBufferSize() {
		return this.reconnectBufferSize;
	}

	public void setReconnectBufferSize(DataSize reconnectBufferSize) {
		this.reconnectBufferSize = reconnectBufferSize;
	}

	public Duration getPingInterval() {
		return this.pingInterval;
	}

	public void setPingInterval(Duration pingInterval) {
		this.pingInterval = pingInterval;
	}

	public Transport getTransport() {
		return this.transport;
	}

	public void setTransport(Transport transport) {
		this.transport = transport;
	}

	public Ssl getSsl() {
		return this.ssl;
	}

	public Watchdog getWatchdog() {
		return this.watchdog;
	}

	/**
	 * How messages get to the server and back.
	 */
	public enum Transport {

		/**
		 * On an event loop of Netty.
		 */
		NETTY,

		/**
		 * By the queues and threads of jnats.
		 */
		JNATS

	}

	/**
	 * TLS of the connection.
	 */
	public static class Ssl {

		/**
		 * Whether to use TLS. Enabled automatically if "bundle" is provided unless
		 * specified otherwise.
		 */
		private @Nullable Boolean enabled;

		/**
		 * Name of the SSL bundle to use. Without one the trust store of the JVM is used.
		 */
		private @Nullable String bundle;

		public boolean isEnabled() {
			return (this.enabled != null) ? this.enabled : StringUtils.hasText(this.bundle);
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public @Nullable String getBundle() {
			return this.bundle;
		}

		public void setBundle(@Nullable String bundle) {
			this.bundle = bundle;
		}

	}

	/**
	 * The watchdog, which reconnects a connection that has gone silent.
	 */
	public static class Watchdog {

		/**
		 * Whether to watch the connection.
		 */
		private boolean enabled = true;

		/**
		 * Time without a word from the server after which it is pinged; a quarter of it
		 * when something has been published meanwhile.
		 */
		private Duration interval = Duration.ofSeconds(1);

		/**
		 * Time that the answer to a ping may take. After two pings without an answer, and
		 * without anything else in the meantime, the connection is made anew.
		 */
		private Duration timeout = Duration.ofMillis(500);

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public Duration getInterval() {
			return this.interval;
		}

		public void setInterval(Duration interval) {
			this.interval = interval;
		}

		public Duration getTimeout() {
			return this.timeout;
		}

		public void setTimeout(Duration timeout) {
			this.timeout = timeout;
		}

	}

}
