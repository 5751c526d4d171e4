package io.natsproxy.it.agent;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.natsproxy.it.fuzz.NatsCase;
import io.natsproxy.it.gateway.Peer;
import io.natsproxy.it.gateway.RawNatsClient;
import io.natsproxy.test.TestBroker;

/**
 * A caller on NATS that begins requests whose bodies are streams, and goes on with none
 * of them.
 */
final class StreamingCaller implements AutoCloseable {

	private final Peer peer;

	private final String inbox;

	private final AtomicInteger sent = new AtomicInteger();

	private final AtomicInteger answers = new AtomicInteger();

	private final AtomicInteger refusals = new AtomicInteger();

	/**
	 * Where the frames of the exchanges go, and how many have.
	 */
	private final Map<String, AtomicInteger> frames = new ConcurrentHashMap<>();

	StreamingCaller(TestBroker broker) {
		this.peer = new Peer(broker);
		this.inbox = this.peer.connection().createInbox();
		this.peer.on(this.inbox + ".*", this::receive);
	}

	private void receive(Message message) {
		Headers headers = message.getHeaders();
		if (message.getReplyTo() != null) {
			this.frames.putIfAbsent(message.getReplyTo(), new AtomicInteger());
			this.answers.incrementAndGet();
		}
		else if (headers != null && "503".equals(headers.getFirst("Natsproxy-Status"))) {
			this.refusals.incrementAndGet();
			this.answers.incrementAndGet();
		}
	}

	/**
	 * Sends the first part of a request.
	 */
	void upload(String name, int bytes) {
		this.peer.publish("POST:.agent." + name, nextInbox(), "x".repeat(bytes), "Natsproxy-Version", "1",
				"Natsproxy-Method", "POST", "Natsproxy-Target", "/agent/" + name, "Natsproxy-Body", "stream",
				"Natsproxy-Timeout", "20000");
		this.peer.flush();
	}

	/**
	 * Sends a request whose response is a stream.
	 */
	void download(String name) {
		this.peer.publish("GET:.agent." + name, nextInbox(), "", "Natsproxy-Version", "1", "Natsproxy-Method", "GET",
				"Natsproxy-Target", "/agent/" + name, "Natsproxy-Timeout", "20000");
		this.peer.flush();
	}

	/**
	 * Returns an inbox of this caller that no exchange has.
	 */
	String nextInbox() {
		return this.inbox + "." + this.sent.incrementAndGet();
	}

	/**
	 * Says on each exchange that the caller is still there.
	 */
	void ping() {
		this.frames.forEach((subject, count) -> this.peer.publish(subject, null, "", "Natsproxy-Frame",
				"ping " + count.incrementAndGet()));
		this.peer.flush();
	}

	/**
	 * Sends some frame on each exchange.
	 * @param frame makes a frame of its number
	 */
	void fuzz(IntFunction<NatsCase.Fuzzed> frame, RawNatsClient raw) {
		this.frames.forEach((subject, count) -> {
			NatsCase.Fuzzed message = frame.apply(count.incrementAndGet());
			raw.publish(subject, message.headers(), message.payload());
		});
		raw.flush();
	}

	/**
	 * Returns how many requests have been accepted, begun to be answered, or refused.
	 */
	int answers() {
		return this.answers.get();
	}

	/**
	 * Returns how many requests have been answered with 503.
	 */
	int refusals() {
		return this.refusals.get();
	}

	@Override
	public void close() {
		this.peer.close();
	}

}
