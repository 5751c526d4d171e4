/**
 * The header fields that the gateway itself writes or takes away.
 */
@NullMarked
package io.natsproxy.gateway.headers;

import org.jspecify.annotations.NullMarked;
