package io.natsproxy.gateway.declared.jetstream;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.jetstream.JetStreamException;
import io.natsproxy.core.jetstream.JetStreamFailure;
import io.natsproxy.core.jetstream.StoredMessage;
import io.natsproxy.core.jetstream.StreamAck;
import io.natsproxy.core.jetstream.StreamPublisher;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.stream.BodyStream;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.gateway.declared.RouteHandler;
import io.natsproxy.gateway.declared.RouteProblemException;
import io.natsproxy.gateway.declared.RouteRequest;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * Publishes the messages of one route, and answers with what the stream says of them.
 */
final class JetStreamHandler implements RouteHandler {

	/**
	 * The most lines of a body that are published and not reported.
	 */
	private static final int OUTSTANDING = 64;

	private static final Set<String> LINES = Set.of("application/x-ndjson", "application/jsonl");

	private static final String TOO_LARGE = "an object store takes more";

	private static final String STREAM = "stream";

	private static final String SEQUENCE = "sequence";

	private static final String QUERY = "query.";

	private final JetStreamTarget target;

	private final String route;

	private final StreamPublisher publisher;

	private final NatsCaller caller;

	private final IdempotencyMemory memory;

	/**
	 * Creates the handler.
	 * @param route tells this route from others
	 */
	JetStreamHandler(JetStreamTarget target, String route, StreamPublisher publisher, NatsCaller caller,
			IdempotencyMemory memory) {
		this.target = target;
		this.route = route;
		this.publisher = publisher;
		this.caller = caller;
		this.memory = memory;
	}

	@Override
	public Mono<NatsReply> handle(RouteRequest request) {
		String subject = this.target.subject().expand(request.variables());
		if (!request.method().equals(HttpMethod.POST)) {
			return read(request, subject);
		}
		String contentType = mediaType(request);
		boolean bulk = LINES.contains(contentType);
		requireAccepted(request, bulk ? contentType : MediaType.APPLICATION_JSON_VALUE);
		String verified = request.messageId();
		String key = (verified != null) ? verified : IdempotencyKey.of(request.fields(), this.target.idempotency());
		String expected = ExpectedSequence.of(request.fields());
		NatsHeaders headers = this.target.fields().of(request);
		String stream = this.target.stream();
		if (stream != null) {
			headers.append(StreamPublisher.EXPECTED_STREAM, stream);
		}
		if (bulk) {
			if (expected != null) {
				throw new RouteProblemException(400, "Many messages cannot all follow the same sequence");
			}
			return Mono.just(lines(request, subject, headers, key, contentType));
		}
		if (expected != null) {
			headers.append(StreamPublisher.EXPECTED_SEQUENCE, expected);
		}
		if (key == null) {
			return message(request, subject, headers, null);
		}
		headers.append(StreamPublisher.MESSAGE_ID, key);
		return Mono.using(() -> this.memory.begin(this.route, subject, key),
				(use) -> message(request, subject, headers, use), IdempotencyMemory.Use::end);
	}

	private static String mediaType(RouteRequest request) {
		String value = request.fields().first(HttpHeaders.CONTENT_TYPE);
		return (value != null) ? value.split(";", 2)[0].strip().toLowerCase(Locale.ROOT) : "";
	}

	private static void requireAccepted(RouteRequest request, String contentType) {
		List<String> accepted = request.fields().values(HttpHeaders.ACCEPT);
		MediaType type = MediaType.parseMediaType(contentType);
		try {
			if (accepted.isEmpty() || MediaType.parseMediaTypes(accepted)
				.stream()
				.anyMatch((range) -> range.getQualityValue() > 0 && range.includes(type))) {
				return;
			}
		}
		catch (InvalidMediaTypeException ex) {
			throw new RouteProblemException(400, "The header '" + HttpHeaders.ACCEPT + "' is malformed");
		}
		throw new RouteProblemException(406, "The answer is of the type " + contentType);
	}

	private Mono<NatsReply> message(RouteRequest request, String subject, NatsHeaders headers,
			IdempotencyMemory.@Nullable Use use) {
		return request.collectBody(this.caller.maxMessage(subject, headers), TOO_LARGE).flatMap((body) -> {
			if (use == null) {
				return publish(request, subject, headers, body);
			}
			use.payload(body);
			return publish(request, subject, headers, body).doOnError(JetStreamException.class, (ex) -> {
				if (ex.failure() != JetStreamFailure.TIMEOUT) {
					use.failed();
				}
			});
		}).map((ack) -> stored(request, ack));
	}

	private Mono<StreamAck> publish(RouteRequest request, String subject, NatsHeaders headers, byte[] body) {
		return this.publisher.publish(subject, headers, body, this.target.timeout())
			.publishOn(Schedulers.fromExecutor(request.executor()));
	}

	private NatsReply stored(RouteRequest request, StreamAck ack) {
		String location = location(request, ack);
		HeaderFields fields = (action) -> {
			action.accept(HttpHeaders.CONTENT_TYPE, List.of(MediaType.APPLICATION_JSON_VALUE));
			action.accept(HttpHeaders.LOCATION, List.of(location));
			if (!ack.duplicate()) {
				action.accept(HttpHeaders.ETAG, List.of(entityTag(ack.sequence())));
			}
		};
		return new NatsReply(new ResponseHead(ack.duplicate() ? 200 : 201, fields),
				ack.toJson().getBytes(StandardCharsets.UTF_8));
	}

	private static String entityTag(long sequence) {
		return "\"" + sequence + "\"";
	}

	/**
	 * Returns what identifies a message: the path of its request, with what else makes
	 * the subject, and where it is stored.
	 */
	private String location(RouteRequest request, StreamAck ack) {
		StringBuilder location = new StringBuilder(request.exchange().getRequest().getURI().getRawPath()).append('?');
		for (String variable : this.target.subject().variables()) {
			String value = variable.startsWith(QUERY) ? request.variables().value(variable) : null;
			if (value != null) {
				parameter(location, variable.substring(QUERY.length()), value).append('&');
			}
		}
		parameter(location, STREAM, ack.stream()).append('&');
		return parameter(location, SEQUENCE, Long.toString(ack.sequence())).toString();
	}

	private static StringBuilder parameter(StringBuilder query, String name, String value) {
		return query.append(URLEncoder.encode(name, StandardCharsets.UTF_8))
			.append('=')
			.append(URLEncoder.encode(value, StandardCharsets.UTF_8));
	}

	private Mono<NatsReply> read(RouteRequest request, String subject) {
		String stream = this.target.stream();
		String sequence = request.query().getFirst(SEQUENCE);
		String named = request.query().getFirst(STREAM);
		if (stream == null || (named != null && !named.equals(stream)) || sequence == null
				|| !sequence.matches("[1-9][0-9]{0,17}")) {
			return Mono.error(notFound());
		}
		long number = Long.parseLong(sequence);
		return this.publisher.read(stream, number)
			.publishOn(Schedulers.fromExecutor(request.executor()))
			.map((message) -> {
				// The sequence comes from the client, and the stream may have other
				// subjects, which are not declared.
				if (!message.subject().equals(subject)) {
					throw notFound();
				}
				request.memory().reserve(message.body().length);
				return found(message, number);
			});
	}

	private static RouteProblemException notFound() {
		return new RouteProblemException(404, "There is no such message");
	}

	private static NatsReply found(StoredMessage message, long sequence) {
		String contentType = contentType(message);
		return new NatsReply(new ResponseHead(200, (action) -> {
			action.accept(HttpHeaders.CONTENT_TYPE, List.of(contentType));
			action.accept(HttpHeaders.ETAG, List.of(entityTag(sequence)));
		}), message.body());
	}

	private static String contentType(StoredMessage message) {
		String told = message.contentType();
		try {
			return (told != null) ? MediaType.parseMediaType(told).toString()
					: MediaType.APPLICATION_OCTET_STREAM_VALUE;
		}
		catch (InvalidMediaTypeException ex) {
			return MediaType.APPLICATION_OCTET_STREAM_VALUE;
		}
	}

	private NatsReply lines(RouteRequest request, String subject, NatsHeaders headers, @Nullable String key,
			String contentType) {
		NatsHeaders each = new NatsHeaders(headers);
		if (each.containsKey(HttpHeaders.CONTENT_TYPE)) {
			each.put(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON_VALUE);
		}
		LineSplitter splitter = new LineSplitter(this.caller.maxMessage(subject, numbered(each, key, Long.MAX_VALUE)),
				request.memory());
		IdempotencyMemory.Use use = (key != null) ? this.memory.begin(this.route, subject, key) : null;
		Runnable ended = (use != null) ? use::end : () -> {
		};
		Flux<byte[]> reports = splitter.split(request.body())
			.flatMapSequentialDelayError((line) -> report(request, subject, numbered(each, key, line.number()), line),
					OUTSTANDING, 1)
			.doFinally((signal) -> ended.run());
		return new NatsReply(new ResponseHead(200, HeaderFields.of(HttpHeaders.CONTENT_TYPE, contentType)), new byte[0],
				BodyStream.of(reports, new ByteReservation(this.caller.budget()), ended));
	}

	private static NatsHeaders numbered(NatsHeaders headers, @Nullable String key, long line) {
		if (key == null) {
			return headers;
		}
		NatsHeaders numbered = new NatsHeaders(headers);
		numbered.append(StreamPublisher.MESSAGE_ID, key + "#" + line);
		return numbered;
	}

	private Mono<byte[]> report(RouteRequest request, String subject, NatsHeaders headers, LineSplitter.Line line) {
		byte[] content = line.content();
		if (content == null) {
			return Mono.just(report(line, Problem.of(413, "The line is longer than a message: " + TOO_LARGE)));
		}
		return publish(request, subject, headers, content)
			.map((ack) -> report(line, "\"status\":" + (ack.duplicate() ? 200 : 201) + ',' + members(ack.toJson())))
			.onErrorResume(JetStreamException.class,
					(ex) -> Mono.just(report(line, Problem.of(ex.failure().status(), ex.detail()))))
			.doFinally((signal) -> request.memory().release(content.length));
	}

	private static byte[] report(LineSplitter.Line line, Problem problem) {
		return report(line, members(new String(problem.toJson(), StandardCharsets.UTF_8)));
	}

	private static byte[] report(LineSplitter.Line line, String members) {
		return ("{\"line\":" + line.number() + ',' + members + "\n").getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * Returns an object of JSON without the brace that begins it.
	 */
	private static String members(String json) {
		return json.substring(1);
	}

}
