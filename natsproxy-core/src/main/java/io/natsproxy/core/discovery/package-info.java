/**
 * The NATS convention for services (ADR-32, revision 6): a service tells who it is, what
 * it answers and how that has gone.
 */
@NullMarked
package io.natsproxy.core.discovery;

import org.jspecify.annotations.NullMarked;
