package io.natsproxy.core.exchange;

import io.natsproxy.core.link.NatsLink;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.natsproxy.core.format.FormatCall;
import io.natsproxy.core.subject.ReplySubjects;
import io.natsproxy.core.stream.ByteBudget;
import io.natsproxy.core.subject.SubjectCodec;
import io.natsproxy.core.wire.HeadCodec;
import io.natsproxy.core.wire.NatsHeaders;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.core.wire.SocketEnd;
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

	private final CallerLink first;

	private final Map<Executor, CallerLink> byExecutor;

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
	 * @param link carries the messages, and its siblings those of their executors
	 * @param options the limits
	 */
	NatsCaller(NatsExchanges exchanges, NatsLink link, NatsCallerOptions options) {
		this.exchanges = exchanges;
		this.subjectCodec = exchanges.subjectCodec();
		this.timer = exchanges.timer();
		this.options = options;
		this.limits = new ExchangeLimits(options);
		this.replyDecoder = new ReplyDecoder(this.headCodec, options.maxHeadSize());
		this.first = newLink(link);
		Map<NatsLink, CallerLink> siblings = new HashMap<>();
		this.byExecutor = new HashMap<>();
		link.siblings()
			.forEach((executor, sibling) -> this.byExecutor.put(executor,
					siblings.computeIfAbsent(sibling, this::newLink)));
	}

	private CallerLink newLink(NatsLink link) {
		return new CallerLink(link, this.subjectCodec, this.timer, this.options.streams(), this.exchanges.credit(link));
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
		return Mono.create((sink) -> start(body, sink, () -> {
			// The messages of a WebSocket come on the first connection, and in order.
			CallerLink link = (head.socket() != null) ? connected(this.first) : link(call.executor());
			String subject = subject(head);
			NatsHeaders headers = encode(
					new RequestHead(head.method(), head.target(), call.timeout(), head.headers(), head.socket()));
			return begin(link, subject, headers, head.socket(), call, sink);
		}));
	}

	/**
	 * Sends a request in another format, once subscribed to, and waits for its reply, as
	 * {@link #exchange(RequestHead, Publisher, Duration, Executor)} does. Nothing is
	 * streamed: a body that does not fit one message fails with
	 * {@link ExchangeFailure#BODY_TOO_LARGE}.
	 * @param head the head
	 * @param body the body, or empty; only subscribed to when the exchange may go on
	 * @param call the format, and what it says beside the head
	 * @param timeout how long it may take until the request is published, and the reply
	 * has come
	 * @param executor where the reply is handed over
	 * @return the reply, or a {@link NatsExchangeException}, or an error of the body
	 */
	public Mono<NatsReply> exchange(RequestHead head, Publisher<byte[]> body, FormatCall call, Duration timeout,
			Executor executor) {
		return exchange(head, body, call, new CallOptions(timeout, executor));
	}

	/**
	 * Sends a request in another format, as
	 * {@link #exchange(RequestHead, Publisher, FormatCall, Duration, Executor)} does.
	 * @param head the head
	 * @param body the body, or empty
	 * @param call the format, and what it says beside the head
	 * @param options time-out, executor, and the client on whose behalf it is
	 * @return the reply, or a {@link NatsExchangeException}, or an error of the body
	 */
	public Mono<NatsReply> exchange(RequestHead head, Publisher<byte[]> body, FormatCall call, CallOptions options) {
		return Mono.create((sink) -> {
			FormatExchange exchange;
			try {
				CallerLink link = (call.socketId() != null) ? connected(this.first) : link(options.executor());
				List<String> subjects = subjects(head, call);
				String replySubject = link.newReplySubject();
				for (String subject : subjects) {
					requireShortSubject(subject.getBytes(StandardCharsets.UTF_8).length, replySubject);
				}
				requireShortHead(HeaderSize.of(head), link);
				ExchangePlace place = ExchangePlace.begin(this.limits, options.client());
				exchange = new FormatExchange(this, link, call, head, subjects, replySubject, place, options, sink);
			}
			catch (NatsExchangeException ex) {
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
		return Mono.create((sink) -> start(Mono.just(body), sink, () -> {
			CallerLink link = link(executor);
			return begin(link, subject, new NatsHeaders(headers), null,
					new CallOptions(timeout, executor, body.length, null), sink);
		}));
	}

	private static void start(Publisher<byte[]> body, MonoSink<NatsReply> sink, Supplier<CallerExchange> begin) {
		CallerExchange exchange;
		try {
			exchange = begin.get();
		}
		catch (NatsExchangeException ex) {
			sink.error(ex);
			return;
		}
		try {
			exchange.start(body);
		}
		catch (Throwable ex) {
			exchange.failed(ex);
		}
	}

	/**
	 * Returns the connection that serves an executor best, or one in its place that is up
	 * and whose server is not in doubt.
	 * @throws NatsExchangeException if none is
	 */
	private CallerLink link(Executor executor) {
		CallerLink best = this.byExecutor.getOrDefault(executor, this.first);
		if (best.isResponsive()) {
			return best;
		}
		return connected(links().filter(CallerLink::isResponsive)
			.findFirst()
			.orElseGet(() -> best.isConnected() ? best : anyConnected()));
	}

	/**
	 * Returns a connection that is up, or the first if none is.
	 */
	private CallerLink anyConnected() {
		return this.first.isConnected() ? this.first
				: links().filter(CallerLink::isConnected).findFirst().orElse(this.first);
	}

	private static CallerLink connected(CallerLink link) {
		if (!link.isConnected()) {
			throw link.disconnected();
		}
		return link;
	}

	private CallerExchange begin(CallerLink link, String subject, NatsHeaders headers, @Nullable SocketEnd socket,
			CallOptions call, MonoSink<NatsReply> sink) {
		String replySubject = link.newReplySubject();
		// The number is set when the request is published: no longer than this one.
		HeadCodec.setMaxReply(headers, link.maxReply());
		requireShortSubject(subject.length(), replySubject);
		requireShortHead(headers.serializedLength(), link);
		ExchangePlace place = ExchangePlace.begin(this.limits, call.client());
		return new CallerExchange(this, link, subject, replySubject, headers, socket, place, call, sink);
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

	private void requireShortHead(int headSize, CallerLink link) {
		long limit = Math.min(this.options.maxHeadSize(), link.maxPayload());
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
	 * Returns the failure of whoever must publish and cannot.
	 * @return the failure
	 */
	public static NatsExchangeException disconnected() {
		return new NatsExchangeException(ExchangeFailure.DISCONNECTED, "There is no connection to NATS");
	}

	/**
	 * Returns how many exchanges wait for a reply.
	 */
	int waiting() {
		return links().mapToInt(CallerLink::waiting).sum();
	}

	private Stream<CallerLink> links() {
		return Stream.concat(Stream.of(this.first), this.byExecutor.values().stream()).distinct();
	}

	ExchangeTimer timer() {
		return this.timer;
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
		links().forEach(CallerLink::close);
	}

}
