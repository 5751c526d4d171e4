/**
 * JetStream, key-value buckets and object stores, for callers that must not be blocked:
 * what jnats has of them, behind types of Reactor, with failures that tell what a caller
 * may do about them.
 */
@NullMarked
package io.natsproxy.core.jetstream;

import org.jspecify.annotations.NullMarked;
