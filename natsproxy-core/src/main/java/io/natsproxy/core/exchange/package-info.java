/**
 * Exchanges: a request message and its reply, as the caller ({@code NatsCaller}) and as
 * the receiver ({@code NatsListener}) see them.
 */
@NullMarked
package io.natsproxy.core.exchange;

import org.jspecify.annotations.NullMarked;
