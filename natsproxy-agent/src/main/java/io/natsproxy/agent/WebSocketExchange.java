package io.natsproxy.agent;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.concurrent.atomic.AtomicInteger;

import io.natsproxy.core.exchange.ExchangeTimer;
import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.ResponseHead;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClientRequest;
import reactor.netty.http.client.WebsocketClientSpec;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/**
 * The handshake of a WebSocket, which the upstream decides: it is accepted when the
 * upstream has, and otherwise answered with the upstream's refusal.
 */
final class WebSocketExchange extends UpstreamExchange {

	private final UpstreamClient client;

	private final RequestFields fields;

	private final String target;

	private final WebSocketRelay relay;

	private final AtomicInteger open;

	private final HandshakeWatch watch;

	private final Disposable.Swap responseTimer = Disposables.swap();

	/**
	 * Creates the exchange, which does not begin yet.
	 * @param target the target at the upstream
	 * @param relay carries the messages
	 * @param open counts the WebSockets of the upstream
	 * @throws RefusedRequestException if the target is malformed
	 */
	WebSocketExchange(UpstreamClient client, RequestFields fields, IncomingExchange exchange, String target,
			ExchangeTimer timer, RequestObservation observation, WebSocketRelay relay, AtomicInteger open) {
		super(client.upstream(), exchange, timer, observation);
		this.client = client;
		this.fields = fields;
		this.target = target;
		this.relay = relay;
		this.open = open;
		this.watch = new HandshakeWatch(RequestFields.has(exchange.head(), "Origin"));
		requireUri(target);
	}

	/**
	 * The client makes a URI of the target, which is stricter than a request line.
	 */
	private static void requireUri(String target) {
		try {
			new URI("ws://localhost" + target);
		}
		catch (URISyntaxException ex) {
			throw new RefusedRequestException(400, "The target is malformed");
		}
	}

	@Override
	Mono<Void> begin() {
		if (this.open.incrementAndGet() > settings().connections().maxWebSockets()) {
			this.open.decrementAndGet();
			return Mono.error(new RefusedRequestException(503, "The upstream has too many WebSockets"));
		}
		int maxMessageSize = this.relay.maxMessageSize();
		return this.client.sockets()
			.doOnRequest(this::prepare)
			.websocket(WebsocketClientSpec.builder().maxFramePayloadLength(maxMessageSize).build())
			.uri(this.target)
			.handle(this::accepted)
			.then()
			.onErrorResume(this::refused)
			.doFinally((signal) -> this.open.decrementAndGet());
	}

	private void prepare(HttpClientRequest request, Connection connection) {
		this.responseTimer.update(timer().schedule(() -> giveUp(new StalledException("No response in time")),
				settings().connections().responseTimeout()));
		HttpHeaders target = request.requestHeaders();
		this.fields.write(exchange().head(), target);
		observation().sending(target);
		if (!target.contains(HttpHeaderNames.ORIGIN)) {
			// Or else one is made up of the host; not sent either way.
			target.set(HttpHeaderNames.ORIGIN, "null");
		}
		this.watch.install(connection.channel());
	}

	private Publisher<Void> accepted(WebsocketInbound inbound, WebsocketOutbound outbound) {
		this.responseTimer.dispose();
		return this.relay.run(exchange(), this.watch.acceptance(), inbound, outbound, observation()::passed);
	}

	private Mono<Void> refused(Throwable ex) {
		HandshakeWatch.Refusal refusal = this.watch.refusal();
		if (refusal == null) {
			return Mono.error(ex);
		}
		this.responseTimer.dispose();
		byte[] body = refusal.body();
		if (body == null) {
			exchange().reply(new ResponseHead(refusal.status(), Problem.HEADERS),
					Problem.of(refusal.status(), "The upstream has refused the WebSocket").toJson());
			return Mono.empty();
		}
		ResponseHead head = new ResponseHead(refusal.status(), new ResponseFields(refusal.fields(), body.length > 0));
		return exchange().write(head, (body.length > 0) ? Flux.just(body) : Flux.empty(), body.length)
			.then(Mono.fromRunnable(() -> exchange().complete(head)));
	}

	@Override
	void ended() {
		this.responseTimer.dispose();
	}

}
