package io.natsproxy.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.header.FieldValue;
import io.natsproxy.core.jetstream.JetStreamException;
import io.natsproxy.core.log.RateLimitedLog;
import io.natsproxy.core.stream.BodyStream;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.gateway.headers.FieldList;
import io.natsproxy.gateway.headers.VaryField;
import io.natsproxy.gateway.hook.GatewayResponse;
import io.natsproxy.gateway.response.RuledResponse;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.server.HttpServerResponse;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.AbstractServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * Writes a response to the HTTP client, framed by its real length (RFC 9112, section 6):
 * never by what a service says about it.
 */
final class ResponseWriter {

	private static final Log logger = LogFactory.getLog(ResponseWriter.class);

	private static final RateLimitedLog brokenOff = new RateLimitedLog(LoggerFactory.getLogger(ResponseWriter.class));

	private static final FieldList NOTHING = new FieldList();

	private final boolean unchecked;

	/**
	 * Creates the writer.
	 * @param unchecked whether hooks or other message formats make fields, which may be
	 * malformed
	 */
	ResponseWriter(boolean unchecked) {
		this.unchecked = unchecked;
	}

	/**
	 * Writes a response.
	 * @return completes when it has been written; a body that breaks off, or is not of
	 * the length that was announced, is an error, upon which the connection is ended
	 */
	Mono<Void> write(ServerWebExchange exchange, GatewayResponse source) {
		ServerHttpResponse response = exchange.getResponse();
		HttpHeaders headers = response.getHeaders();
		FieldList own = mayBeReplaced(source) ? FieldList.of(response) : NOTHING;
		try {
			source.fields().forEach((name, values) -> copy(name, values, headers));
		}
		catch (IllegalArgumentException ex) {
			// Those of natsproxy's own format have been checked.
			logger.error("A response hook, or a message format, has set a malformed header", ex);
			source.discard();
			return replace(exchange, own,
					NatsReply.problem(500, Problem.HEADERS, "The response could not be prepared"));
		}
		response.setStatusCode(source.getStatus());
		Mono<Void> written = writeBody(exchange, source);
		return (source.getStream() != null) ? written.onErrorResume((ex) -> failed(ex, exchange, own)) : written;
	}

	/**
	 * Returns whether a problem may take the place of the response after fields of it
	 * have been copied: where its body may break off, or its fields be malformed.
	 */
	private boolean mayBeReplaced(GatewayResponse source) {
		return this.unchecked || source.getStream() != null;
	}

	/**
	 * Tells the client of a stream that has failed: by a problem, or, where a part of the
	 * response has been written, by the end of the connection.
	 */
	private Mono<Void> failed(Throwable ex, ServerWebExchange exchange, FieldList own) {
		NatsReply problem = problem(ex);
		if (problem == null) {
			return Mono.error(ex);
		}
		if (!exchange.getResponse().isCommitted()) {
			return replace(exchange, own, problem);
		}
		ServerHttpRequest request = exchange.getRequest();
		brokenOff.warn("The response to {} {} breaks off: {}", request.getMethod().name(), request.getPath().value(),
				String.valueOf(ex.getMessage()));
		RequestConnection.abort(request);
		return Mono.error(new AbortedException(ex));
	}

	private static @Nullable NatsReply problem(Throwable ex) {
		if (ex instanceof NatsExchangeException failure) {
			return NatsReply.of(failure);
		}
		if (ex instanceof JetStreamException refused) {
			return NatsReply.of(refused);
		}
		return (ex instanceof BrokenRequestException broken) ? broken.toReply() : null;
	}

	/**
	 * Writes a problem in place of a response of which nothing has been written.
	 */
	private Mono<Void> replace(ServerWebExchange exchange, FieldList own, NatsReply problem) {
		HttpHeaders headers = exchange.getResponse().getHeaders();
		headers.clear();
		own.forEach(headers::addAll);
		return write(exchange, new GatewayResponse(problem));
	}

	private static Mono<Void> writeBody(ServerWebExchange exchange, GatewayResponse source) {
		ServerHttpResponse response = exchange.getResponse();
		HttpHeaders headers = response.getHeaders();
		int status = source.getStatus().value();
		BodyStream stream = source.getStream();
		if (exchange.getRequest().getMethod() == HttpMethod.HEAD || isWithoutBody(status)) {
			source.discard();
			return (stream != null) ? absentBody(response, status, 0)
					: source.readBody().flatMap((body) -> absentBody(response, status, body.length));
		}
		if (stream != null) {
			return writeStream(exchange, stream, announcedLength(headers));
		}
		return source.readBody().flatMap((body) -> {
			headers.setContentLength(body.length);
			return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
		});
	}

	private static boolean isWithoutBody(int status) {
		return status == 204 || status == 205 || status == 304;
	}

	/**
	 * Writes frames as they come. The server would take a hundred of them ahead: a frame
	 * counts as consumed, upon which the service may send more, only when those before it
	 * have been written, upon which their memory is given back.
	 */
	private static Mono<Void> writeStream(ServerWebExchange exchange, BodyStream stream, long length) {
		ServerHttpResponse response = exchange.getResponse();
		Channel channel = RequestConnection.openChannel(exchange.getRequest());
		Flux<byte[]> frames = (length < 0) ? stream.frames() : ofLength(stream.frames(), length);
		// The bytes of the last frame.
		AtomicInteger held = new AtomicInteger();
		Function<byte[], Mono<DataBuffer>> buffer = (frame) -> Mono.fromSupplier(() -> {
			stream.released(held.getAndSet(frame.length));
			stream.delivered(frame.length);
			return response.bufferFactory().wrap(frame);
		});
		Mono<Void> written = flushesByItself(response)
				? response.writeWith(frames.concatMap((frame) -> whenWritable(channel, buffer.apply(frame)), 1))
				: response.writeAndFlushWith(
						frames.concatMap((frame) -> whenWritable(channel, Mono.just(buffer.apply(frame))), 1));
		return written.doFinally((signal) -> stream.released(held.get()));
	}

	/**
	 * Returns whether what is written goes out at the end of the turn of the event loop,
	 * all that has come meanwhile at once: as Reactor Netty does it. Other servers, and
	 * what filters put in the place of its response, may keep it until they are told.
	 */
	private static boolean flushesByItself(ServerHttpResponse response) {
		ServerHttpResponse own = (response instanceof RuledResponse ruled) ? ruled.getDelegate() : response;
		return own instanceof AbstractServerHttpResponse server
				&& server.getNativeResponse() instanceof HttpServerResponse;
	}

	private static <T> Mono<T> whenWritable(@Nullable Channel channel, Mono<T> next) {
		return (channel == null || channel.isWritable()) ? next : written(channel).then(next);
	}

	/**
	 * Completes when all that is in the outgoing buffer has been written, or is not going
	 * to be.
	 */
	private static Mono<Void> written(Channel channel) {
		return Mono
			.create((sink) -> channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((future) -> sink.success()));
	}

	private static Flux<byte[]> ofLength(Flux<byte[]> frames, long length) {
		AtomicLong left = new AtomicLong(length);
		Mono<byte[]> end = Mono.defer(() -> (left.get() == 0) ? Mono.empty() : Mono.error(wrongLength(length)));
		return frames.<byte[]>handle((frame, sink) -> {
			if (left.addAndGet(-frame.length) < 0) {
				sink.error(wrongLength(length));
			}
			else {
				sink.next(frame);
			}
		}).concatWith(end);
	}

	private static NatsExchangeException wrongLength(long length) {
		return new NatsExchangeException(ExchangeFailure.STREAM_BROKEN,
				"The service did not send the " + length + " bytes that it has announced");
	}

	/**
	 * Takes the length that a service announces, if it is one.
	 * @return the length, or -1
	 */
	private static long announcedLength(HttpHeaders headers) {
		List<String> values = headers.getOrEmpty(HttpHeaders.CONTENT_LENGTH);
		if (isLength(values)) {
			return Long.parseLong(values.get(0));
		}
		headers.remove(HttpHeaders.CONTENT_LENGTH);
		return -1;
	}

	/**
	 * Copies a field, which takes the place of that of the gateway's own filters, but for
	 * those whose values stand side by side.
	 */
	private static void copy(String name, List<String> values, HttpHeaders target) {
		if (name.equalsIgnoreCase(HttpHeaders.SET_COOKIE)) {
			values.stream().filter(Objects::nonNull).forEach((value) -> target.add(name, FieldValue.toBytes(value)));
		}
		else if (name.equalsIgnoreCase(HttpHeaders.VARY)) {
			VaryField.add(target, values);
		}
		else if (values.size() == 1 && values.get(0) != null) {
			// Put reads the old values.
			target.set(name, FieldValue.toBytes(values.get(0)));
		}
		else {
			List<@Nullable String> copied = new ArrayList<>(values);
			copied.replaceAll((value) -> (value != null) ? FieldValue.toBytes(value) : null);
			target.put(name, copied);
		}
	}

	/**
	 * RFC 9110, section 8.6: 204 has no length, HEAD and 304 may tell that of the body
	 * which GET would have had.
	 */
	private static Mono<Void> absentBody(ServerHttpResponse response, int status, int bodyLength) {
		HttpHeaders headers = response.getHeaders();
		if (status == 204) {
			headers.remove(HttpHeaders.CONTENT_LENGTH);
		}
		else if (status == 205) {
			headers.setContentLength(0);
		}
		else if (announcedLength(headers) < 0 && bodyLength > 0) {
			headers.setContentLength(bodyLength);
		}
		return response.setComplete();
	}

	private static boolean isLength(List<String> values) {
		return values.size() == 1 && values.get(0).length() <= 18 && !values.get(0).isEmpty()
				&& values.get(0).chars().allMatch((c) -> c >= '0' && c <= '9');
	}

}
