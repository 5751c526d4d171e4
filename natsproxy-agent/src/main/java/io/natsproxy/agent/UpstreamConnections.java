package io.natsproxy.agent;

import java.time.Duration;

import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;

/**
 * Limits and time-outs of the connections to an upstream.
 *
 * @param poolSize most connections at once, those of WebSockets not counted; who waits
 * for one longer than it may take to connect gets a 503
 * @param maxIdleTime how long a connection is kept without a request; to be shorter than
 * the upstream keeps it, or it is closed while a request is under way to it
 * @param maxWebSockets most WebSockets at once; more are answered with 503
 * @param connectTimeout how long it may take to connect (503)
 * @param responseTimeout how long the head of the response may take once the request has
 * been sent (504)
 * @param stallTimeout how long a body may not move while its receiver waits (504, or the
 * response breaks off)
 * @param maxHeadSize longest head of a response, in bytes (502)
 * @param ssl keys and certificates of a connection with TLS; {@code null} for those of
 * the JVM
 */
public record UpstreamConnections(int poolSize, Duration maxIdleTime, int maxWebSockets, Duration connectTimeout,
		Duration responseTimeout, Duration stallTimeout, int maxHeadSize, @Nullable SslContext ssl) {

	/**
	 * Connections as they are by default.
	 */
	public static final UpstreamConnections DEFAULTS = new UpstreamConnections(500, Duration.ofSeconds(1), 1000,
			Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofMinutes(5), 32 * 1024, null);

	public UpstreamConnections {
		if (poolSize < 1 || maxWebSockets < 0 || maxHeadSize < 1) {
			throw new IllegalArgumentException("Limits of connections must be positive");
		}
		if (!isPositive(connectTimeout) || !isPositive(responseTimeout) || !isPositive(stallTimeout)
				|| maxIdleTime.isNegative()) {
			throw new IllegalArgumentException("Time-outs of connections must be positive");
		}
	}

	private static boolean isPositive(Duration duration) {
		return !duration.isNegative() && !duration.isZero();
	}

}
