package io.natsproxy.core.header;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.function.Function;

import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;

/**
 * The origin of a request as the gateway tells it in {@code X-Forwarded-*} fields.
 *
 * @param scheme http or https
 * @param authority host and port as the client named them
 * @param prefix what the gateway has taken off the front of the path, empty for nothing
 * @param remoteAddress the client, with port 0; {@code null} when it is not known
 */
public record ForwardedOrigin(String scheme, String authority, String prefix,
		@Nullable InetSocketAddress remoteAddress) {

	/**
	 * Reads the fields.
	 * @param fields returns the first value of a field, {@code null} if there is none
	 * @param trusted whether forwarded fields are to be believed
	 * @return the origin; without them, what {@code Host} says
	 */
	public static ForwardedOrigin of(Function<String, @Nullable String> fields, boolean trusted) {
		String host = fields.apply("Host");
		String authority = (host != null) ? host : "localhost";
		if (!trusted) {
			return new ForwardedOrigin("http", authority, "", null);
		}
		String scheme = "https".equalsIgnoreCase(first(fields, "X-Forwarded-Proto")) ? "https" : "http";
		String forwardedHost = first(fields, "X-Forwarded-Host");
		return new ForwardedOrigin(scheme, (forwardedHost != null) ? forwardedHost : authority,
				prefix(first(fields, "X-Forwarded-Prefix")), remoteAddress(first(fields, "X-Forwarded-For")));
	}

	private static String prefix(@Nullable String prefix) {
		if (prefix == null || !prefix.startsWith("/")) {
			return "";
		}
		int end = prefix.length();
		while (end > 0 && prefix.charAt(end - 1) == '/') {
			end--;
		}
		return prefix.substring(0, end);
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

	private static @Nullable String first(Function<String, @Nullable String> fields, String name) {
		String value = fields.apply(name);
		if (value == null) {
			return null;
		}
		int comma = value.indexOf(',');
		return ((comma >= 0) ? value.substring(0, comma) : value).trim();
	}

}
