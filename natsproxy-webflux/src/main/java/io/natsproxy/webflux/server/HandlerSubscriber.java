package io.natsproxy.webflux.server;

import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.wire.Problem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.SignalType;

import org.springframework.http.HttpStatus;

/**
 * Waits for a handler to complete, and ends the exchange: with the response, with a
 * problem when the handler failed after it had committed the response, or with nothing
 * once the caller has stopped waiting.
 */
class HandlerSubscriber extends BaseSubscriber<Void> {

	private static final Logger logger = LoggerFactory.getLogger(HandlerSubscriber.class);

	private final IncomingExchange exchange;

	private final NatsServerHttpResponse response;

	private volatile @Nullable Disposable deadline;

	HandlerSubscriber(IncomingExchange exchange, NatsServerHttpResponse response) {
		this.exchange = exchange;
		this.response = response;
	}

	/**
	 * Sets the deadline, before the handler is subscribed to.
	 */
	void cancelledBy(Disposable deadline) {
		this.deadline = deadline;
	}

	/**
	 * Cancels the handler: the caller has stopped waiting for the head of the response.
	 */
	void giveUp() {
		if (this.exchange.expire()) {
			logger.debug("Cancelled a handler whose caller has stopped waiting");
			cancel();
		}
	}

	@Override
	protected void hookOnComplete() {
		try {
			this.response.send();
		}
		catch (Throwable ex) {
			hookOnError(ex);
		}
	}

	@Override
	protected void hookOnError(Throwable ex) {
		if (ex instanceof NatsExchangeException) {
			logger.debug("A stream has ended early: {}", ex.getMessage());
		}
		else {
			Uncaught.report(logger, "A handler failed after it had committed its response", ex);
		}
		NatsHttpHandlerAdapter.reply(this.exchange, HttpStatus.INTERNAL_SERVER_ERROR, Problem.HEADERS,
				"The service failed");
	}

	@Override
	protected void hookFinally(SignalType type) {
		try {
			Disposable deadline = this.deadline;
			if (deadline != null) {
				deadline.dispose();
			}
		}
		finally {
			this.exchange.discard();
		}
	}

}
