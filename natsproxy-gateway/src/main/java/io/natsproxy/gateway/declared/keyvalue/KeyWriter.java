package io.natsproxy.gateway.declared.keyvalue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.jetstream.JetStreamException;
import io.natsproxy.core.jetstream.JetStreamFailure;
import io.natsproxy.core.jetstream.KeyRevision;
import io.natsproxy.core.jetstream.KeyValueBuckets;
import io.natsproxy.core.jetstream.KeyWrite;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.gateway.declared.RouteProblemException;
import io.natsproxy.gateway.declared.RouteRequest;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

/**
 * Writes and deletes the keys of a bucket. What a condition depends on is read first, and
 * written only if nobody else has written since. A replica that is behind refuses
 * nothing: the leader is asked before that.
 */
final class KeyWriter {

	/**
	 * How often a write begins again, as somebody else was faster.
	 */
	private static final int RETRIES = 3;

	private static final String TTL = "ttl";

	private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})([smhd]?)");

	private final KeyValueTarget target;

	private final KeyValueBuckets buckets;

	private final NatsCaller caller;

	KeyWriter(KeyValueTarget target, KeyValueBuckets buckets, NatsCaller caller) {
		this.target = target;
		this.buckets = buckets;
		this.caller = caller;
	}

	/**
	 * Writes a value: in any case with PUT, and only where there is none with POST.
	 */
	Mono<NatsReply> write(RouteRequest request, String key) {
		boolean creates = request.method() == HttpMethod.POST;
		Preconditions conditions = new Preconditions(request.fields());
		Duration ttl = ttl(request.query().getFirst(TTL));
		NatsHeaders headers = StoredFields.WRITTEN.of(request);
		long fits = this.caller.maxMessage(KeyValueBuckets.subject(this.target.bucket(), key), headers)
				- KeyWrite.HEADERS;
		return request.collectBody(Math.min(fits, this.target.maxValueSize()), "")
			.flatMap((value) -> change(key, conditions, (found) -> {
				if (creates && found.exists()) {
					throw new RouteProblemException(409, "The key has a value already");
				}
				return new KeyWrite(value, headers, found.expected(creates || conditions.present()), ttl);
			}))
			.map((change) -> written(request, change));
	}

	private NatsReply written(RouteRequest request, Change change) {
		boolean created = !change.found().exists();
		HeaderFields fields = (action) -> {
			action.accept(HttpHeaders.ETAG, List.of(Preconditions.tag(change.revision())));
			if (created) {
				action.accept(HttpHeaders.LOCATION, List.of(request.exchange().getRequest().getURI().getRawPath()));
			}
		};
		return new NatsReply(new ResponseHead(created ? 201 : 204, fields), new byte[0]);
	}

	/**
	 * Deletes a value. The bucket keeps its history.
	 */
	Mono<NatsReply> delete(RouteRequest request, String key) {
		Preconditions conditions = new Preconditions(request.fields());
		return change(key, conditions, (found) -> {
			if (!found.exists()) {
				throw KeyReader.noValue();
			}
			return KeyWrite.delete(found.expected(conditions.present()));
		}).thenReturn(new NatsReply(new ResponseHead(204, HeaderFields.EMPTY), new byte[0]));
	}

	private Mono<Change> change(String key, Preconditions conditions, Decision decision) {
		String bucket = this.target.bucket();
		return change(this.buckets.last(bucket, key), key, conditions, decision).onErrorResume(
				(ex) -> ex instanceof RouteProblemException || isConflict(ex),
				(ex) -> change(this.buckets.lastOfLeader(bucket, key), key, conditions, decision)
					.retryWhen(Retry.max(RETRIES)
						.filter(KeyWriter::isConflict)
						.onRetryExhaustedThrow((retry, signal) -> signal.failure())));
	}

	private Mono<Change> change(Mono<KeyRevision> read, String key, Preconditions conditions, Decision decision) {
		return read.map(Optional::of)
			.defaultIfEmpty(Optional.empty())
			.map((last) -> new Found(last.orElse(null)))
			.flatMap((found) -> {
				KeyRevision current = found.current();
				if (!conditions.matches(current) || !conditions.noneMatches(current)) {
					throw failed();
				}
				return this.buckets.write(this.target.bucket(), key, decision.write(found))
					.map((revision) -> new Change(found, revision));
			});
	}

	private static boolean isConflict(Throwable ex) {
		return ex instanceof JetStreamException refused && refused.failure() == JetStreamFailure.CONFLICT;
	}

	/**
	 * Returns how long the value is kept: no longer than the route says.
	 */
	private @Nullable Duration ttl(@Nullable String text) {
		Duration most = this.target.ttl();
		if (text == null) {
			return most;
		}
		Matcher matcher = DURATION.matcher(text);
		long amount = matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
		if (amount == 0) {
			throw new MalformedMessageException("'" + TTL + "' is no time such as 30s, 10m, 12h or 7d");
		}
		Duration asked = switch (matcher.group(2)) {
			case "m" -> Duration.ofMinutes(amount);
			case "h" -> Duration.ofHours(amount);
			case "d" -> Duration.ofDays(amount);
			default -> Duration.ofSeconds(amount);
		};
		if (asked.toSeconds() > Integer.MAX_VALUE) {
			throw new MalformedMessageException("'" + TTL + "' is longer than a value can be kept");
		}
		return (most != null && asked.compareTo(most) > 0) ? most : asked;
	}

	static RouteProblemException failed() {
		return new RouteProblemException(412, "The value is not the one that the request is for");
	}

	/**
	 * Makes a write of what is there.
	 */
	private interface Decision {

		KeyWrite write(Found found);

	}

	/**
	 * What there is of a key.
	 *
	 * @param last the last revision; {@code null} if there has not been any
	 */
	private record Found(@Nullable KeyRevision last) {

		boolean exists() {
			return this.last != null && this.last.exists();
		}

		@Nullable KeyRevision current() {
			return exists() ? this.last : null;
		}

		long expected(boolean conditional) {
			return conditional ? ((this.last != null) ? this.last.revision() : 0) : KeyWrite.ANY;
		}

	}

	/**
	 * A change that has been made.
	 *
	 * @param found what there was before
	 * @param revision the new revision
	 */
	private record Change(Found found, long revision) {

	}

}
