package io.natsproxy.core.jetstream;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

import io.nats.client.ConsumeOptions;
import io.nats.client.ConsumerContext;
import io.nats.client.Dispatcher;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.MessageConsumer;
import io.nats.client.PublishOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.liveness.Uncaught;
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

	/**
	 * The header with the id of a request.
	 */
	private static final String ID_HEADER = "Natsproxy-Id";

	/**
	 * How much longer than usual a request waits each time that it could not be done.
	 */
	private static final Duration RETRY_STEP = Duration.ofMillis(250);

	/**
	 * How long a server is asked for requests at a time. What it owes once a connection
	 * has been lost is noticed after one and a half of that.
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
		Headers converted = new Headers();
		for (int i = 0; i < headers.size(); i++) {
			converted.add(headers.name(i), headers.value(i));
		}
		converted.put(ID_HEADER, id);
		Message message = NatsMessage.builder().subject(this.subject).headers(converted).data(body).build();
		PublishOptions options = PublishOptions.builder().messageId(id).expectedStream(this.stream).build();
		return this.jetStreams.await(
				() -> this.jetStreams.connection().jetStream(this.jetStreams.options()).publishAsync(message, options))
			.then();
	}

	/**
	 * Begins to take requests.
	 * @param consumer the name of those who take them together
	 * @param silence the time after which a request is delivered to another
	 * @param concurrency the most that are done at once
	 * @param handler does what a request asks for: completes with {@code true} when it is
	 * done for good, with {@code false} if it is to be tried again
	 * @return ends it; requests that are being done are delivered again
	 */
	public Mono<Disposable> consume(String consumer, Duration silence, int concurrency,
			Function<QueuedRequest, Mono<Boolean>> handler) {
		return this.jetStreams.call(() -> {
			ConsumerContext context = this.jetStreams.connection()
				.getStreamContext(this.stream)
				.createOrUpdateConsumer(ConsumerConfiguration.builder()
					.durable(consumer)
					.filterSubject(this.subject)
					.ackPolicy(AckPolicy.Explicit)
					.ackWait(silence)
					.build());
			Taker taker = new Taker(concurrency, silence, handler);
			// Its thread is made to wait when there is enough to do.
			Dispatcher dispatcher = this.jetStreams.connection().createDispatcher();
			MessageConsumer messages = context.consume(
					ConsumeOptions.builder().batchSize(concurrency).expiresIn(PULL.toMillis()).build(), dispatcher,
					taker::take);
			return () -> {
				messages.stop();
				taker.stop();
				this.jetStreams.connection().closeDispatcher(dispatcher);
			};
		});
	}

	/**
	 * Takes requests, as many at once as it may.
	 */
	private static final class Taker {

		private final Semaphore places;

		private final Duration silence;

		private final Function<QueuedRequest, Mono<Boolean>> handler;

		private volatile boolean stopped;

		Taker(int concurrency, Duration silence, Function<QueuedRequest, Mono<Boolean>> handler) {
			this.places = new Semaphore(concurrency);
			this.silence = silence;
			this.handler = handler;
		}

		void stop() {
			this.stopped = true;
		}

		void take(Message message) throws InterruptedException {
			this.places.acquire();
			if (this.stopped) {
				this.places.release();
				return;
			}
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
			}).subscribe((done) -> end(message, done, request.deliveries()), (ex) -> logger.debug("Not told", ex));
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
			NatsHeaders headers = new NatsHeaders();
			String id = "";
			Headers stored = message.getHeaders();
			if (stored != null) {
				stored.forEach((name, values) -> values.forEach((value) -> headers.append(name, value)));
				String given = headers.getFirst(ID_HEADER);
				id = (given != null) ? given : "";
			}
			return new QueuedRequest(id, headers, message.getData(), message.metaData().deliveredCount());
		}

	}

}
