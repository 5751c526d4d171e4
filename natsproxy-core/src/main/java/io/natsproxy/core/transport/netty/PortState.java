package io.natsproxy.core.transport.netty;

/**
 * The states of a {@link NettyDataPort}.
 *
 * <pre>
 * CONNECTING ── jnats begins to log in ──────────────────▶ LOGGING_IN
 * LOGGING_IN ── the server has accepted it ──────────────▶ SERVING
 * SERVING    ── jnats closes it, and it is needed on ────▶ KEPT
 *
 * CONNECTING, LOGGING_IN ── it ends ─────────────────────▶ GIVEN_UP
 * SERVING                ── it ends ─────────────────────▶ CLOSED
 * KEPT                   ── it ends ─────────────────────▶ RETIRED
 * </pre>
 */
enum PortState {

	/**
	 * Connects, and sets up TLS. There is nothing to be answered by the server.
	 */
	CONNECTING(false, false, false),

	/**
	 * jnats has begun to log in.
	 */
	LOGGING_IN(false, false, false),

	/**
	 * Carries the messages of the transport and those of jnats.
	 */
	SERVING(true, false, false),

	/**
	 * Carries the messages of the transport until there is another; jnats has closed it.
	 */
	KEPT(true, true, false),

	/**
	 * Ended before the log-in.
	 */
	GIVEN_UP(false, false, true),

	/**
	 * Ended after the log-in; what has come is still received.
	 */
	CLOSED(true, false, true),

	/**
	 * Ended after it was kept; nothing is received any more.
	 */
	RETIRED(true, true, true);

	private final boolean loggedIn;

	private final boolean kept;

	private final boolean ended;

	PortState(boolean loggedIn, boolean kept, boolean ended) {
		this.loggedIn = loggedIn;
		this.kept = kept;
		this.ended = ended;
	}

	/**
	 * Returns whether the server has accepted the log-in.
	 */
	boolean isLoggedIn() {
		return this.loggedIn;
	}

	/**
	 * Returns whether jnats has closed the port, and the transport has gone on with it.
	 */
	boolean isKept() {
		return this.kept;
	}

	boolean isEnded() {
		return this.ended;
	}

	/**
	 * Returns the state after jnats has closed a port that is needed on.
	 */
	PortState afterKeep() {
		if (!this.loggedIn) {
			return this;
		}
		return this.ended ? RETIRED : KEPT;
	}

	/**
	 * Returns the state after the end. Like {@link #afterKeep()} without a
	 * {@code switch}, for which a class would be loaded when there may be no memory for
	 * one.
	 */
	PortState afterEnd() {
		if (this.kept) {
			return RETIRED;
		}
		return this.loggedIn ? CLOSED : GIVEN_UP;
	}

}
