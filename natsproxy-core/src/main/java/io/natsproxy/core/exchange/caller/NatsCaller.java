package io.natsproxy.core.exchange.caller;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.ExchangeTimer;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.SideStatistics;
import io.natsproxy.core.exchange.StreamStatistics;
import io.natsproxy.core.format.FormatCall;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.stream.BodyChunks;
import io.natsproxy.core.stream.StreamOptions;
import io.natsproxy.core.subject.ReplySubjects;
import io.natsproxy.core.subject.SubjectCodec;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.wire.HeadCodec;
import io.natsproxy.core.wire.HeadSize;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.core.wire.WebSocketEnd;
import io.natsproxy.core.wire.WireProtocol;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Sends requests over NATS and waits for their replies: on one inbox of each connection,
 * with one timing wheel, and with no more in flight than allowed. Safe for use by many
 * threads.
 */
public final class NatsCaller implements AutoCloseable {

	private final ProcessingWatch watch;

	/**
	 * The longest time-out of an exchange for which notices of its processing would come
	 * too late.
	 */
	private final Duration withoutNotices;

	private final CallerConnection first;

	/**
	 * All connections, of which {@link #first} is the first.
	 */
	private final Map<NatsTransport, CallerConnection> connections = new LinkedHashMap<>();

	private final Map<Executor, CallerConnection> byExecutor = new HashMap<>();

	private final SubjectCodec subjectCodec;

	private final ExchangeTimer timer;

	private final NatsCallerOptions options;

	private final HeadCodec headCodec = new HeadCodec();

	private final ReplyDecoder replyDecoder;

	private final NatsExchanges exchanges;

	private final ExchangeLimits limits;

	/**
	 * Creates a caller and subscribes to its inboxes.
	 * @param exchanges has the timer and the budget of bytes; not closed by this object
	 * @param options the limits
	 */
	public NatsCaller(NatsExchanges exchanges, NatsCallerOptions options) {
		NatsTransport transport = exchanges.transport();
		this.exchanges = exchanges;
		this.subjectCodec = exchanges.subjectCodec();
		this.timer = exchanges.timer();
		this.options = options;
		this.limits = new ExchangeLimits(options, exchanges.callerStatistics().streams());
		this.replyDecoder = new ReplyDecoder(this.headCodec, exchanges.replySubjects(), options.maxHeadSize());
		this.watch = new ProcessingWatch(options.streams());
		this.withoutNotices = options.streams().lostAfter().plus(options.streams().processingAfter());
		this.first = newConnection(transport);
		this.connections.put(transport, this.first);
		transport.siblings()
			.forEach((executor, sibling) -> this.byExecutor.put(executor,
					this.connections.computeIfAbsent(sibling, this::newConnection)));
		// Last: nobody could end it if one of the connections threw.
		this.watch.start(this.timer);
	}

	private CallerConnection newConnection(NatsTransport transport) {
		return new CallerConnection(transport, this.subjectCodec, this.timer, this.options.streams(),
				this.exchanges.credit(transport), this.watch);
	}

	/**
	 * Sends a request, once subscribed to, and waits for its reply. A body that does not
	 * fit one message, or that is flushed ({@link BodyChunks#FLUSH}), becomes a stream.
	 * Cancelling the subscription ends the exchange, and so does the end of a streamed
	 * reply.
	 * @param head the head; its time-out is replaced by the time that is left when the
	 * request is published
	 * @param body the body, or empty; only subscribed to when the exchange may go on
	 * @param timeout how long it may take until the request is published, or streamed,
	 * and the head of the reply has come. While the request is being streamed, and from
	 * the head of a streamed reply on, it does not count
	 * @param executor where the reply is handed over and bodies are moved on, so that the
	 * thread on which all replies arrive is never held up
	 * @return the reply, or a {@link NatsExchangeException}, or an error of the body
	 */
	public Mono<NatsReply> exchange(RequestHead head, Publisher<byte[]> body, Duration timeout, Executor executor) {
		return exchange(head, body, new CallOptions(timeout, executor));
	}

	/**
	 * Sends a request, as {@link #exchange(RequestHead, Publisher, Duration, Executor)}
	 * does.
	 * @param head the head
	 * @param body the body, or empty
	 * @param call time-out, executor, and the client on whose behalf it is
	 * @return the reply, or a {@link NatsExchangeException}, or an error of the body
	 */
	public Mono<NatsReply> exchange(RequestHead head, Publisher<byte[]> body, CallOptions call) {
		FormatCall format = call.format();
		return (format != null) ? exchangeFormat(head, body, format, call) : exchangeNative(head, body, call);
	}

	private Mono<NatsReply> exchangeNative(RequestHead head, Publisher<byte[]> body, CallOptions call) {
		return Mono.create((sink) -> start(body, sink, () -> {
			CallerConnection connection = connection(call);
			String subject = subject(head);
			NatsHeaders headers = encode(
					new RequestHead(head.method(), head.target(), call.timeout(), head.headers(), head.socket()));
			if (wantsNotices(head, call)) {
				connection.askForNotices(headers);
			}
			return begin(connection, subject, headers, head.socket(), call, sink);
		}));
	}

	private boolean wantsNotices(RequestHead head, CallOptions call) {
		return head.socket() == null && call.timeout().compareTo(this.withoutNotices) > 0
				&& !this.options.streams().processingAfter().isZero();
	}

	private Mono<NatsReply> exchangeFormat(RequestHead head, Publisher<byte[]> body, FormatCall call,
			CallOptions options) {
		return Mono.create((sink) -> {
			FormatExchange exchange;
			try {
				CallerConnection connection = connection(options);
				List<String> subjects = subjects(head, call);
				String replySubject = connection.newReplySubject();
				for (String subject : subjects) {
					requireShortSubject(subject.getBytes(StandardCharsets.UTF_8).length, replySubject);
				}
				requireShortHead(HeadSize.of(head), connection);
				ExchangePlace place = ExchangePlace.begin(this.limits, options.client());
				exchange = new FormatExchange(this, connection, call, head, subjects, replySubject, place, options,
						sink);
			}
			catch (NatsExchangeException ex) {
				statistics().exchanges().count(ex);
				sink.error(ex);
				return;
			}
			exchange.start(body);
		});
	}

	private static List<String> subjects(RequestHead head, FormatCall call) {
		try {
			return call.format().subjects(head.method(), head.path());
		}
		catch (MalformedMessageException ex) {
			throw new NatsExchangeException(ExchangeFailure.MALFORMED_REQUEST, ex.getMessage());
		}
	}

	/**
	 * Sends a message of the protocol that is not that of a route, and waits for its
	 * reply. Cancelling the subscription ends the exchange.
	 * @param subject the subject
	 * @param headers the NATS headers
	 * @param body the payload
	 * @param timeout how long it may take until the reply has come
	 * @param executor where the reply is handed over
	 * @return the reply, or a {@link NatsExchangeException}
	 */
	public Mono<NatsReply> request(String subject, NatsHeaders headers, byte[] body, Duration timeout,
			Executor executor) {
		return request(subject, headers, body, new CallOptions(timeout, executor, body.length));
	}

	/**
	 * Sends a message to any subject, and waits for its reply: one of the protocol, a
	 * plain message, or an error of a NATS micro service (ADR-32). Cancelling the
	 * subscription ends the exchange.
	 * @param subject the subject
	 * @param headers the NATS headers
	 * @param body the payload, which fits a message together with the headers
	 * @param call the settings; its message format does not count
	 * @return the reply, or a {@link NatsExchangeException}
	 */
	public Mono<NatsReply> request(String subject, NatsHeaders headers, byte[] body, CallOptions call) {
		return Mono.create((sink) -> start(Mono.just(body), sink,
				() -> begin(connection(call), subject, new NatsHeaders(headers), null, call, sink)));
	}

	/**
	 * Sends a message to any subject, and waits for its replies. Cancelling the
	 * subscription ends the exchange, and so does the end of the streamed reply.
	 * @param subject the subject
	 * @param headers the NATS headers
	 * @param body the payload, which fits a message together with the headers
	 * @param replies when the replies end, and what is made of them
	 * @param call the settings; its message format does not count, and its time-out is
	 * that of all replies
	 * @return a streamed reply as soon as the first has come, or a
	 * {@link NatsExchangeException}
	 */
	public Mono<NatsReply> requestMany(String subject, NatsHeaders headers, byte[] body, ManyReplies replies,
			CallOptions call) {
		return Mono.create((sink) -> {
			ManyExchange exchange;
			try {
				CallerConnection connection = connection(call);
				String replySubject = connection.newReplySubject();
				requireShortSubject(subject.length(), replySubject);
				requireShortHead(headers.serializedLength(), connection);
				ExchangePlace place = ExchangePlace.begin(this.limits, call.client());
				exchange = new ManyExchange(this, connection, subject, replySubject, headers, replies, place, call,
						sink);
			}
			catch (NatsExchangeException ex) {
				statistics().exchanges().count(ex);
				sink.error(ex);
				return;
			}
			exchange.start(body);
		});
	}

	/**
	 * Publishes a message to which there is no reply.
	 * @param subject the subject
	 * @param replySubject where others answer; {@code null} for nowhere
	 * @param headers the NATS headers
	 * @param body the payload
	 * @param executor chooses the connection: that which serves it best
	 * @throws NatsExchangeException if there is no connection, or the message is longer
	 * than the server takes
	 */
	public void publish(String subject, @Nullable String replySubject, NatsHeaders headers, byte[] body,
			Executor executor) {
		CallerConnection connection = connected(best(executor));
		requireFit(subject, replySubject, headers, connection);
		if (body.length > connection.maxMessage(headers)) {
			throw new NatsExchangeException(ExchangeFailure.BODY_TOO_LARGE,
					"The body is longer than " + connection.maxMessage(headers) + " bytes");
		}
		connection.publishOnly(subject, replySubject, headers, body);
	}

	/**
	 * Returns how long the body of a message can be.
	 * @param subject the subject
	 * @param headers the NATS headers
	 * @return bytes
	 * @throws NatsExchangeException if subject or headers are too long
	 */
	public int maxMessage(String subject, NatsHeaders headers) {
		return maxMessage(subject, null, headers);
	}

	/**
	 * Returns how long the body of a message can be.
	 * @param subject the subject
	 * @param replySubject where others answer; {@code null} for nowhere
	 * @param headers the NATS headers
	 * @return bytes
	 * @throws NatsExchangeException if subjects or headers are too long
	 */
	public int maxMessage(String subject, @Nullable String replySubject, NatsHeaders headers) {
		CallerConnection connection = anyConnected();
		requireFit(subject, replySubject, headers, connection);
		return connection.maxMessage(headers);
	}

	/**
	 * Requires what the server would end the connection for, and with it the exchanges of
	 * everybody.
	 */
	private void requireFit(String subject, @Nullable String replySubject, NatsHeaders headers,
			CallerConnection connection) {
		requireShortSubject(subject.length() + ((replySubject != null) ? replySubject.length() : 0), "");
		requireShortHead(headers.serializedLength(), connection);
	}

	/**
	 * Takes a place for a request that is answered by something else than an exchange: it
	 * counts within the same limits.
	 * @param client the client on whose behalf it is; {@code null} if it is nobody's
	 * @return the place, to be left
	 * @throws NatsExchangeException if there are too many
	 */
	public ExchangePlace takePlace(@Nullable Object client) {
		ExchangePlace place = ExchangePlace.begin(this.limits, client);
		try {
			place.publish();
			return place;
		}
		catch (NatsExchangeException ex) {
			place.leave(StreamStatistics.End.COMPLETE);
			throw ex;
		}
	}

	private void start(Publisher<byte[]> body, MonoSink<NatsReply> sink, Supplier<NativeExchange> begin) {
		NativeExchange exchange;
		try {
			exchange = begin.get();
		}
		catch (NatsExchangeException ex) {
			statistics().exchanges().count(ex);
			sink.error(ex);
			return;
		}
		try {
			exchange.start(body);
		}
		catch (Throwable ex) {
			exchange.end(ex);
		}
	}

	/**
	 * Returns the connection of a call.
	 * @throws NatsExchangeException if it is not up
	 */
	private CallerConnection connection(CallOptions call) {
		NatsTransport transport = call.transport();
		CallerConnection connection = (transport != null) ? this.connections.get(transport) : best(call.executor());
		if (connection == null) {
			throw new IllegalArgumentException("The connection is none of this caller");
		}
		return connected(connection);
	}

	/**
	 * Returns the connection that serves an executor best, or one in its place that is up
	 * and whose server is not in doubt, if there is one.
	 */
	private CallerConnection best(Executor executor) {
		CallerConnection best = this.byExecutor.getOrDefault(executor, this.first);
		if (best.isResponsive()) {
			return best;
		}
		return connections().filter(CallerConnection::isResponsive)
			.findFirst()
			.orElseGet(() -> best.isConnected() ? best : anyConnected());
	}

	/**
	 * Returns the connection that an exchange takes now which names none.
	 * @param executor where its reply is to be handed over
	 * @return the transport of the connection that serves the executor best, or of one in
	 * its place while that is down, or its server in doubt
	 */
	public NatsTransport transport(Executor executor) {
		return best(executor).transport();
	}

	/**
	 * Returns whether exchanges can be made on a connection.
	 * @param transport its transport
	 * @return whether it is one of those of this caller
	 */
	public boolean isOn(NatsTransport transport) {
		return this.connections.containsKey(transport);
	}

	/**
	 * Returns a connection that is up, or the first if none is.
	 */
	private CallerConnection anyConnected() {
		return this.first.isConnected() ? this.first
				: connections().filter(CallerConnection::isConnected).findFirst().orElse(this.first);
	}

	private static CallerConnection connected(CallerConnection connection) {
		if (!connection.isConnected()) {
			throw connection.disconnected();
		}
		return connection;
	}

	private NativeExchange begin(CallerConnection connection, String subject, NatsHeaders headers,
			@Nullable WebSocketEnd socket, CallOptions call, MonoSink<NatsReply> sink) {
		String replySubject = connection.newReplySubject();
		// The number is set when the request is published: no longer than this one.
		HeadCodec.setMaxReply(headers, connection.maxReply());
		requireShortSubject(subject.length(), replySubject);
		requireShortHead(headers.serializedLength(), connection);
		ExchangePlace place = ExchangePlace.begin(this.limits, call.client());
		return new NativeExchange(this, connection, subject, replySubject, headers, socket, place, call, sink);
	}

	/**
	 * Returns the number of all exchanges under way.
	 * @return the number, from before the body is read until the reply has come, or the
	 * last stream has ended
	 */
	public int underWay() {
		return this.limits.underWay();
	}

	/**
	 * Returns the number of exchanges under way that are no streams.
	 * @return the number, from the time when the request is published until the reply has
	 * come
	 */
	public int inFlight() {
		return this.limits.inFlight();
	}

	/**
	 * Returns the number of exchanges under way of which a body is a stream.
	 * @return the number
	 */
	public int streams() {
		return this.limits.streams();
	}

	/**
	 * Returns the streams that are open, in no order.
	 * @param max the most that are returned
	 * @return the streams
	 */
	public List<OpenStream> openStreams(int max) {
		return this.limits.openStreams().limit(max).map(NativeExchange::openStream).toList();
	}

	/**
	 * Returns how long a message may be, its head included.
	 * @return bytes that the server takes in one message
	 */
	public long maxPayload() {
		return anyConnected().maxPayload();
	}

	private NatsHeaders encode(RequestHead head) {
		try {
			return this.headCodec.encode(head);
		}
		catch (MalformedMessageException ex) {
			throw new NatsExchangeException(ExchangeFailure.MALFORMED_REQUEST, ex.getMessage());
		}
	}

	private String subject(RequestHead head) {
		try {
			return this.subjectCodec.subject(head.method(), head.path());
		}
		catch (MalformedMessageException ex) {
			throw new NatsExchangeException(ExchangeFailure.MALFORMED_REQUEST, ex.getMessage());
		}
	}

	private void requireShortSubject(int length, String replySubject) {
		int limit = this.options.maxControlLine() - WireProtocol.CONTROL_LINE_RESERVE;
		if (length + replySubject.length() > limit) {
			throw new NatsExchangeException(ExchangeFailure.TARGET_TOO_LONG, "The path makes a NATS subject of "
					+ length + " bytes, the limit is " + (limit - replySubject.length()));
		}
	}

	private void requireShortHead(int headSize, CallerConnection connection) {
		long limit = Math.min(this.options.maxHeadSize(), connection.maxPayload());
		if (headSize > limit) {
			throw new NatsExchangeException(ExchangeFailure.HEAD_TOO_LARGE,
					"The head takes " + headSize + " bytes, the limit is " + limit);
		}
	}

	int maxHeadSize() {
		return this.options.maxHeadSize();
	}

	ReplySubjects replySubjects() {
		return this.exchanges.replySubjects();
	}

	StreamOptions streamOptions() {
		return this.options.streams();
	}

	/**
	 * Returns the limit on the memory of bodies.
	 * @return the budget
	 */
	public ByteBudget budget() {
		return this.exchanges.budget();
	}

	/**
	 * Returns how many exchanges wait for a reply.
	 */
	public int waiting() {
		return connections().mapToInt(CallerConnection::waiting).sum();
	}

	private Stream<CallerConnection> connections() {
		return this.connections.values().stream();
	}

	/**
	 * Returns how many exchanges wait for a reply whose services have told that they are
	 * still processing the request.
	 * @return the number, in which those that have just ended may count
	 */
	public int processing() {
		return this.watch.size();
	}

	ExchangeTimer timer() {
		return this.timer;
	}

	/**
	 * Returns the counts of all callers on the connection.
	 */
	SideStatistics statistics() {
		return this.exchanges.callerStatistics();
	}

	ReplyDecoder replyDecoder() {
		return this.replyDecoder;
	}

	/**
	 * Ends the subscriptions to the inboxes. Exchanges under way end with their
	 * time-outs.
	 */
	@Override
	public void close() {
		this.watch.close();
		connections().forEach(CallerConnection::close);
	}

}
