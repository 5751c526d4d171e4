/**
 * The side that sends a request and waits for its reply.
 */
@NullMarked
package io.natsproxy.core.exchange.caller;

import org.jspecify.annotations.NullMarked;
