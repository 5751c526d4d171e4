package io.natsproxy.webflux.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.ResolvableType;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ReactiveHttpInputMessage;
import org.springframework.http.codec.HttpMessageReader;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.ContentTooLargeException;
import org.springframework.web.server.ServerWebInputException;

/**
 * Reads forms, multipart ones too, as another reader does. What fails in it is the fault
 * of the client (400, or 413 where something is too long), unless the body itself has
 * failed, or the disk: Spring makes a 500 of it, but for an argument with
 * {@code @RequestBody}.
 */
final class FormReader<T> extends RequestBodyReader<T> {

	/**
	 * The beginning of the message of Spring's limit for the head of a part, which is no
	 * limit for content.
	 */
	private static final String PART_HEAD_LIMIT = "Part headers ";

	private static final Log logger = LogFactory.getLog(FormReader.class);

	private final HttpMessageReader<T> reader;

	FormReader(HttpMessageReader<T> reader) {
		super(reader);
		this.reader = reader;
	}

	@Override
	public Flux<T> read(ResolvableType elementType, ReactiveHttpInputMessage message, Map<String, Object> hints) {
		return Flux.defer(() -> this.reader.read(elementType, new Form(message), hints))
			.onErrorMap(FormReader::failure);
	}

	@Override
	public Mono<T> readMono(ResolvableType elementType, ReactiveHttpInputMessage message, Map<String, Object> hints) {
		return Mono.defer(() -> this.reader.readMono(elementType, new Form(message), hints))
			.onErrorMap(FormReader::failure);
	}

	@Override
	public Flux<T> read(ResolvableType actualType, ResolvableType elementType, ServerHttpRequest request,
			ServerHttpResponse response, Map<String, Object> hints) {
		return Flux.defer(() -> this.reader.read(actualType, elementType, new FormRequest(request), response, hints))
			.onErrorMap(FormReader::failure);
	}

	@Override
	public Mono<T> readMono(ResolvableType actualType, ResolvableType elementType, ServerHttpRequest request,
			ServerHttpResponse response, Map<String, Object> hints) {
		return Mono
			.defer(() -> this.reader.readMono(actualType, elementType, new FormRequest(request), response, hints))
			.onErrorMap(FormReader::failure);
	}

	private static Throwable failure(Throwable ex) {
		if (ex instanceof BodyFailure failure) {
			return failure.body();
		}
		if (ex instanceof ErrorResponse || ex instanceof Error || ex instanceof IOException
				|| ex instanceof UncheckedIOException || Exceptions.isCancel(ex)) {
			return ex;
		}
		logger.debug("A form could not be read", ex);
		String message = ex.getMessage();
		if (ex instanceof DataBufferLimitException && !(message != null && message.startsWith(PART_HEAD_LIMIT))) {
			return new ContentTooLargeException(ex);
		}
		return new ServerWebInputException("Malformed form", null, ex);
	}

	private static Flux<DataBuffer> body(ReactiveHttpInputMessage message) {
		return message.getBody().onErrorMap(BodyFailure::new);
	}

	/**
	 * A message that marks failures of its body.
	 *
	 * @param message the message
	 */
	private record Form(ReactiveHttpInputMessage message) implements ReactiveHttpInputMessage {

		@Override
		public HttpHeaders getHeaders() {
			return this.message.getHeaders();
		}

		@Override
		public Flux<DataBuffer> getBody() {
			return body(this.message);
		}

	}

	/**
	 * A request that marks failures of its body.
	 */
	private static final class FormRequest extends ServerHttpRequestDecorator {

		FormRequest(ServerHttpRequest request) {
			super(request);
		}

		@Override
		public Flux<DataBuffer> getBody() {
			return body(getDelegate());
		}

	}

	/**
	 * A failure of the body, on its way through the reader.
	 */
	private static final class BodyFailure extends RuntimeException {

		private final Throwable body;

		BodyFailure(Throwable body) {
			super(null, body, false, false);
			this.body = body;
		}

		Throwable body() {
			return this.body;
		}

	}

}
