package io.natsproxy.gateway.socket;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;

import io.natsproxy.gateway.headers.FieldList;
import io.natsproxy.gateway.headers.ForwardedHeaders;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.cors.CorsConfiguration;

/**
 * Keeps pages of other origins from opening WebSockets with the cookies of a client (RFC
 * 6455, section 10.2). What is no browser sends no {@code Origin}, and passes.
 */
public final class OriginCheck {

	private final ForwardedHeaders forwardedHeaders;

	private final CorsConfiguration allowed = new CorsConfiguration();

	/**
	 * Creates the check.
	 * @param forwardedHeaders knows under which origin clients see the gateway
	 * @param patterns origins that are allowed beside the gateway's own, such as
	 * {@code https://*.example.com}; {@code *} allows all
	 * @throws IllegalArgumentException if one is malformed
	 */
	public OriginCheck(ForwardedHeaders forwardedHeaders, List<String> patterns) {
		this.forwardedHeaders = forwardedHeaders;
		this.allowed.setAllowedOriginPatterns(patterns);
	}

	/**
	 * Whether a client may open a WebSocket.
	 * @param request its handshake
	 * @return whether it may
	 * @throws IllegalArgumentException if a forwarded header of a trusted proxy is
	 * malformed
	 */
	boolean isAllowed(ServerHttpRequest request) {
		List<String> origins = request.getHeaders().getOrEmpty(HttpHeaders.ORIGIN);
		if (origins.isEmpty()) {
			return true;
		}
		String origin = origins.get(0);
		return origins.size() == 1 && (isSame(origin, request) || this.allowed.checkOrigin(origin) != null);
	}

	private boolean isSame(String origin, ServerHttpRequest request) {
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
		return "https".equalsIgnoreCase(scheme) || "wss".equalsIgnoreCase(scheme) ? "https" : "http";
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
