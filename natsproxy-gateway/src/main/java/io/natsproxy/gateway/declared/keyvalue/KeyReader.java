package io.natsproxy.gateway.declared.keyvalue;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.jetstream.JetStreamException;
import io.natsproxy.core.jetstream.JetStreamFailure;
import io.natsproxy.core.jetstream.KeyName;
import io.natsproxy.core.jetstream.KeyPage;
import io.natsproxy.core.jetstream.KeyRevision;
import io.natsproxy.core.jetstream.KeyValueBuckets;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.stream.BodyStream;
import io.natsproxy.core.wire.JsonObject;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.gateway.declared.EventStream;
import io.natsproxy.gateway.declared.RouteProblemException;
import io.natsproxy.gateway.declared.RouteRequest;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

/**
 * Reads, lists and watches the keys of a bucket.
 */
final class KeyReader {

	private static final String REVISION = "revision";

	private static final String LAST_EVENT_ID = "Last-Event-ID";

	private static final String ALL = ">";

	private static final int PAGE = 100;

	private static final int MAX_PAGE = 1000;

	private static final int MAX_AFTER = 2 * KeyName.MAX_LENGTH;

	/**
	 * Dates of HTTP have no fraction of a second, so that they cannot tell revisions
	 * apart: caches have to ask by the entity tag.
	 */
	private static final DateTimeFormatter DATE = DateTimeFormatter
		.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
		.withZone(ZoneOffset.UTC);

	private static final HeaderFields JSON = (action) -> {
		action.accept(HttpHeaders.CONTENT_TYPE, List.of("application/json"));
		action.accept(HttpHeaders.CACHE_CONTROL, List.of("no-cache"));
	};

	private final KeyValueTarget target;

	private final KeyValueBuckets buckets;

	private final ByteBudget budget;

	KeyReader(KeyValueTarget target, KeyValueBuckets buckets, ByteBudget budget) {
		this.target = target;
		this.buckets = buckets;
		this.budget = budget;
	}

	/**
	 * Reads or watches one key.
	 */
	Mono<NatsReply> read(RouteRequest request, String key) {
		if (isWatch(request)) {
			return watch(request, key, "");
		}
		if (request.query().containsKey("history")) {
			return this.buckets.next(this.target.bucket(), key, 1)
				.switchIfEmpty(Mono.error(KeyReader::noValue))
				.map((first) -> history(request, key, first));
		}
		Long revision = number(REVISION, request.query().getFirst(REVISION));
		Mono<KeyRevision> found = (revision != null) ? this.buckets.revision(this.target.bucket(), key, revision)
				: this.buckets.last(this.target.bucket(), key);
		Preconditions conditions = new Preconditions(request.fields());
		return found.filter(KeyRevision::exists)
			.map((current) -> value(current, conditions))
			.switchIfEmpty(Mono.error(() -> conditions.matches(null) ? noValue() : KeyWriter.failed()));
	}

	private NatsReply value(KeyRevision current, Preconditions conditions) {
		if (!conditions.matches(current)) {
			throw KeyWriter.failed();
		}
		boolean unchanged = !conditions.noneMatches(current);
		HeaderFields fields = (action) -> {
			action.accept(HttpHeaders.ETAG, List.of(Preconditions.tag(current.revision())));
			action.accept(HttpHeaders.LAST_MODIFIED, List.of(DATE.format(current.created())));
			action.accept(HttpHeaders.CACHE_CONTROL, List.of("no-cache"));
			if (!unchanged) {
				represent(current, action);
			}
		};
		return new NatsReply(new ResponseHead(unchanged ? 304 : 200, fields),
				unchanged ? new byte[0] : current.value());
	}

	private void represent(KeyRevision current, BiConsumer<String, List<String>> action) {
		AtomicBoolean typed = new AtomicBoolean();
		StoredFields.of(current).forEach((name, values) -> {
			typed.compareAndSet(false, name.equals(HttpHeaders.CONTENT_TYPE));
			action.accept(name, values);
		});
		if (!typed.get()) {
			action.accept(HttpHeaders.CONTENT_TYPE, List.of(this.target.contentType()));
		}
	}

	/**
	 * Answers with the revisions that the bucket has kept, one read after the other.
	 */
	private NatsReply history(RouteRequest request, String key, KeyRevision first) {
		if (request.method() == HttpMethod.HEAD) {
			return new NatsReply(new ResponseHead(200, JSON), new byte[0]);
		}
		Flux<byte[]> revisions = Mono.just(first)
			.expand((revision) -> this.buckets.next(this.target.bucket(), key, revision.revision() + 1))
			.map((revision) -> bytes(((revision == first) ? "[" : ",") + RevisionJson.of(revision)))
			.concatWith(Mono.fromSupplier(() -> bytes("]")));
		BodyStream body = BodyStream.of(revisions, new ByteReservation(this.budget), () -> {
		});
		return new NatsReply(new ResponseHead(200, JSON), new byte[0], body);
	}

	/**
	 * Lists or watches all keys.
	 */
	Mono<NatsReply> readAll(RouteRequest request) {
		String prefix = request.query().getFirst("prefix");
		if (prefix == null) {
			prefix = "";
		}
		if (!KeyName.isPrefix(prefix)) {
			throw new MalformedMessageException("'prefix' is not the beginning of a key");
		}
		if (isWatch(request)) {
			return watch(request, prefix.substring(0, prefix.lastIndexOf('.') + 1) + ALL, prefix);
		}
		String after = request.query().getFirst("after");
		if (after != null && after.length() > MAX_AFTER) {
			throw new MalformedMessageException("'after' is longer than a key");
		}
		Long limit = number("limit", request.query().getFirst("limit"));
		if (limit != null && limit > MAX_PAGE) {
			throw new MalformedMessageException("'limit' is more than " + MAX_PAGE);
		}
		String beginning = prefix;
		int most = (limit != null) ? limit.intValue() : PAGE;
		return this.buckets.keys(this.target.bucket(), prefix, after, most).map((page) -> page(page, beginning, most));
	}

	private static NatsReply page(KeyPage page, String prefix, int limit) {
		JsonObject json = new JsonObject().put("keys", page.keys());
		if (!page.more()) {
			return new NatsReply(new ResponseHead(200, JSON), bytes(json.toString()));
		}
		String last = page.keys().get(page.keys().size() - 1);
		String next = "?limit=" + limit + (prefix.isEmpty() ? "" : "&prefix=" + encoded(prefix)) + "&after="
				+ encoded(last);
		HeaderFields fields = (action) -> {
			JSON.forEach(action);
			action.accept(HttpHeaders.LINK, List.of("<" + next + ">; rel=\"next\""));
		};
		return new NatsReply(new ResponseHead(200, fields), bytes(json.put("next", last).toString()));
	}

	private static String encoded(String key) {
		return URLEncoder.encode(key, StandardCharsets.US_ASCII);
	}

	private static boolean isWatch(RouteRequest request) {
		return request.query().containsKey("watch") || request.fields()
			.values(HttpHeaders.ACCEPT)
			.stream()
			.anyMatch((accept) -> accept.toLowerCase(Locale.ROOT).contains(EventStream.MEDIA_TYPE));
	}

	private Mono<NatsReply> watch(RouteRequest request, String keys, String prefix) {
		Long since = number(LAST_EVENT_ID, lastEventId(request));
		if (request.method() == HttpMethod.HEAD) {
			return Mono.just(new NatsReply(new ResponseHead(200, EventStream.FIELDS), new byte[0]));
		}
		String bucket = this.target.bucket();
		Flux<byte[]> events = events(bucket, keys, prefix, since).onErrorResume(
				(ex) -> since != null && isOfAnotherBucket(ex),
				(ex) -> Flux.concat(Mono.fromSupplier(() -> EventStream.event("gap", null, "{}")),
						events(bucket, keys, prefix, null)));
		return this.buckets.requireBucket(bucket)
			.then(Mono.fromSupplier(() -> EventStream.reply(events, this.target.heartbeat(), this.budget)));
	}

	private Flux<byte[]> events(String bucket, String keys, String prefix, @Nullable Long since) {
		return this.buckets.watch(bucket, keys, since)
			.filter((revision) -> revision.key().startsWith(prefix))
			.map((revision) -> EventStream.event(revision.exists() ? "put" : "delete",
					Long.toString(revision.revision()), RevisionJson.of(revision)));
	}

	private static boolean isOfAnotherBucket(Throwable ex) {
		return ex instanceof JetStreamException refused && refused.failure() == JetStreamFailure.CONFLICT;
	}

	/**
	 * Returns what the client has seen last: a browser cannot set the header at first.
	 */
	private static @Nullable String lastEventId(RouteRequest request) {
		String id = request.fields().first(LAST_EVENT_ID);
		return (id != null) ? id : request.query().getFirst(LAST_EVENT_ID);
	}

	private static @Nullable Long number(String name, @Nullable String text) {
		if (text == null) {
			return null;
		}
		try {
			long number = Long.parseLong(text);
			if (number > 0) {
				return number;
			}
		}
		catch (NumberFormatException ex) {
			// Falls through.
		}
		throw new MalformedMessageException("'" + name + "' is no positive number");
	}

	static RouteProblemException noValue() {
		return new RouteProblemException(404, "The key has no value");
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
