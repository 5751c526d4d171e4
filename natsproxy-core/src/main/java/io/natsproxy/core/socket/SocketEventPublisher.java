package io.natsproxy.core.socket;

import io.natsproxy.core.link.NatsLink;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.natsproxy.core.exchange.ExchangeTimer;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.wire.WireProtocol;

/**
 * Tells whoever listens what happens to WebSockets, in the order in which it happens.
 * What happens while there is no connection is told when it has come back.
 */
final class SocketEventPublisher {

	private static final int MAX_LATE = 64 * 1024;

	private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

	private final NatsLink link;

	private final ExchangeTimer timer;

	private final Queue<SocketEvent> late = new ConcurrentLinkedQueue<>();

	private final String subject;

	/**
	 * Whether what is late is going to be published; guarded by this object.
	 */
	private boolean scheduled;

	SocketEventPublisher(NatsExchanges exchanges) {
		this.link = exchanges.link();
		this.timer = exchanges.timer();
		this.subject = exchanges.subjectCodec().controlSubject(WireProtocol.EVENT_SUBJECT);
	}

	void connected(String socket, String path) {
		publish(new SocketEvent(SocketEvent.Type.CONNECTED, gateway(socket), socket, path, null));
	}

	void disconnected(String socket, SocketClose status) {
		publish(new SocketEvent(SocketEvent.Type.DISCONNECTED, gateway(socket), socket, null, status));
	}

	/**
	 * Tells that a gateway is gone, of which one of the WebSockets is known.
	 */
	void gatewayLost(String socket) {
		publish(new SocketEvent(SocketEvent.Type.GATEWAY_LOST, gateway(socket), null, null, null));
	}

	private static String gateway(String socket) {
		int dot = socket.indexOf('.');
		return (dot >= 0) ? socket.substring(0, dot) : socket;
	}

	private void publish(SocketEvent event) {
		if (!this.late.isEmpty() || !tryPublish(event)) {
			keep(event);
		}
	}

	private boolean tryPublish(SocketEvent event) {
		try {
			if (this.link.isConnected()) {
				this.link.publish(this.subject + event.type().token() + "." + event.gateway(), null, null,
						event.toJson());
				return true;
			}
		}
		catch (IllegalStateException ex) {
			// The connection is being closed.
		}
		return false;
	}

	private synchronized void keep(SocketEvent event) {
		if (this.late.size() < MAX_LATE && !this.link.isClosed()) {
			this.late.add(event);
			schedule();
		}
	}

	private void schedule() {
		if (!this.scheduled) {
			this.timer.schedule(this::publishLate, RETRY_AFTER);
			this.scheduled = true;
		}
	}

	private synchronized void publishLate() {
		this.scheduled = false;
		try {
			SocketEvent event = this.late.peek();
			while (event != null && tryPublish(event)) {
				this.late.poll();
				event = this.late.peek();
			}
		}
		finally {
			if (!this.late.isEmpty() && !this.link.isClosed()) {
				schedule();
			}
		}
	}

}
