package io.natsproxy.gateway.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Iterator;

import io.natsproxy.gateway.RefusalReason;
import io.natsproxy.gateway.headers.HostHeader;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the head of a request for what Netty, Reactor Netty and Spring would refuse,
 * each in its way, and for too many fields.
 */
final class RequestCheck {

	/**
	 * Beside letters and digits, what a target may be of without having to be parsed.
	 */
	private static final String PLAIN = "/-._~?=&:@!$'()*+,;";

	private final int maxFields;

	RequestCheck(int maxFields) {
		this.maxFields = (maxFields > 0) ? maxFields : Integer.MAX_VALUE;
	}

	/**
	 * Looks at a request of HTTP/1.1.
	 * @return what is wrong with it, or {@code null}
	 */
	@Nullable Refusal check(HttpRequest request) {
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
		boolean validHost = hosts.hasNext() ? HostHeader.isValid(hosts.next()) && !hosts.hasNext()
				: version.minorVersion() == 0;
		if (!validHost) {
			return Refusal.malformed("The host is missing or malformed");
		}
		return isTarget(request.uri()) ? null : Refusal.malformed("The target is malformed");
	}

	/**
	 * Looks at a request of HTTP/2.
	 * @return what is wrong with it, or {@code null}
	 */
	@Nullable Refusal check(Http2Headers headers) {
		if (headers.size() > this.maxFields
				// Cookies may come one by one (RFC 9113, section 8.2.3).
				&& headers.size() - headers.getAll(HttpHeaderNames.COOKIE).size() >= this.maxFields) {
			return tooManyFields();
		}
		CharSequence authority = headers.authority();
		if (authority != null && !HostHeader.isValid(authority.toString())) {
			return Refusal.malformed("The host is malformed");
		}
		CharSequence path = headers.path();
		return (path == null || isTarget(path.toString())) ? null : Refusal.malformed("The target is malformed");
	}

	private Refusal tooManyFields() {
		return new Refusal(RefusalReason.HEAD_TOO_LARGE, 431,
				"The head has too many fields, the limit is " + this.maxFields);
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

	private static boolean isTarget(String target) {
		for (int i = 0; i < target.length(); i++) {
			char c = target.charAt(i);
			boolean plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')
					|| PLAIN.indexOf(c) >= 0;
			if (!plain) {
				return isUri(target);
			}
		}
		return true;
	}

	/**
	 * Whether Spring is going to make a URI of it: of what comes after the authority, if
	 * there is one.
	 */
	private static boolean isUri(String target) {
		int scheme = target.indexOf("://");
		int end = pathEnd(target, 0);
		int path = (scheme >= 0 && scheme < end) ? pathEnd(target, scheme + 3) : 0;
		try {
			new URI("http://host/" + target.substring(path));
			return true;
		}
		catch (URISyntaxException ex) {
			return false;
		}
	}

	private static int pathEnd(String target, int from) {
		int index = from;
		while (index < target.length() && "/?#".indexOf(target.charAt(index)) < 0) {
			index++;
		}
		return index;
	}

}
