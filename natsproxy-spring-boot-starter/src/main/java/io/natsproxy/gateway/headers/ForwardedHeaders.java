package io.natsproxy.gateway.headers;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * Writes the {@code X-Forwarded-*} header fields of a request: what the gateway sees of
 * its client, appended to what a trusted proxy in front of it has seen. Everything that
 * another client sends of this kind is dropped, {@code Forwarded} (RFC 7239) too.
 */
public final class ForwardedHeaders {

	private static final String FORWARDED = "Forwarded";

	private static final String PREFIX = "X-Forwarded-";

	private static final String FOR = "X-Forwarded-For";

	private final TrustedProxies trustedProxies;

	/**
	 * Creates the rule.
	 * @param trustedProxies whose forwarded headers are believed
	 */
	public ForwardedHeaders(TrustedProxies trustedProxies) {
		this.trustedProxies = trustedProxies;
	}

	/**
	 * Whether a field of the client's request goes on as it is.
	 * @param name the name of the field
	 * @return {@code false} for the fields that this class writes
	 */
	public static boolean isPassedOn(String name) {
		return !name.regionMatches(true, 0, PREFIX, 0, PREFIX.length()) && !name.equalsIgnoreCase(FORWARDED);
	}

	/**
	 * Writes the fields.
	 * @param request the request of the client
	 * @param target where to write them
	 */
	public void write(ServerHttpRequest request, HttpHeaders target) {
		InetSocketAddress remote = request.getRemoteAddress();
		String address = address(remote);
		URI uri = request.getURI();
		if (this.trustedProxies.contains(remote)) {
			request.getHeaders().forEach((name, values) -> {
				if (!isPassedOn(name)) {
					target.addAll(name, values);
				}
			});
			append(target, FORWARDED, (address != null) ? forwardedFor(address) : null);
		}
		if (address != null) {
			String known = join(target, FOR);
			target.set(FOR, (known != null) ? known + ", " + address : address);
		}
		setIfAbsent(target, "X-Forwarded-Proto", uri.getScheme());
		setIfAbsent(target, "X-Forwarded-Host", hostOf(request));
		setIfAbsent(target, "X-Forwarded-Port", String.valueOf(port(uri)));
		String contextPath = request.getPath().contextPath().value();
		if (!contextPath.isEmpty()) {
			String known = join(target, "X-Forwarded-Prefix");
			target.set("X-Forwarded-Prefix", (known != null) ? known + ", " + contextPath : contextPath);
		}
	}

	/**
	 * Appends an element to a list that is there.
	 */
	private static void append(HttpHeaders target, String name, @Nullable String element) {
		String known = join(target, name);
		if (known != null && element != null) {
			target.set(name, known + ", " + element);
		}
	}

	private static @Nullable String join(HttpHeaders headers, String name) {
		return headers.containsHeader(name) ? String.join(", ", headers.getOrEmpty(name)) : null;
	}

	private static void setIfAbsent(HttpHeaders target, String name, @Nullable String value) {
		if (value != null && !target.containsHeader(name)) {
			target.set(name, value);
		}
	}

	private static @Nullable String hostOf(ServerHttpRequest request) {
		String host = request.getHeaders().getFirst(HttpHeaders.HOST);
		return (host != null) ? host : request.getURI().getHost();
	}

	private static int port(URI uri) {
		if (uri.getPort() > 0) {
			return uri.getPort();
		}
		String scheme = (uri.getScheme() != null) ? uri.getScheme().toLowerCase(Locale.ROOT) : "http";
		return scheme.equals("https") ? 443 : 80;
	}

	/**
	 * The address without the zone of an IPv6 address, which means nothing elsewhere.
	 */
	private static @Nullable String address(@Nullable InetSocketAddress remote) {
		if (remote == null) {
			return null;
		}
		String address = remote.isUnresolved() ? remote.getHostString() : remote.getAddress().getHostAddress();
		int zone = address.indexOf('%');
		return (zone >= 0) ? address.substring(0, zone) : address;
	}

	private static String forwardedFor(String address) {
		return address.contains(":") ? "for=\"[" + address + "]\"" : "for=" + address;
	}

}
