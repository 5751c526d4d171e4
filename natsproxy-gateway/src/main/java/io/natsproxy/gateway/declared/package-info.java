/**
 * Routes that an operator declares: paths of HTTP that lead to subjects, streams and
 * buckets of NATS, with one target each. A kind of target is a package below this one,
 * with the description of a target, and the factory of its handlers.
 */
@NullMarked
package io.natsproxy.gateway.declared;

import org.jspecify.annotations.NullMarked;
