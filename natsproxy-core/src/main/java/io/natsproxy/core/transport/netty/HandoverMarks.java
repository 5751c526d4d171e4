package io.natsproxy.core.transport.netty;

import java.nio.charset.StandardCharsets;

import io.natsproxy.core.transport.TransportMessage;
import io.netty.channel.Channel;

/**
 * The messages that a {@link Handover} sends to itself by the old connection: each shows
 * by its arrival that what was sent before has arrived, too. Belongs to the event loop.
 */
final class HandoverMarks {

	private final OutgoingQueue outgoing;

	private final NettySubscription subscription;

	private final Channel from;

	private final Channel to;

	/**
	 * Creates the object.
	 * @param subscription the subscription for the marks
	 * @param from the old connection
	 * @param to the new connection
	 */
	HandoverMarks(OutgoingQueue outgoing, NettySubscription subscription, Channel from, Channel to) {
		this.outgoing = outgoing;
		this.subscription = subscription;
		this.from = from;
		this.to = to;
	}

	NettySubscription subscription() {
		return this.subscription;
	}

	/**
	 * Subscribes at both servers.
	 */
	void begin() {
		this.outgoing.writeLine(this.from, this.subscription.subscribeLine());
		this.outgoing.writeLine(this.to, this.subscription.subscribeLine());
	}

	/**
	 * Sends a mark.
	 * @param phase the phase that its arrival ends
	 */
	void send(HandoverPhase phase) {
		String payload = phase.name();
		this.outgoing.write(this.from,
				("PUB " + this.subscription.subject() + " " + payload.length() + "\r\n" + payload + "\r\n")
					.getBytes(StandardCharsets.US_ASCII));
		this.outgoing.flush();
	}

	/**
	 * Returns whether a mark is that of a phase.
	 */
	static boolean isOf(HandoverPhase phase, TransportMessage mark) {
		return new String(mark.payload(), StandardCharsets.US_ASCII).equals(phase.name());
	}

	/**
	 * Ends the subscription at the new server, which stays.
	 */
	void endAtNew() {
		if (this.to.isActive()) {
			this.outgoing.writeLine(this.to, this.subscription.unsubscribeLine());
			this.outgoing.flush();
		}
	}

	/**
	 * Ends the subscription at the old server, which stays.
	 */
	void endAtOld() {
		this.outgoing.writeLine(this.from, this.subscription.unsubscribeLine());
	}

}
