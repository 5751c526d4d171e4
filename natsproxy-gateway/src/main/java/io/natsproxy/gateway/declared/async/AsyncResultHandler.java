package io.natsproxy.gateway.declared.async;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.stream.BodyStream;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.gateway.declared.RouteHandler;
import io.natsproxy.gateway.declared.RouteProblemException;
import io.natsproxy.gateway.declared.RouteRequest;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * Tells what has become of a request, or hands out its reply.
 */
final class AsyncResultHandler implements RouteHandler {

	private final AsyncRequests requests;

	private final NatsCaller caller;

	private final boolean reply;

	AsyncResultHandler(AsyncRequests requests, NatsCaller caller, boolean reply) {
		this.requests = requests;
		this.caller = caller;
		this.reply = reply;
	}

	@Override
	public Mono<NatsReply> handle(RouteRequest request) {
		String id = Objects.requireNonNull(request.variables().value(AsyncResultTarget.ID));
		String location = AsyncHandler.location(request, this.requests.settings(), id);
		Duration wait = AsyncHandler.bounded(Preferences.of(request.fields().values(Preferences.FIELD)).waiting(),
				this.requests.settings());
		Mono<AsyncState> state = this.requests.find(id).switchIfEmpty(Mono.error(AsyncResultHandler::unknown));
		if (!this.reply && wantsEvents(request)) {
			return state.thenReturn(events(id, location));
		}
		return state
			.flatMap((found) -> (found.isPending() && !wait.isZero()) ? this.requests.await(id)
				.takeUntilOther(Mono.delay(wait))
				.filter((later) -> !later.isPending())
				.next()
				.defaultIfEmpty(found) : Mono.just(found))
			.map((found) -> (found.reply() == null) ? AsyncHandler.pending(location, false)
					: this.reply ? found.reply() : seeOther(location));
	}

	private static RouteProblemException unknown() {
		return new RouteProblemException(404, "There is no such request, or no longer");
	}

	private static NatsReply seeOther(String location) {
		HeaderFields fields = (action) -> {
			action.accept("Cache-Control", List.of("no-store"));
			action.accept("Location", List.of(location + AsyncResultTarget.REPLY));
		};
		return new NatsReply(new ResponseHead(303, fields), new byte[0]);
	}

	private static boolean wantsEvents(RouteRequest request) {
		try {
			return request.exchange()
				.getRequest()
				.getHeaders()
				.getAccept()
				.stream()
				.anyMatch((type) -> type.equalsTypeAndSubtype(MediaType.TEXT_EVENT_STREAM));
		}
		catch (InvalidMediaTypeException ex) {
			return false;
		}
	}

	/**
	 * Tells by server-sent events, with a comment whenever it has been looked in vain.
	 */
	private NatsReply events(String id, String location) {
		HeaderFields fields = (action) -> {
			action.accept("Content-Type", List.of(MediaType.TEXT_EVENT_STREAM_VALUE));
			action.accept("Cache-Control", List.of("no-store"));
		};
		Flux<byte[]> events = this.requests.await(id)
			.takeUntilOther(Mono.delay(this.requests.settings().maxWait()))
			.map((state) -> state.isPending() ? ": pending\n\n"
					: "event: done\ndata: " + location + AsyncResultTarget.REPLY + "\n\n")
			.map((event) -> event.getBytes(StandardCharsets.UTF_8));
		return new NatsReply(new ResponseHead(200, fields), new byte[0],
				BodyStream.of(events, new ByteReservation(this.caller.budget()), () -> {
				}));
	}

}
