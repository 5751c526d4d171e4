package io.natsproxy.broker;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The options of an {@link EmbeddedNatsBroker}: its address, its limits, and the
 * credentials of its clients. The defaults are those of nats-server, other than that it
 * listens on the loopback interface and on a free port.
 *
 * @param host the address to listen on; {@code 127.0.0.1} by default
 * @param port the port to listen on; 0, the default, for a free one
 * @param serverName the name in {@code INFO}; {@code natsproxy-embedded} by default
 * @param maxPayload the largest message, headers included, in bytes; 1 MiB by default, at
 * most 64 MiB
 * @param maxControlLine the longest line of arguments, in bytes; 4096 by default
 * @param maxPending the bytes that may wait for one client before it is cut off as a slow
 * consumer; 64 MiB by default
 * @param pingInterval how long a client may be silent before it is pinged; two minutes by
 * default
 * @param maxPingsOut how many pings may stay unanswered before the connection is closed
 * as stale; 2 by default
 * @param authTimeout how long a client may take to send {@code CONNECT} where
 * authentication is required; two seconds by default
 * @param user the user name that clients must present, {@code null} by default
 * @param password the password of that user
 * @param token the token that clients must present instead, {@code null} by default
 * @param threads the number of event loop threads, which are daemons; two by default
 */
public record BrokerOptions(String host, int port, String serverName, int maxPayload, int maxControlLine,
		long maxPending, Duration pingInterval, int maxPingsOut, Duration authTimeout, @Nullable String user,
		@Nullable String password, @Nullable String token, int threads) {

	/** The default and, as in nats-server, the largest of several sizes. */
	private static final int SIXTY_FOUR_MEBIBYTES = 64 * 1024 * 1024;

	/**
	 * Checks the options.
	 * @throws IllegalArgumentException if one of them makes no sense
	 */
	public BrokerOptions {
		require(!host.isBlank(), "The host must not be empty; 127.0.0.1 is the default");
		require(port >= 0 && port <= 65535, "The port must be from 0 (any free port) to 65535, not " + port);
		require(!serverName.isBlank(), "The server name must not be empty");
		require(maxPayload > 0 && maxPayload <= SIXTY_FOUR_MEBIBYTES,
				"The maximum payload must be from 1 to 67108864 bytes, not " + maxPayload);
		require(maxControlLine >= 512 && maxControlLine <= 1024 * 1024,
				"The maximum control line must be from 512 to 1048576 bytes, not " + maxControlLine);
		require(maxPending > 0, "The maximum of pending bytes must be positive, not " + maxPending);
		require(isPositive(pingInterval), "The ping interval must be positive, not " + pingInterval);
		require(maxPingsOut > 0, "The maximum of unanswered pings must be positive, not " + maxPingsOut);
		require(isPositive(authTimeout), "The authentication timeout must be positive, not " + authTimeout);
		require((user == null) == (password == null), "User and password are set both or not at all");
		require(user == null || token == null, "Set user and password, or a token, not both");
		require(isAbsentOrNotEmpty(user) && isAbsentOrNotEmpty(password) && isAbsentOrNotEmpty(token),
				"User, password and token must not be empty");
		require(threads > 0, "The number of threads must be positive, not " + threads);
	}

	/**
	 * Returns the default options.
	 * @return options for a broker on a free loopback port, open to everyone there
	 */
	public static BrokerOptions defaults() {
		return builder().build();
	}

	/**
	 * Returns a builder that begins with the defaults.
	 * @return a new builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Returns whether clients must present credentials.
	 * @return {@code true} if a user or a token is set
	 */
	public boolean isAuthenticationRequired() {
		return this.user != null || this.token != null;
	}

	/**
	 * Returns the options without the secrets.
	 */
	@Override
	public String toString() {
		return "BrokerOptions[host=" + this.host + ", port=" + this.port + ", serverName=" + this.serverName
				+ ", maxPayload=" + this.maxPayload + ", maxControlLine=" + this.maxControlLine + ", maxPending="
				+ this.maxPending + ", authenticationRequired=" + isAuthenticationRequired() + "]";
	}

	private static boolean isPositive(Duration duration) {
		return !duration.isNegative() && !duration.isZero();
	}

	private static boolean isAbsentOrNotEmpty(@Nullable String text) {
		return text == null || !text.isEmpty();
	}

	private static void require(boolean condition, String message) {
		if (!condition) {
			throw new IllegalArgumentException(message);
		}
	}

	/**
	 * Collects options. Each method is named after the component that it sets.
	 */
	public static final class Builder {

		private String host = "127.0.0.1";

		private int port;

		private String serverName = "natsproxy-embedded";

		private int maxPayload = 1024 * 1024;

		private int maxControlLine = 4096;

		private long maxPending = SIXTY_FOUR_MEBIBYTES;

		private Duration pingInterval = Duration.ofMinutes(2);

		private int maxPingsOut = 2;

		private Duration authTimeout = Duration.ofSeconds(2);

		private @Nullable String user;

		private @Nullable String password;

		private @Nullable String token;

		private int threads = 2;

		private Builder() {
		}

		/**
		 * Sets the address to listen on.
		 * @param host the address to listen on
		 * @return this builder
		 */
		public Builder host(String host) {
			this.host = host;
			return this;
		}

		/**
		 * Sets the port to listen on, 0 for a free one.
		 * @param port the port to listen on, 0 for a free one
		 * @return this builder
		 */
		public Builder port(int port) {
			this.port = port;
			return this;
		}

		/**
		 * Sets the name in {@code INFO}.
		 * @param serverName the name in {@code INFO}
		 * @return this builder
		 */
		public Builder serverName(String serverName) {
			this.serverName = serverName;
			return this;
		}

		/**
		 * Sets the largest message, headers included, in bytes.
		 * @param maxPayload the largest message, headers included, in bytes
		 * @return this builder
		 */
		public Builder maxPayload(int maxPayload) {
			this.maxPayload = maxPayload;
			return this;
		}

		/**
		 * Sets the longest line of arguments, in bytes.
		 * @param maxControlLine the longest line of arguments, in bytes
		 * @return this builder
		 */
		public Builder maxControlLine(int maxControlLine) {
			this.maxControlLine = maxControlLine;
			return this;
		}

		/**
		 * Sets the bytes that may wait for one client.
		 * @param maxPending the bytes that may wait for one client
		 * @return this builder
		 */
		public Builder maxPending(long maxPending) {
			this.maxPending = maxPending;
			return this;
		}

		/**
		 * Sets how long a client may be silent before it is pinged.
		 * @param pingInterval how long a client may be silent before it is pinged
		 * @return this builder
		 */
		public Builder pingInterval(Duration pingInterval) {
			this.pingInterval = pingInterval;
			return this;
		}

		/**
		 * Sets how many pings may stay unanswered.
		 * @param maxPingsOut how many pings may stay unanswered
		 * @return this builder
		 */
		public Builder maxPingsOut(int maxPingsOut) {
			this.maxPingsOut = maxPingsOut;
			return this;
		}

		/**
		 * Sets how long a client may take to send {@code CONNECT}.
		 * @param authTimeout how long a client may take to send {@code CONNECT}
		 * @return this builder
		 */
		public Builder authTimeout(Duration authTimeout) {
			this.authTimeout = authTimeout;
			return this;
		}

		/**
		 * Sets the token that clients must present.
		 * @param token the token that clients must present
		 * @return this builder
		 */
		public Builder token(@Nullable String token) {
			this.token = token;
			return this;
		}

		/**
		 * Sets the number of event loop threads.
		 * @param threads the number of event loop threads
		 * @return this builder
		 */
		public Builder threads(int threads) {
			this.threads = threads;
			return this;
		}

		/**
		 * Sets the user name and the password that clients must present.
		 * @param user the user name, {@code null} for none
		 * @param password the password, {@code null} for none
		 * @return this builder
		 */
		public Builder credentials(@Nullable String user, @Nullable String password) {
			this.user = user;
			this.password = password;
			return this;
		}

		/**
		 * Returns the options.
		 * @return the options that were collected
		 * @throws IllegalArgumentException if one of them makes no sense
		 */
		public BrokerOptions build() {
			return new BrokerOptions(this.host, this.port, this.serverName, this.maxPayload, this.maxControlLine,
					this.maxPending, this.pingInterval, this.maxPingsOut, this.authTimeout, this.user, this.password,
					this.token, this.threads);
		}

	}

}
