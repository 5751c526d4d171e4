package io.natsproxy.core.jetstream;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import io.nats.client.ConsumerContext;
import io.nats.client.FetchConsumeOptions;
import io.nats.client.FetchConsumer;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.PublishOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.log.RateLimitedLog;
import io.natsproxy.core.log.SafeText;
import io.natsproxy.core.transport.jnats.JnatsTransport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Requests that are stored in a stream until one of those who consume it together has
 * done what they ask for. One that is not done in time, since whoever has received it has
 * gone, is delivered to another. Safe for use by many threads.
 */
public final class WorkQueue {

	private static final Logger logger = LoggerFactory.getLogger(WorkQueue.class);

	private static final RateLimitedLog warnings = new RateLimitedLog(logger);

	/**
	 * The header with the id of a request.
	 */
	private static final String ID_HEADER = "Natsproxy-Id";

	/**
	 * How much longer a request waits each time that it could not be done.
	 */
	private static final Duration RETRY_STEP = Duration.ofMillis(250);

	/**
	 * How long a server is asked for requests at a time, whatever becomes of the
	 * connection.
	 */
	private static final Duration PULL = Duration.ofSeconds(5);

	private static final Duration MAX_RETRY = Duration.ofSeconds(10);

	private final JetStreams jetStreams;

	private final String stream;

	private final String subject;

	/**
	 * Creates the object, which does nothing yet.
	 * @param jetStreams has the stream; not closed by this object
	 * @param stream the name of the stream
	 * @param subject the subject on which its requests are published
	 */
	public WorkQueue(JetStreams jetStreams, String stream, String subject) {
		this.jetStreams = jetStreams;
		this.stream = stream;
		this.subject = subject;
	}

	/**
	 * Makes the stream, if it is not there.
	 * @param maxAge for how long a request may wait
	 * @return completes when it is there
	 */
	public Mono<Void> create(Duration maxAge) {
		return this.jetStreams.<Void>call(() -> {
			try {
				this.jetStreams.connection()
					.jetStreamManagement(this.jetStreams.options())
					.addStream(StreamConfiguration.builder()
						.name(this.stream)
						.subjects(this.subject)
						.retentionPolicy(RetentionPolicy.WorkQueue)
						.maxAge(maxAge)
						.build());
			}
			catch (JetStreamApiException ex) {
				// Somebody else may have made it, in another way.
				this.jetStreams.connection().getStreamContext(this.stream).getStreamInfo();
			}
			return null;
		});
	}

	/**
	 * Stores a request.
	 * @param id its id, by which it is stored once
	 * @param headers its NATS headers, to which that of the id is added
	 * @param body its body
	 * @return completes when it is stored
	 */
	public Mono<Void> add(String id, NatsHeaders headers, byte[] body) {
		Headers converted = JnatsTransport.toJnats(headers).put(ID_HEADER, id);
		Message message = NatsMessage.builder().subject(this.subject).headers(converted).data(body).build();
		PublishOptions options = PublishOptions.builder().messageId(id).expectedStream(this.stream).build();
		return this.jetStreams.await(
				() -> this.jetStreams.connection().jetStream(this.jetStreams.options()).publishAsync(message, options))
			.then();
	}

	/**
	 * Begins to take requests, on a thread of its own. Where that is not possible, it is
	 * tried again and again.
	 * @param consumer the name of those who take them together
	 * @param silence the time after which a request is delivered to another
	 * @param concurrency the most that are done at once
	 * @param handler does what a request asks for: completes with {@code true} when it is
	 * done for good, with {@code false} if it is to be tried again
	 * @return ends it; requests that are being done are delivered again, unless they end
	 * before the connection does
	 */
	public Disposable consume(String consumer, Duration silence, int concurrency,
			Function<QueuedRequest, Mono<Boolean>> handler) {
		Taker taker = new Taker(consumer, silence, concurrency, handler);
		Thread thread = new Thread(taker, "natsproxy-queue-" + this.stream);
		thread.setDaemon(true);
		thread.start();
		return taker;
	}

	/**
	 * Takes requests, never more than can be done at once: one that waited here would be
	 * delivered to others, too.
	 */
	private final class Taker implements Runnable, Disposable {

		private final String consumer;

		private final Semaphore places;

		private final Duration silence;

		private final Function<QueuedRequest, Mono<Boolean>> handler;

		private volatile boolean stopped;

		Taker(String consumer, Duration silence, int concurrency, Function<QueuedRequest, Mono<Boolean>> handler) {
			this.consumer = consumer;
			this.places = new Semaphore(concurrency);
			this.silence = silence;
			this.handler = handler;
		}

		@Override
		public void dispose() {
			this.stopped = true;
		}

		@Override
		public boolean isDisposed() {
			return this.stopped;
		}

		@Override
		public void run() {
			ConsumerContext context = null;
			while (!this.stopped) {
				try {
					if (context == null) {
						context = context();
					}
					take(context);
				}
				catch (InterruptedException ex) {
					return;
				}
				catch (Throwable ex) {
					if (this.stopped) {
						return;
					}
					warnings.warn("Requests of the stream {} cannot be taken at the moment: {}", WorkQueue.this.stream,
							SafeText.of(String.valueOf(ex.getMessage())));
					context = null;
					pause();
				}
			}
		}

		private void pause() {
			try {
				TimeUnit.MILLISECONDS.sleep(RETRY_STEP.toMillis());
			}
			catch (InterruptedException ex) {
				this.stopped = true;
			}
		}

		private ConsumerContext context() throws IOException, JetStreamApiException {
			return WorkQueue.this.jetStreams.connection()
				.getStreamContext(WorkQueue.this.stream)
				.createOrUpdateConsumer(ConsumerConfiguration.builder()
					.durable(this.consumer)
					.filterSubject(WorkQueue.this.subject)
					.ackPolicy(AckPolicy.Explicit)
					.ackWait(this.silence)
					.build());
		}

		private void take(ConsumerContext context) throws Exception {
			this.places.acquire();
			int free = 1 + this.places.drainPermits();
			try {
				FetchConsumer fetched = context
					.fetch(FetchConsumeOptions.builder().maxMessages(free).expiresIn(PULL.toMillis()).build());
				try {
					for (Message message = fetched.nextMessage(); message != null; message = fetched.nextMessage()) {
						free--;
						begin(message);
					}
				}
				finally {
					fetched.close();
				}
			}
			finally {
				this.places.release(free);
			}
		}

		private void begin(Message message) {
			QueuedRequest request = request(message);
			Disposable alive = Flux.interval(this.silence.dividedBy(3))
				.subscribe((tick) -> message.inProgress(),
						(ex) -> logger.debug("A request that is being done is delivered again", ex));
			Mono.defer(() -> this.handler.apply(request)).onErrorResume(JetStreamException.class, (ex) -> {
				logger.debug("A stored request is tried again: {}", ex.getMessage());
				return Mono.just(false);
			}).onErrorResume((ex) -> {
				Uncaught.report(logger, "A stored request could not be done, and is tried again", ex);
				return Mono.just(false);
			}).doFinally((signal) -> {
				alive.dispose();
				this.places.release();
			})
				.subscribe((done) -> end(message, done, request.deliveries()),
						(ex) -> logger.debug("The server is not told what became of a stored request", ex));
		}

		private static void end(Message message, boolean done, long deliveries) {
			if (done) {
				message.ack();
				return;
			}
			Duration delay = RETRY_STEP.multipliedBy(Math.min(deliveries, 40));
			message.nakWithDelay((delay.compareTo(MAX_RETRY) < 0) ? delay : MAX_RETRY);
		}

		private static QueuedRequest request(Message message) {
			NatsHeaders headers = JnatsTransport.fromJnats(message.getHeaders());
			String id = Objects.requireNonNullElse(headers.getFirst(ID_HEADER), "");
			return new QueuedRequest(id, headers, message.getData(), message.metaData().deliveredCount());
		}

	}

}
