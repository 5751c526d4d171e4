package io.natsproxy.gateway.declared.object;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.natsproxy.core.jetstream.StoredObject;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.gateway.headers.FieldList;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * The preconditions of a request (RFC 9110, section 13).
 */
final class ObjectConditions {

	private static final Pattern TAG = Pattern.compile("(W/)?(\"[\\x21\\x23-\\x7E\\x80-\\xFF]*\")\\s*(?:,\\s*|$)");

	private final FieldList fields;

	ObjectConditions(FieldList fields) {
		this.fields = fields;
	}

	/**
	 * Returns the entity tag of an object: its digest, so that the same bytes have the
	 * same tag, or else what changes with each version.
	 */
	static String tag(StoredObject object) {
		String sha256 = object.sha256();
		return tag((sha256 != null) ? sha256 : object.id());
	}

	/**
	 * Returns an entity tag.
	 * @param opaque a digest in Base64, or an id
	 */
	static String tag(String opaque) {
		return "\"" + opaque.replace('+', '-').replace('/', '_').replace("=", "") + "\"";
	}

	/**
	 * Returns what decides whether an object, {@code null} for none, may be read or
	 * changed.
	 * @param changes whether {@code If-None-Match} forbids it; otherwise it only says
	 * that nothing needs to be sent
	 * @throws MalformedMessageException if the fields are malformed
	 */
	Predicate<@Nullable StoredObject> allowed(boolean changes) {
		Tags match = tags(HttpHeaders.IF_MATCH);
		Tags noneMatch = changes ? tags(HttpHeaders.IF_NONE_MATCH) : null;
		Instant unmodified = (match != null) ? null : date(HttpHeaders.IF_UNMODIFIED_SINCE);
		return (object) -> (match == null || match.contains(object, true))
				&& (noneMatch == null || !noneMatch.contains(object, false))
				&& (unmodified == null || object == null || !modified(object).isAfter(unmodified));
	}

	/**
	 * Returns whether the client has what it asks for.
	 * @throws MalformedMessageException if the fields are malformed
	 */
	boolean isNotModified(StoredObject object) {
		Tags noneMatch = tags(HttpHeaders.IF_NONE_MATCH);
		if (noneMatch != null) {
			return noneMatch.contains(object, false);
		}
		Instant since = date(HttpHeaders.IF_MODIFIED_SINCE);
		return since != null && !modified(object).isAfter(since);
	}

	/**
	 * Returns whether a part of the object is of use to the client. A date is no strong
	 * validator: an object may change twice within a second.
	 */
	boolean isRangeWanted(StoredObject object) {
		String value = this.fields.first(HttpHeaders.IF_RANGE);
		return value == null || value.trim().equals(tag(object));
	}

	static Instant modified(StoredObject object) {
		return object.modified().truncatedTo(ChronoUnit.SECONDS);
	}

	/**
	 * Reads a date; one that is malformed is ignored.
	 */
	private @Nullable Instant date(String name) {
		List<String> values = this.fields.values(name);
		if (values.size() != 1) {
			return null;
		}
		try {
			return ZonedDateTime.parse(values.get(0).trim(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

	private @Nullable Tags tags(String name) {
		List<String> values = this.fields.values(name);
		return values.isEmpty() ? null : Tags.of(name, String.join(",", values).trim());
	}

	/**
	 * A list of entity tags.
	 *
	 * @param any whether it stands for all of them
	 * @param strong strong tags
	 * @param weak all tags
	 */
	private record Tags(boolean any, List<String> strong, List<String> weak) {

		static Tags of(String name, String list) {
			if (list.equals("*")) {
				return new Tags(true, List.of(), List.of());
			}
			List<String> strong = new ArrayList<>();
			List<String> all = new ArrayList<>();
			Matcher tags = TAG.matcher(list);
			int position = 0;
			while (position < list.length()) {
				if (!tags.region(position, list.length()).lookingAt()) {
					throw new MalformedMessageException("The header '" + name + "' has no entity tags");
				}
				all.add(tags.group(2));
				if (tags.group(1) == null) {
					strong.add(tags.group(2));
				}
				position = tags.end();
			}
			return new Tags(false, strong, all);
		}

		boolean contains(@Nullable StoredObject object, boolean strongly) {
			return object != null && (this.any || (strongly ? this.strong : this.weak).contains(tag(object)));
		}

	}

}
