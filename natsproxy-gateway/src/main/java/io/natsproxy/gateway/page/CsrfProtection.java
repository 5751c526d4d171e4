package io.natsproxy.gateway.page;

import java.net.URI;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.security.web.server.csrf.CsrfToken;
import org.springframework.util.ClassUtils;
import org.springframework.web.server.ServerWebExchange;

/**
 * Keeps pages of other origins from having an operator's browser call routes. Requests of
 * the page have a field that such pages can send only after asking for leave (CORS),
 * which is never granted here, and browsers say from where they come. Where Spring
 * Security wants a token beside that, the page is told it.
 */
final class CsrfProtection {

	/**
	 * The field that all requests for calls have.
	 */
	static final String FIELD = "X-Natsproxy-Page";

	private static final boolean SPRING_SECURITY = ClassUtils
		.isPresent("org.springframework.security.web.server.csrf.CsrfToken", CsrfProtection.class.getClassLoader());

	private CsrfProtection() {
	}

	/**
	 * Returns whether a request is one of the page, and not of a page elsewhere.
	 */
	static boolean isOfThisPage(ServerHttpRequest request) {
		HttpHeaders headers = request.getHeaders();
		if (!"call".equals(headers.getFirst(FIELD))) {
			return false;
		}
		String site = headers.getFirst("Sec-Fetch-Site");
		if (site != null) {
			return site.equals("same-origin");
		}
		String origin = headers.getFirst(HttpHeaders.ORIGIN);
		return origin == null || isOrigin(origin, headers.getFirst(HttpHeaders.HOST));
	}

	private static boolean isOrigin(String origin, @Nullable String host) {
		try {
			return host != null && host.equalsIgnoreCase(URI.create(origin).getRawAuthority());
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	/**
	 * Returns the token of Spring Security, and the field in which it is wanted.
	 * @return both, or empty if none is wanted
	 */
	static Mono<Map<String, Object>> token(ServerWebExchange exchange) {
		return SPRING_SECURITY ? SpringSecurity.token(exchange) : Mono.empty();
	}

	/**
	 * What needs Spring Security on the class path.
	 */
	private static final class SpringSecurity {

		static Mono<Map<String, Object>> token(ServerWebExchange exchange) {
			Mono<CsrfToken> token = exchange.getAttributeOrDefault(CsrfToken.class.getName(), Mono.empty());
			return token.map((each) -> Map.of("header", each.getHeaderName(), "token", each.getToken()));
		}

	}

}
