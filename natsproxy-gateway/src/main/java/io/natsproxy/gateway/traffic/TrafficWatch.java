package io.natsproxy.gateway.traffic;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

import io.natsproxy.core.log.SafeText;
import io.natsproxy.gateway.route.KnownRoute;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.util.context.ContextView;

import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;

/**
 * Watches the requests of a gateway while somebody looks. While nobody does, a request
 * costs a look at one field. Safe for use by many threads.
 */
public final class TrafficWatch {

	private static final int MAX_PATH = 256;

	private static final int MAX_METHOD = 20;

	private final TraceIds traceIds;

	private int viewers;

	private volatile @Nullable GatewayTraffic traffic;

	/**
	 * Creates the object.
	 * @param traceIds tells the traces of requests
	 */
	public TrafficWatch(TraceIds traceIds) {
		this.traceIds = traceIds;
	}

	/**
	 * Returns a handler whose requests are watched.
	 * @param handler handles the requests
	 * @return the same, watched while somebody looks
	 */
	public WebHandler of(WebHandler handler) {
		return (exchange) -> {
			GatewayTraffic traffic = this.traffic;
			return (traffic != null) ? watch(traffic, exchange, handler) : handler.handle(exchange);
		};
	}

	private Mono<Void> watch(GatewayTraffic traffic, ServerWebExchange exchange, WebHandler handler) {
		return Mono.deferContextual((context) -> {
			long startedAt = System.nanoTime();
			AtomicLong headAt = new AtomicLong();
			exchange.getResponse().beforeCommit(() -> {
				headAt.set(System.nanoTime());
				return Mono.empty();
			});
			return handler.handle(exchange)
				.doFinally((signal) -> traffic
					.add(end(exchange, context, signal, startedAt, headAt.get(), System.nanoTime())));
		});
	}

	private RequestEnd end(ServerWebExchange exchange, ContextView context, SignalType signal, long startedAt,
			long headAt, long now) {
		ServerHttpRequest request = exchange.getRequest();
		String method = request.getMethod().name();
		String path = request.getPath().pathWithinApplication().value();
		HttpStatusCode status = exchange.getResponse().getStatusCode();
		boolean answered = headAt != 0 && status != null;
		String outcome = switch (signal) {
			case ON_COMPLETE -> RequestEnd.OK;
			case CANCEL -> RequestEnd.GONE;
			default -> RequestEnd.ABORTED;
		};
		return new RequestEnd(SafeText.of(method, MAX_METHOD), SafeText.of(path, MAX_PATH), route(exchange, method),
				(answered && status != null) ? status.value() : 0, outcome, (answered ? headAt : now) - startedAt,
				now - startedAt, this.traceIds.of(request, context));
	}

	private static RouteKey route(ServerWebExchange exchange, String method) {
		KnownRoute route = exchange.getAttribute(KnownRoute.ATTRIBUTE);
		String template = (route != null) ? route.path() : null;
		String known = switch (method) {
			case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE" -> method;
			default -> RouteKey.OTHER;
		};
		return new RouteKey(known, (template != null) ? template : RouteKey.UNKNOWN);
	}

	/**
	 * Somebody begins to look.
	 */
	public synchronized void begin() {
		if (this.viewers++ == 0) {
			this.traffic = new GatewayTraffic(System::nanoTime);
		}
	}

	/**
	 * Somebody has looked enough. With the last, what has been counted is forgotten.
	 */
	public synchronized void end() {
		if (--this.viewers == 0) {
			this.traffic = null;
		}
	}

	/**
	 * Takes the requests that have ended since the last call, a sample of them if there
	 * were many.
	 * @return the requests, in the order in which they ended
	 */
	public List<EndedRequest> takeEnded() {
		GatewayTraffic traffic = this.traffic;
		return (traffic != null) ? traffic.take() : List.of();
	}

	/**
	 * Returns how many requests have been left out of the sample.
	 * @return the number, since somebody has begun to look
	 */
	public long skipped() {
		GatewayTraffic traffic = this.traffic;
		return (traffic != null) ? traffic.skipped() : 0;
	}

	/**
	 * Returns sums of counts and latencies.
	 * @param <K> the type of the keys
	 * @param keys tells under which key a route counts
	 * @return the sums, of the routes that there were requests for, in no order
	 */
	public <K> List<TrafficSum<K>> sums(Function<RouteKey, K> keys) {
		GatewayTraffic traffic = this.traffic;
		return (traffic != null) ? traffic.sums(keys) : List.of();
	}

}
