package io.natsproxy.webflux.server;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.util.StringUtils;

/**
 * The origin of a request as the gateway tells it in {@code X-Forwarded-*} headers.
 * Spring's {@code ForwardedHeaderTransformer} is not used: it rebuilds the path and
 * merges doubled slashes, so that the path which is matched would not be the one that was
 * routed.
 *
 * @param scheme http or https
 * @param authority host and port as the client named them
 * @param prefix what the gateway has taken off the front of the path
 * @param remoteAddress the client, with port 0; {@code null} when it is not known
 */
record ForwardedOrigin(String scheme, String authority, String prefix, @Nullable InetSocketAddress remoteAddress) {

	/**
	 * Reads the headers.
	 * @param headers the headers of the request
	 * @param trusted whether forwarded headers are to be believed
	 */
	static ForwardedOrigin of(HttpHeaders headers, boolean trusted) {
		String host = headers.getFirst(HttpHeaders.HOST);
		String authority = (host != null) ? host : "localhost";
		if (!trusted) {
			return new ForwardedOrigin("http", authority, "", null);
		}
		String scheme = "https".equalsIgnoreCase(first(headers, "X-Forwarded-Proto")) ? "https" : "http";
		String forwardedHost = first(headers, "X-Forwarded-Host");
		return new ForwardedOrigin(scheme, (forwardedHost != null) ? forwardedHost : authority, prefix(headers),
				remoteAddress(first(headers, "X-Forwarded-For")));
	}

	private static String prefix(HttpHeaders headers) {
		String prefix = first(headers, "X-Forwarded-Prefix");
		if (prefix == null || !prefix.startsWith("/")) {
			return "";
		}
		return StringUtils.trimTrailingCharacter(prefix, '/');
	}

	private static @Nullable InetSocketAddress remoteAddress(@Nullable String address) {
		byte[] bytes = (address != null) ? NetUtil.createByteArrayFromIpAddressString(address) : null;
		try {
			return (bytes != null) ? new InetSocketAddress(InetAddress.getByAddress(bytes), 0) : null;
		}
		catch (UnknownHostException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static @Nullable String first(HttpHeaders headers, String name) {
		String value = headers.getFirst(name);
		if (value == null) {
			return null;
		}
		int comma = value.indexOf(',');
		return ((comma >= 0) ? value.substring(0, comma) : value).trim();
	}

}
