package io.natsproxy.gateway.declared.async;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.caller.CallOptions;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.jetstream.JetStreamException;
import io.natsproxy.core.jetstream.JetStreamFailure;
import io.natsproxy.core.jetstream.JetStreams;
import io.natsproxy.core.jetstream.QueuedRequest;
import io.natsproxy.core.jetstream.ReplyBucket;
import io.natsproxy.core.jetstream.StoredReply;
import io.natsproxy.core.jetstream.WorkQueue;
import io.natsproxy.core.log.RateLimitedLog;
import io.natsproxy.core.stream.BodyStream;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.wire.HeadCodec;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.gateway.declared.NatsRoute;
import io.natsproxy.gateway.declared.request.RequestTarget;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

import org.springframework.http.HttpMethod;

/**
 * The requests of one queue: how they are stored, done, and what has become of them. Safe
 * for use by many threads.
 */
final class AsyncRequests {

	private static final RateLimitedLog warnings = new RateLimitedLog(LoggerFactory.getLogger(AsyncRequests.class));

	/**
	 * Bytes of a message that headers of JetStream take beside those of a request.
	 */
	private static final int RESERVE = 1024;

	private static final Duration LOOKING = Duration.ofSeconds(2);

	private final AsyncQueue settings;

	private final WorkQueue queue;

	private final ReplyBucket replies;

	private final NatsCaller caller;

	private final HeadCodec headCodec = new HeadCodec();

	private final List<Doer> doers = new CopyOnWriteArrayList<>();

	private final Mono<Void> ready;

	private final Disposable.Swap consumption = Disposables.swap();

	AsyncRequests(AsyncQueue settings, JetStreams jetStreams, NatsTransport transport, NatsCaller caller) {
		this.settings = settings;
		this.queue = new WorkQueue(jetStreams, settings.stream(), settings.subject());
		this.replies = new ReplyBucket(jetStreams, transport, settings.bucket());
		this.caller = caller;
		this.ready = settings.create() ? this.queue.create(settings.keep())
			.then(this.replies.create(settings.keep()))
			.thenReturn(true)
			.cache((made) -> Duration.ofMillis(Long.MAX_VALUE), (ex) -> Duration.ZERO, () -> Duration.ZERO)
			.then() : Mono.empty();
	}

	AsyncQueue settings() {
		return this.settings;
	}

	/**
	 * Has requests of a route done by what it leads to.
	 */
	void doneBy(NatsRoute route, AsyncTarget target) {
		this.doers.add(new Doer(route, target));
	}

	/**
	 * Begins to do what is stored. Where that is not possible yet, it is tried again and
	 * again.
	 */
	void start() {
		if (this.doers.isEmpty()) {
			return;
		}
		this.consumption.update(this.ready
			.then(Mono.defer(() -> this.queue.consume("natsproxy-" + this.settings.stream(), this.settings.silence(),
					this.settings.concurrency(), this::done)))
			.doOnError((ex) -> warnings.warn("Stored requests of {} are not done yet: {}", this.settings.stream(),
					String.valueOf(ex.getMessage())))
			.retryWhen(Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(500)).maxBackoff(Duration.ofSeconds(10)))
			.flatMap((consuming) -> Mono.never().doFinally((signal) -> consuming.dispose()))
			.subscribe());
	}

	void stop() {
		this.consumption.update(Disposables.disposed());
	}

	/**
	 * Returns how long the body of a request may be.
	 */
	long maxBody(NatsHeaders headers) {
		return this.caller.maxPayload() - headers.serializedLength() - RESERVE;
	}

	NatsHeaders encode(RequestHead head) {
		return this.headCodec.encode(new RequestHead(head.method(), head.target(), null, head.headers()));
	}

	/**
	 * Stores a request.
	 * @return completes when it is certain to be done
	 */
	Mono<Void> store(String id, NatsHeaders headers, byte[] body) {
		return this.ready.then(Mono.defer(() -> this.replies.begin(id)))
			.then(Mono.defer(() -> this.queue.add(id, headers, body)))
			.onErrorResume((ex) -> this.replies.abandon(id).onErrorComplete().then(Mono.error(ex)));
	}

	/**
	 * Looks what has become of a request.
	 * @return the place of the reply until that is there, and at last the reply; empty if
	 * there is no such request, or no longer
	 */
	Flux<AsyncState> await(String id) {
		return this.replies.await(id, LOOKING).map(this::state);
	}

	Mono<AsyncState> find(String id) {
		return this.replies.find(id).map(this::state);
	}

	private AsyncState state(StoredReply stored) {
		return stored.pending() ? AsyncState.PENDING
				: new AsyncState(new NatsReply(this.headCodec.decodeResponse(stored.headers()), stored.body()));
	}

	/**
	 * Does what a request asks for, unless that has been done.
	 * @return whether it is done for good
	 */
	private Mono<Boolean> done(QueuedRequest request) {
		return this.replies.find(request.id())
			.filter(StoredReply::pending)
			.flatMap((place) -> call(request).flatMap((reply) -> complete(request.id(), reply))
				.thenReturn(true)
				.onErrorResume(Retried.class, (ex) -> Mono.just(false)))
			.defaultIfEmpty(true);
	}

	private Mono<NatsReply> call(QueuedRequest request) {
		return Mono.defer(() -> {
			RequestHead head = this.headCodec.decodeRequest(request.headers());
			for (Doer doer : this.doers) {
				if (doer.isFor(head)) {
					return doer.call(head, request.body());
				}
			}
			throw new MalformedMessageException(404, "No route is declared for the request any more");
		})
			.flatMap(this::whole)
			.onErrorResume(NatsExchangeException.class,
					(ex) -> isUndone(ex.failure()) && request.deliveries() < this.settings.maxDeliveries()
							? Mono.error(new Retried()) : Mono.just(NatsReply.of(ex)))
			.onErrorResume(MalformedMessageException.class, (ex) -> Mono
				.just(NatsReply.problem(ex.status(), Problem.HEADERS, String.valueOf(ex.getMessage()))));
	}

	/**
	 * Returns whether a request that has failed has certainly not been executed.
	 */
	private static boolean isUndone(ExchangeFailure failure) {
		return switch (failure) {
			case NO_RESPONDERS, DISCONNECTED, INBOX_REFUSED, OVERLOADED, TOO_MANY_STREAMS, MEMORY_EXHAUSTED -> true;
			default -> false;
		};
	}

	private Mono<NatsReply> whole(NatsReply reply) {
		BodyStream stream = reply.stream();
		long limit = this.caller.maxPayload() - RESERVE;
		return (stream == null) ? Mono.just(reply)
				: stream.consumedFrames().collect(ByteArrayOutputStream::new, (collected, frame) -> {
					if (collected.size() + frame.length > limit) {
						throw tooLong();
					}
					collected.writeBytes(frame);
				}).map((collected) -> new NatsReply(reply.head(), collected.toByteArray()));
	}

	private static NatsExchangeException tooLong() {
		return new NatsExchangeException(ExchangeFailure.BAD_REPLY, "The reply is longer than can be kept");
	}

	private Mono<Boolean> complete(String id, NatsReply reply) {
		return this.replies.complete(id, this.headCodec.encode(reply.head()), reply.body())
			.onErrorResume(JetStreamException.class, (ex) -> {
				if (ex.failure() != JetStreamFailure.TOO_LARGE) {
					return Mono.error(new Retried());
				}
				NatsReply problem = NatsReply.of(tooLong());
				return this.replies.complete(id, this.headCodec.encode(problem.head()), problem.body());
			});
	}

	/**
	 * A request is to be tried again.
	 */
	private static final class Retried extends RuntimeException {

		private static final long serialVersionUID = 1L;

		Retried() {
			super("To be tried again", null, false, false);
		}

	}

	/**
	 * What does the requests of one route.
	 */
	private final class Doer {

		private final NatsRoute route;

		private final AsyncTarget target;

		Doer(NatsRoute route, AsyncTarget target) {
			this.route = route;
			this.target = target;
		}

		boolean isFor(RequestHead head) {
			return this.route.methods().contains(HttpMethod.valueOf(head.method())) && this.route.matches(head);
		}

		Mono<NatsReply> call(RequestHead head, byte[] body) {
			NatsCaller caller = AsyncRequests.this.caller;
			CallOptions options = new CallOptions(AsyncRequests.this.settings.timeout(),
					Schedulers.parallel()::schedule, body.length);
			RequestTarget request = this.target.request();
			if (request == null) {
				return caller.exchange(head, Mono.just(body), options);
			}
			return caller
				.request(request.subject().expand(this.route.variables(head)), request.fields().of(head.headers()),
						body, options)
				.map(request::response);
		}

	}

}
