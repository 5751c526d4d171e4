package io.natsproxy.gateway;

import java.util.Locale;

import io.natsproxy.core.exchange.ExchangeFailure;
import org.jspecify.annotations.Nullable;

/**
 * The reasons for which a gateway refuses a client by itself: before a service is asked,
 * or without one. A closed set, so that a metric of them stays small.
 */
public enum RefusalReason {

	/**
	 * The request is no HTTP message, or its head is malformed: 400.
	 */
	MALFORMED,

	/**
	 * The body of the request did not arrive whole: 400, or the connection is gone.
	 */
	INCOMPLETE_BODY,

	/**
	 * The target is too long: 414.
	 */
	TARGET_TOO_LONG,

	/**
	 * The head is too long, or has too many fields: 431.
	 */
	HEAD_TOO_LARGE,

	/**
	 * The body is too long: 413.
	 */
	BODY_TOO_LARGE,

	/**
	 * The head of a request did not come in time: 408.
	 */
	HEAD_TIMEOUT,

	/**
	 * The body of a request did not come in time: 408.
	 */
	BODY_TIMEOUT,

	/**
	 * A client sends its body too slowly: 408.
	 */
	SLOW_REQUEST,

	/**
	 * A client takes too little of its response: the connection is closed.
	 */
	SLOW_RESPONSE,

	/**
	 * A client goes on sending a body that has been answered already: the connection is
	 * closed.
	 */
	ANSWERED_BODY,

	/**
	 * A client sends too many requests without waiting for their answers: 429.
	 */
	PIPELINED,

	/**
	 * A client breaks the rules of HTTP/2, or floods: the connection is closed.
	 */
	HTTP2,

	/**
	 * A page of another origin may not open WebSockets: 403.
	 */
	ORIGIN,

	/**
	 * There is no connection to NATS, or none that replies come on: 503.
	 */
	DISCONNECTED,

	/**
	 * The NATS server does not permit the request to be published: 502.
	 */
	NOT_PERMITTED,

	/**
	 * The gateway shuts down: 503.
	 */
	SHUTDOWN,

	/**
	 * There are too many exchanges: 503.
	 */
	EXCHANGES,

	/**
	 * There are too many streams: 503.
	 */
	STREAMS,

	/**
	 * There are too many WebSockets: 503.
	 */
	WEBSOCKETS,

	/**
	 * The address of the client has too many exchanges: 429.
	 */
	CLIENT_EXCHANGES,

	/**
	 * The address of the client has too many streams: 429.
	 */
	CLIENT_STREAMS,

	/**
	 * The address of the client has too many WebSockets: 429.
	 */
	CLIENT_WEBSOCKETS,

	/**
	 * There is no memory left for bodies: 503.
	 */
	MEMORY;

	private final String tag = name().toLowerCase(Locale.ROOT).replace('_', '-');

	/**
	 * Returns the name of the reason in metrics.
	 * @return lower-case letters, digits and hyphens, such as {@code head-too-large}
	 */
	public String tag() {
		return this.tag;
	}

	/**
	 * Returns the reason that an exchange which failed has been refused for.
	 * @param failure the failure
	 * @return the reason, or {@code null} if the failure is none of the gateway's own
	 */
	public static @Nullable RefusalReason of(ExchangeFailure failure) {
		return switch (failure) {
			case MALFORMED_REQUEST -> MALFORMED;
			case TARGET_TOO_LONG -> TARGET_TOO_LONG;
			case HEAD_TOO_LARGE -> HEAD_TOO_LARGE;
			case BODY_TOO_LARGE -> BODY_TOO_LARGE;
			case REQUEST_TIMEOUT -> BODY_TIMEOUT;
			case DISCONNECTED, INBOX_REFUSED -> DISCONNECTED;
			case NOT_PERMITTED -> NOT_PERMITTED;
			case OVERLOADED -> EXCHANGES;
			case TOO_MANY_STREAMS -> STREAMS;
			case CLIENT_OVERLOADED -> CLIENT_EXCHANGES;
			case CLIENT_TOO_MANY_STREAMS -> CLIENT_STREAMS;
			case MEMORY_EXHAUSTED -> MEMORY;
			default -> null;
		};
	}

}
