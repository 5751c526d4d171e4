package io.natsproxy.gateway.headers;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import io.netty.handler.codec.http.HttpHeaderNames;
import reactor.netty.http.server.HttpServerRequest;

import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.HttpHandlerDecoratorFactory;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;

/**
 * Removes the fields that a client's {@code Connection} nominates (RFC 9110, section
 * 7.6.1) from what was received, before any filter sees it: what the gateway and its
 * filters write afterwards is theirs, and stays. Fields that make a message what it is,
 * or that a proxy in front has written, cannot be nominated away.
 */
public final class NominatedFieldRemoval implements HttpHandlerDecoratorFactory, Ordered {

	/**
	 * Options that are about the connection to the client, and mean something to its
	 * server.
	 */
	private static final Set<String> OPTIONS = Set.of("close", "keep-alive", "upgrade", "te", "http2-settings");

	/**
	 * Requests of servers come from there; others may have nothing behind them.
	 */
	private static final String SERVER_PACKAGE = ServerHttpRequest.class.getPackageName();

	private static final Set<String> KEPT = Set.of("host", "content-length", "transfer-encoding", "connection",
			"keep-alive", "upgrade", "te", "trailer", "http2-settings", "expect", "origin", "forwarded");

	private static final List<String> KEPT_PREFIXES = List.of("x-forwarded-", "sec-websocket-");

	/**
	 * First of all, so that nobody reads what the client has nominated.
	 */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public HttpHandler apply(HttpHandler handler) {
		return (request, response) -> handler.handle(remove(request), response);
	}

	/**
	 * Removes the fields, in place where the server is Reactor Netty.
	 * @param request the request as it was received
	 * @return the request without them
	 */
	ServerHttpRequest remove(ServerHttpRequest request) {
		if (request.getClass().getPackageName().equals(SERVER_PACKAGE)
				&& ServerHttpRequestDecorator.getNativeRequest(request) instanceof HttpServerRequest server) {
			io.netty.handler.codec.http.HttpHeaders headers = server.requestHeaders();
			String first = headers.get(HttpHeaderNames.CONNECTION);
			if (first != null && (!first.equalsIgnoreCase("keep-alive")
					|| headers.getAll(HttpHeaderNames.CONNECTION).size() > 1)) {
				remove(headers);
			}
			return request;
		}
		Nominations nominations = Nominations.of(request.getHeaders().getOrEmpty(HttpHeaders.CONNECTION));
		return nominations.isEmpty() ? request : request.mutate().headers((headers) -> {
			headers.setConnection(nominations.options());
			List.copyOf(headers.headerNames()).stream().filter(nominations::includes).forEach(headers::remove);
		}).build();
	}

	private static void remove(io.netty.handler.codec.http.HttpHeaders headers) {
		Nominations nominations = Nominations.of(headers.getAll(HttpHeaderNames.CONNECTION));
		if (nominations.isEmpty()) {
			return;
		}
		headers.set(HttpHeaderNames.CONNECTION, nominations.options());
		headers.names().stream().filter(nominations::includes).forEach(headers::remove);
	}

	private static String lowerCase(String name) {
		return name.toLowerCase(Locale.ROOT);
	}

	/**
	 * The options of a {@code Connection}.
	 *
	 * @param options what it says about the connection, which stays
	 * @param names whatever else it says, in lower case
	 */
	private record Nominations(List<String> options, Set<String> names) {

		static Nominations of(List<String> values) {
			List<String> options = new ArrayList<>();
			Set<String> names = new HashSet<>();
			for (String value : values) {
				for (String option : value.split(",")) {
					String name = lowerCase(option.trim());
					if (!OPTIONS.contains(name)) {
						names.add(name);
					}
					else if (!options.contains(name)) {
						options.add(name);
					}
				}
			}
			return new Nominations(options, names);
		}

		boolean isEmpty() {
			return this.names.isEmpty();
		}

		/**
		 * Returns whether a field is to be removed.
		 */
		boolean includes(String field) {
			String name = lowerCase(field);
			return this.names.contains(name) && !KEPT.contains(name)
					&& KEPT_PREFIXES.stream().noneMatch(name::startsWith);
		}

	}

}
