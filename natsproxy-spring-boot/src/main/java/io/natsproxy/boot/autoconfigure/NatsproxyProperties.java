package io.natsproxy.boot.autoconfigure;

import java.time.Duration;

import io.natsproxy.core.discovery.ServiceDiscovery;
import io.natsproxy.core.memory.ByteBudget;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The settings on which gateway, services and callers have to agree, {@code natsproxy.*}.
 *
 * @param subjectPrefix Prefix of the subjects of all requests, such as "shop" for
 * "shop.GET:.orders". None by default. Gateway, services and callers must use the same.
 * @param memory Memory of bodies.
 * @param stream Bodies that do not fit one message.
 * @param websocket WebSockets.
 * @param heartbeat The heartbeat, which watches the threads of the application.
 * @param discovery Discovery of services by the NATS convention for services (ADR-32).
 */
@ConfigurationProperties("natsproxy")
public record NatsproxyProperties(@Nullable String subjectPrefix, @DefaultValue Memory memory,
		@DefaultValue Stream stream, @DefaultValue WebSocket websocket, @DefaultValue Heartbeat heartbeat,
		@DefaultValue Discovery discovery) {

	/**
	 * Memory of bodies.
	 *
	 * @param budget Most memory that all bodies may take together, in bytes or as a share
	 * of the largest heap. What would go beyond it waits for a moment, and is then
	 * refused with 503.
	 */
	public record Memory(@DefaultValue(ByteBudget.DEFAULT_PERCENT + "%") MemorySize budget) {

	}

	/**
	 * Bodies that do not fit one message.
	 *
	 * @param window Most bytes of a stream that may be under way or waiting at its
	 * receiver. A stream begins with 64KB, and gets more while its receiver is fast and
	 * there is memory.
	 * @param maxWindow Bytes up to which that window is doubled as long as it makes the
	 * stream faster by an eighth at least, and half of the memory for bodies, and of what
	 * may come on the connection, is left to others. No smaller than the window.
	 * @param lostAfter Time for which one end of a stream may hear nothing of the other,
	 * which pings three times as often, before it gives up. Gateway, services and callers
	 * should use the same.
	 * @param idleTimeout Time for which a stream may move no data before it is given up.
	 * Zero for no limit.
	 * @param processingAfter Time for which a request is processed, before there is any
	 * stream, until the service begins to tell its caller that it still is: a caller that
	 * has been told so gives up a service that falls silent after lost-after. Zero to
	 * tell, and to expect, nothing.
	 */
	public record Stream(@DefaultValue("256KB") DataSize window, @DefaultValue("8MB") DataSize maxWindow,
			@DefaultValue("10s") Duration lostAfter, @DefaultValue("5m") Duration idleTimeout,
			@DefaultValue("1s") Duration processingAfter) {

	}

	/**
	 * WebSockets.
	 *
	 * @param window How much of the messages of a WebSocket may be under way to one end
	 * or waiting there. Bounds the memory that a WebSocket takes.
	 * @param maxMessageSize Longest message of a WebSocket, in both directions. A client
	 * that sends a longer one is closed with 1009. Gateway and services should use the
	 * same.
	 * @param foreignIdleTimeout For how long the client of a WebSocket in another format
	 * than natsproxy's own may say nothing before the service gives it up, because
	 * gateways of others do not tell of its end. Zero for no limit.
	 */
	public record WebSocket(@DefaultValue("64KB") DataSize window, @DefaultValue("64KB") DataSize maxMessageSize,
			@DefaultValue("1h") Duration foreignIdleTimeout) {

	}

	/**
	 * The heartbeat, which watches the threads of the application.
	 *
	 * @param enabled Whether to watch the threads.
	 * @param interval Time between two beats, with each of which every thread gets a
	 * task.
	 * @param lostAfter For how long a thread may do nothing of what it is given, before
	 * the liveness of the application goes down. Three intervals at least.
	 */
	public record Heartbeat(@DefaultValue("true") boolean enabled, @DefaultValue("3s") Duration interval,
			@DefaultValue("30s") Duration lostAfter) {

	}

	/**
	 * Discovery of services by the NATS convention for services (ADR-32).
	 *
	 * @param enabled Whether the services of the application answer who looks for
	 * services.
	 * @param prefix Prefix of the subjects on which they do. All tools use "$SRV" unless
	 * they are told another.
	 */
	public record Discovery(@DefaultValue("true") boolean enabled,
			@DefaultValue(ServiceDiscovery.DEFAULT_PREFIX) String prefix) {

	}

}
