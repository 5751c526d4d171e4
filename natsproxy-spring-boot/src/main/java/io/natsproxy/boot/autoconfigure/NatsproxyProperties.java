package io.natsproxy.boot.autoconfigure;

import java.time.Duration;

import io.natsproxy.core.memory.ByteBudget;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.util.unit.DataSize;

/**
 * What gateway, services and callers have to agree on, {@code natsproxy.*}.
 */
@ConfigurationProperties("natsproxy")
public class NatsproxyProperties {

	/**
	 * Prefix of the subjects of all requests, such as "shop" for "shop.GET:.orders". None
	 * by default. Gateway, services and callers must use the same.
	 */
	private @Nullable String subjectPrefix;

	/**
	 * Memory of bodies.
	 */
	@NestedConfigurationProperty
	private final Memory memory = new Memory();

	/**
	 * Bodies that do not fit one message.
	 */
	@NestedConfigurationProperty
	private final Stream stream = new Stream();

	/**
	 * WebSockets.
	 */
	@NestedConfigurationProperty
	private final WebSocket websocket = new WebSocket();

	/**
	 * The heartbeat, which watches the threads of the application.
	 */
	@NestedConfigurationProperty
	private final Heartbeat heartbeat = new Heartbeat();

	public @Nullable String getSubjectPrefix() {
		return this.subjectPrefix;
	}

	public void setSubjectPrefix(@Nullable String subjectPrefix) {
		this.subjectPrefix = subjectPrefix;
	}

	public Memory getMemory() {
		return this.memory;
	}

	public Stream getStream() {
		return this.stream;
	}

	public WebSocket getWebsocket() {
		return this.websocket;
	}

	public Heartbeat getHeartbeat() {
		return this.heartbeat;
	}

	/**
	 * Memory of bodies.
	 */
	public static class Memory {

		/**
		 * Most memory that all bodies may take together, in bytes or as a share of the
		 * largest heap. What would go beyond it waits for a moment, and is then refused
		 * with 503.
		 */
		private MemorySize budget = MemorySize.valueOf(ByteBudget.DEFAULT_PERCENT + "%");

		public MemorySize getBudget() {
			return this.budget;
		}

		public void setBudget(MemorySize budget) {
			this.budget = budget;
		}

	}

	/**
	 * Bodies that do not fit one message.
	 */
	public static class Stream {

		/**
		 * Most bytes of a stream that may be under way or waiting at its receiver. A
		 * stream begins with 64KB, and gets more while its receiver is fast and there is
		 * memory.
		 */
		private DataSize window = DataSize.ofKilobytes(256);

		/**
		 * Time for which one end of a stream may hear nothing of the other, which pings
		 * three times as often, before it gives up. Gateway, services and callers should
		 * use the same.
		 */
		private Duration lostAfter = Duration.ofSeconds(10);

		/**
		 * Time for which a stream may move no data before it is given up. Zero for no
		 * limit.
		 */
		private Duration idleTimeout = Duration.ofMinutes(5);

		public DataSize getWindow() {
			return this.window;
		}

		public void setWindow(DataSize window) {
			this.window = window;
		}

		public Duration getLostAfter() {
			return this.lostAfter;
		}

		public void setLostAfter(Duration lostAfter) {
			this.lostAfter = lostAfter;
		}

		public Duration getIdleTimeout() {
			return this.idleTimeout;
		}

		public void setIdleTimeout(Duration idleTimeout) {
			this.idleTimeout = idleTimeout;
		}

	}

	/**
	 * The heartbeat, which watches the threads of the application.
	 */
	public static class Heartbeat {

		/**
		 * Whether to watch the threads.
		 */
		private boolean enabled = true;

		/**
		 * Time between two beats, with each of which every thread gets a task.
		 */
		private Duration interval = Duration.ofSeconds(3);

		/**
		 * For how long a thread may do nothing of what it is given, before the liveness
		 * of the application goes down. Three intervals at least.
		 */
		private Duration lostAfter = Duration.ofSeconds(30);

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

		public Duration getLostAfter() {
			return this.lostAfter;
		}

		public void setLostAfter(Duration lostAfter) {
			this.lostAfter = lostAfter;
		}

	}

	/**
	 * WebSockets.
	 */
	public static class WebSocket {

		/**
		 * How much of the messages of a WebSocket may be under way to one end or waiting
		 * there. Bounds the memory that a WebSocket takes.
		 */
		private DataSize window = DataSize.ofKilobytes(64);

		/**
		 * Longest message of a WebSocket, in both directions. A client that sends a
		 * longer one is closed with 1009. Gateway and services should use the same.
		 */
		private DataSize maxMessageSize = DataSize.ofKilobytes(64);

		/**
		 * For how long the client of a WebSocket in another format than natsproxy's own
		 * may say nothing before the service gives it up, because gateways of others do
		 * not tell of its end. Zero for no limit.
		 */
		private Duration foreignIdleTimeout = Duration.ofHours(1);

		public DataSize getWindow() {
			return this.window;
		}

		public void setWindow(DataSize window) {
			this.window = window;
		}

		public DataSize getMaxMessageSize() {
			return this.maxMessageSize;
		}

		public void setMaxMessageSize(DataSize maxMessageSize) {
			this.maxMessageSize = maxMessageSize;
		}

		public Duration getForeignIdleTimeout() {
			return this.foreignIdleTimeout;
		}

		public void setForeignIdleTimeout(Duration foreignIdleTimeout) {
			this.foreignIdleTimeout = foreignIdleTimeout;
		}

	}

}
