package io.natsproxy.gateway.declared.keyvalue;

import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.gateway.declared.RouteHandler;
import io.natsproxy.gateway.declared.RouteProblemException;
import io.natsproxy.gateway.declared.RouteRequest;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpMethod;

/**
 * Answers the requests of one route to a bucket.
 */
final class KeyValueHandler implements RouteHandler {

	private final KeyValueTarget target;

	private final KeyReader reader;

	private final KeyWriter writer;

	KeyValueHandler(KeyValueTarget target, KeyReader reader, KeyWriter writer) {
		this.target = target;
		this.reader = reader;
		this.writer = writer;
	}

	@Override
	public Mono<NatsReply> handle(RouteRequest request) {
		HttpMethod method = request.method();
		String key = this.target.key(request);
		boolean reads = method == HttpMethod.GET || method == HttpMethod.HEAD;
		if (key == null) {
			if (!reads) {
				throw new RouteProblemException(400, "The path has no key");
			}
			if (!this.target.listing()) {
				throw new RouteProblemException(404, "The keys of this bucket are not listed");
			}
			return this.reader.readAll(request);
		}
		if (reads) {
			return this.reader.read(request, key);
		}
		return (method == HttpMethod.DELETE) ? this.writer.delete(request, key) : this.writer.write(request, key);
	}

}
