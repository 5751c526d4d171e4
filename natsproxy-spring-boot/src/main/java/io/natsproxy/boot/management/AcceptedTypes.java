package io.natsproxy.boot.management;

import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/**
 * The media types that a request accepts, in its order.
 *
 * @param types the types; empty for any
 */
record AcceptedTypes(List<MimeType> types) {

	/**
	 * Reads what is accepted.
	 * @param accept the types as HTTP has them; {@code null} for any
	 * @throws org.springframework.util.InvalidMimeTypeException if it is malformed
	 */
	static AcceptedTypes parse(@Nullable String accept) {
		return new AcceptedTypes((accept != null) ? MimeTypeUtils.parseMimeTypes(accept) : List.of());
	}

	/**
	 * Chooses a type.
	 * @param produced the types of a response, the best first; empty for one without a
	 * body
	 * @return the type; empty where there is none, {@code null} if none is accepted
	 */
	@Nullable String choose(Collection<String> produced) {
		if (produced.isEmpty()) {
			return "";
		}
		if (this.types.isEmpty()) {
			return produced.iterator().next();
		}
		for (MimeType type : this.types) {
			for (String each : produced) {
				if (type.isCompatibleWith(MimeTypeUtils.parseMimeType(each))) {
					return each;
				}
			}
		}
		return null;
	}

}
