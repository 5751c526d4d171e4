package io.natsproxy.core.format;

import java.net.InetSocketAddress;

import org.jspecify.annotations.Nullable;

/**
 * The message format in which a request is sent in place of the native one, and what this
 * one needs to know beside it.
 *
 * @param format the format
 * @param remoteAddress the address of the HTTP client, if it is known
 * @param socketId the id of the WebSocket whose handshake this is: letters, digits,
 * hyphens and underscores; {@code null} for any other request
 */
public record FormatCall(MessageFormat format, @Nullable InetSocketAddress remoteAddress, @Nullable String socketId) {

	/**
	 * Creates a call that is no handshake.
	 * @param format the format
	 * @param remoteAddress the address of the HTTP client, if it is known
	 */
	public FormatCall(MessageFormat format, @Nullable InetSocketAddress remoteAddress) {
		this(format, remoteAddress, null);
	}

}
