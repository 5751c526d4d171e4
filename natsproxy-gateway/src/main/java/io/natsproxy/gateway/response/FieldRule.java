package io.natsproxy.gateway.response;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * A rule about the header fields of responses that nothing comes after.
 */
@FunctionalInterface
public interface FieldRule {

	/**
	 * Changes the fields of a response that is about to be written. Must not block.
	 * @param request the request as the server has it
	 * @param response the response as the server has it, with its status, fields and
	 * cookies
	 */
	void apply(ServerHttpRequest request, ServerHttpResponse response);

	/**
	 * Changes the fields of what answers a request that could not be read, if the rule
	 * holds whatever the request is.
	 * @param fields the fields
	 */
	default void applyToRefusal(HttpHeaders fields) {
	}

}
