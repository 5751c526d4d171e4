package io.natsproxy.core.socket;

import io.natsproxy.core.link.NatsLink;
import io.natsproxy.core.link.LinkMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

import io.natsproxy.core.exchange.NatsCaller;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.NatsReply;
import io.natsproxy.core.exchange.ReplyTokens;
import io.natsproxy.core.format.FormatCall;
import io.natsproxy.core.format.MessageFormat;
import io.natsproxy.core.log.RateLimitedLog;
import io.natsproxy.core.subject.ReplySubjects;
import io.natsproxy.core.wire.HeadCodec;
import io.natsproxy.core.wire.HeaderFields;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.core.wire.SocketEnd;
import io.natsproxy.core.wire.WireProtocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The WebSockets of one gateway: asks services whether they accept one, knows them by
 * their ids and groups, takes commands for them from anywhere, and tells what happens to
 * them. Safe for use by many threads.
 */
public final class SocketGateway implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(SocketGateway.class);

	private static final SocketClose SERVICE_LOST = new SocketClose(SocketClose.BAD_GATEWAY, "The service was lost");

	private static final byte[] NOTHING = {};

	private static final int OK = 204;

	private static final int BAD_REQUEST = 400;

	private static final int NOT_FOUND = 404;

	private static final int TOO_MANY_GROUPS = 429;

	private static final int FULL = 503;

	private final RateLimitedLog lostLog = new RateLimitedLog(logger);

	private final NatsLink link;

	private final ReplySubjects replySubjects;

	private final NatsCaller caller;

	private final SocketEndpoint endpoint;

	private final FormatSockets formatSockets;

	private final SocketGroups groups;

	private final SocketEventPublisher events;

	private final HeadCodec headCodec = new HeadCodec();

	private final ReplyTokens tokens = new ReplyTokens();

	private final String id = this.tokens.next();

	private final String commandSubject;

	private final Map<String, GatewaySocket> sockets = new ConcurrentHashMap<>();

	/**
	 * Creates a gateway and subscribes to its subjects.
	 * @param exchanges the connection, the prefix of subjects and the timer; not closed
	 * by this object
	 * @param caller sends the handshakes; not closed by this object
	 * @param options window and length of messages
	 */
	public SocketGateway(NatsExchanges exchanges, NatsCaller caller, SocketOptions options) {
		this.link = exchanges.link();
		this.replySubjects = exchanges.replySubjects();
		this.caller = caller;
		this.events = new SocketEventPublisher(exchanges);
		this.endpoint = new SocketEndpoint(exchanges, options, SERVICE_LOST,
				(lost) -> this.lostLog.warn("{} WebSockets have lost their service", lost.size()));
		this.formatSockets = new FormatSockets(exchanges, this.endpoint.inbox(), options);
		this.groups = new SocketGroups(exchanges.link(), exchanges.subjectCodec(), options, exchanges.budget());
		this.commandSubject = exchanges.subjectCodec().controlSubject(WireProtocol.SOCKET_SUBJECT);
		this.endpoint.inbox().subscribe(this.commandSubject + this.id + ".*", this::onCommand);
	}

	/**
	 * Asks a service to accept a WebSocket.
	 * @param head the handshake of the client
	 * @param timeout how long that may take
	 * @param executor where the answer is handed over and messages are delivered
	 * @return the answer, or a {@link io.natsproxy.core.exchange.NatsExchangeException}.
	 * A WebSocket that is accepted is to be closed by the caller; cancelling closes it
	 */
	public Mono<SocketHandshake> connect(RequestHead head, Duration timeout, Executor executor) {
		return Mono.defer(() -> {
			String token = this.tokens.next();
			FrameSocket socket = this.endpoint.open(this.id + "." + token, executor);
			GatewaySocket known = known(socket);
			RequestHead offer = new RequestHead(head.method(), head.target(), head.timeout(), head.headers(),
					socket.local());
			return this.caller.exchange(offer, Mono.empty(), timeout, executor)
				.map((reply) -> answered(head, known, reply))
				.doOnError((ex) -> socket.lost("The handshake has failed"))
				.doOnCancel(() -> socket.close(new SocketClose(SocketClose.ABNORMAL, "The client has gone")));
		});
	}

	/**
	 * Asks a service to accept a WebSocket, in another format. Such a WebSocket has no
	 * groups, and takes no commands.
	 * @param head the handshake of the client
	 * @param call the format, and the address of the client
	 * @param timeout how long that may take
	 * @param executor where the answer is handed over and messages are delivered
	 * @return the answer, or a {@link io.natsproxy.core.exchange.NatsExchangeException}.
	 * A WebSocket that is accepted is to be closed by the caller; cancelling closes it
	 */
	public Mono<SocketHandshake> connect(RequestHead head, FormatCall call, Duration timeout, Executor executor) {
		return Mono.defer(() -> {
			String socketId = this.tokens.next() + this.tokens.next();
			MessageFormat format = call.format();
			FormatSocket socket = this.formatSockets.openGateway(socketId, format.socketSubjects(socketId), executor);
			return this.caller
				.exchange(head, Mono.empty(), new FormatCall(format, call.remoteAddress(), socketId), timeout, executor)
				.map((reply) -> {
					if (reply.head().status() == WireProtocol.SWITCHING_PROTOCOLS) {
						return new SocketHandshake(reply, socket);
					}
					socket.lost("The service has refused");
					return new SocketHandshake(reply, null);
				})
				.doOnError((ex) -> socket.close(new SocketClose(SocketClose.ABNORMAL, "The handshake has failed")))
				.doOnCancel(() -> socket.close(new SocketClose(SocketClose.ABNORMAL, "The client has gone")));
		});
	}

	private GatewaySocket known(FrameSocket socket) {
		try {
			GatewaySocket known = new GatewaySocket(socket);
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

	private SocketHandshake answered(RequestHead head, GatewaySocket known, NatsReply reply) {
		SocketEnd accepted = reply.head().socket();
		if (accepted == null) {
			known.socket().lost("The service has refused");
			return new SocketHandshake(reply, null);
		}
		String id = known.socket().id();
		SocketClose closed = known.accepted(() -> this.events.connected(id, head.path()));
		if (closed != null) {
			this.events.disconnected(id, closed);
		}
		known.socket().connect(accepted);
		return new SocketHandshake(reply, known.socket());
	}

	private void closed(GatewaySocket known, SocketClose status) {
		this.sockets.remove(known.socket().id());
		if (known.closed(status)) {
			this.events.disconnected(known.socket().id(), status);
		}
		known.takeGroups().forEach((group) -> this.groups.leave(group, known.socket()));
	}

	private void onCommand(LinkMessage message) {
		GatewaySocket known = this.sockets.get(message.subject().substring(this.commandSubject.length()));
		int status = (known != null) ? SocketCommand.of(message).map((command) -> {
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
				this.link.publish(replySubject, null,
						this.headCodec.encode(new ResponseHead(status, HeaderFields.EMPTY)), NOTHING);
			}
			catch (IllegalStateException | IllegalArgumentException ex) {
				logger.debug("Could not answer a command: {}", ex.getMessage());
			}
		}
	}

	private int execute(SocketCommand command, LinkMessage message, GatewaySocket known) {
		byte[] payload = message.payload();
		switch (command) {
			case CLOSE -> known.socket().close(SocketClose.parse(payload));
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
				return SocketCommand.message(message).map((text) -> send(text, known)).orElse(BAD_REQUEST);
			}
		}
		return OK;
	}

	private int send(SocketMessage message, GatewaySocket known) {
		if (known.socket().offer(message)) {
			return OK;
		}
		return known.socket().isAllowed(message) ? FULL : BAD_REQUEST;
	}

	private static String groupName(byte[] payload) {
		if (payload.length == 0 || payload.length > SocketCommands.MAX_GROUP_NAME || !Utf8.isValid(payload)) {
			throw new MalformedMessageException("Malformed name of a group");
		}
		return new String(payload, StandardCharsets.UTF_8);
	}

	/**
	 * Returns the id of this gateway, the first token of the ids of its WebSockets.
	 * @return one token of a subject, new for each gateway
	 */
	public String id() {
		return this.id;
	}

	/**
	 * Returns the number of WebSockets that are not closed, those whose handshake is
	 * under way among them.
	 * @return the number
	 */
	public int open() {
		return this.sockets.size() + this.formatSockets.open();
	}

	/**
	 * Returns how many groups have members here.
	 * @return the number
	 */
	public int groups() {
		return this.groups.size();
	}

	/**
	 * Closes all WebSockets.
	 * @param status why
	 */
	public void closeAll(SocketClose status) {
		this.endpoint.close(status);
		this.formatSockets.closeAll(status);
	}

	/**
	 * Gives up what is open, and ends the subscriptions.
	 */
	@Override
	public void close() {
		this.formatSockets.close();
		this.endpoint.close();
		this.groups.close();
	}

}
