package io.natsproxy.gateway.client;

import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.Map;

import io.natsproxy.core.log.RateLimitedLog;
import io.natsproxy.gateway.RefusalReason;
import io.natsproxy.gateway.RefusalRecorder;
import io.netty.channel.Channel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Counts what clients are refused for, and tells of it in lines that they cannot
 * multiply: one for each reason and interval. Safe for use by many threads.
 */
final class ClientRefusals {

	private static final Logger logger = LoggerFactory.getLogger("io.natsproxy.gateway.refused");

	private final RefusalRecorder recorder;

	private final Map<RefusalReason, RateLimitedLog> logs = new EnumMap<>(RefusalReason.class);

	ClientRefusals(RefusalRecorder recorder) {
		this.recorder = recorder;
		for (RefusalReason reason : RefusalReason.values()) {
			this.logs.put(reason, new RateLimitedLog(logger));
		}
	}

	/**
	 * Counts a refusal.
	 * @param reason why
	 * @param channel the connection of the client, or a stream of it
	 * @param detail what was wrong
	 */
	void refused(RefusalReason reason, Channel channel, String detail) {
		this.recorder.refused(reason);
		RateLimitedLog log = this.logs.get(reason);
		if (log != null && logger.isInfoEnabled()) {
			log.log(Level.INFO, "Client at {} refused ({}): {}", address(channel), reason.tag(), detail);
		}
	}

	private static String address(Channel channel) {
		Channel connection = (channel.parent() != null && channel.remoteAddress() == null) ? channel.parent() : channel;
		return (connection.remoteAddress() instanceof InetSocketAddress address) ? address.getAddress().getHostAddress()
				: String.valueOf(connection.remoteAddress());
	}

}
