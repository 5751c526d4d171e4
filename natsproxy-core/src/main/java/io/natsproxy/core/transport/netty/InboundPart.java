package io.natsproxy.core.transport.netty;

/**
 * The parts of what a server sends, of which one is read next.
 *
 * <pre>
 * CONTROL_LINE   ── message of the transport ──▶ PAYLOAD
 * PAYLOAD        ── all read, and delivered ───▶ LINE_END
 * LINE_END       ── all read ──────────────────▶ CONTROL_LINE
 * CONTROL_LINE   ── message of jnats ──────────▶ JNATS_PAYLOAD
 * JNATS_PAYLOAD  ── all read ──────────────────▶ CONTROL_LINE
 * CONTROL_LINE   ── any other line ────────────▶ CONTROL_LINE
 * any            ── something is thrown ───────▶ NOTHING
 * </pre>
 */
enum InboundPart {

	/**
	 * A line, and the header block that belongs to it.
	 */
	CONTROL_LINE,

	/**
	 * The payload of a message of the transport.
	 */
	PAYLOAD,

	/**
	 * The line end behind a payload.
	 */
	LINE_END,

	/**
	 * The payload of a message of jnats, and the line end behind it.
	 */
	JNATS_PAYLOAD,

	/**
	 * It is not known any more what follows: the connection is closed.
	 */
	NOTHING

}
