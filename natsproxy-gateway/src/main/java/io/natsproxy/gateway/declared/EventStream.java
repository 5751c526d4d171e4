package io.natsproxy.gateway.declared;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.stream.BodyStream;
import io.natsproxy.core.wire.ResponseHead;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Signal;

/**
 * Server-sent events, as the HTML standard has them: what {@code EventSource} of a
 * browser reads, and goes on with after the last id that it has.
 */
public final class EventStream {

	/**
	 * The media type.
	 */
	public static final String MEDIA_TYPE = "text/event-stream";

	/**
	 * The header fields of a response. What stands between must not keep events back.
	 */
	public static final HeaderFields FIELDS = (action) -> {
		action.accept("Content-Type", List.of(MEDIA_TYPE));
		action.accept("Cache-Control", List.of("no-store"));
		action.accept("X-Accel-Buffering", List.of("no"));
	};

	private static final Pattern LINE_END = Pattern.compile("\r\n|\r|\n");

	private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.UTF_8);

	private EventStream() {
	}

	/**
	 * Writes an event.
	 * @param name the name of the event; {@code null} for {@code message}
	 * @param id what the client tells when it comes back; {@code null} for that of the
	 * event before
	 * @param data the data, of as many lines as it has
	 * @return the bytes
	 * @throws IllegalArgumentException if name or id have an end of a line, or the id has
	 * a NUL
	 */
	public static byte[] event(@Nullable String name, @Nullable String id, String data) {
		StringBuilder event = new StringBuilder(data.length() + 64);
		if (name != null) {
			event.append("event: ").append(line(name)).append('\n');
		}
		if (id != null) {
			event.append("id: ").append(line(id)).append('\n');
		}
		for (String line : LINE_END.split(data, -1)) {
			event.append("data: ").append(line).append('\n');
		}
		return event.append('\n').toString().getBytes(StandardCharsets.UTF_8);
	}

	private static String line(String text) {
		if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0 || text.indexOf('\0') >= 0) {
			throw new IllegalArgumentException("Names and ids of events are of one line");
		}
		return text;
	}

	/**
	 * Returns what shows to a client that nothing has happened.
	 * @return a comment, which no client takes for an event
	 */
	public static byte[] comment() {
		return COMMENT.clone();
	}

	/**
	 * Adds comments to events: one at once, so that the response begins, and then one
	 * each time that the interval has passed. A client that reads slowly gets fewer.
	 * @param events the events, of which one is asked for after the other
	 * @param interval the interval
	 * @return events and comments, which end with the events
	 */
	public static Flux<byte[]> alive(Flux<byte[]> events, Duration interval) {
		Flux<Signal<byte[]>> comments = Flux.interval(interval)
			.onBackpressureDrop()
			.map((tick) -> Signal.next(comment()));
		return Flux.merge(1, events.materialize(), comments).<byte[]>dematerialize().startWith(comment());
	}

	/**
	 * Makes a response of events.
	 * @param events the events, subscribed to once at the most
	 * @param interval how often a comment shows that the stream is there
	 * @param budget has the memory that an event takes until it has been written
	 * @return the response
	 */
	public static NatsReply reply(Flux<byte[]> events, Duration interval, ByteBudget budget) {
		BodyStream body = BodyStream.of(alive(events, interval), new ByteReservation(budget), () -> {
		});
		return new NatsReply(new ResponseHead(200, FIELDS), new byte[0], body);
	}

}
