package io.natsproxy.gateway;

import java.util.List;

import io.natsproxy.core.exchange.NatsReply;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.gateway.hook.GatewayResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * Writes a response to the HTTP client, framed by its real length (RFC 9112, section 6):
 * never by what a service says about it.
 */
final class ResponseWriter {

	private static final Log logger = LogFactory.getLog(ResponseWriter.class);

	private static final List<Integer> WITHOUT_BODY = List.of(204, 205, 304);

	Mono<Void> write(ServerWebExchange exchange, GatewayResponse source) {
		return source.readBody()
			.flatMap((body) -> write(exchange.getResponse(), source, body,
					exchange.getRequest().getMethod() == HttpMethod.HEAD));
	}

	private static Mono<Void> write(ServerHttpResponse response, GatewayResponse source, byte[] body, boolean head) {
		HttpHeaders headers = response.getHeaders();
		HttpHeaders own = HttpHeaders.copyOf(headers);
		try {
			source.getHeaders().forEach((name, values) -> copy(name, values, headers));
		}
		catch (IllegalArgumentException ex) {
			// Those of services have been checked: a hook made it up.
			logger.error("A response hook has set a malformed header", ex);
			headers.clear();
			headers.putAll(own);
			GatewayResponse problem = new GatewayResponse(new NatsReply(new ResponseHead(500, Problem.HEADERS),
					Problem.of(500, "The response could not be prepared").toJson()));
			return problem.readBody().flatMap((text) -> write(response, problem, text, head));
		}
		HttpStatusCode status = source.getStatus();
		response.setStatusCode(status);
		if (head || WITHOUT_BODY.contains(status.value())) {
			describeAbsentBody(headers, status.value(), body.length);
			return response.setComplete();
		}
		headers.setContentLength(body.length);
		return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
	}

	private static void copy(String name, List<String> values, HttpHeaders target) {
		if (isAdded(name)) {
			target.addAll(name, values);
		}
		else {
			target.put(name, values);
		}
	}

	/**
	 * Whether the values of a service stand beside those of the gateway's own filters.
	 */
	private static boolean isAdded(String name) {
		return name.equalsIgnoreCase(HttpHeaders.SET_COOKIE) || name.equalsIgnoreCase(HttpHeaders.VARY);
	}

	/**
	 * RFC 9110, section 8.6: 204 has no length, HEAD and 304 may tell that of the body
	 * which GET would have had.
	 */
	private static void describeAbsentBody(HttpHeaders headers, int status, int bodyLength) {
		if (status == 204) {
			headers.remove(HttpHeaders.CONTENT_LENGTH);
		}
		else if (status == 205) {
			headers.setContentLength(0);
		}
		else if (!isLength(headers.getOrEmpty(HttpHeaders.CONTENT_LENGTH))) {
			headers.remove(HttpHeaders.CONTENT_LENGTH);
			if (bodyLength > 0) {
				headers.setContentLength(bodyLength);
			}
		}
	}

	private static boolean isLength(List<String> values) {
		return values.size() == 1 && values.get(0).length() <= 18 && !values.get(0).isEmpty()
				&& values.get(0).chars().allMatch((c) -> c >= '0' && c <= '9');
	}

}
