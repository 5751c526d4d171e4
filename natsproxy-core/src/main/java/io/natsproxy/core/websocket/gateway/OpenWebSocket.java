package io.natsproxy.core.websocket.gateway;

import java.time.Duration;

/**
 * A WebSocket of a gateway, as it is at one moment.
 *
 * @param id its id
 * @param path the path of its handshake, as it stands in the target
 * @param age the time since the handshake has begun
 * @param accepted whether a service has accepted it
 * @param groups the number of groups that it is in
 */
public record OpenWebSocket(String id, String path, Duration age, boolean accepted, int groups) {

}
