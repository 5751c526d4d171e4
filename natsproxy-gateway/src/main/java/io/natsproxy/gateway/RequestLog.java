package io.natsproxy.gateway;

import java.util.Locale;
import java.util.function.Supplier;

import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.format.FormatCall;
import io.natsproxy.core.log.RateLimitedLog;
import io.natsproxy.core.log.SafeText;
import io.natsproxy.core.subject.SubjectCodec;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.gateway.access.AccessEntry;
import io.natsproxy.gateway.access.ClientAccess;
import io.natsproxy.gateway.headers.ForwardedHeaders;
import io.natsproxy.gateway.route.KnownRoute;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;

/**
 * Says in one line at the level debug what became of each request of a gateway: its
 * subject, the outcome and the time until then. The lines of 502, 503 and 504 are
 * warnings, one for each of them in ten seconds.
 */
public final class RequestLog {

	private static final Logger logger = LoggerFactory.getLogger(RequestLog.class);

	private static final String FAILURE_ATTRIBUTE = RequestLog.class.getName() + ".failure";

	private static final String ANSWERED_ATTRIBUTE = RequestLog.class.getName() + ".answered";

	/**
	 * The entry of the request in the access log, from when it goes to NATS: of words
	 * that come late, the connection may have the next request already.
	 */
	private static final String ENTRY_ATTRIBUTE = RequestLog.class.getName() + ".entry";

	private static final String GONE = "the client has gone";

	private static final String LINE = "{}{}: {} after {} ms";

	/**
	 * Status of a path that is answered, though not with this method.
	 */
	private static final int METHOD_NOT_ALLOWED = 405;

	private final RateLimitedLog badGateways = new RateLimitedLog(logger);

	private final RateLimitedLog unavailable = new RateLimitedLog(logger);

	private final RateLimitedLog timeouts = new RateLimitedLog(logger);

	private final SubjectCodec subjects;

	private final GatewayFormats formats;

	private final @Nullable ForwardedHeaders accessClients;

	/**
	 * Creates a log, where there is no access log.
	 * @param subjects makes the subjects of requests
	 * @param formats knows which requests go out in another format
	 */
	public RequestLog(SubjectCodec subjects, GatewayFormats formats) {
		this(subjects, formats, null);
	}

	/**
	 * Creates a log.
	 * @param subjects makes the subjects of requests
	 * @param formats knows which requests go out in another format
	 * @param accessClients tells the access log the clients of requests; {@code null}
	 * where there is no access log
	 */
	public RequestLog(SubjectCodec subjects, GatewayFormats formats, @Nullable ForwardedHeaders accessClients) {
		this.subjects = subjects;
		this.formats = formats;
		this.accessClients = accessClients;
	}

	/**
	 * Returns a handler whose requests are told of when they end.
	 * @param handler handles the requests
	 * @return the same with a line for each
	 */
	public WebHandler of(WebHandler handler) {
		return (exchange) -> {
			long startedAt = System.nanoTime();
			began(exchange);
			return handler.handle(exchange).doFinally((signal) -> {
				HttpStatusCode status = exchange.getResponse().getStatusCode();
				if (exchange.getResponse().isCommitted() && status != null) {
					answered(exchange, status.value(), startedAt);
				}
				else if (logger.isDebugEnabled()) {
					interrupted(exchange, (signal == SignalType.CANCEL) ? GONE : "the handshake failed", startedAt);
				}
			});
		};
	}

	/**
	 * Tells what becomes of a request that is not answered, where that is asked for.
	 * @param exchange the exchange with the client
	 * @param startedAt when it began, as {@link System#nanoTime()} has it
	 * @param handled handles it
	 */
	Mono<Void> watch(ServerWebExchange exchange, long startedAt, Mono<Void> handled) {
		began(exchange);
		if (!logger.isDebugEnabled()) {
			return handled;
		}
		return handled.doOnCancel(() -> interrupted(exchange, GONE, startedAt))
			.doOnError((ex) -> interrupted(exchange, String.valueOf(ex), startedAt));
	}

	/**
	 * Tells the access log that a request goes to NATS.
	 */
	private void began(ServerWebExchange exchange) {
		ForwardedHeaders clients = this.accessClients;
		AccessEntry entry = entry(exchange);
		if (clients == null || entry == null) {
			return;
		}
		exchange.getAttributes().put(ENTRY_ATTRIBUTE, entry);
		ServerHttpRequest request = exchange.getRequest();
		String client;
		try {
			client = clients.clientAddress(request);
		}
		catch (IllegalArgumentException ex) {
			// A trusted proxy has sent something malformed.
			client = "";
		}
		entry.toService(client);
		KnownRoute route = exchange.getAttribute(KnownRoute.ATTRIBUTE);
		if (route != null) {
			entry.route(route.path(), route.service());
		}
	}

	private @Nullable AccessEntry entry(ServerWebExchange exchange) {
		if (this.accessClients == null) {
			return null;
		}
		AccessEntry entry = exchange.getAttribute(ENTRY_ATTRIBUTE);
		return (entry != null) ? entry : ClientAccess.entry(RequestConnection.channel(exchange.getRequest()));
	}

	/**
	 * Tells the access log when the head of a response was there.
	 * @param exchange the exchange with the client
	 * @param startedAt when it began, as {@link System#nanoTime()} has it
	 */
	void headReceived(ServerWebExchange exchange, long startedAt) {
		AccessEntry entry = entry(exchange);
		if (entry != null) {
			entry.upstream(System.nanoTime() - startedAt);
		}
	}

	/**
	 * Tells the access log why a request is refused.
	 * @param exchange the exchange with the client
	 * @param outcome letters, digits and hyphens
	 */
	void refused(ServerWebExchange exchange, String outcome) {
		AccessEntry entry = entry(exchange);
		if (entry != null) {
			entry.outcome(outcome);
		}
	}

	private void interrupted(ServerWebExchange exchange, String reason, long startedAt) {
		boolean answered = exchange.getAttribute(ANSWERED_ATTRIBUTE) != null;
		logger.debug(LINE, exchange.getLogPrefix(), subject(exchange.getRequest()),
				(answered ? "the response broke off, " : "no response, ") + SafeText.of(reason), millis(startedAt));
	}

	/**
	 * Remembers why a request is going to be answered with a problem.
	 * @param exchange the exchange with the client
	 * @param failure the failure
	 */
	void failed(ServerWebExchange exchange, NatsExchangeException failure) {
		exchange.getAttributes().put(FAILURE_ATTRIBUTE, failure);
		AccessEntry entry = entry(exchange);
		if (entry != null) {
			entry.outcome(failure.failure().name().toLowerCase(Locale.ROOT).replace('_', '-'));
		}
	}

	/**
	 * Tells of a request that is answered.
	 * @param exchange the exchange with the client
	 * @param status the HTTP status
	 * @param startedAt when it began, as {@link System#nanoTime()} has it
	 */
	void answered(ServerWebExchange exchange, int status, long startedAt) {
		AccessEntry entry = entry(exchange);
		if (entry != null) {
			entry.upstream(System.nanoTime() - startedAt);
			if (status == METHOD_NOT_ALLOWED && exchange.getAttribute(FAILURE_ATTRIBUTE) != null) {
				entry.replaceOutcome("method-not-allowed");
			}
		}
		RateLimitedLog failures = failures(status);
		boolean debug = logger.isDebugEnabled();
		if (failures == null && !debug) {
			return;
		}
		if (debug) {
			exchange.getAttributes().put(ANSWERED_ATTRIBUTE, true);
		}
		Supplier<Object[]> arguments = () -> new Object[] { exchange.getLogPrefix(), subject(exchange.getRequest()),
				outcome(exchange, status), millis(startedAt) };
		if (failures != null) {
			failures.warn(LINE, arguments);
		}
		else {
			logger.debug(LINE, arguments.get());
		}
	}

	private @Nullable RateLimitedLog failures(int status) {
		return switch (status) {
			case 502 -> this.badGateways;
			case 503 -> this.unavailable;
			case 504 -> this.timeouts;
			default -> null;
		};
	}

	private static String outcome(ServerWebExchange exchange, int status) {
		NatsExchangeException failure = exchange.getAttribute(FAILURE_ATTRIBUTE);
		return (failure != null && status != METHOD_NOT_ALLOWED)
				? status + " " + failure.failure() + " (" + SafeText.of(failure.getMessage()) + ")"
				: Integer.toString(status);
	}

	private String subject(ServerHttpRequest request) {
		String method = request.getMethod().name();
		String path = request.getPath().pathWithinApplication().value();
		FormatCall call = this.formats.of(request);
		try {
			return (call != null) ? SafeText.of(call.format().subjects(method, path).get(0))
					: this.subjects.subject(method, path.isEmpty() ? "/" : path);
		}
		catch (MalformedMessageException ex) {
			return SafeText.of(method + " " + path);
		}
	}

	private static double millis(long startedAt) {
		return (System.nanoTime() - startedAt) / 100_000 / 10.0;
	}

}
