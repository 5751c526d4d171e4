package io.natsproxy.core.jetstream;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;

import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.PublishAck;
import io.nats.client.impl.Headers;
import io.nats.client.support.NatsJetStreamConstants;
import io.natsproxy.core.exchange.ExchangeTimer;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.transport.Denial;
import io.natsproxy.core.transport.jnats.JnatsTransport;
import io.natsproxy.core.wire.MalformedMessageException;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * Publishes messages that a stream acknowledges. Safe for use by many threads.
 */
public final class StreamPublisher implements AutoCloseable {

	/**
	 * The header with the sequence that the last message of the subject must have; 0 if
	 * there must be none.
	 */
	public static final String EXPECTED_SEQUENCE = NatsJetStreamConstants.EXPECTED_LAST_SUB_SEQ_HDR;

	/**
	 * The header with the name of the stream that has to store the message.
	 */
	public static final String EXPECTED_STREAM = NatsJetStreamConstants.EXPECTED_STREAM_HDR;

	/**
	 * The longest that an acknowledgement is waited for. jnats forgets requests that are
	 * older.
	 */
	public static final Duration LONGEST = Duration.ofSeconds(5);

	/**
	 * The most messages that wait for their acknowledgement. jnats lets a publisher wait,
	 * and with it the event loop, while 65,536 wait to be sent.
	 */
	private static final int MAX_WAITING = 16_384;

	/**
	 * How long it is believed that there is JetStream, or not.
	 */
	private static final Duration BELIEVED = Duration.ofSeconds(1);

	private final JetStreams streams;

	private final ExchangeTimer timer;

	private final ByteBudget budget;

	private final Disposable denials;

	private final Mono<Boolean> available;

	private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();

	private volatile @Nullable JetStream jetStream;

	/**
	 * Creates the object, which does nothing yet: the server need not have JetStream.
	 * @param streams calls the server; not closed by this object
	 * @param exchanges has timer, budget and transport; not closed by this object
	 */
	public StreamPublisher(JetStreams streams, NatsExchanges exchanges) {
		this.streams = streams;
		this.timer = exchanges.timer();
		this.budget = exchanges.budget();
		this.available = streams.isAvailable().cache(BELIEVED);
		this.denials = exchanges.transport().onPublishDenied(this::onPublishDenied);
	}

	/**
	 * Publishes a message.
	 * @param subject the subject
	 * @param headers the headers, not to be changed from then on
	 * @param body the payload, which has to fit a message with the headers
	 * @param timeout how long it may take until it is acknowledged, {@link #LONGEST} at
	 * the most
	 * @return the acknowledgement, on a thread that must not be blocked; or a
	 * {@link JetStreamException}. Cancelling it does not take the message back, which
	 * counts in the budget from then on
	 */
	public Mono<StreamAck> publish(String subject, NatsHeaders headers, byte[] body, Duration timeout) {
		return Mono.defer(() -> {
			try {
				CompletableFuture<PublishAck> ack = begin(subject, headers, body, timeout);
				return Mono.fromFuture(ack.copy()).doOnCancel(() -> hold(body, ack));
			}
			catch (IOException | IllegalStateException ex) {
				return Mono.error(ex);
			}
		}).map(StreamAck::of).onErrorResume((ex) -> failed(ex, subject));
	}

	private CompletableFuture<PublishAck> begin(String subject, NatsHeaders headers, byte[] body, Duration timeout)
			throws IOException {
		if (this.streams.connection().getStatus() != Connection.Status.CONNECTED) {
			// jnats would keep it, and send it when nobody waits for it any more.
			throw new JetStreamException(JetStreamFailure.DISCONNECTED, "There is no connection to NATS");
		}
		if (this.waiting.size() >= MAX_WAITING) {
			throw new JetStreamException(JetStreamFailure.TOO_MANY, "Too many messages wait to be stored");
		}
		if (this.streams.connection().outgoingPendingBytes() > JnatsTransport.maxPending(this.budget)) {
			throw new JetStreamException(JetStreamFailure.TOO_MANY, "Too much waits to be sent to NATS");
		}
		CompletableFuture<PublishAck> ack = jetStream().publishAsync(subject, copy(headers), body);
		Waiting waiting = new Waiting(subject, ack);
		this.waiting.add(waiting);
		Disposable deadline = this.timer.schedule(() -> ack.completeExceptionally(new TimeoutException()), timeout);
		ack.whenComplete((stored, ex) -> {
			deadline.dispose();
			this.waiting.remove(waiting);
		});
		return ack;
	}

	/**
	 * Holds what jnats may still have to send, and whose owner has gone.
	 */
	private void hold(byte[] body, CompletableFuture<PublishAck> ack) {
		this.budget.reserve(body.length);
		ack.whenComplete((stored, ex) -> this.budget.release(body.length));
	}

	private JetStream jetStream() throws IOException {
		JetStream made = this.jetStream;
		if (made == null) {
			made = this.streams.connection().jetStream(this.streams.options());
			this.jetStream = made;
		}
		return made;
	}

	private static Headers copy(NatsHeaders headers) {
		Headers copy = new Headers();
		for (int i = 0; i < headers.size(); i++) {
			try {
				copy.add(headers.name(i), headers.value(i));
			}
			catch (IllegalArgumentException ex) {
				throw new MalformedMessageException("The header '" + headers.name(i) + "' has a control character");
			}
		}
		return copy;
	}

	private Mono<StreamAck> failed(Throwable thrown, String subject) {
		Throwable cause = JetStreams.cause(thrown);
		String text = String.valueOf(cause.getMessage());
		if (cause instanceof IOException && text.startsWith("Error Publishing: 503")) {
			return noStream(subject);
		}
		if (cause instanceof IOException && text.startsWith("Invalid JetStream ack")) {
			return Mono.error(new JetStreamException(JetStreamFailure.REFUSED,
					"What has answered was no acknowledgement of a stream"));
		}
		if (cause instanceof CancellationException || cause instanceof TimeoutException) {
			return Mono.error(new JetStreamException(JetStreamFailure.TIMEOUT,
					"It is not known whether the message is stored: no acknowledgement came in time"));
		}
		return Mono.error(this.streams.failure(cause));
	}

	/**
	 * Nobody has subscribed to the subject: no stream, a stream that has no leader at the
	 * moment, or there is no JetStream. Where that cannot be known, there is.
	 */
	private Mono<StreamAck> noStream(String subject) {
		return this.available.timeout(LONGEST, Mono.just(true))
			.onErrorResume(JetStreamException.class,
					(ex) -> (ex.failure() == JetStreamFailure.DISCONNECTED) ? Mono.error(ex) : Mono.just(true))
			.flatMap((available) -> available ? hasStream(subject)
					: Mono.error(
							new JetStreamException(JetStreamFailure.UNAVAILABLE, "The NATS server has no JetStream")))
			.flatMap((exists) -> Mono.error(exists
					? new JetStreamException(JetStreamFailure.NO_LEADER, "The stream has no leader at the moment")
					: new JetStreamException(JetStreamFailure.NOT_FOUND, "No stream takes messages of this subject")));
	}

	/**
	 * Returns whether a stream takes the subject, which others than its leader know.
	 */
	private Mono<Boolean> hasStream(String subject) {
		return this.streams
			.call(() -> !this.streams.connection()
				.jetStreamManagement(this.streams.options())
				.getStreamNames(subject)
				.isEmpty())
			.onErrorResume(JetStreamException.class,
					(ex) -> Mono.error((ex.failure() == JetStreamFailure.DISCONNECTED) ? ex
							: new JetStreamException(JetStreamFailure.NO_LEADER,
									"Whether a stream takes messages of this subject is not known at the moment")));
	}

	/**
	 * Reads a message that was published.
	 * @param stream the name of its stream
	 * @param sequence its sequence
	 * @return the message, or a {@link JetStreamException}
	 */
	public Mono<StoredMessage> read(String stream, long sequence) {
		return this.streams.call(() -> {
			MessageInfo message = this.streams.connection()
				.jetStreamManagement(this.streams.options())
				.getMessage(stream, sequence);
			Headers headers = message.getHeaders();
			byte[] body = message.getData();
			return new StoredMessage(String.valueOf(message.getSubject()),
					(headers != null) ? headers.getFirst("Content-Type") : null, (body != null) ? body : new byte[0]);
		});
	}

	/**
	 * The server does not say which message it means.
	 */
	private void onPublishDenied(Denial denial) {
		for (Waiting each : this.waiting) {
			if (denial.concerns(each.subject())) {
				each.ack()
					.completeExceptionally(new JetStreamException(JetStreamFailure.REFUSED,
							"The gateway may not publish to this subject"));
			}
		}
	}

	/**
	 * Stops listening. Messages that have been published are still waited for.
	 */
	@Override
	public void close() {
		this.denials.dispose();
	}

	/**
	 * A message that has not been acknowledged.
	 */
	private record Waiting(String subject, CompletableFuture<PublishAck> ack) {

		@Override
		public boolean equals(@Nullable Object other) {
			return this == other;
		}

		@Override
		public int hashCode() {
			return System.identityHashCode(this);
		}

	}

}
