/**
 * Logging of events that peers and clients cause, rate-limited and with their texts made
 * safe.
 */
@NullMarked
package io.natsproxy.core.log;

import org.jspecify.annotations.NullMarked;
