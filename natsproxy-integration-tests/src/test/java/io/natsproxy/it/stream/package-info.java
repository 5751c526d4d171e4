/**
 * Streams through the whole chain: back pressure, ends, limits, and faults.
 */
package io.natsproxy.it.stream;
