package io.natsproxy.agent;

import java.time.Duration;

import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.websocket.NatsWebSocketMessage;
import io.natsproxy.core.websocket.WebSocketClose;
import io.natsproxy.core.websocket.WebSocketConnection;
import io.natsproxy.core.websocket.service.WebSocketAcceptor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/**
 * Carries the messages of WebSockets between clients and one upstream, each at the pace
 * of its receiver. Whichever end closes first, the other is told the same code and
 * reason. Pings of the upstream are answered here, as those of clients are by the
 * gateway.
 */
final class WebSocketRelay {

	private static final WebSocketClose LOST = new WebSocketClose(WebSocketClose.BAD_GATEWAY, "The upstream has gone");

	private static final WebSocketClose BROKEN = new WebSocketClose(WebSocketClose.BAD_GATEWAY,
			"The upstream broke the protocol");

	/**
	 * How long the upstream may take what has come before the end, and the close frame.
	 */
	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

	private final WebSocketAcceptor acceptor;

	private final int maxMessageSize;

	private final Duration stallTimeout;

	/**
	 * Creates a relay.
	 * @param acceptor accepts WebSockets; not closed by this object
	 * @param maxMessageSize longest message, in bytes
	 * @param stallTimeout how long the upstream may take nothing
	 */
	WebSocketRelay(WebSocketAcceptor acceptor, int maxMessageSize, Duration stallTimeout) {
		this.acceptor = acceptor;
		this.maxMessageSize = maxMessageSize;
		this.stallTimeout = stallTimeout;
	}

	int maxMessageSize() {
		return this.maxMessageSize;
	}

	/**
	 * Accepts a WebSocket that the upstream has accepted, and carries its messages.
	 * @param fields the fields of the upstream's response
	 * @param accepted is run once the WebSocket has been accepted
	 * @return completes when both ends are closed
	 */
	Mono<Void> run(IncomingExchange exchange, HeaderFields fields, WebsocketInbound inbound, WebsocketOutbound outbound,
			Runnable accepted) {
		Channel[] channels = new Channel[1];
		inbound.withConnection((connection) -> channels[0] = connection.channel());
		Channel channel = channels[0];
		try {
			WebSocketConnection socket = this.acceptor.accept(exchange, fields, channel.eventLoop());
			accepted.run();
			return relay(socket, inbound, outbound, channel);
		}
		catch (RuntimeException ex) {
			// Nobody else would close it.
			channel.close();
			return Mono.error(ex);
		}
	}

	private Mono<Void> relay(WebSocketConnection socket, WebsocketInbound inbound, WebsocketOutbound outbound,
			Channel channel) {
		Flux<WebSocketFrame> received = inbound.aggregateFrames(this.maxMessageSize).receiveFrames();
		Mono<Void> fromUpstream = socket.send(new UpstreamMessages(received))
			.then(inbound.receiveCloseStatus())
			.doOnNext((status) -> socket.close(close(status)))
			.then(Mono.fromRunnable(() -> socket.close(LOST)));
		Mono<Void> fromClient = outbound.sendObject(frames(socket.receive(), channel))
			.then()
			.then(socket.closed())
			.flatMap((status) -> close(outbound, channel, status));
		Disposable end = socket.closed().delayElement(CLOSE_TIMEOUT).subscribe((status) -> channel.close());
		return Mono.when(fromUpstream, fromClient).onErrorResume((ex) -> {
			socket.close(BROKEN);
			return close(outbound, channel, failure(ex));
		}).doFinally((signal) -> {
			end.dispose();
			socket.close(LOST);
			this.acceptor.handled();
		});
	}

	private Flux<WebSocketFrame> frames(Flux<NatsWebSocketMessage> messages, Channel channel) {
		return messages.concatMap((message) -> {
			Mono<WebSocketFrame> frame = Mono.fromSupplier(() -> frame(message));
			return channel.isWritable() ? frame : written(channel).then(frame);
		}, 1);
	}

	/**
	 * Closes a connection that takes no more, or else its failure would wait until all is
	 * written.
	 */
	private Mono<Void> written(Channel channel) {
		return OutgoingBuffer.written(channel, this.stallTimeout).doOnError((ex) -> channel.close());
	}

	private static WebSocketFrame frame(NatsWebSocketMessage message) {
		ByteBuf payload = Unpooled.wrappedBuffer(message.payload());
		return switch (message.type()) {
			case TEXT -> new TextWebSocketFrame(payload);
			case BINARY -> new BinaryWebSocketFrame(payload);
			case PING -> new PingWebSocketFrame(payload);
			case PONG -> new PongWebSocketFrame(payload);
		};
	}

	private static WebSocketClose close(WebSocketCloseStatus status) {
		if (status.code() == WebSocketClose.NO_STATUS.code()) {
			return WebSocketClose.NO_STATUS;
		}
		return WebSocketClose.isSendable(status.code()) ? new WebSocketClose(status.code(), status.reasonText()) : LOST;
	}

	/**
	 * Closes the upstream's end as the client's has been, unless it is closed already.
	 */
	private static Mono<Void> close(WebsocketOutbound outbound, Channel channel, WebSocketClose status) {
		if (status.isSendable()) {
			return outbound.sendClose(status.code(), status.reason());
		}
		// The client may have gone without a word.
		return (status.code() == WebSocketClose.NO_STATUS.code()) ? outbound.sendClose()
				: Mono.fromRunnable(channel::close);
	}

	/**
	 * Returns what the upstream is told of a failure.
	 */
	private static WebSocketClose failure(Throwable ex) {
		if (ex instanceof CorruptedWebSocketFrameException corrupted) {
			return new WebSocketClose(corrupted.closeStatus().code(), "");
		}
		if (ex instanceof TooLongFrameException) {
			return new WebSocketClose(WebSocketClose.TOO_BIG, "");
		}
		return new WebSocketClose((ex instanceof BadResponseException) ? 1007 : 1011, "");
	}

}
