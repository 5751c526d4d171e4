package io.natsproxy.gateway.declared.keyvalue;

import java.util.List;

import io.natsproxy.core.jetstream.KeyRevision;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.gateway.headers.FieldList;
import org.jspecify.annotations.Nullable;

import org.springframework.http.ETag;
import org.springframework.http.HttpHeaders;

/**
 * The conditions of a request on the revision of its key (RFC 9110, section 13), whose
 * entity tag is the number. Weak tags are taken for the same: compression makes one of a
 * tag, and it is still that of the revision.
 */
final class Preconditions {

	private final @Nullable List<ETag> match;

	private final @Nullable List<ETag> noneMatch;

	Preconditions(FieldList fields) {
		this.match = tags(fields, HttpHeaders.IF_MATCH);
		this.noneMatch = tags(fields, HttpHeaders.IF_NONE_MATCH);
	}

	private static @Nullable List<ETag> tags(FieldList fields, String name) {
		List<String> values = fields.values(name);
		if (values.isEmpty()) {
			return null;
		}
		List<ETag> tags = ETag.parse(String.join(", ", values));
		if (tags.isEmpty()) {
			throw new MalformedMessageException("The header '" + name + "' has no entity tag");
		}
		return tags;
	}

	/**
	 * Returns whether there is any condition.
	 */
	boolean present() {
		return this.match != null || this.noneMatch != null;
	}

	/**
	 * Returns whether {@code If-Match} allows the request.
	 * @param current the revision with the value; {@code null} if there is none
	 */
	boolean matches(@Nullable KeyRevision current) {
		return this.match == null || isAmong(this.match, current);
	}

	/**
	 * Returns whether {@code If-None-Match} allows the request.
	 * @param current the revision with the value; {@code null} if there is none
	 */
	boolean noneMatches(@Nullable KeyRevision current) {
		return this.noneMatch == null || !isAmong(this.noneMatch, current);
	}

	private static boolean isAmong(List<ETag> tags, @Nullable KeyRevision current) {
		if (current == null) {
			return false;
		}
		String tag = Long.toString(current.revision());
		return tags.stream().anyMatch((other) -> other.isWildcard() || other.tag().equals(tag));
	}

	/**
	 * Returns the entity tag of a revision.
	 */
	static String tag(long revision) {
		return "\"" + revision + "\"";
	}

}
