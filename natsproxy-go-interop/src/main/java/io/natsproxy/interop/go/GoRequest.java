package io.natsproxy.interop.go;

import java.net.InetSocketAddress;

import io.natsproxy.core.wire.RequestHead;
import org.jspecify.annotations.Nullable;

/**
 * A request as the Go project's gateway sends it.
 *
 * @param head method, target and end-to-end header fields; there is never a time-out
 * @param body the whole body, not copied, so not to be changed
 * @param remoteAddress host and port of the HTTP client ({@code 192.0.2.1:51234},
 * {@code [2001:db8::1]:51234}); empty when it is not known
 * @param webSocketId the id of the socket that the gateway opens when the response to
 * this handshake allows it; {@code null} for any other request
 */
public record GoRequest(RequestHead head, byte[] body, String remoteAddress, @Nullable String webSocketId) {

	/**
	 * Returns an address as the Go project's gateway writes it.
	 * @param address the address of the HTTP client, if it is known
	 * @return host and port, without the name of the host and without a zone; empty when
	 * it is not known
	 */
	public static String remoteAddress(@Nullable InetSocketAddress address) {
		return RemoteAddress.format(address);
	}

}
