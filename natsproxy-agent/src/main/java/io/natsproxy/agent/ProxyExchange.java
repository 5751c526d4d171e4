package io.natsproxy.agent;

import java.time.Duration;
import java.util.Set;

import io.natsproxy.core.exchange.ExchangeTimer;
import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.wire.RequestHead;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.NettyOutbound;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientRequest;
import reactor.netty.http.client.HttpClientResponse;

/**
 * One request on its way to the upstream and back. From when there is a connection, all
 * of it happens on the event loop of that. Ends with the response, with a problem, or
 * with nothing once the caller has stopped waiting; the connection to the upstream is
 * closed wherever its response has not been read to the end.
 */
final class ProxyExchange extends UpstreamExchange {

	/**
	 * Methods of which a second request changes no more than the first (RFC 9110, section
	 * 9.2.2).
	 */
	private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

	private final UpstreamClient client;

	private final RequestFields fields;

	private final RequestBody body;

	private final String target;

	private final Disposable.Swap responseTimer = Disposables.swap();

	private @Nullable Channel channel;

	/**
	 * The guard of the connection; {@code null} if that was closed before anything could
	 * be written.
	 */
	private @Nullable ConnectionGuard guard;

	private int requestsBefore;

	private boolean answered;

	private boolean repeated;

	/**
	 * Creates the exchange, which does not begin yet.
	 * @param target the target at the upstream
	 * @throws RefusedRequestException if the body is malformed
	 */
	ProxyExchange(UpstreamClient client, RequestFields fields, IncomingExchange exchange, String target,
			ExchangeTimer timer, RequestObservation observation) {
		super(client.upstream(), exchange, timer, observation);
		this.client = client;
		this.fields = fields;
		this.target = target;
		this.body = new RequestBody(exchange, client.upstream().connections().stallTimeout());
	}

	@Override
	Mono<Void> begin() {
		return attempt(this.client.requests()).onErrorResume(this::mayBeRepeated, (ex) -> {
			this.repeated = true;
			return attempt(this.client.repeated());
		});
	}

	private Mono<Void> attempt(HttpClient http) {
		RequestHead head = exchange().head();
		return http.request(HttpMethod.valueOf(head.method()))
			.uri(this.target)
			.send(this::send)
			.response(this::receive)
			.then();
	}

	private Publisher<Void> send(HttpClientRequest request, NettyOutbound outbound) {
		outbound.withConnection((connection) -> this.channel = connection.channel());
		Channel channel = channel();
		ConnectionGuard guard = ConnectionGuard.of(channel);
		this.guard = guard;
		this.requestsBefore = (guard != null) ? guard.requests() : 0;
		exchange().executor(channel::eventLoop);
		this.fields.write(exchange().head(), request.requestHeaders());
		observation().sending(request.requestHeaders());
		return this.body.send(request.requestHeaders(), outbound, channel, this::awaitResponse, this::bodyFailed);
	}

	/**
	 * May be called on any thread.
	 */
	private void bodyFailed(Throwable ex) {
		EventLoop eventLoop = channel().eventLoop();
		if (eventLoop.inEventLoop()) {
			stopSending(ex);
		}
		else {
			eventLoop.execute(() -> stopSending(ex));
		}
	}

	/**
	 * The upstream must not take what it has got for the whole. One that answers may read
	 * no more of the request (RFC 9112, section 9.3): the client closes the connection
	 * after the response.
	 */
	private void stopSending(Throwable ex) {
		if (this.answered && ex instanceof StalledException) {
			return;
		}
		try {
			giveUp(ex);
		}
		finally {
			channel().close();
		}
	}

	private Channel channel() {
		Channel channel = this.channel;
		if (channel == null) {
			throw new IllegalStateException("There is no connection");
		}
		return channel;
	}

	/**
	 * The request has been sent: now it is the upstream's turn.
	 */
	private void awaitResponse() {
		Duration timeout = settings().connections().responseTimeout();
		Duration deadline = exchange().head().timeout();
		if (!this.answered && (this.body.isStreamed() || deadline == null || timeout.compareTo(deadline) < 0)) {
			this.responseTimer
				.update(timer().schedule(() -> giveUp(new StalledException("No response in time")), timeout));
		}
	}

	/**
	 * Returns whether a failed request may go once more: if nothing of it has been
	 * written, or if doing it twice is the same, and the connection had been kept from
	 * another request, and so may have been closed before this one. The guard is asked
	 * itself, since a connection that is closed has no handlers any more.
	 */
	private boolean mayBeRepeated(Throwable ex) {
		if (this.repeated || this.answered || this.body.isStreamed() || this.channel == null
				|| !UpstreamFailure.isClosed(ex)) {
			return false;
		}
		ConnectionGuard guard = this.guard;
		if (guard == null || guard.requests() == this.requestsBefore) {
			// Nothing has been written.
			return true;
		}
		return this.requestsBefore > 0 && IDEMPOTENT.contains(exchange().head().method());
	}

	/**
	 * Never throws: the connection would be kept for ever. One whose response is not read
	 * is closed, since what comes after that is not known.
	 */
	private Publisher<Void> receive(HttpClientResponse response, ByteBufFlux body) {
		try {
			return answer(response, body);
		}
		catch (Throwable ex) {
			channel().close();
			return Mono.error(ex);
		}
	}

	private Publisher<Void> answer(HttpClientResponse response, ByteBufFlux body) {
		this.answered = true;
		this.responseTimer.dispose();
		if (!this.body.isStreamed()) {
			exchange().releaseBody();
		}
		requireSupported(response);
		return new UpstreamResponse(response, body, channel().eventLoop(), settings().connections().stallTimeout())
			.writeTo(exchange());
	}

	private static void requireSupported(HttpClientResponse response) {
		int status = response.status().code();
		if (status < 200 || status > 599) {
			throw new BadResponseException("Status " + status);
		}
		for (String coding : response.responseHeaders().getAll(HttpHeaderNames.TRANSFER_ENCODING)) {
			if (!HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(coding.trim())) {
				throw new BadResponseException("Transfer coding " + coding);
			}
		}
	}

	@Override
	void ended() {
		this.responseTimer.dispose();
	}

}
