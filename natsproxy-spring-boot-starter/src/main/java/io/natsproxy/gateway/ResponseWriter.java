package io.natsproxy.gateway;

import java.util.List;

import io.natsproxy.gateway.hook.GatewayResponse;
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

	private static final List<Integer> WITHOUT_BODY = List.of(204, 205, 304);

	Mono<Void> write(ServerWebExchange exchange, GatewayResponse source) {
		return source.readBody()
			.flatMap((body) -> write(exchange.getResponse(), source, body,
					exchange.getRequest().getMethod() == HttpMethod.HEAD));
	}

	private static Mono<Void> write(ServerHttpResponse response, GatewayResponse source, byte[] body, boolean head) {
		HttpStatusCode status = source.getStatus();
		response.setStatusCode(status);
		HttpHeaders headers = response.getHeaders();
		source.getHeaders().forEach((name, values) -> {
			if (isAdded(name)) {
				headers.addAll(name, values);
			}
			else {
				headers.put(name, values);
			}
		});
		if (head || WITHOUT_BODY.contains(status.value())) {
			describeAbsentBody(headers, status.value(), body.length);
			return response.setComplete();
		}
		headers.setContentLength(body.length);
		return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
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
