package io.natsproxy.gateway.client;

import java.util.Iterator;

import io.natsproxy.gateway.RefusalReason;
import io.natsproxy.gateway.headers.HostHeader;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the head of a request for what Netty, Reactor Netty and Spring would refuse,
 * each in its way, and for too many fields. Writes target and host in the form in which
 * all that is behind it understands them alike.
 */
final class RequestCheck {

	private final int maxFields;

	RequestCheck(int maxFields) {
		this.maxFields = (maxFields > 0) ? maxFields : Integer.MAX_VALUE;
	}

	/**
	 * Looks at a request of HTTP/1.1.
	 * @param request the request, of which target and host may be rewritten
	 * @param channel the connection on which it has come
	 * @return what is wrong with it, or {@code null}
	 */
	@Nullable Refusal check(HttpRequest request, Channel channel) {
		if (request.decoderResult().isFailure()) {
			return undecoded(request.decoderResult().cause());
		}
		if (request.headers().size() > this.maxFields) {
			return tooManyFields();
		}
		HttpVersion version = request.protocolVersion();
		if (version.majorVersion() != 1) {
			return new Refusal(RefusalReason.MALFORMED, 505, "The version of HTTP is not supported here");
		}
		Iterator<String> hosts = request.headers().valueStringIterator(HttpHeaderNames.HOST);
		String host = hosts.hasNext() ? hosts.next() : null;
		boolean validHost = (host != null) ? HostHeader.isValid(host) && !hosts.hasNext() : version.minorVersion() == 0;
		if (!validHost) {
			return Refusal.malformed("The host is missing or malformed");
		}
		if (host != null && HostHeader.hasEmptyPort(host)) {
			request.headers().set(HttpHeaderNames.HOST, HostHeader.withoutEmptyPort(host));
		}
		return (RequestTarget.isPlain(request.uri()) && !HttpMethod.CONNECT.equals(request.method())) ? null
				: readTarget(request, channel);
	}

	/**
	 * Reads a target that is not written as most are. The authority of one in absolute
	 * form is the host, whatever the field says (RFC 9112, section 3.2.2), and its scheme
	 * that of the connection (RFC 9110, section 7.4).
	 */
	private static @Nullable Refusal readTarget(HttpRequest request, Channel channel) {
		RequestTarget target = RequestTarget.of(request.method().name(), request.uri());
		if (target == null) {
			return malformedTarget();
		}
		String authority = target.authority();
		if (authority != null) {
			if (!HostHeader.isValid(authority)) {
				return Refusal.malformed("The host of the target is malformed");
			}
			boolean secure = channel.pipeline().get(SslHandler.class) != null;
			if (secure != "https".equals(target.scheme())) {
				return new Refusal(RefusalReason.MALFORMED, 421,
						"The scheme of the target is not that of the connection");
			}
			request.headers().set(HttpHeaderNames.HOST, HostHeader.withoutEmptyPort(authority));
		}
		request.setUri(target.path());
		return null;
	}

	/**
	 * Looks at a request of HTTP/2.
	 * @param headers the head, of which target and host may be rewritten
	 * @return what is wrong with it, or {@code null}
	 */
	@Nullable Refusal check(Http2Headers headers) {
		if (headers.size() > this.maxFields
				// Cookies may come one by one (RFC 9113, section 8.2.3).
				&& headers.size() - headers.getAll(HttpHeaderNames.COOKIE).size() >= this.maxFields) {
			return tooManyFields();
		}
		Refusal refusal = checkHost(headers);
		if (refusal != null) {
			return refusal;
		}
		boolean connect = isConnect(headers);
		if (connect && headers.get(Http2Headers.PseudoHeaderName.PROTOCOL.value()) == null) {
			// Nobody is connected to others here (RFC 9110, section 9.3.6).
			return malformedTarget();
		}
		CharSequence path = headers.path();
		if (path == null || RequestTarget.isPlain(path.toString())) {
			return null;
		}
		// With a protocol, its target is that of a GET (RFC 8441, section 4).
		String method = connect ? "GET" : String.valueOf(headers.method());
		RequestTarget target = RequestTarget.of(method, path.toString());
		if (target == null || target.authority() != null) {
			return malformedTarget();
		}
		headers.path(target.path());
		return null;
	}

	/**
	 * The host of HTTP/2 is the authority; a field beside it says the same (RFC 9113,
	 * section 8.3.1).
	 */
	private static @Nullable Refusal checkHost(Http2Headers headers) {
		CharSequence authority = headers.authority();
		CharSequence field = headers.get(HttpHeaderNames.HOST);
		if (field != null) {
			String host = field.toString();
			if (!HostHeader.isValid(host) || headers.getAll(HttpHeaderNames.HOST).size() > 1) {
				return Refusal.malformed("The host is malformed");
			}
			host = HostHeader.withoutEmptyPort(host);
			headers.set(HttpHeaderNames.HOST, host);
			if (authority != null && !host.equalsIgnoreCase(HostHeader.withoutEmptyPort(authority.toString()))) {
				return Refusal.malformed("The host is not the authority");
			}
		}
		if (authority != null) {
			String host = authority.toString();
			if (!HostHeader.isValid(host)) {
				return Refusal.malformed("The host is malformed");
			}
			if (HostHeader.hasEmptyPort(host)) {
				headers.authority(HostHeader.withoutEmptyPort(host));
			}
		}
		return null;
	}

	private static boolean isConnect(Http2Headers headers) {
		return HttpMethod.CONNECT.asciiName().contentEquals(String.valueOf(headers.method()));
	}

	private Refusal tooManyFields() {
		return new Refusal(RefusalReason.HEAD_TOO_LARGE, 431,
				"The head has too many fields, the limit is " + this.maxFields);
	}

	private static Refusal malformedTarget() {
		return Refusal.malformed("The target is malformed");
	}

	private static Refusal undecoded(Throwable cause) {
		if (cause instanceof TooLongHttpLineException) {
			return new Refusal(RefusalReason.TARGET_TOO_LONG, 414, "The request line is too long");
		}
		if (cause instanceof TooLongHttpHeaderException) {
			return new Refusal(RefusalReason.HEAD_TOO_LARGE, 431, "The head is too long");
		}
		return Refusal.malformed("The request is malformed");
	}

}
