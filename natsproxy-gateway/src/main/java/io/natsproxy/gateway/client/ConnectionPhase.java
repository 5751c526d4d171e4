package io.natsproxy.gateway.client;

/**
 * The phase of a client's connection, by which its time-outs follow.
 *
 * <pre>
 *   WAITING ── first bytes ──▶ HEAD ── head is whole ──▶ BUSY ── answered ──▶ WAITING
 *                                                         ▲ │
 *                  too much or too late: to be closed     │ │ answered within the body
 *                                                         │ ▼
 *                                                        UNREAD ── body is whole ──▶ WAITING
 *
 *   any ── HTTP/2 is spoken ──▶ STREAMS
 *   any ── closed while the client sends ──▶ LINGERING
 * </pre>
 */
enum ConnectionPhase {

	/**
	 * The next request is awaited, of which nothing has come.
	 */
	WAITING,

	/**
	 * A part of a head has come.
	 */
	HEAD,

	/**
	 * A request is under way, or the connection is about to be closed.
	 */
	BUSY,

	/**
	 * The request has been answered, and the rest of its body is still to come.
	 */
	UNREAD,

	/**
	 * The connection is one of HTTP/2.
	 */
	STREAMS,

	/**
	 * The output has ended, and what comes is dropped.
	 */
	LINGERING

}
