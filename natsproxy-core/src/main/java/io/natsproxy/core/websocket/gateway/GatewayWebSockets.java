package io.natsproxy.core.websocket.gateway;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.caller.CallOptions;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.log.RateLimitedLog;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.websocket.NatsWebSocketOptions;
import io.natsproxy.core.websocket.WebSocketClose;
import io.natsproxy.core.wire.RequestHead;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The WebSockets of one gateway: asks services whether they accept one, knows them by
 * their ids and groups, takes commands for them from anywhere, and tells what happens to
 * them. Where the gateway has several connections, each WebSocket is on that which serves
 * its client best. Safe for use by many threads.
 */
public final class GatewayWebSockets implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(GatewayWebSockets.class);

	private final NatsCaller caller;

	private final GroupNames groupNames;

	private final GatewayEndpoint first;

	/**
	 * Those of all connections, of which {@link #first} is the first.
	 */
	private final Map<NatsTransport, GatewayEndpoint> endpoints = new LinkedHashMap<>();

	/**
	 * Creates a gateway and subscribes to its subjects on all connections, or on none.
	 * @param exchanges the connections, the prefix of subjects and the timer; not closed
	 * by this object
	 * @param caller sends the handshakes, on the same connections; not closed by this
	 * object
	 * @param options window and length of messages
	 * @throws IllegalArgumentException if the caller is on other connections
	 */
	public GatewayWebSockets(NatsExchanges exchanges, NatsCaller caller, NatsWebSocketOptions options) {
		this.caller = caller;
		this.groupNames = new GroupNames(exchanges.callerStatistics().webSockets());
		RateLimitedLog lostLog = new RateLimitedLog(logger);
		try {
			for (NatsTransport transport : exchanges.transports()) {
				if (!caller.isOn(transport)) {
					throw new IllegalArgumentException("The caller is on other connections than the WebSockets: "
							+ "make both of the same NatsExchanges, or on the same Connection");
				}
				GatewayEndpoint endpoint = new GatewayEndpoint(exchanges, transport, caller, options, lostLog,
						this.groupNames);
				this.endpoints.put(transport, endpoint);
				endpoint.start();
			}
			this.first = this.endpoints.values().iterator().next();
		}
		catch (Throwable ex) {
			close();
			throw ex;
		}
	}

	/**
	 * Asks a service to accept a WebSocket, on the connection that serves the executor
	 * best, on which it stays. One in another message format has no groups, and takes no
	 * commands.
	 * @param head the handshake of the client
	 * @param options how long that may take, where the answer is handed over and messages
	 * are delivered, and the message format
	 * @return the answer, or a {@link io.natsproxy.core.exchange.NatsExchangeException}.
	 * A WebSocket that is accepted is to be closed by the caller; cancelling closes it
	 */
	public Mono<WebSocketHandshake> connect(RequestHead head, CallOptions options) {
		return Mono.defer(() -> endpoint(options.executor()).connect(head, options));
	}

	private GatewayEndpoint endpoint(Executor executor) {
		return this.endpoints.getOrDefault(this.caller.transport(executor), this.first);
	}

	/**
	 * Returns the ids of this gateway, which are the first tokens of the ids of its
	 * WebSockets.
	 * @return one token of a subject for each connection, new for each gateway
	 */
	public List<String> ids() {
		return this.endpoints.values().stream().map(GatewayEndpoint::id).toList();
	}

	/**
	 * Returns the number of WebSockets that are not closed, those whose handshake is
	 * under way among them.
	 * @return the number
	 */
	public int open() {
		return this.endpoints.values().stream().mapToInt(GatewayEndpoint::open).sum();
	}

	/**
	 * Returns how many groups have members here.
	 * @return the number
	 */
	public int groups() {
		return this.groupNames.size();
	}

	/**
	 * Returns WebSockets that are not closed, in no order; none of those in another
	 * message format.
	 * @param max the most that are returned
	 * @return the WebSockets
	 */
	public List<OpenWebSocket> openWebSockets(int max) {
		return this.endpoints.values()
			.stream()
			.flatMap(GatewayEndpoint::sockets)
			.limit(max)
			.map(GatewayWebSocket::describe)
			.toList();
	}

	/**
	 * Returns groups that have members here, in no order.
	 * @param max the most that are returned
	 * @return the numbers of members, by the names of the groups
	 */
	public Map<String, Integer> groupMembers(int max) {
		Map<String, Integer> members = new HashMap<>();
		this.endpoints.values().forEach((endpoint) -> endpoint.groups().addMembers(members, max));
		return members;
	}

	/**
	 * Closes all WebSockets.
	 * @param status why
	 */
	public void closeAll(WebSocketClose status) {
		forEach((endpoint) -> endpoint.closeAll(status));
	}

	/**
	 * Gives up what is open, and ends the subscriptions.
	 */
	@Override
	public void close() {
		forEach(GatewayEndpoint::close);
	}

	/**
	 * The failure of one must not keep the others from their end.
	 */
	private void forEach(Consumer<GatewayEndpoint> end) {
		for (GatewayEndpoint endpoint : this.endpoints.values()) {
			try {
				end.accept(endpoint);
			}
			catch (Throwable ex) {
				Uncaught.report(logger, "The WebSockets of one connection could not be closed", ex);
			}
		}
	}

}
