package io.natsproxy.core.format;

/**
 * The subjects of a WebSocket in a message format. The format has the first two; the
 * others are natsproxy's addition, to which nobody else subscribes.
 *
 * @param toService on which the service receives the client's messages
 * @param toGateway on which the gateway receives messages for the client
 * @param closedByClient on which the gateway tells the service of the end
 * @param closedByService on which the service tells the gateway of the end
 */
public record WebSocketSubjects(String toService, String toGateway, String closedByClient, String closedByService) {

}
