package io.natsproxy.gateway.response;

import java.util.List;
import java.util.Locale;
import java.util.Set;

import io.natsproxy.gateway.headers.VaryField;
import io.netty.handler.codec.http.HttpContentCompressor;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/**
 * Makes the compression of Reactor Netty a content coding as of RFC 9110, sections 8.4
 * and 12.5.5: keeps it from responses that it would spoil, and has those that it changes
 * say so, to HEAD as to GET. A response whose length is not known is taken for a long
 * one.
 */
public final class CompressionFields implements FieldRule {

	private static final int OK = 200;

	private static final int PARTIAL_CONTENT = 206;

	private static final int NOT_MODIFIED = 304;

	private static final Set<Integer> WITHOUT_BODY = Set.of(204, 205);

	/**
	 * Fields that hold only for the very bytes that were sent: compressed already, a part
	 * of something, or with a digest (RFC 9530).
	 */
	private static final List<String> BOUND_TO_BYTES = List.of(HttpHeaders.CONTENT_ENCODING, HttpHeaders.CONTENT_RANGE,
			"Content-Digest", "Repr-Digest", "Digest", "Content-MD5");

	private static final String WEAK = "W/";

	private final List<MimeType> mimeTypes;

	private final List<String> excludedUserAgents;

	private final long minLength;

	private final Codings codings = new Codings();

	/**
	 * Creates the rule.
	 * @param mimeTypes what is compressed; everything if empty
	 * @param excludedUserAgents values of {@code User-Agent} for which nothing is
	 * compressed
	 * @param minLength length from which a body is compressed, in bytes
	 */
	public CompressionFields(List<MimeType> mimeTypes, List<String> excludedUserAgents, long minLength) {
		this.mimeTypes = List.copyOf(mimeTypes);
		this.excludedUserAgents = List.copyOf(excludedUserAgents);
		this.minLength = minLength;
	}

	@Override
	public void apply(ServerHttpRequest request, ServerHttpResponse response) {
		if (ServerHttpRequestDecorator.getNativeRequest(request) instanceof HttpServerRequest client
				&& ServerHttpResponseDecorator.getNativeResponse(response) instanceof HttpServerResponse server) {
			apply(request, client.version(), response, server);
		}
	}

	private void apply(ServerHttpRequest request, HttpVersion version, ServerHttpResponse response,
			HttpServerResponse server) {
		HttpHeaders headers = response.getHeaders();
		HttpStatusCode statusCode = response.getStatusCode();
		int status = (statusCode != null) ? statusCode.value() : OK;
		if (status == NOT_MODIFIED) {
			validate(request.getHeaders(), headers);
			return;
		}
		boolean partial = status == PARTIAL_CONTENT;
		boolean negotiated = (partial || isNegotiated(status, headers)) && includesType(headers);
		if (negotiated) {
			vary(headers);
		}
		String coding = (negotiated && !partial && version.compareTo(HttpVersion.HTTP_1_1) >= 0)
				? coding(request.getHeaders()) : null;
		if (coding == null) {
			server.compression(false);
		}
		else {
			describe(headers, (request.getMethod() == HttpMethod.HEAD) ? coding : null);
		}
	}

	/**
	 * Tells a client that has asked for what it got compressed the same of it as then.
	 */
	private static void validate(HttpHeaders request, HttpHeaders headers) {
		String tag = headers.getETag();
		if (tag != null && !tag.startsWith(WEAK)
				&& request.getOrEmpty(HttpHeaders.IF_NONE_MATCH)
					.stream()
					.anyMatch((condition) -> condition.contains(WEAK + tag))) {
			headers.set(HttpHeaders.ETAG, WEAK + tag);
			VaryField.add(headers, List.of(HttpHeaders.ACCEPT_ENCODING));
		}
	}

	/**
	 * Returns whether a response may be compressed, depending on the client.
	 */
	private boolean isNegotiated(int status, HttpHeaders headers) {
		if (WITHOUT_BODY.contains(status) || BOUND_TO_BYTES.stream().anyMatch(headers::containsHeader)) {
			return false;
		}
		long length = headers.getContentLength();
		return (length < 0 || length >= this.minLength) && headers.getOrEmpty(HttpHeaders.CACHE_CONTROL)
			.stream()
			.noneMatch((directives) -> directives.toLowerCase(Locale.ROOT).contains("no-transform"));
	}

	private boolean includesType(HttpHeaders headers) {
		if (this.mimeTypes.isEmpty()) {
			return true;
		}
		String contentType = headers.getFirst(HttpHeaders.CONTENT_TYPE);
		if (contentType == null || contentType.isEmpty()) {
			return false;
		}
		try {
			MimeType type = MimeTypeUtils.parseMimeType(contentType);
			return this.mimeTypes.stream().anyMatch((included) -> included.isCompatibleWith(type));
		}
		catch (InvalidMimeTypeException ex) {
			return false;
		}
	}

	private void vary(HttpHeaders headers) {
		VaryField.add(headers, this.excludedUserAgents.isEmpty() ? List.of(HttpHeaders.ACCEPT_ENCODING)
				: List.of(HttpHeaders.ACCEPT_ENCODING, HttpHeaders.USER_AGENT));
	}

	/**
	 * Returns the coding that Netty is going to choose.
	 */
	private @Nullable String coding(HttpHeaders request) {
		String userAgent = request.getFirst(HttpHeaders.USER_AGENT);
		if (userAgent != null && this.excludedUserAgents.stream().anyMatch(userAgent::equalsIgnoreCase)) {
			return null;
		}
		return this.codings.choose(String.join(",", request.getOrEmpty(HttpHeaders.ACCEPT_ENCODING)));
	}

	/**
	 * Changes what does not hold for the compressed body. Ranges are those of the body
	 * that is not.
	 * @param coding what a response to HEAD would have been compressed with, which GET
	 * gets from Netty
	 */
	private static void describe(HttpHeaders headers, @Nullable String coding) {
		String tag = headers.getETag();
		if (tag != null && !tag.startsWith(WEAK)) {
			headers.set(HttpHeaders.ETAG, WEAK + tag);
		}
		headers.remove(HttpHeaders.ACCEPT_RANGES);
		if (coding != null) {
			headers.set(HttpHeaders.CONTENT_ENCODING, coding);
			headers.remove(HttpHeaders.CONTENT_LENGTH);
		}
	}

	/**
	 * Asks Netty.
	 */
	private static final class Codings extends HttpContentCompressor {

		private static final String SNAPPY = "snappy";

		/**
		 * Returns what Netty makes of a field.
		 * @param accepted the values of {@code Accept-Encoding}
		 * @return the coding, or {@code null} for none; not one that is no coding of HTTP
		 * unless it is asked for by name
		 */
		@Nullable String choose(String accepted) {
			String coding = determineEncoding(accepted);
			return (SNAPPY.equals(coding) && !accepted.contains(SNAPPY)) ? null : coding;
		}

	}

}
