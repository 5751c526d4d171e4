package io.natsproxy.gateway.headers;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.util.ForwardedHeaderUtils;
import org.springframework.web.util.UriComponents;

/**
 * Writes the {@code X-Forwarded-*} header fields of a request: what the gateway sees of
 * its client, appended to what a trusted proxy in front of it has seen. Everything that
 * another client sends of this kind is dropped, {@code Forwarded} (RFC 7239) too.
 */
public final class ForwardedHeaders {

	private static final String FORWARDED = "Forwarded";

	private static final String PREFIX = "X-Forwarded-";

	private static final String FOR = "X-Forwarded-For";

	private static final String HOST = "X-Forwarded-Host";

	/**
	 * Most proxies that are followed to the client: whoever is behind the first may claim
	 * to be behind thousands, each of which has to be looked at.
	 */
	private static final int MAX_PROXIES = 64;

	private final TrustedProxies trustedProxies;

	/**
	 * Creates the rule.
	 * @param trustedProxies whose forwarded headers are believed
	 */
	public ForwardedHeaders(TrustedProxies trustedProxies) {
		this.trustedProxies = trustedProxies;
	}

	/**
	 * Returns whether a field of the client's request goes on as it is.
	 * @param name the name of the field
	 * @return {@code false} for the fields that this class writes
	 */
	static boolean isPassedOn(String name) {
		return !name.regionMatches(true, 0, PREFIX, 0, PREFIX.length()) && !name.equalsIgnoreCase(FORWARDED);
	}

	/**
	 * Writes the fields.
	 * @param request the request of the client
	 * @param target where to write them
	 * @throws IllegalArgumentException if a field of a trusted proxy is malformed
	 */
	public void write(ServerHttpRequest request, FieldList target) {
		InetSocketAddress remote = request.getRemoteAddress();
		boolean trusted = this.trustedProxies.contains(remote);
		if (remote != null) {
			target.add(FOR, trusted ? chain(request, remote) : address(remote));
		}
		URI uri = request.getURI();
		String host = request.getHeaders().getFirst(HttpHeaders.HOST);
		if (trusted) {
			UriComponents forwarded = ForwardedHeaderUtils
				.adaptFromForwardedHeaders(uri, withoutEmptyPort(request.getHeaders()))
				.build();
			target.add("X-Forwarded-Proto", String.valueOf(forwarded.getScheme()));
			target.add(HOST, authority(forwarded));
			target.add("X-Forwarded-Port", String.valueOf(port(forwarded.getScheme(), forwarded.getPort())));
		}
		else {
			target.add("X-Forwarded-Proto", uri.getScheme());
			target.add(HOST, (host != null) ? host : uri.getHost());
			target.add("X-Forwarded-Port", String.valueOf(port(uri.getScheme(), uri.getPort())));
		}
		String contextPath = request.getPath().contextPath().value();
		String prefix = trusted ? request.getHeaders().getFirst("X-Forwarded-Prefix") : null;
		if (prefix != null || !contextPath.isEmpty()) {
			target.add("X-Forwarded-Prefix", ((prefix != null) ? prefix : "") + contextPath);
		}
	}

	/**
	 * Returns the address that counts as that of the client.
	 * @param request the request of the client
	 * @return the first address that is no trusted proxy's, or an empty text if it is not
	 * known
	 */
	public String clientAddress(ServerHttpRequest request) {
		InetSocketAddress remote = request.getRemoteAddress();
		if (remote == null) {
			return "";
		}
		String chain = this.trustedProxies.contains(remote) ? chain(request, remote) : address(remote);
		int comma = chain.indexOf(',');
		return (comma >= 0) ? chain.substring(0, comma) : chain;
	}

	/**
	 * Returns the client by which limits are counted.
	 * @param request the request of the client
	 * @return a value that is equal for the same client, or {@code null} if it is not
	 * known
	 * @throws IllegalArgumentException if a field of a trusted proxy is malformed
	 */
	public @Nullable Object client(ServerHttpRequest request) {
		InetSocketAddress remote = request.getRemoteAddress();
		if (remote == null || remote.isUnresolved()) {
			return null;
		}
		return this.trustedProxies.contains(remote) ? ClientKey.of(clientAddress(request))
				: ClientKey.of(remote.getAddress());
	}

	/**
	 * The client, and the trusted proxies through which its request has come. What stands
	 * before the last address that is not trusted is anybody's invention.
	 */
	private String chain(ServerHttpRequest request, InetSocketAddress remote) {
		Deque<String> chain = new ArrayDeque<>();
		chain.push(address(remote));
		String name = request.getHeaders().containsHeader(FORWARDED) ? FORWARDED : FOR;
		String[] elements = String.join(",", request.getHeaders().getOrEmpty(name)).split(",");
		for (int i = elements.length - 1; i >= 0 && chain.size() <= MAX_PROXIES; i--) {
			InetSocketAddress claimed = claimed(request.getURI(), name, elements[i].trim());
			if (claimed == null) {
				break;
			}
			chain.push(address(claimed));
			if (!this.trustedProxies.contains(claimed.getHostString())) {
				break;
			}
		}
		return String.join(", ", chain);
	}

	private static @Nullable InetSocketAddress claimed(URI uri, String name, String element) {
		HttpHeaders headers = new HttpHeaders();
		headers.set(name, element);
		InetSocketAddress address = ForwardedHeaderUtils.parseForwardedFor(uri, headers, null);
		return (address != null && TrustedProxies.isAddress(address.getHostString())) ? address : null;
	}

	/**
	 * A proxy passes on the host as the client has written it. Spring makes a number of
	 * its port, even of an empty one.
	 */
	private static HttpHeaders withoutEmptyPort(HttpHeaders headers) {
		String hosts = headers.getFirst(HOST);
		if (hosts == null || hosts.indexOf(':') < 0) {
			return headers;
		}
		int comma = hosts.indexOf(',');
		String first = ((comma >= 0) ? hosts.substring(0, comma) : hosts).trim();
		if (!HostHeader.hasEmptyPort(first)) {
			return headers;
		}
		HttpHeaders readable = new HttpHeaders();
		readable.addAll(headers);
		readable.set(HOST, HostHeader.withoutEmptyPort(first));
		return readable;
	}

	private static String authority(UriComponents uri) {
		String host = String.valueOf(uri.getHost());
		if (!HostHeader.isAuthority(host)) {
			throw new IllegalArgumentException("Malformed host");
		}
		return (uri.getPort() > 0 && uri.getPort() != port(uri.getScheme(), -1)) ? host + ":" + uri.getPort() : host;
	}

	private static int port(@Nullable String scheme, int port) {
		if (port > 0) {
			return port;
		}
		return "https".equalsIgnoreCase(scheme) ? 443 : 80;
	}

	/**
	 * The address without the zone of an IPv6 address, which means nothing elsewhere.
	 */
	private static String address(InetSocketAddress remote) {
		String address = remote.isUnresolved() ? TrustedProxies.stripBrackets(remote.getHostString())
				: remote.getAddress().getHostAddress();
		int zone = address.indexOf('%');
		return (zone >= 0) ? address.substring(0, zone) : address;
	}

}
