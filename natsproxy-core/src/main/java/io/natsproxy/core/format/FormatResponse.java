package io.natsproxy.core.format;

import io.natsproxy.core.wire.ResponseHead;

/**
 * A response in a message format other than the native one.
 *
 * @param head status and end-to-end header fields; the status 101 accepts a WebSocket
 * @param body the whole body, not copied, so not to be changed
 */
public record FormatResponse(ResponseHead head, byte[] body) {

}
