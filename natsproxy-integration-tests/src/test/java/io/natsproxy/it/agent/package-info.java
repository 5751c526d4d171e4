/**
 * Agents behind a gateway: HTTP servers of any kind, reached over NATS.
 */
@NullMarked
package io.natsproxy.it.agent;

import org.jspecify.annotations.NullMarked;
