/**
 * Fields of HTTP heads as a list, and the lines of the header block of a NATS message.
 */
@NullMarked
package io.natsproxy.core.header;

import org.jspecify.annotations.NullMarked;
