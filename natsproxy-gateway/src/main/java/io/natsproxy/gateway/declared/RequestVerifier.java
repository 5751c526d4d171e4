package io.natsproxy.gateway.declared;

import io.natsproxy.gateway.headers.FieldList;
import org.jspecify.annotations.Nullable;

/**
 * Tells by the raw body of a request, and its header fields, whether it comes from whom
 * it has to come from: before anything of it is parsed or published. Safe for use by many
 * threads.
 */
public interface RequestVerifier {

	/**
	 * Returns the longest body that is read.
	 * @return bytes; a longer body is answered with 413
	 */
	long maxSize();

	/**
	 * Verifies a request.
	 * @param fields its header fields
	 * @param body its body as it came, not to be changed
	 * @return the id by which its sender repeats it, of printable ASCII; {@code null} if
	 * there is none
	 * @throws UnverifiedException if it is not verified
	 */
	@Nullable String verify(FieldList fields, byte[] body);

}
