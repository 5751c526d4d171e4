/**
 * WebSockets through the whole chain: the handshake, messages, every cause of a close,
 * groups, limits, and faults.
 */
package io.natsproxy.it.socket;
