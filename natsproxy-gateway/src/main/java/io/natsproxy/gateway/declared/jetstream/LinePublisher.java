package io.natsproxy.gateway.declared.jetstream;

import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.jetstream.JetStreamException;
import io.natsproxy.core.jetstream.StreamAck;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.stream.BodyStream;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.core.wire.WireProtocol;
import io.natsproxy.gateway.declared.RouteRequest;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

/**
 * Publishes each line of a body, and reports it.
 */
final class LinePublisher {

	/**
	 * The most lines of a body that are published and not reported.
	 */
	private static final int OUTSTANDING = 64;

	/**
	 * The longest line: a few of the longest messages would be as much memory as many
	 * others need.
	 */
	private static final int MAX_LINE = 256 * 1024;

	private final Publish publish;

	private final NatsCaller caller;

	/**
	 * Creates the publisher.
	 * @param publish publishes one message
	 * @param caller has the limits
	 */
	LinePublisher(Publish publish, NatsCaller caller) {
		this.publish = publish;
		this.caller = caller;
	}

	/**
	 * Returns the reply to a body of lines, which is read while the reply is.
	 * @param headers the headers of each message
	 * @param key to which the number of a line is added for the id of its message;
	 * {@code null} for no ids
	 * @param contentType the media type of body and reply
	 * @param begin is called when the lines can be published; returns what is called when
	 * no more are going to be
	 */
	NatsReply reply(RouteRequest request, String subject, NatsHeaders headers, @Nullable String key, String contentType,
			Supplier<Runnable> begin) {
		NatsHeaders each = new NatsHeaders(headers);
		if (each.containsKey(HttpHeaders.CONTENT_TYPE)) {
			each.put(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON_VALUE);
		}
		int limit = Math.min(MAX_LINE, this.caller.maxMessage(subject, numbered(each, key, Long.MAX_VALUE)));
		LineSplitter splitter = new LineSplitter(limit, request.memory());
		Runnable ended = begin.get();
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
		numbered.append(WireProtocol.MESSAGE_ID_HEADER, key + "#" + line);
		return numbered;
	}

	private Mono<byte[]> report(RouteRequest request, String subject, NatsHeaders headers, LineSplitter.Line line) {
		byte[] content = line.content();
		if (content == null) {
			return Mono
				.just(report(line, Problem.of(413, "The line is too long: a body that is one message takes more")));
		}
		return this.publish.publish(request, subject, headers, content)
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

	/**
	 * Publishes one message.
	 */
	@FunctionalInterface
	interface Publish {

		Mono<StreamAck> publish(RouteRequest request, String subject, NatsHeaders headers, byte[] body);

	}

}
