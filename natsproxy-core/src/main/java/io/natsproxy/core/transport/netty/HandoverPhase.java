package io.natsproxy.core.transport.netty;

/**
 * The phases of a {@link Handover}. The mark is the message that the handover has sent to
 * itself in the phase, by the old connection.
 *
 * <pre>
 * MEETING     ── the mark has come by the new, or not in time ──▶ CROSSING
 * CROSSING    ── the mark has come by the new, or not in time ──▶ OVERLAPPING
 * OVERLAPPING ── every server has had the time to know ─────────▶ DRAINING
 * DRAINING    ── the mark has come by the old, or not in time ──▶ TRAILING
 * TRAILING    ── there are no second copies any more ───────────▶ DONE
 *
 * MEETING     ── the old is silent ─────────────────────────────▶ OVERLAPPING
 * MEETING, CROSSING, OVERLAPPING, DRAINING
 *             ── the old has ended ─────────────────────────────▶ TRAILING
 * MEETING, CROSSING, OVERLAPPING
 *             ── the new has ended, and the old serves on ──────▶ DONE
 * any         ── the new has ended, or is to be left itself ────▶ DONE
 * </pre>
 */
enum HandoverPhase {

	/**
	 * The servers do not know of each other's subscription; publishes by the old.
	 */
	MEETING,

	/**
	 * Publishes nothing.
	 */
	CROSSING,

	/**
	 * Receives by both; publishes by the new.
	 */
	OVERLAPPING,

	/**
	 * Receives what is left from the old; publishes by the new.
	 */
	DRAINING,

	/**
	 * The old connection has been closed; what it has brought may come again by the new
	 * one.
	 */
	TRAILING,

	/**
	 * The transport is served by one connection, as if there had been no other.
	 */
	DONE;

	/**
	 * Returns whether both connections are in use.
	 */
	boolean isAtBoth() {
		return this != TRAILING && this != DONE;
	}

}
