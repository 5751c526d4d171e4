package io.natsproxy.jetty;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

import io.netty.util.NetUtil;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/**
 * The origin of a request as the gateway tells it in {@code X-Forwarded-*} fields.
 *
 * @param scheme http or https
 * @param authority host and port as the client named them
 * @param remoteAddress the client, with port 0; that of nobody when it is not known
 */
record ForwardedOrigin(String scheme, String authority, InetSocketAddress remoteAddress) {

	/**
	 * The unspecified address: applications, and Spring's filters, expect one.
	 */
	static final InetSocketAddress NOBODY = address(new byte[4]);

	/**
	 * Reads the fields.
	 * @param fields the fields of the request
	 * @param trusted whether forwarded fields are to be believed
	 */
	static ForwardedOrigin of(HttpFields fields, boolean trusted) {
		String host = fields.get(HttpHeader.HOST);
		String authority = (host != null && !host.isEmpty()) ? host : "localhost";
		if (!trusted) {
			return new ForwardedOrigin("http", authority, NOBODY);
		}
		String scheme = "https".equalsIgnoreCase(first(fields, HttpHeader.X_FORWARDED_PROTO)) ? "https" : "http";
		String forwardedHost = first(fields, HttpHeader.X_FORWARDED_HOST);
		return new ForwardedOrigin(scheme, (forwardedHost != null) ? forwardedHost : authority,
				remoteAddress(first(fields, HttpHeader.X_FORWARDED_FOR)));
	}

	private static InetSocketAddress remoteAddress(@Nullable String address) {
		byte[] bytes = (address != null) ? NetUtil.createByteArrayFromIpAddressString(address) : null;
		return (bytes != null) ? address(bytes) : NOBODY;
	}

	private static InetSocketAddress address(byte[] bytes) {
		try {
			return new InetSocketAddress(InetAddress.getByAddress(bytes), 0);
		}
		catch (UnknownHostException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static @Nullable String first(HttpFields fields, HttpHeader name) {
		String value = fields.get(name);
		if (value == null) {
			return null;
		}
		int comma = value.indexOf(',');
		return ((comma >= 0) ? value.substring(0, comma) : value).trim();
	}

}
