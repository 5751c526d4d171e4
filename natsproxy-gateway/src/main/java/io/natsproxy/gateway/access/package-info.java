/**
 * The access log: a line for each request of a client, written when it has ended by a
 * thread of its own.
 */
@NullMarked
package io.natsproxy.gateway.access;

import org.jspecify.annotations.NullMarked;
