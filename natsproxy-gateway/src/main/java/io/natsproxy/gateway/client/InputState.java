package io.natsproxy.gateway.client;

/**
 * The state of the requests that come on a connection of HTTP/1.1.
 *
 * <pre>
 *      ┌── its end ── SKIPPED ◀── a request is refused by itself ──┐
 *      └──────────────────────────▶ OPEN ──────────────────────────┘
 *                                   │  │
 *      the last one by the client's │  │ something is refused, and the connection with it
 *      word, behind unanswered ones │  │
 *                                   ▼  ▼
 *                             CLOSING  REFUSED
 *                                   │
 *             it is whole           │
 *                                   ▼
 *                               ENDED
 * </pre>
 */
enum InputState {

	/**
	 * Requests are read.
	 */
	OPEN,

	/**
	 * The rest of a request is dropped that has been refused.
	 */
	SKIPPED,

	/**
	 * The rest of a request is read that is the last one by the client's word, and has
	 * come while others before it were not answered.
	 */
	CLOSING,

	/**
	 * The last request has come whole. Nothing is read after it.
	 */
	ENDED,

	/**
	 * The connection ends with a refusal, which is written once all before it has been
	 * answered. Nothing is read after it.
	 */
	REFUSED

}
