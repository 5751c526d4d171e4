package io.natsproxy.gateway;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.stream.BodyChunks;
import io.natsproxy.core.wire.PercentEncoding;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.gateway.headers.FieldList;
import io.natsproxy.gateway.headers.ForwardedHeaders;
import io.natsproxy.gateway.headers.HostHeader;
import io.natsproxy.webflux.body.BodyFlux;
import io.netty.channel.Channel;
import reactor.core.publisher.Flux;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * Reads the request of an HTTP client as the request of an exchange.
 */
final class RequestReader {

	/**
	 * Bytes of a body of unknown length that are collected for one message.
	 */
	private static final long COLLECTED = 256 * 1024;

	private final ForwardedHeaders forwardedHeaders;

	private final BodyLimits bodyLimits;

	private final Predicate<String> passedOn;

	private final LongSupplier maxMessage;

	RequestReader(ForwardedHeaders forwardedHeaders, BodyLimits bodyLimits, Predicate<String> passedOn,
			LongSupplier maxMessage) {
		this.forwardedHeaders = forwardedHeaders;
		this.bodyLimits = bodyLimits;
		this.passedOn = passedOn;
		this.maxMessage = maxMessage;
	}

	/**
	 * Reads the header fields, with what services learn of the client.
	 * @throws NatsExchangeException if the host or a forwarded field is malformed, or the
	 * body comes in an unknown coding
	 */
	FieldList fields(ServerHttpRequest request) {
		FieldList fields = FieldList.of(request, this.passedOn);
		if (!HostHeader.isValid(request, fields)) {
			throw new NatsExchangeException(ExchangeFailure.MALFORMED_REQUEST, "The host is missing or malformed");
		}
		List<String> codings = fields.values(HttpHeaders.TRANSFER_ENCODING);
		if (!codings.isEmpty() && !(codings.size() == 1 && codings.get(0).equalsIgnoreCase("chunked"))) {
			// Another coding is not undone, and the service would not learn of it.
			throw new NatsExchangeException(ExchangeFailure.MALFORMED_REQUEST,
					"The only transfer coding that is supported is chunked");
		}
		try {
			this.forwardedHeaders.write(request, fields);
		}
		catch (IllegalArgumentException ex) {
			throw new NatsExchangeException(ExchangeFailure.MALFORMED_REQUEST, "A forwarded header is malformed");
		}
		return fields;
	}

	/**
	 * Reads the head.
	 * @param fields the header fields of the request
	 */
	RequestHead head(ServerHttpRequest request, FieldList fields) {
		return new RequestHead(request.getMethod().name(), target(request), null, fields);
	}

	/**
	 * The raw path within the application, and the query. Bytes that the client ought to
	 * have percent-encoded arrive as characters of ISO-8859-1, and are encoded here.
	 */
	private static String target(ServerHttpRequest request) {
		String path = request.getPath().pathWithinApplication().value();
		String query = request.getURI().getRawQuery();
		if (path.isEmpty()) {
			path = "/";
		}
		String target = (query != null) ? path + "?" + query : path;
		return isPrintableAscii(target) ? target : encode(target);
	}

	private static boolean isPrintableAscii(String target) {
		for (int i = 0; i < target.length(); i++) {
			if (target.charAt(i) <= ' ' || target.charAt(i) >= 0x7F) {
				return false;
			}
		}
		return true;
	}

	private static String encode(String target) {
		StringBuilder encoded = new StringBuilder(target.length() + 32);
		for (byte octet : target.getBytes(StandardCharsets.ISO_8859_1)) {
			if (octet > ' ' && octet < 0x7F) {
				encoded.append((char) octet);
			}
			else {
				PercentEncoding.append(octet, encoded);
			}
		}
		return encoded.toString();
	}

	/**
	 * Returns the length of the body.
	 * @param fields the header fields of the request
	 * @return bytes, 0 if there is no body, -1 if the length is not known
	 */
	static long length(FieldList fields) {
		String declared = fields.first(HttpHeaders.CONTENT_LENGTH);
		if (declared != null) {
			return Long.parseLong(declared);
		}
		return fields.values(HttpHeaders.TRANSFER_ENCODING).isEmpty() ? 0 : -1;
	}

	/**
	 * Reads the body when subscribed to, and releases its buffers. A body whose declared
	 * length is over the limit is not read at all; one that turns out to be longer fails
	 * at the limit.
	 * @param fields the header fields of the request
	 */
	Flux<byte[]> body(ServerHttpRequest request, FieldList fields) {
		long length = length(fields);
		if (length == 0) {
			return Flux.empty();
		}
		long limit = this.bodyLimits.of(request.getPath());
		if (length > limit) {
			return Flux.error(() -> bodyTooLarge(limit));
		}
		Channel channel = RequestConnection.openChannel(request);
		Flux<byte[]> read = BodyFlux.chunks(request.getBody(), Math.max(0, length),
				(channel != null) ? channel.eventLoop() : null);
		Flux<byte[]> chunks = new WholeBody(read, length, ReceivedBody.of(request));
		if (length >= 0) {
			return (length > this.maxMessage.getAsLong()) ? chunks.startWith(BodyChunks.FLUSH) : chunks;
		}
		return flushedEarly((limit == Long.MAX_VALUE) ? chunks : limited(chunks, limit));
	}

	/**
	 * Takes a body that has been read already in place of that of the request.
	 * @param fields the header fields of the request, which come to tell its length
	 * @param body the body, not empty
	 */
	Flux<byte[]> body(ServerHttpRequest request, FieldList fields, byte[] body) {
		fields.set(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length));
		long limit = this.bodyLimits.of(request.getPath());
		return (body.length > limit) ? Flux.error(() -> bodyTooLarge(limit)) : Flux.just(body);
	}

	/**
	 * Lets a body of unknown length be streamed before it has filled a message: a slow
	 * client would not get that far in time.
	 */
	private static Flux<byte[]> flushedEarly(Flux<byte[]> chunks) {
		return Flux.defer(() -> {
			AtomicLong read = new AtomicLong();
			return chunks.concatMapIterable((chunk) -> {
				long before = read.getAndAdd(chunk.length);
				return (before < COLLECTED && before + chunk.length >= COLLECTED) ? List.of(chunk, BodyChunks.FLUSH)
						: List.of(chunk);
			}, 1);
		});
	}

	private static Flux<byte[]> limited(Flux<byte[]> chunks, long limit) {
		return Flux.defer(() -> {
			AtomicLong read = new AtomicLong();
			return chunks.handle((chunk, sink) -> {
				if (read.addAndGet(chunk.length) > limit) {
					sink.error(bodyTooLarge(limit));
				}
				else {
					sink.next(chunk);
				}
			});
		});
	}

	private static NatsExchangeException bodyTooLarge(long limit) {
		return new NatsExchangeException(ExchangeFailure.BODY_TOO_LARGE, "The body is longer than " + limit + " bytes");
	}

}
