package io.natsproxy.core.format;

import java.net.InetSocketAddress;

import org.jspecify.annotations.Nullable;

/**
 * How a request goes out in another format.
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
