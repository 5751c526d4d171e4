package io.natsproxy.gateway.client;

/**
 * The state of a client's connection: its {@link ConnectionPhase}, for how long that has
 * lasted, and what the client may still be sending. Used on the event loop of the
 * connection.
 */
final class ConnectionState {

	private final ClientLimits limits;

	private ConnectionPhase phase = ConnectionPhase.WAITING;

	/**
	 * Time for which the phase has lasted, in nanoseconds.
	 */
	private long lasted;

	/**
	 * Tells whether a request has come before.
	 */
	private boolean used;

	/**
	 * Tells whether the client may be sending when the connection is closed.
	 */
	private boolean sending;

	private boolean inputEnded;

	ConnectionState(ClientLimits limits) {
		this.limits = limits;
	}

	ConnectionPhase phase() {
		return this.phase;
	}

	boolean isLingering() {
		return this.phase == ConnectionPhase.LINGERING;
	}

	/**
	 * Returns whether the client has ended its sending side.
	 */
	boolean isInputEnded() {
		return this.inputEnded;
	}

	private void enter(ConnectionPhase phase) {
		this.phase = phase;
		this.lasted = 0;
	}

	/**
	 * Enters the phase of a head when the first bytes of one come. The time of the very
	 * first head counts from when the connection is there.
	 */
	void bytesReceived() {
		if (this.phase == ConnectionPhase.WAITING) {
			if (this.used) {
				this.lasted = 0;
			}
			this.phase = ConnectionPhase.HEAD;
		}
	}

	/**
	 * Enters the phase of a request whose head has come.
	 */
	void headComplete() {
		this.used = true;
		this.sending = true;
		enter(ConnectionPhase.BUSY);
	}

	/**
	 * Notes that the body of the last request has come whole.
	 */
	void requestComplete() {
		this.sending = false;
		if (this.phase == ConnectionPhase.UNREAD) {
			enter(ConnectionPhase.WAITING);
		}
	}

	/**
	 * Leaves the phase of a request: the last one has been answered.
	 */
	void answered() {
		enter(this.sending ? ConnectionPhase.UNREAD : ConnectionPhase.WAITING);
	}

	/**
	 * Leaves the phase in which the rest of a request is read.
	 * @return {@code false} if the connection is not in this phase
	 */
	boolean stopReading() {
		if (this.phase != ConnectionPhase.UNREAD) {
			return false;
		}
		enter(ConnectionPhase.BUSY);
		return true;
	}

	/**
	 * Enters the phase of HTTP/2, for good.
	 */
	void streams() {
		this.phase = ConnectionPhase.STREAMS;
	}

	/**
	 * Notes how many streams of HTTP/2 there are, now and then. Nothing else that moves
	 * on such a connection keeps it open.
	 */
	void streams(int active) {
		if (active > 0) {
			this.used = true;
			this.lasted = 0;
		}
	}

	/**
	 * Notes that the connection is going to be closed with the client sending.
	 */
	void refusing() {
		this.sending = true;
	}

	/**
	 * Notes that nothing more comes from the client.
	 */
	void gone() {
		this.sending = false;
	}

	/**
	 * Notes that the client has ended its sending side.
	 * @return whether all that it has begun to send has come
	 */
	boolean inputEnded() {
		boolean whole = !this.sending;
		this.inputEnded = true;
		this.sending = false;
		return whole;
	}

	/**
	 * Returns whether the connection must linger when it is closed, because the client
	 * may be sending.
	 */
	boolean mustLinger() {
		return this.sending && !this.inputEnded && !isLingering() && !this.limits.drainTimeout().isZero();
	}

	/**
	 * Enters the last phase.
	 */
	void linger() {
		enter(ConnectionPhase.LINGERING);
	}

	/**
	 * Counts time.
	 * @param elapsed the time, in nanoseconds
	 * @param responding whether something waits to be taken by the client
	 * @return whether the phase has lasted for too long
	 */
	boolean isOverdue(long elapsed, boolean responding) {
		this.lasted += elapsed;
		return switch (this.phase) {
			case WAITING, STREAMS -> {
				if (responding) {
					// It is still being answered, for which there is a rate.
					this.lasted = 0;
					yield false;
				}
				yield isOver(this.used ? this.limits.idleTimeout().toNanos() : this.limits.headTimeout().toNanos());
			}
			case HEAD -> isOver(this.limits.headTimeout().toNanos());
			case UNREAD -> this.lasted >= this.limits.drainTimeout().toNanos();
			case LINGERING -> isOver(this.limits.drainTimeout().toNanos());
			case BUSY -> false;
		};
	}

	private boolean isOver(long time) {
		return time > 0 && this.lasted >= time;
	}

}
