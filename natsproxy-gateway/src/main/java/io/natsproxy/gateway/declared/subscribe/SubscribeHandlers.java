package io.natsproxy.gateway.declared.subscribe;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.jetstream.JetStreams;
import io.natsproxy.core.jetstream.SharedStreams;
import io.natsproxy.core.jetstream.StreamStart;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.stream.BodyStream;
import io.natsproxy.core.subscription.SharedSubscriptions;
import io.natsproxy.core.websocket.WebSocketClose;
import io.natsproxy.core.websocket.gateway.WebSocketHandshake;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.gateway.declared.NatsRoute;
import io.natsproxy.gateway.declared.RouteHandler;
import io.natsproxy.gateway.declared.RouteHandlerFactory;
import io.natsproxy.gateway.declared.RouteProblemException;
import io.natsproxy.gateway.declared.RouteRequest;
import io.natsproxy.gateway.declared.WebSocketRouteHandler;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

/**
 * Makes the handlers of {@link SubscribeTarget}s. All of them share one subscription for
 * each subject. Responses end when this is stopped, before all web servers are, so that
 * those need not wait for them.
 */
public final class SubscribeHandlers implements RouteHandlerFactory, SmartLifecycle, AutoCloseable {

	private static final Duration TICK = Duration.ofSeconds(1);

	private static final int STREAM_CHECK_TICKS = 5;

	private static final WebSocketClose GOING_AWAY = new WebSocketClose(1001, "The gateway shuts down");

	private static final NatsReply ACCEPTED = new NatsReply(new ResponseHead(101, (action) -> {
	}), new byte[0]);

	private final NatsExchanges exchanges;

	private final NatsCaller caller;

	private final SharedSubscriptions<Event> subscriptions;

	private final SharedStreams<Event> streams;

	/**
	 * The clients, with what is due for each.
	 */
	private final Map<ClientQueue, Due> clients = new ConcurrentHashMap<>();

	private volatile @Nullable Disposable ticks;

	private int tick;

	/**
	 * Creates the factory.
	 * @param exchanges has the connection; not closed by this object
	 * @param caller has the limits of subjects; not closed by this object
	 * @param jetStreams has the streams; not closed by this object
	 */
	public SubscribeHandlers(NatsExchanges exchanges, NatsCaller caller, JetStreams jetStreams) {
		this.exchanges = exchanges;
		this.caller = caller;
		this.subscriptions = new SharedSubscriptions<>(exchanges, (message) -> new Event(null, message.payload()));
		this.streams = new SharedStreams<>(jetStreams, (position, payload) -> new Event(position.id(), payload));
	}

	@Override
	public @Nullable RouteHandler create(NatsRoute route) {
		return (route.target() instanceof SubscribeTarget target) ? new Handler(target) : null;
	}

	/**
	 * Returns the number of subscriptions.
	 * @return the number of subjects that clients listen to, each once for each stream
	 */
	public int subscriptions() {
		return this.subscriptions.size() + this.streams.size();
	}

	@Override
	public void start() {
		this.ticks = this.exchanges.timer().repeat(this::tick, TICK);
	}

	private void tick() {
		this.subscriptions.tellInterruptions();
		this.streams.restore();
		if (++this.tick % STREAM_CHECK_TICKS == 0) {
			this.streams.check();
		}
		long now = System.nanoTime();
		this.clients.forEach((client, due) -> {
			if (due.hasEnd() && now - due.endsAt() >= 0) {
				client.end();
			}
			else {
				client.keepAlive(now, due.heartbeat());
			}
		});
	}

	@Override
	public void stop() {
		Disposable ticks = this.ticks;
		this.ticks = null;
		if (ticks != null) {
			ticks.dispose();
		}
		this.clients.keySet().forEach(ClientQueue::end);
	}

	@Override
	public boolean isRunning() {
		return this.ticks != null;
	}

	/**
	 * Stops before all web servers do.
	 */
	@Override
	public int getPhase() {
		return SmartLifecycle.DEFAULT_PHASE;
	}

	@Override
	public void close() {
		this.subscriptions.close();
		this.streams.close();
	}

	/**
	 * The times of one client, in nanoseconds.
	 *
	 * @param heartbeat the longest silence
	 * @param hasEnd whether its response ends by itself
	 * @param endsAt when it does, as {@link System#nanoTime()} has it
	 */
	private record Due(long heartbeat, boolean hasEnd, long endsAt) {

		static Due of(SubscribeTarget target, SubscribeFormat format) {
			Duration longest = target.maxDuration();
			// WebSockets have pings.
			long heartbeat = (format != SubscribeFormat.WEBSOCKET) ? target.heartbeat().toNanos() : Long.MAX_VALUE;
			return new Due(heartbeat, longest != null, System.nanoTime() + ((longest != null) ? longest.toNanos() : 0));
		}

	}

	private final class Handler implements WebSocketRouteHandler {

		private final SubscribeTarget target;

		private final AtomicInteger subscribers = new AtomicInteger();

		private Handler(SubscribeTarget target) {
			this.target = target;
		}

		@Override
		public Mono<NatsReply> handle(RouteRequest request) {
			SubscribeFormat format = SubscribeFormat.accepted(this.target.formats(), request.exchange());
			if (format == null) {
				throw new RouteProblemException(406, "There is " + this.target.formats());
			}
			String subject = this.target.subject().expand(request.variables());
			// For the length of the subject.
			SubscribeHandlers.this.caller.maxMessage(subject, new NatsHeaders());
			ResponseHead head = head(format);
			StreamStart start = start(request);
			if (request.method() == HttpMethod.HEAD) {
				return Mono.just(new NatsReply(head, new byte[0]));
			}
			ByteReservation memory = new ByteReservation(SubscribeHandlers.this.caller.budget());
			ClientQueue client = enter(format, memory, request);
			return begin(subject, start, client).map((membership) -> {
				client.joined(membership);
				return new NatsReply(head, new byte[0], BodyStream.ofReserved(client, memory, client::cancel));
			}).doOnError((ex) -> client.cancel()).doOnCancel(client::cancel);
		}

		@Override
		public boolean acceptsWebSockets() {
			return this.target.formats().contains(SubscribeFormat.WEBSOCKET);
		}

		@Override
		public Mono<WebSocketHandshake> connect(RouteRequest request) {
			String subject = subject(request);
			StreamStart start = start(request);
			ByteReservation memory = new ByteReservation(SubscribeHandlers.this.caller.budget());
			ClientQueue client = enter(SubscribeFormat.WEBSOCKET, memory, request);
			return begin(subject, start, client).map((membership) -> {
				client.joined(membership);
				return new WebSocketHandshake(ACCEPTED,
						new SubscriptionSocket(client, memory, () -> isRunning() ? WebSocketClose.NORMAL : GOING_AWAY));
			}).doOnError((ex) -> client.cancel()).doOnCancel(client::cancel);
		}

		private String subject(RouteRequest request) {
			String subject = this.target.subject().expand(request.variables());
			// For the length of the subject.
			SubscribeHandlers.this.caller.maxMessage(subject, new NatsHeaders());
			return subject;
		}

		private StreamStart start(RouteRequest request) {
			return (this.target.stream() != null) ? StreamStarts.of(request) : StreamStart.NEW;
		}

		private Mono<? extends Disposable> begin(String subject, StreamStart start, ClientQueue client) {
			String stream = this.target.stream();
			if (stream == null) {
				return SubscribeHandlers.this.subscriptions.join(subject, client);
			}
			StreamClient reader = new StreamClient(client, this.target.slowClient());
			return SubscribeHandlers.this.streams.read(stream, subject, start, this.target.buffer(), reader)
				.map((reading) -> {
					reader.begun(reading);
					return reading;
				});
		}

		private ClientQueue enter(SubscribeFormat format, ByteReservation memory, RouteRequest request) {
			if (this.subscribers.incrementAndGet() > this.target.maxSubscribers() || !isRunning()) {
				this.subscribers.decrementAndGet();
				throw new RouteProblemException(503, "There are too many subscribers at the moment",
						Problem.RETRY_HEADERS);
			}
			ClientQueue client = new ClientQueue(this.target, format, memory, request.executor(), this::leave);
			SubscribeHandlers.this.clients.put(client, Due.of(this.target, format));
			return client;
		}

		private void leave(ClientQueue client) {
			SubscribeHandlers.this.clients.remove(client);
			this.subscribers.decrementAndGet();
		}

		private static ResponseHead head(SubscribeFormat format) {
			HeaderFields fields = (action) -> {
				action.accept(HttpHeaders.CONTENT_TYPE, List.of(String.valueOf(format.mediaType())));
				action.accept(HttpHeaders.CACHE_CONTROL, List.of("no-store"));
				// nginx would wait for more.
				action.accept("X-Accel-Buffering", List.of("no"));
			};
			return new ResponseHead(200, fields);
		}

	}

}
