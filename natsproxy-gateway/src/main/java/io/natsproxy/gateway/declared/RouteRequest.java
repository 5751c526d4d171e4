package io.natsproxy.gateway.declared;

import java.util.List;
import java.util.concurrent.Executor;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.stream.BodyCollector;
import io.natsproxy.core.subject.SubjectTemplate;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.gateway.GatewayRequest;
import io.natsproxy.gateway.headers.FieldList;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpMethod;
import org.springframework.util.MultiValueMap;
import org.springframework.web.server.ServerWebExchange;

/**
 * A request of a declared route.
 */
public final class RouteRequest {

	private final NatsRoute route;

	private final GatewayRequest request;

	private final RouteVariables variables;

	private final ByteReservation memory;

	private final byte @Nullable [] collected;

	private final @Nullable String messageId;

	RouteRequest(NatsRoute route, GatewayRequest request, RouteVariables variables, ByteReservation memory) {
		this(route, request, variables, memory, null, null);
	}

	private RouteRequest(NatsRoute route, GatewayRequest request, RouteVariables variables, ByteReservation memory,
			byte @Nullable [] collected, @Nullable String messageId) {
		this.route = route;
		this.request = request;
		this.variables = variables;
		this.memory = memory;
		this.collected = collected;
		this.messageId = messageId;
	}

	/**
	 * Returns the same request once it has been verified.
	 * @param body its body, held by {@link #memory()}
	 * @param messageId the id by which its sender repeats it, or {@code null}
	 */
	RouteRequest verified(byte[] body, @Nullable String messageId) {
		return new RouteRequest(this.route, this.request, this.variables, this.memory, body, messageId);
	}

	/**
	 * Returns the route.
	 * @return the route
	 */
	public NatsRoute route() {
		return this.route;
	}

	/**
	 * Returns the exchange with the client.
	 * @return the exchange, whose response is written by the gateway
	 */
	public ServerWebExchange exchange() {
		return this.request.exchange();
	}

	/**
	 * Returns the method.
	 * @return the method, which may be HEAD where the route has GET
	 */
	public HttpMethod method() {
		return exchange().getRequest().getMethod();
	}

	/**
	 * Returns the head, with what services learn of the client.
	 * @return method, target and fields
	 */
	public RequestHead head() {
		return this.request.head();
	}

	/**
	 * Returns the header fields.
	 * @return the fields, without those that belong to the connection
	 */
	public FieldList fields() {
		return this.request.fields();
	}

	/**
	 * Returns the parameters of the query.
	 * @return the parameters, decoded
	 */
	public MultiValueMap<String, String> query() {
		return exchange().getRequest().getQueryParams();
	}

	/**
	 * Returns the client by whom limits are counted.
	 * @return a value that is equal for the same client; {@code null} if it is not known
	 */
	public @Nullable Object client() {
		return this.request.client();
	}

	/**
	 * Returns where the response is written, which nothing may block.
	 * @return the event loop of the client's connection
	 */
	public Executor executor() {
		return this.request.executor();
	}

	/**
	 * Returns the memory of the exchange, given back when it has ended.
	 * @return the reservation, to be closed by nobody else
	 */
	public ByteReservation memory() {
		return this.memory;
	}

	/**
	 * Returns the length of the body.
	 * @return bytes, 0 if there is no body, -1 if the length is not known
	 */
	public long length() {
		return (this.collected != null) ? this.collected.length : this.request.length();
	}

	/**
	 * Returns the id by which the sender of a verified request repeats it.
	 * @return the id, of printable ASCII; {@code null} if there is none, or the request
	 * need not be verified
	 */
	public @Nullable String messageId() {
		return this.messageId;
	}

	/**
	 * Returns the body.
	 * @return the chunks, within the limit of the path, for one subscriber
	 */
	public Flux<byte[]> body() {
		byte[] collected = this.collected;
		if (collected != null) {
			return (collected.length > 0) ? Flux.just(collected) : Flux.empty();
		}
		return this.request.body();
	}

	/**
	 * Collects the body.
	 * @param limit the most bytes that it may have
	 * @param hint what a client is told of a longer one, beside the limit; may be empty
	 * @return the whole body, held by {@link #memory()}; fails with
	 * {@link ExchangeFailure#BODY_TOO_LARGE} as soon as it is longer
	 */
	public Mono<byte[]> collectBody(long limit, String hint) {
		if (length() > limit) {
			return Mono.error(() -> tooLarge(limit, hint));
		}
		if (this.collected != null) {
			return Mono.just(this.collected);
		}
		return BodyCollector.collect(body(), limit, this.memory)
			.onErrorMap(BodyCollector.TooLongException.class, (ex) -> tooLarge(limit, hint));
	}

	private static NatsExchangeException tooLarge(long limit, String hint) {
		return new NatsExchangeException(ExchangeFailure.BODY_TOO_LARGE,
				"The body is longer than " + Math.max(0, limit) + " bytes" + (hint.isEmpty() ? "" : ": " + hint));
	}

	/**
	 * Returns the values of the variables of templates.
	 * @return the values, which come from the client
	 */
	public SubjectTemplate.Values variables() {
		return this.variables;
	}

	/**
	 * Returns what the path has where its pattern ends with <code>/**</code> or
	 * <code>/{*name}</code>.
	 * @return the decoded segments, of which some may be empty
	 */
	public List<String> rest() {
		return this.variables.rest();
	}

}
