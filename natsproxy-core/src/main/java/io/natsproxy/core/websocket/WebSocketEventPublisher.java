package io.natsproxy.core.websocket;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.natsproxy.core.exchange.ExchangeTimer;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.wire.WireProtocol;

/**
 * Tells whoever listens what happens to the WebSockets of a connection, in the order in
 * which it happens. Events without a connection are published when it has come back.
 */
public final class WebSocketEventPublisher {

	private static final int MAX_LATE = 64 * 1024;

	private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

	private final NatsTransport transport;

	private final ExchangeTimer timer;

	private final Queue<WebSocketEvent> late = new ConcurrentLinkedQueue<>();

	private final String subject;

	/**
	 * Whether what is late is going to be published; guarded by this object.
	 */
	private boolean scheduled;

	public WebSocketEventPublisher(NatsExchanges exchanges, NatsTransport transport) {
		this.transport = transport;
		this.timer = exchanges.timer();
		this.subject = exchanges.subjectCodec().controlSubject(WireProtocol.EVENT_SUBJECT);
	}

	public void connected(String socket, String path) {
		publish(new WebSocketEvent(WebSocketEvent.Type.CONNECTED, gateway(socket), socket, path, null));
	}

	public void disconnected(String socket, WebSocketClose status) {
		publish(new WebSocketEvent(WebSocketEvent.Type.DISCONNECTED, gateway(socket), socket, null, status));
	}

	/**
	 * Tells that a gateway is gone, of which one of the WebSockets is known.
	 */
	public void gatewayLost(String socket) {
		publish(new WebSocketEvent(WebSocketEvent.Type.GATEWAY_LOST, gateway(socket), null, null, null));
	}

	private static String gateway(String socket) {
		int dot = socket.indexOf('.');
		return (dot >= 0) ? socket.substring(0, dot) : socket;
	}

	private void publish(WebSocketEvent event) {
		if (!this.late.isEmpty() || !tryPublish(event)) {
			keep(event);
		}
	}

	private boolean tryPublish(WebSocketEvent event) {
		try {
			if (this.transport.isConnected()) {
				this.transport.publish(this.subject + event.type().token() + "." + event.gateway(), null, null,
						event.toJson());
				return true;
			}
		}
		catch (IllegalStateException ex) {
			// The connection is being closed.
		}
		return false;
	}

	private synchronized void keep(WebSocketEvent event) {
		if (this.late.size() < MAX_LATE && !this.transport.isClosed()) {
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
			WebSocketEvent event = this.late.peek();
			while (event != null && tryPublish(event)) {
				this.late.poll();
				event = this.late.peek();
			}
		}
		finally {
			if (!this.late.isEmpty() && !this.transport.isClosed()) {
				schedule();
			}
		}
	}

}
