package io.natsproxy.core.wire;

/**
 * The id and the subjects that one end of a WebSocket tells its peer in the handshake.
 *
 * @param id the id of the WebSocket, which the gateway gives: two tokens of a subject,
 * the first of which is the id of the gateway
 * @param frames the subject on which this end receives the frames of the WebSocket
 * @param alive the subject on which this end receives heartbeats, once for all of its
 * WebSockets with the same peer
 * @param credit how many bytes this end takes at first
 */
public record WebSocketEnd(String id, String frames, String alive, long credit) {

}
