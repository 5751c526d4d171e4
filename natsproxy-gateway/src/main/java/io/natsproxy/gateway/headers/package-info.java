/**
 * The header fields of requests: those that the gateway writes, believes and takes away.
 * Rules for responses are in {@code gateway.response}.
 */
@NullMarked
package io.natsproxy.gateway.headers;

import org.jspecify.annotations.NullMarked;
