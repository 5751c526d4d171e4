package io.natsproxy.core.format;

import java.net.InetSocketAddress;

import io.natsproxy.core.wire.RequestHead;
import org.jspecify.annotations.Nullable;

/**
 * A request in a message format other than the native one.
 *
 * @param head method, target and end-to-end header fields
 * @param body the whole body, not copied, so not to be changed
 * @param remoteAddress the address of the HTTP client, for a request that is to be
 * written; one that is read has it in its header fields
 * @param socketId the id of the WebSocket whose handshake this is: letters, digits,
 * hyphens and underscores; {@code null} for any other request
 */
public record FormatRequest(RequestHead head, byte[] body, @Nullable InetSocketAddress remoteAddress,
		@Nullable String socketId) {

}
