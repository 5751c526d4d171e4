package io.natsproxy.core.websocket.service;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executor;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.NatsPublisher;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.log.SafeText;
import io.natsproxy.core.subject.SubjectCodec;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.transport.TransportSubscriber;
import io.natsproxy.core.websocket.NatsWebSocketMessage;
import io.natsproxy.core.websocket.NatsWebSocketOptions;
import io.natsproxy.core.websocket.WebSocketClose;
import io.natsproxy.core.websocket.WebSocketCommand;
import io.natsproxy.core.websocket.WebSocketEvent;
import io.natsproxy.core.wire.LiteralSubject;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.WireProtocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Reaches WebSockets from anywhere on the same NATS: one by its id, or all of a group.
 * Safe for use by many threads.
 */
public final class WebSocketCommands {

	/**
	 * Longest name of a group, in bytes of UTF-8.
	 */
	public static final int MAX_GROUP_NAME = 256;

	private static final Logger logger = LoggerFactory.getLogger(WebSocketCommands.class);

	private static final Executor EXECUTOR = Schedulers.parallel()::schedule;

	private static final int EVENTS_WAITING = 8192;

	private final NatsTransport transport;

	private final NatsPublisher publisher;

	private final SubjectCodec subjectCodec;

	private final NatsCaller caller;

	private final Duration timeout;

	private final NatsWebSocketOptions options;

	/**
	 * Creates the object.
	 * @param exchanges the connection and the prefix of subjects; not closed by this
	 * object
	 * @param caller sends commands; not closed by this object
	 * @param timeout how long to wait for the gateway's answer
	 * @param options length of messages
	 */
	public WebSocketCommands(NatsExchanges exchanges, NatsCaller caller, Duration timeout,
			NatsWebSocketOptions options) {
		this.transport = exchanges.transport();
		this.publisher = new NatsPublisher(this.transport);
		this.subjectCodec = exchanges.subjectCodec();
		this.caller = caller;
		this.timeout = timeout;
		this.options = options;
	}

	/**
	 * Sends a message to one WebSocket.
	 * @param id its id
	 * @param message the message
	 * @return whether it is there; a {@link NatsExchangeException} if too much is waiting
	 * for it, the message is longer than its gateway allows, or the gateway does not
	 * answer
	 */
	public Mono<Boolean> send(String id, NatsWebSocketMessage message) {
		return command(id, WebSocketCommand.of(message.type()), message.payload());
	}

	/**
	 * Closes a WebSocket. The service that has accepted it is told too.
	 * @param id its id
	 * @param status why
	 * @return whether it was there; a {@link NatsExchangeException} if the gateway does
	 * not answer
	 */
	public Mono<Boolean> close(String id, WebSocketClose status) {
		return command(id, WebSocketCommand.CLOSE, status.payload());
	}

	/**
	 * Makes a WebSocket a member of a group. Whoever publishes to the group after this
	 * has completed reaches it.
	 * @param id its id
	 * @param group the name of the group, at most {@value #MAX_GROUP_NAME} bytes
	 * @return whether it is there; a {@link NatsExchangeException} if the gateway does
	 * not answer
	 */
	public Mono<Boolean> join(String id, String group) {
		return command(id, WebSocketCommand.JOIN, groupName(group));
	}

	/**
	 * Ends the membership of a WebSocket in a group. The end of the WebSocket ends all.
	 * @param id its id
	 * @param group the name of the group
	 * @return whether it is there; a {@link NatsExchangeException} if the gateway does
	 * not answer
	 */
	public Mono<Boolean> leave(String id, String group) {
		return command(id, WebSocketCommand.LEAVE, groupName(group));
	}

	private Mono<Boolean> command(String id, WebSocketCommand command, byte[] payload) {
		if (!LiteralSubject.isValid(id) || id.indexOf('.') < 0 || id.indexOf('.') != id.lastIndexOf('.')) {
			throw new IllegalArgumentException("'" + id + "' is not the id of a WebSocket");
		}
		String subject = this.subjectCodec.controlSubject(WireProtocol.SOCKET_SUBJECT) + id;
		return this.caller.request(subject, command.headers(), payload, this.timeout, EXECUTOR)
			.doOnNext(NatsReply::discard)
			.map(WebSocketCommands::isThere)
			.onErrorResume(NatsExchangeException.class,
					(ex) -> (ex.failure() == ExchangeFailure.NO_RESPONDERS) ? Mono.just(false) : Mono.error(ex));
	}

	private static boolean isThere(NatsReply reply) {
		int status = reply.head().status();
		if (status == 503) {
			throw new NatsExchangeException(ExchangeFailure.OVERLOADED, "Too much is waiting for the WebSocket");
		}
		if (status == 400) {
			throw new NatsExchangeException(ExchangeFailure.MALFORMED_REQUEST,
					"The gateway refuses the message: it is too long, or malformed");
		}
		if (status == 429) {
			throw new NatsExchangeException(ExchangeFailure.OVERLOADED, "The WebSocket is in too many groups");
		}
		return status != 404;
	}

	private static byte[] groupName(String group) {
		byte[] name = group.getBytes(StandardCharsets.UTF_8);
		if (name.length == 0 || name.length > MAX_GROUP_NAME) {
			throw new IllegalArgumentException(
					"The name of a group has from 1 to " + MAX_GROUP_NAME + " bytes, not " + name.length);
		}
		return name;
	}

	/**
	 * Sends a message to all WebSockets of a group, whichever gateways they are connected
	 * to. It is published once; who receives it is not known.
	 * @param group the name of the group
	 * @param message the message
	 * @return completes when it has been handed to the connection; a
	 * {@link NatsExchangeException} if there is none
	 * @throws IllegalArgumentException if the message is longer than allowed
	 */
	public Mono<Void> broadcast(String group, NatsWebSocketMessage message) {
		groupName(group);
		if (!this.options.allows(message)) {
			throw new IllegalArgumentException("A message of " + message.payload().length
					+ " bytes is longer than allowed: gateways would drop it");
		}
		return Mono.fromRunnable(() -> this.publisher.publish(this.subjectCodec.groupSubject(group), null,
				WebSocketCommand.of(message.type()).headers(), message.payload()));
	}

	/**
	 * Listens to what happens to the WebSockets of all gateways.
	 * @return the events, for any number of subscribers, on threads that may block; fails
	 * if one is too slow for them, or the server does not permit the subscription
	 */
	public Flux<WebSocketEvent> events() {
		return Flux.<WebSocketEvent>create((sink) -> {
			TransportSubscriber subscriber = this.transport.newSubscriber((message) -> {
			});
			subscriber.subscribe(this.subjectCodec.controlSubject(WireProtocol.EVENT_SUBJECT) + ">",
					(message) -> emit(message, sink), () -> sink.error(new IllegalStateException(
							"The NATS server does not permit the subscription to the events of WebSockets")));
			sink.onDispose(subscriber::close);
		}, FluxSink.OverflowStrategy.IGNORE)
			.onBackpressureBuffer(EVENTS_WAITING)
			.publishOn(Schedulers.boundedElastic());
	}

	private static void emit(TransportMessage message, FluxSink<WebSocketEvent> sink) {
		try {
			sink.next(WebSocketEvent.parse(message.payload()));
		}
		catch (MalformedMessageException ex) {
			logger.debug("A malformed event came on {}", SafeText.of(message.subject()));
		}
	}

}
