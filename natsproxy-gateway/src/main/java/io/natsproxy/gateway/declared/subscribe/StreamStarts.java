package io.natsproxy.gateway.declared.subscribe;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.natsproxy.core.jetstream.StreamStart;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.gateway.declared.RouteRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.util.MultiValueMap;

/**
 * Reads where a client wants to begin: {@code Last-Event-ID}, which a browser sends when
 * it comes again, before all parameters of the query.
 */
final class StreamStarts {

	private static final String LAST_EVENT_ID = "Last-Event-ID";

	private static final Pattern SIMPLE_DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

	private StreamStarts() {
	}

	/**
	 * Reads the start of a request.
	 * @throws MalformedMessageException if a parameter is malformed
	 */
	static StreamStart of(RouteRequest request) {
		List<String> ids = request.fields().values(LAST_EVENT_ID);
		if (!ids.isEmpty() && !ids.get(0).isEmpty()) {
			return StreamStart.after(ids.get(0));
		}
		MultiValueMap<String, String> query = request.query();
		String id = query.getFirst("lastEventId");
		if (id != null && !id.isEmpty()) {
			return StreamStart.after(id);
		}
		String since = query.getFirst("since");
		if (since != null) {
			return StreamStart.since(time(since));
		}
		return isTrue(query.getFirst("last-per-subject")) ? StreamStart.LAST_PER_SUBJECT : StreamStart.NEW;
	}

	private static boolean isTrue(@Nullable String value) {
		if (value == null || value.equals("false")) {
			return false;
		}
		if (value.equals("true")) {
			return true;
		}
		throw new MalformedMessageException("'last-per-subject' is neither true nor false");
	}

	private static Instant time(String value) {
		try {
			Instant now = Instant.now();
			Duration duration = duration(value);
			Instant time = (duration != null) ? now.minus(duration) : OffsetDateTime.parse(value).toInstant();
			// NATS knows no years beyond four digits.
			if (time.isAfter(now)) {
				return now;
			}
			return time.isBefore(Instant.EPOCH) ? Instant.EPOCH : time;
		}
		catch (DateTimeException | ArithmeticException ex) {
			throw new MalformedMessageException("'since' is neither a time of RFC 3339 nor a duration");
		}
	}

	private static @Nullable Duration duration(String value) {
		Matcher simple = SIMPLE_DURATION.matcher(value);
		if (simple.matches()) {
			long amount = Long.parseLong(simple.group(1));
			return switch (simple.group(2)) {
				case "ms" -> Duration.ofMillis(amount);
				case "s" -> Duration.ofSeconds(amount);
				case "m" -> Duration.ofMinutes(amount);
				case "h" -> Duration.ofHours(amount);
				default -> Duration.ofDays(amount);
			};
		}
		return value.startsWith("P") ? Duration.parse(value) : null;
	}

}
