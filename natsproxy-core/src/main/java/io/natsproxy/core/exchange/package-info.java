/**
 * Exchanges, of a request message and its reply: all that callers
 * ({@code exchange.caller}) and listeners ({@code exchange.listener}) share, their
 * failures, inboxes and timer.
 */
@NullMarked
package io.natsproxy.core.exchange;

import org.jspecify.annotations.NullMarked;
