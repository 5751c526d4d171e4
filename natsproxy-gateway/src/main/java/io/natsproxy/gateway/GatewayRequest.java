package io.natsproxy.gateway;

import java.util.concurrent.Executor;

import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.gateway.headers.FieldList;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import org.springframework.web.server.ServerWebExchange;

/**
 * A request of an HTTP client whose head has been read, and is well-formed.
 *
 * @param exchange the exchange with the client
 * @param head the head, with what services learn of the client
 * @param fields the header fields of the head
 * @param body the body, within its limit, for one subscriber; what it holds is released
 * @param client the client by whom limits are counted; {@code null} if it is not known
 */
public record GatewayRequest(ServerWebExchange exchange, RequestHead head, FieldList fields, Flux<byte[]> body,
		@Nullable Object client) {

	/**
	 * Returns the length of the body.
	 * @return bytes, 0 if there is no body, -1 if the length is not known
	 */
	public long length() {
		return RequestReader.length(this.fields);
	}

	/**
	 * Returns where the response is written.
	 * @return the event loop of the client's connection
	 */
	public Executor executor() {
		return RequestConnection.executor(this.exchange.getRequest());
	}

}
