package io.natsproxy.gateway.declared.async;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.jetstream.JetStreamException;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.gateway.declared.RouteHandler;
import io.natsproxy.gateway.declared.RouteRequest;
import reactor.core.publisher.Mono;

/**
 * Stores requests.
 */
final class AsyncHandler implements RouteHandler {

	private static final byte[] PENDING = "{\"status\":\"pending\"}".getBytes(StandardCharsets.US_ASCII);

	/**
	 * Bytes of an id, which only the client and whom it tells of it know.
	 */
	private static final int ID_LENGTH = 16;

	private static final SecureRandom RANDOM = new SecureRandom();

	private final AsyncRequests requests;

	AsyncHandler(AsyncRequests requests) {
		this.requests = requests;
	}

	@Override
	public Mono<NatsReply> handle(RouteRequest request) {
		NatsHeaders headers = this.requests.encode(request);
		String id = newId();
		Preferences preferences = Preferences.of(request.fields().values(Preferences.FIELD));
		return request.collectBody(this.requests.maxBody(headers), "")
			.defaultIfEmpty(new byte[0])
			.flatMap((body) -> this.requests.store(id, headers, body))
			.then(Mono.defer(() -> finished(id, preferences)))
			.defaultIfEmpty(pending(location(request, this.requests.settings(), id), true));
	}

	/**
	 * Waits for the reply, if the client does. That it cannot be looked for does not
	 * change that the request is stored.
	 */
	private Mono<NatsReply> finished(String id, Preferences preferences) {
		Duration wait = bounded(preferences.waiting(), this.requests.settings());
		return wait.isZero() ? Mono.empty()
				: this.requests.await(id)
					.takeUntilOther(Mono.delay(wait))
					.mapNotNull(AsyncState::reply)
					.next()
					.onErrorResume(JetStreamException.class, (ex) -> Mono.empty());
	}

	static Duration bounded(Duration wait, AsyncQueue settings) {
		return (wait.compareTo(settings.maxWait()) < 0) ? wait : settings.maxWait();
	}

	/**
	 * Returns where a client finds out, as a path that it can ask for.
	 */
	static String location(RouteRequest request, AsyncQueue settings, String id) {
		return request.exchange().getRequest().getPath().contextPath().value() + settings.resultPath() + "/" + id;
	}

	/**
	 * Returns the response while there is no reply.
	 * @param accepted whether the request has just been stored
	 */
	static NatsReply pending(String location, boolean accepted) {
		HeaderFields fields = (action) -> {
			action.accept("Content-Type", List.of("application/json"));
			action.accept("Cache-Control", List.of("no-store"));
			action.accept("Location", List.of(location));
			action.accept("Retry-After", List.of("1"));
			if (accepted) {
				action.accept("Preference-Applied", List.of("respond-async"));
			}
		};
		return new NatsReply(new ResponseHead(202, fields), PENDING);
	}

	private static String newId() {
		byte[] id = new byte[ID_LENGTH];
		RANDOM.nextBytes(id);
		return HexFormat.of().formatHex(id);
	}

}
