package io.natsproxy.agent;

import java.time.Duration;

import io.natsproxy.core.exchange.ExchangeTimer;
import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.log.RateLimitedLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/**
 * An exchange that is being passed on to an upstream: ends with what comes from there,
 * with a problem, or with nothing when its caller no longer waits, upon which all that is
 * under way to the upstream is cancelled.
 */
abstract class UpstreamExchange extends BaseSubscriber<Void> {

	private static final Logger logger = LoggerFactory.getLogger(UpstreamExchange.class);

	private static final RateLimitedLog failures = new RateLimitedLog(logger);

	private final Upstream upstream;

	private final IncomingExchange exchange;

	private final ExchangeTimer timer;

	private final RequestObservation observation;

	private final Disposable.Swap deadline = Disposables.swap();

	UpstreamExchange(Upstream upstream, IncomingExchange exchange, ExchangeTimer timer,
			RequestObservation observation) {
		this.upstream = upstream;
		this.exchange = exchange;
		this.timer = timer;
		this.observation = observation;
	}

	/**
	 * Passes the request on.
	 */
	final void start() {
		if (!this.exchange.isStreamed()) {
			this.exchange.acquireBody();
		}
		Duration timeout = this.exchange.head().timeout();
		this.exchange.onCancel(this::abandon);
		if (timeout != null) {
			this.deadline.update(this.timer.schedule(this::expire, timeout));
		}
		if (!isDisposed()) {
			Mono.defer(this::begin).subscribe(this);
		}
	}

	/**
	 * Returns what passes the request on, and writes the response, when subscribed to.
	 */
	abstract Mono<Void> begin();

	/**
	 * Releases what is held; called once, or more often.
	 */
	abstract void ended();

	/**
	 * The caller has stopped waiting for the head of the response.
	 */
	private void expire() {
		if (this.exchange.expire()) {
			abandon();
		}
	}

	/**
	 * Cancels what is under way, if anything is yet: without a subscription, nobody else
	 * would release what is held.
	 */
	private void abandon() {
		cancel();
		release();
	}

	/**
	 * Ends the exchange with a problem, if nothing of the response has been sent.
	 */
	final void giveUp(Throwable ex) {
		UpstreamFailure failure = UpstreamFailure.of(ex);
		if (!(ex instanceof RefusedRequestException)) {
			this.observation.failed(ex, failure.status());
		}
		if (this.exchange.reply(failure.head(), failure.body())) {
			log(failure, ex);
			cancel();
		}
	}

	final Upstream settings() {
		return this.upstream;
	}

	final IncomingExchange exchange() {
		return this.exchange;
	}

	final ExchangeTimer timer() {
		return this.timer;
	}

	final RequestObservation observation() {
		return this.observation;
	}

	@Override
	protected void hookOnError(Throwable ex) {
		if (!UpstreamFailure.isExpected(ex)) {
			Uncaught.report(logger, "A request could not be passed on", ex);
		}
		UpstreamFailure failure = UpstreamFailure.of(ex);
		log(failure, ex);
		if (!(ex instanceof RefusedRequestException)) {
			this.observation.failed(ex);
		}
		this.exchange.reply(failure.head(), failure.body());
	}

	private void log(UpstreamFailure failure, Throwable ex) {
		if (failure.status() >= 500) {
			failures.warn("{} for a request to upstream '{}': {}", failure.status(), this.upstream.name(),
					String.valueOf(ex.getMessage()));
		}
	}

	@Override
	protected void hookFinally(SignalType type) {
		release();
	}

	private void release() {
		this.deadline.dispose();
		try {
			ended();
		}
		finally {
			this.exchange.discard();
			this.observation.passed();
		}
	}

}
