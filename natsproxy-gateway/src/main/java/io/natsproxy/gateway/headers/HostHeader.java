package io.natsproxy.gateway.headers;

import java.util.List;

import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.NetUtil;
import reactor.netty.http.server.HttpServerRequest;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.AbstractServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;

/**
 * The {@code Host} of a request (RFC 9112, section 3.2).
 */
public final class HostHeader {

	/**
	 * Characters of a host and port of RFC 3986, section 3.2, beside letters and digits,
	 * loosely: nothing that ends the authority of a URI.
	 */
	private static final String AUTHORITY = "_.~!$&'()*+,;=:%[]-";

	/**
	 * Characters of a name of RFC 3986, section 3.2.2, beside letters, digits and what is
	 * percent-encoded.
	 */
	private static final String NAME = "-._~!$&'()*+,;=";

	private static final int MAX_PORT = 65535;

	private static final int MAX_PORT_LENGTH = 5;

	private HostHeader() {
	}

	/**
	 * Returns whether a request says at most once to which host it talks, and nothing
	 * that would reach into the path when a URI is made of it. HTTP/1.1 requires the
	 * field.
	 * @param request the request of the client
	 * @param fields its fields
	 * @return whether the request may go on
	 */
	public static boolean isValid(ServerHttpRequest request, FieldList fields) {
		List<String> hosts = fields.values(HttpHeaders.HOST);
		return hosts.isEmpty() ? !isHttp11(request) : hosts.size() == 1 && isValid(hosts.get(0));
	}

	/**
	 * Returns whether a host, with or without a port, is well-formed. The port may be
	 * empty (RFC 3986, sections 3.2.2 and 3.2.3).
	 * @param host the value of the field
	 * @return whether it may go on
	 */
	public static boolean isValid(String host) {
		int end = host.startsWith("[") ? endOfLiteral(host) : endOfName(host);
		return end == host.length() || (end > 0 && host.charAt(end) == ':' && isPort(host, end + 1));
	}

	/**
	 * Returns where a literal in brackets ends, or -1 if it is not an IPv6 address
	 * without a zone: no other version is defined.
	 */
	private static int endOfLiteral(String host) {
		int bracket = host.indexOf(']');
		return (bracket > 0 && host.lastIndexOf('%', bracket) < 0
				&& NetUtil.isValidIpV6Address(host.substring(1, bracket))) ? bracket + 1 : -1;
	}

	/**
	 * Returns where a name or an IPv4 address ends, or -1 if a percent sign in it encodes
	 * nothing.
	 */
	private static int endOfName(String host) {
		int i = 0;
		while (i < host.length()) {
			char c = host.charAt(i);
			if (c == '%') {
				if (i + 2 >= host.length() || !isHex(host.charAt(i + 1)) || !isHex(host.charAt(i + 2))) {
					return -1;
				}
				i += 3;
			}
			else if (isLetterOrDigit(c) || NAME.indexOf(c) >= 0) {
				i++;
			}
			else {
				break;
			}
		}
		return i;
	}

	/**
	 * Returns whether a host ends with a port of no digits, of which others cannot make a
	 * number.
	 * @param host a well-formed host
	 * @return whether {@link #withoutEmptyPort(String)} is another one
	 */
	public static boolean hasEmptyPort(String host) {
		return host.endsWith(":");
	}

	/**
	 * Removes a port of no digits, which says as much as none (RFC 3986, section 6.2.3).
	 * @param host a well-formed host
	 * @return the host without an empty port
	 */
	public static String withoutEmptyPort(String host) {
		return hasEmptyPort(host) ? host.substring(0, host.length() - 1) : host;
	}

	private static boolean isPort(String host, int start) {
		int length = host.length() - start;
		for (int i = start; i < host.length(); i++) {
			if (host.charAt(i) < '0' || host.charAt(i) > '9') {
				return false;
			}
		}
		return length == 0 || (length <= MAX_PORT_LENGTH && Integer.parseInt(host.substring(start)) <= MAX_PORT);
	}

	static boolean isAuthority(String value) {
		for (int i = 0; i < value.length(); i++) {
			char c = value.charAt(i);
			if (!isLetterOrDigit(c) && AUTHORITY.indexOf(c) < 0) {
				return false;
			}
		}
		return true;
	}

	private static boolean isLetterOrDigit(char c) {
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
	}

	private static boolean isHex(char c) {
		return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
	}

	private static boolean isHttp11(ServerHttpRequest request) {
		boolean hasNative = request instanceof AbstractServerHttpRequest
				|| request instanceof ServerHttpRequestDecorator;
		return hasNative
				&& ServerHttpRequestDecorator.getNativeRequest(request) instanceof HttpServerRequest nativeRequest
				&& nativeRequest.version().equals(HttpVersion.HTTP_1_1);
	}

}
