package io.natsproxy.webflux.server;

import java.net.URISyntaxException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;

import io.natsproxy.core.exchange.ExchangeTimer;
import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.exchange.listener.NatsRequestHandler;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.ResponseHead;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * Adapts {@link HttpHandler} to requests that arrive over NATS. Handlers begin on the
 * thread that receives while that has time for them, else on the scheduler; on neither
 * may they block.
 */
public class NatsHttpHandlerAdapter implements NatsRequestHandler {

	private static final Logger logger = LoggerFactory.getLogger(NatsHttpHandlerAdapter.class);

	private final HttpHandler httpHandler;

	private final HandlerExecutor executor;

	private final ExchangeTimer timer;

	private final boolean forwardedHeaders;

	private final DataBufferFactory bufferFactory = new HeapBufferFactory();

	/**
	 * Creates an adapter.
	 * @param httpHandler handles the requests
	 * @param scheduler where it does so when the thread that receives has no time for it,
	 * and moves streams and WebSockets on; not disposed of by this object
	 * @param timer keeps the deadlines; not closed by this object
	 * @param forwardedHeaders whether the forwarded headers, which the gateway writes,
	 * are to be believed
	 */
	public NatsHttpHandlerAdapter(HttpHandler httpHandler, Scheduler scheduler, ExchangeTimer timer,
			boolean forwardedHeaders) {
		this(httpHandler, new ReceivingExecutor(scheduler, null), timer, forwardedHeaders);
	}

	/**
	 * Creates an adapter.
	 * @param executor where handlers begin, and streams and WebSockets are moved on
	 */
	NatsHttpHandlerAdapter(HttpHandler httpHandler, HandlerExecutor executor, ExchangeTimer timer,
			boolean forwardedHeaders) {
		this.httpHandler = httpHandler;
		this.executor = executor;
		this.timer = timer;
		this.forwardedHeaders = forwardedHeaders;
	}

	@Override
	public void handle(IncomingExchange exchange) {
		try {
			this.executor.receive(() -> serve(exchange));
		}
		catch (RejectedExecutionException ex) {
			reply(exchange, HttpStatus.SERVICE_UNAVAILABLE, Problem.RETRY_HEADERS, "The service is shutting down");
		}
	}

	private void serve(IncomingExchange exchange) {
		try {
			handleRequest(exchange);
		}
		catch (Throwable ex) {
			// Errors, too: somebody waits for the answer.
			Uncaught.report(logger, "A request could not be handled", ex);
			try {
				reply(exchange, HttpStatus.INTERNAL_SERVER_ERROR, Problem.HEADERS, "The service failed");
			}
			finally {
				exchange.discard();
			}
		}
	}

	private void handleRequest(IncomingExchange exchange) {
		exchange.executor(this.executor::forCallingThread);
		NatsServerHttpRequest request;
		try {
			request = NatsServerHttpRequest.of(exchange, this.bufferFactory, this.forwardedHeaders);
		}
		catch (URISyntaxException | IllegalArgumentException ex) {
			reply(exchange, HttpStatus.BAD_REQUEST, Problem.HEADERS, "Target, host or prefix are malformed");
			return;
		}
		NatsServerHttpResponse response = new NatsServerHttpResponse(exchange, this.bufferFactory);
		ServerHttpResponse decorated = (request.getMethod() == HttpMethod.HEAD) ? new HeadResponse(response) : response;
		HandlerSubscriber subscriber = new HandlerSubscriber(exchange, response);
		Duration timeout = exchange.head().timeout();
		exchange.onCancel(subscriber::cancel);
		if (timeout != null) {
			subscriber.cancelledBy(this.timer.schedule(subscriber::giveUp, timeout));
		}
		Mono.defer(() -> this.httpHandler.handle(request, decorated)).subscribe(subscriber);
	}

	static void reply(IncomingExchange exchange, HttpStatus status, HeaderFields headers, String detail) {
		exchange.reply(new ResponseHead(status.value(), headers), Problem.of(status.value(), detail).toJson());
	}

}
