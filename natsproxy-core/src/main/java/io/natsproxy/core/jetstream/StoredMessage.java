package io.natsproxy.core.jetstream;

import org.jspecify.annotations.Nullable;

/**
 * A message of a stream.
 *
 * @param subject the subject to which it was published
 * @param contentType the media type that its publisher has told; {@code null} if it has
 * not
 * @param body the payload, not copied, so not to be changed
 */
public record StoredMessage(String subject, @Nullable String contentType, byte[] body) {

}
