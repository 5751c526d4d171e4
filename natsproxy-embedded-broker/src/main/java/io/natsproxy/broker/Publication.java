package io.natsproxy.broker;

import org.jspecify.annotations.Nullable;

/**
 * The control line of a {@code PUB} or {@code HPUB}. Subjects are text in ISO 8859-1,
 * which keeps every byte as it was sent.
 *
 * @param subject the subject
 * @param reply the reply subject
 * @param headerSize the length of the header block in bytes, 0 without one
 * @param size the length of header block and payload in bytes
 */
record Publication(String subject, @Nullable String reply, int headerSize, int size) {

}
