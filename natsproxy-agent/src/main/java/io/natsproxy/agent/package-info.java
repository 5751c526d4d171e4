/**
 * The agent: requests that come over NATS are answered by HTTP servers that only it can
 * reach, its upstreams. Each has a listener and a queue group of its own.
 */
@NullMarked
package io.natsproxy.agent;

import org.jspecify.annotations.NullMarked;
