package io.natsproxy.webflux.server;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.ResolvableType;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.MediaType;
import org.springframework.http.ReactiveHttpInputMessage;
import org.springframework.http.codec.HttpMessageReader;
import org.springframework.http.codec.LoggingCodecSupport;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ContentTooLargeException;

/**
 * Reads bodies of requests as another reader does. One that is longer than that one holds
 * in memory is a 413, however it is read: Spring's is a 500 where a router function reads
 * it. Forms have a reader of their own.
 */
class RequestBodyReader<T> extends LoggingCodecSupport implements HttpMessageReader<T> {

	private final HttpMessageReader<T> reader;

	RequestBodyReader(HttpMessageReader<T> reader) {
		this.reader = reader;
		// Whether details of requests are logged is asked of readers.
		setEnableLoggingRequestDetails(
				reader instanceof LoggingCodecSupport logging && logging.isEnableLoggingRequestDetails());
	}

	static <T> RequestBodyReader<T> of(HttpMessageReader<T> reader) {
		List<MediaType> types = reader.getReadableMediaTypes();
		boolean form = !types.isEmpty() && types.stream().allMatch(RequestBodyReader::isForm);
		return form ? new FormReader<>(reader) : new RequestBodyReader<>(reader);
	}

	private static boolean isForm(MediaType type) {
		return type.getType().equals("multipart") || type.equalsTypeAndSubtype(MediaType.APPLICATION_FORM_URLENCODED);
	}

	@Override
	public List<MediaType> getReadableMediaTypes() {
		return this.reader.getReadableMediaTypes();
	}

	@Override
	public List<MediaType> getReadableMediaTypes(ResolvableType elementType) {
		return this.reader.getReadableMediaTypes(elementType);
	}

	@Override
	public boolean canRead(ResolvableType elementType, @Nullable MediaType mediaType) {
		return this.reader.canRead(elementType, mediaType);
	}

	@Override
	public Flux<T> read(ResolvableType elementType, ReactiveHttpInputMessage message, Map<String, Object> hints) {
		return this.reader.read(elementType, message, hints)
			.onErrorMap(DataBufferLimitException.class, ContentTooLargeException::new);
	}

	@Override
	public Mono<T> readMono(ResolvableType elementType, ReactiveHttpInputMessage message, Map<String, Object> hints) {
		return this.reader.readMono(elementType, message, hints)
			.onErrorMap(DataBufferLimitException.class, ContentTooLargeException::new);
	}

	@Override
	public Flux<T> read(ResolvableType actualType, ResolvableType elementType, ServerHttpRequest request,
			ServerHttpResponse response, Map<String, Object> hints) {
		return this.reader.read(actualType, elementType, request, response, hints)
			.onErrorMap(DataBufferLimitException.class, ContentTooLargeException::new);
	}

	@Override
	public Mono<T> readMono(ResolvableType actualType, ResolvableType elementType, ServerHttpRequest request,
			ServerHttpResponse response, Map<String, Object> hints) {
		return this.reader.readMono(actualType, elementType, request, response, hints)
			.onErrorMap(DataBufferLimitException.class, ContentTooLargeException::new);
	}

}
