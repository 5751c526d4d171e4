package io.natsproxy.gateway.headers;

import java.net.URI;
import java.net.URISyntaxException;

import org.jspecify.annotations.Nullable;

import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * The origin under which clients see the gateway (RFC 6454): behind a trusted proxy, what
 * that says.
 */
public final class OwnOrigin {

	private final ForwardedHeaders forwardedHeaders;

	/**
	 * Creates the origin.
	 * @param forwardedHeaders knows whose forwarded headers are believed
	 */
	public OwnOrigin(ForwardedHeaders forwardedHeaders) {
		this.forwardedHeaders = forwardedHeaders;
	}

	/**
	 * Returns whether an origin is that of the gateway.
	 * @param origin the origin that a client names
	 * @param request its request
	 * @return whether it is the same
	 * @throws IllegalArgumentException if a forwarded header of a trusted proxy is
	 * malformed
	 */
	public boolean is(String origin, ServerHttpRequest request) {
		FieldList forwarded = new FieldList();
		this.forwardedHeaders.write(request, forwarded);
		String own = scheme(forwarded.first("X-Forwarded-Proto")) + "://" + forwarded.first("X-Forwarded-Host");
		URI theirs = parse(origin);
		URI ours = parse(own);
		return theirs != null && ours != null && theirs.getScheme().equalsIgnoreCase(ours.getScheme())
				&& theirs.getHost().equalsIgnoreCase(ours.getHost()) && port(theirs) == port(ours);
	}

	/**
	 * The scheme of the page whose scheme for WebSockets this may be.
	 */
	private static String scheme(@Nullable String scheme) {
		return ("https".equalsIgnoreCase(scheme) || "wss".equalsIgnoreCase(scheme)) ? "https" : "http";
	}

	private static @Nullable URI parse(String origin) {
		try {
			URI uri = new URI(origin);
			return (uri.getScheme() != null && uri.getHost() != null) ? uri : null;
		}
		catch (URISyntaxException ex) {
			return null;
		}
	}

	private static int port(URI uri) {
		if (uri.getPort() > 0) {
			return uri.getPort();
		}
		return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
	}

}
