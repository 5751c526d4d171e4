/**
 * Requests whose clients do not wait: they are stored, done by one of the gateways, and
 * their replies are kept (RFC 7240, {@code respond-async}).
 */
@NullMarked
package io.natsproxy.gateway.declared.async;

import org.jspecify.annotations.NullMarked;
