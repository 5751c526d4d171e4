package io.natsproxy.gateway.client;

import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

import io.natsproxy.core.log.RateLimitedLog;
import io.natsproxy.gateway.RefusalReason;
import io.natsproxy.gateway.RefusalRecorder;
import io.natsproxy.gateway.access.ClientAccess;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.FullHttpResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import org.springframework.http.HttpHeaders;

/**
 * Counts what clients are refused for, tells of it in lines that they cannot multiply,
 * one for each reason and interval, and makes the answers. Safe for use by many threads.
 */
final class ClientRefusals {

	private static final Logger logger = LoggerFactory.getLogger("io.natsproxy.gateway.refused");

	private final RefusalRecorder recorder;

	private final Map<RefusalReason, RateLimitedLog> logs = new EnumMap<>(RefusalReason.class);

	private final Consumer<HttpHeaders> fieldRules;

	/**
	 * Creates the refusals.
	 * @param recorder counts them
	 * @param fieldRules changes the fields of the answers last
	 */
	ClientRefusals(RefusalRecorder recorder, Consumer<HttpHeaders> fieldRules) {
		this.fieldRules = fieldRules;
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
		if (reason != RefusalReason.HEAD_TIMEOUT && reason != RefusalReason.ANSWERED_BODY) {
			ClientAccess.refused(channel, reason.tag(), reason != RefusalReason.SLOW_RESPONSE);
		}
		RateLimitedLog log = this.logs.get(reason);
		if (log != null && logger.isInfoEnabled()) {
			log.log(Level.INFO, "Client at {} refused ({}): {}", address(channel), reason.tag(), detail);
		}
	}

	/**
	 * Returns the answer to a request of HTTP/1.1.
	 */
	FullHttpResponse response(Refusal refusal) {
		return refusal.toResponse(this.fieldRules);
	}

	/**
	 * Returns the answer as the last bytes on a connection of HTTP/1.1.
	 * @param bodiless whether only the head is due, as for HEAD
	 */
	ByteBuf lastMessage(Refusal refusal, boolean bodiless) {
		return refusal.toLastMessage(bodiless, this.fieldRules);
	}

	private static String address(Channel channel) {
		Channel connection = (channel.parent() != null && channel.remoteAddress() == null) ? channel.parent() : channel;
		return (connection.remoteAddress() instanceof InetSocketAddress address) ? address.getAddress().getHostAddress()
				: String.valueOf(connection.remoteAddress());
	}

}
