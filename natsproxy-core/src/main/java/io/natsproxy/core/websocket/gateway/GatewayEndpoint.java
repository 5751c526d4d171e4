package io.natsproxy.core.websocket.gateway;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.ReplyTokens;
import io.natsproxy.core.exchange.WebSocketStatistics;
import io.natsproxy.core.exchange.caller.CallOptions;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.format.FormatCall;
import io.natsproxy.core.format.MessageFormat;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.log.RateLimitedLog;
import io.natsproxy.core.subject.ReplySubjects;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.websocket.FormatWebSocket;
import io.natsproxy.core.websocket.FormatWebSockets;
import io.natsproxy.core.websocket.FrameWebSocket;
import io.natsproxy.core.websocket.NatsWebSocketMessage;
import io.natsproxy.core.websocket.NatsWebSocketOptions;
import io.natsproxy.core.websocket.Utf8;
import io.natsproxy.core.websocket.WebSocketClose;
import io.natsproxy.core.websocket.WebSocketCommand;
import io.natsproxy.core.websocket.WebSocketEndpoint;
import io.natsproxy.core.websocket.WebSocketEventPublisher;
import io.natsproxy.core.websocket.service.WebSocketCommands;
import io.natsproxy.core.wire.HeadCodec;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.core.wire.WebSocketEnd;
import io.natsproxy.core.wire.WireProtocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The WebSockets of a gateway on one of its connections, on which everything about them
 * travels: handshakes, frames, commands, messages to groups, events. To services it is a
 * gateway of its own. Safe for use by many threads.
 */
final class GatewayEndpoint implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(GatewayEndpoint.class);

	private static final WebSocketClose SERVICE_LOST = new WebSocketClose(WebSocketClose.BAD_GATEWAY,
			"The service was lost");

	private static final byte[] NOTHING = {};

	private static final int OK = 204;

	private static final int BAD_REQUEST = 400;

	private static final int NOT_FOUND = 404;

	private static final int TOO_MANY_GROUPS = 429;

	private static final int FULL = 503;

	private final NatsTransport transport;

	private final ReplySubjects replySubjects;

	private final NatsCaller caller;

	private final WebSocketEndpoint endpoint;

	private final FormatWebSockets formatSockets;

	private final WebSocketGroups groups;

	private final WebSocketEventPublisher events;

	private final HeadCodec headCodec = new HeadCodec();

	private final ReplyTokens tokens = new ReplyTokens();

	private final String id = this.tokens.next();

	private final String commandSubject;

	private final Map<String, GatewayWebSocket> sockets = new ConcurrentHashMap<>();

	/**
	 * Creates an endpoint, which takes no commands before it is {@linkplain #start()
	 * started}.
	 * @param transport the connection
	 * @param lostLog tells of WebSockets that have lost their service
	 * @param groupNames counts the groups of all connections
	 */
	GatewayEndpoint(NatsExchanges exchanges, NatsTransport transport, NatsCaller caller, NatsWebSocketOptions options,
			RateLimitedLog lostLog, GroupNames groupNames) {
		this.transport = transport;
		this.replySubjects = exchanges.replySubjects();
		this.caller = caller;
		this.events = new WebSocketEventPublisher(exchanges, transport);
		WebSocketStatistics statistics = exchanges.callerStatistics().webSockets();
		this.endpoint = new WebSocketEndpoint(exchanges, transport, statistics, options, SERVICE_LOST,
				(lost) -> lostLog.warn("{} WebSockets have lost their service", lost.size()));
		try {
			this.formatSockets = new FormatWebSockets(exchanges, transport, statistics, this.endpoint.inbox(), options);
			this.groups = new WebSocketGroups(transport, exchanges.subjectCodec(), options, exchanges.budget(),
					statistics, groupNames, exchanges.transports().size());
		}
		catch (Throwable ex) {
			this.endpoint.close();
			throw ex;
		}
		this.commandSubject = exchanges.subjectCodec().controlSubject(WireProtocol.SOCKET_SUBJECT);
	}

	/**
	 * Subscribes to commands.
	 */
	void start() {
		this.endpoint.inbox().subscribe(this.commandSubject + this.id + ".*", this::onCommand);
	}

	/**
	 * Asks a service to accept a WebSocket, on this connection.
	 * @see GatewayWebSockets#connect
	 */
	Mono<WebSocketHandshake> connect(RequestHead head, CallOptions call) {
		CallOptions options = call.on(this.transport);
		FormatCall format = options.format();
		return (format != null) ? connectFormat(head, format, options) : connectNative(head, options);
	}

	private Mono<WebSocketHandshake> connectNative(RequestHead head, CallOptions options) {
		FrameWebSocket socket = this.endpoint.open(this.id + "." + this.tokens.next(), options.executor());
		GatewayWebSocket known = known(socket, head.path());
		RequestHead offer = new RequestHead(head.method(), head.target(), head.timeout(), head.headers(),
				socket.local());
		return this.caller.exchange(offer, Mono.empty(), options)
			.map((reply) -> answered(head, known, reply))
			.doOnError((ex) -> socket.lost("The handshake has failed"))
			.doOnCancel(() -> socket.close(new WebSocketClose(WebSocketClose.ABNORMAL, "The client has gone")));
	}

	private Mono<WebSocketHandshake> connectFormat(RequestHead head, FormatCall call, CallOptions options) {
		String socketId = this.tokens.next() + this.tokens.next();
		MessageFormat format = call.format();
		FormatWebSocket socket = this.formatSockets.openGateway(socketId, format.socketSubjects(socketId),
				options.executor());
		return this.caller
			.exchange(head, Mono.empty(), options.in(new FormatCall(format, call.remoteAddress(), socketId)))
			.map((reply) -> {
				if (reply.head().status() == WireProtocol.SWITCHING_PROTOCOLS) {
					socket.accepted();
					return new WebSocketHandshake(reply, socket);
				}
				socket.lost("The service has refused");
				return new WebSocketHandshake(reply, null);
			})
			.doOnError((ex) -> socket.close(new WebSocketClose(WebSocketClose.ABNORMAL, "The handshake has failed")))
			.doOnCancel(() -> socket.close(new WebSocketClose(WebSocketClose.ABNORMAL, "The client has gone")));
	}

	private GatewayWebSocket known(FrameWebSocket socket, String path) {
		try {
			GatewayWebSocket known = new GatewayWebSocket(socket, path);
			this.sockets.put(socket.id(), known);
			socket.closed().subscribe((status) -> closed(known, status));
			return known;
		}
		catch (Throwable ex) {
			// Nobody else is going to end it.
			socket.lost("The WebSocket could not be opened");
			throw ex;
		}
	}

	private WebSocketHandshake answered(RequestHead head, GatewayWebSocket known, NatsReply reply) {
		WebSocketEnd accepted = reply.head().socket();
		if (accepted == null) {
			known.socket().lost("The service has refused");
			return new WebSocketHandshake(reply, null);
		}
		String id = known.socket().id();
		WebSocketClose closed = known.accepted(() -> this.events.connected(id, head.path()));
		if (closed != null) {
			this.events.disconnected(id, closed);
		}
		known.socket().connect(accepted);
		return new WebSocketHandshake(reply, known.socket());
	}

	private void closed(GatewayWebSocket known, WebSocketClose status) {
		this.sockets.remove(known.socket().id());
		if (known.closed(status)) {
			this.events.disconnected(known.socket().id(), status);
		}
		known.takeGroups().forEach((group) -> this.groups.leave(group, known.socket()));
	}

	private void onCommand(TransportMessage message) {
		GatewayWebSocket known = this.sockets.get(message.subject().substring(this.commandSubject.length()));
		int status = (known != null) ? WebSocketCommand.of(message).map((command) -> {
			try {
				return execute(command, message, known);
			}
			catch (MalformedMessageException ex) {
				return BAD_REQUEST;
			}
		}).orElse(BAD_REQUEST) : NOT_FOUND;
		String replySubject = message.replySubject();
		if (replySubject != null && this.replySubjects.allows(replySubject, "the reply subject of a command")) {
			try {
				this.transport.publish(replySubject, null,
						this.headCodec.encode(new ResponseHead(status, HeaderFields.EMPTY)), NOTHING);
			}
			catch (IllegalStateException | IllegalArgumentException ex) {
				logger.debug("Could not answer a command: {}", ex.getMessage());
			}
		}
	}

	private int execute(WebSocketCommand command, TransportMessage message, GatewayWebSocket known) {
		byte[] payload = message.payload();
		switch (command) {
			case CLOSE -> known.socket().close(WebSocketClose.parse(payload));
			case JOIN -> {
				String group = groupName(payload);
				if (!known.join(group)) {
					return known.isClosed() ? NOT_FOUND : TOO_MANY_GROUPS;
				}
				this.groups.join(group, known.socket());
				if (known.isClosed()) {
					this.groups.leave(group, known.socket());
					return NOT_FOUND;
				}
			}
			case LEAVE -> {
				String group = groupName(payload);
				known.leave(group);
				this.groups.leave(group, known.socket());
			}
			default -> {
				return WebSocketCommand.message(message).map((text) -> send(text, known)).orElse(BAD_REQUEST);
			}
		}
		return OK;
	}

	private int send(NatsWebSocketMessage message, GatewayWebSocket known) {
		if (known.socket().offer(message)) {
			return OK;
		}
		return known.socket().isAllowed(message) ? FULL : BAD_REQUEST;
	}

	private static String groupName(byte[] payload) {
		if (payload.length == 0 || payload.length > WebSocketCommands.MAX_GROUP_NAME || !Utf8.isValid(payload)) {
			throw new MalformedMessageException("Malformed name of a group");
		}
		return new String(payload, StandardCharsets.UTF_8);
	}

	String id() {
		return this.id;
	}

	/**
	 * Returns the number of WebSockets that are not closed, those whose handshake is
	 * under way among them.
	 */
	int open() {
		return this.sockets.size() + this.formatSockets.open();
	}

	/**
	 * Returns the WebSockets that are not closed, in no order; none of those in another
	 * message format.
	 */
	Stream<GatewayWebSocket> sockets() {
		return this.sockets.values().stream();
	}

	WebSocketGroups groups() {
		return this.groups;
	}

	/**
	 * Closes all WebSockets.
	 * @param status why
	 */
	void closeAll(WebSocketClose status) {
		this.endpoint.close(status);
		this.formatSockets.closeAll(status);
	}

	/**
	 * Gives up what is open, and ends the subscriptions.
	 */
	@Override
	public void close() {
		try {
			this.formatSockets.close();
		}
		finally {
			try {
				this.endpoint.close();
			}
			finally {
				this.groups.close();
			}
		}
	}

}
