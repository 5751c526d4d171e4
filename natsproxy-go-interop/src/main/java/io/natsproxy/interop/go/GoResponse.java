package io.natsproxy.interop.go;

import io.natsproxy.core.wire.ResponseHead;

/**
 * A response as the Go project's services send it.
 *
 * @param head status and end-to-end header fields
 * @param body the whole body, not copied, so not to be changed
 * @param upgrade whether the service takes the web socket. It means something in the
 * response to a handshake only: the Go project's services are known to send it with
 * others too, from an earlier response
 */
public record GoResponse(ResponseHead head, byte[] body, boolean upgrade) {

}
