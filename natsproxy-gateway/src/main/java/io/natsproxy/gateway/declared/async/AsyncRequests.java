package io.natsproxy.gateway.declared.async;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
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
import io.natsproxy.core.subject.SubjectTemplate;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.wire.HeadCodec;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.gateway.declared.NatsRoute;
import io.natsproxy.gateway.declared.RouteRequest;
import io.natsproxy.gateway.declared.request.RequestTarget;
import org.jspecify.annotations.Nullable;
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

	/**
	 * The header with the route of a request.
	 */
	private static final String ROUTE_HEADER = "Natsproxy-Route";

	/**
	 * The time after which a place is looked for again that was not found.
	 */
	private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

	/**
	 * The deliveries of a request after which a place that is not there is believed to be
	 * gone.
	 */
	private static final int LOOKS = 5;

	/**
	 * How often it is tried again to store a reply before the request is.
	 */
	private static final int WRITES = 4;

	/**
	 * How often a reply is looked for that its notice may have been lost of.
	 */
	private static final Duration LOOKING = Duration.ofSeconds(10);

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
			.doOnError((ex) -> warnings.warn("Stream and bucket of stored requests {} could not be made: {}",
					this.settings.stream(), String.valueOf(ex.getMessage())))
			.retryWhen(Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(500)).maxBackoff(Duration.ofSeconds(10)))
			.then(Mono.<Void>create((sink) -> sink.onDispose(this.queue.consume("natsproxy-" + this.settings.stream(),
					this.settings.silence(), this.settings.concurrency(), this::done))))
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

	/**
	 * Writes the head of a request, and by which route it has come.
	 * @throws MalformedMessageException if it could not be done as it is
	 * @throws NatsExchangeException if it could not be done as it is
	 */
	NatsHeaders encode(RouteRequest request) {
		RequestHead head = request.head();
		Doer doer = this.doers.stream()
			.filter((each) -> each.route == request.route())
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("Requests of the route are not stored here"));
		doer.check(request.variables(), head);
		NatsHeaders headers = this.headCodec
			.encode(new RequestHead(head.method(), head.target(), null, head.headers()));
		return headers.add(ROUTE_HEADER, doer.key);
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

	/**
	 * Looks what has become of a request now.
	 * @return its state; empty if there is none
	 */
	Mono<AsyncState> find(String id) {
		return this.replies.find(id)
			// Whoever has been asked may not have heard of it yet.
			.repeatWhenEmpty((looks) -> looks.take(2).delayElements(LOOK_AGAIN))
			.map(this::state);
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
			// Whoever has been asked may not have heard of it yet.
			.repeatWhenEmpty((looks) -> looks.take(2).delayElements(LOOK_AGAIN))
			.flatMap((place) -> !place.pending() ? Mono.just(true)
					: reply(request).flatMap((reply) -> complete(request.id(), place.revision(), reply)
						.retryWhen(Retry.backoff(WRITES, Duration.ofMillis(200)))))
			.defaultIfEmpty(request.deliveries() >= LOOKS)
			.onErrorResume((ex) -> {
				warnings.warn("A stored request of {} is tried again: {}", this.settings.stream(),
						String.valueOf(ex.getMessage()));
				return Mono.just(false);
			});
	}

	/**
	 * Returns the reply to a request, or the problem in its place that is final.
	 */
	private Mono<NatsReply> reply(QueuedRequest request) {
		boolean last = request.deliveries() >= this.settings.maxDeliveries();
		if (request.deliveries() > this.settings.maxDeliveries()) {
			// Its reply could not be stored: it is not executed once more.
			return Mono.just(NatsReply.problem(504, Problem.HEADERS, "The reply to the request has been lost"));
		}
		return Mono.defer(() -> {
			RequestHead head = this.headCodec.decodeRequest(request.headers());
			String key = request.headers().getFirst(ROUTE_HEADER);
			for (Doer doer : this.doers) {
				if (doer.key.equals(key)) {
					return doer.call(head, request.body());
				}
			}
			// Another gateway may have the route.
			throw new NatsExchangeException(ExchangeFailure.NO_RESPONDERS, "The route of the request is not known");
		})
			.flatMap(this::whole)
			.onErrorResume(NatsExchangeException.class,
					(ex) -> (isUndone(ex.failure()) && !last) ? Mono.error(ex) : Mono.just(NatsReply.of(ex)))
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
		return (stream != null) ? stream.consumedFrames().collect(ByteArrayOutputStream::new, (collected, frame) -> {
			if (collected.size() + frame.length > limit) {
				throw tooLong();
			}
			collected.writeBytes(frame);
		}).map((collected) -> new NatsReply(reply.head(), collected.toByteArray())) : Mono.just(reply);
	}

	private static NatsExchangeException tooLong() {
		return new NatsExchangeException(ExchangeFailure.BAD_REPLY, "The reply is longer than can be kept");
	}

	private Mono<Boolean> complete(String id, long revision, NatsReply reply) {
		return Mono.defer(() -> {
			NatsHeaders headers = encode(reply);
			return (headers != null
					&& reply.body().length + headers.serializedLength() + RESERVE <= this.caller.maxPayload())
							? write(id, revision, headers, reply.body()) : writeTooLong(id, revision);
		})
			.onErrorResume(JetStreamException.class,
					(ex) -> (ex.failure() != JetStreamFailure.TOO_LARGE) ? Mono.error(ex) : writeTooLong(id, revision));
	}

	private Mono<Boolean> writeTooLong(String id, long revision) {
		NatsReply problem = NatsReply.of(tooLong());
		return write(id, revision, this.headCodec.encode(problem.head()), problem.body());
	}

	/**
	 * Stores a reply. Where that is not possible since there is one, or no place any
	 * more, nothing is left to be done.
	 */
	private Mono<Boolean> write(String id, long revision, NatsHeaders headers, byte[] body) {
		return this.replies.complete(id, revision, headers, body).thenReturn(true);
	}

	private @Nullable NatsHeaders encode(NatsReply reply) {
		try {
			return this.headCodec.encode(reply.head());
		}
		catch (MalformedMessageException ex) {
			return null;
		}
	}

	/**
	 * What does the requests of one route.
	 */
	private final class Doer {

		private final NatsRoute route;

		private final AsyncTarget target;

		/**
		 * What all gateways call the route.
		 */
		private final String key;

		Doer(NatsRoute route, AsyncTarget target) {
			this.route = route;
			this.target = target;
			RequestTarget request = target.request();
			String name = route.order() + " " + new TreeSet<>(route.methods().stream().map(HttpMethod::name).toList())
					+ " " + route.path().getPatternString() + " " + ((request != null) ? request.subject() : "");
			this.key = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
		}

		/**
		 * Fails if a request cannot be done as it is.
		 */
		void check(SubjectTemplate.Values variables, RequestHead head) {
			RequestTarget request = this.target.request();
			if (request != null) {
				AsyncRequests.this.caller.maxMessage(request.subject().expand(variables),
						request.fields().of(head.headers()));
			}
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
