package io.natsproxy.it.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import io.natsproxy.core.discovery.ServiceDiscovery;
import io.natsproxy.core.wire.WireProtocol;
import io.natsproxy.test.TestBroker;

/**
 * A NATS client that knows nothing of this project: answers what it is told to answer,
 * and remembers what it has seen.
 */
public final class Peer implements AutoCloseable {

	private final Connection connection;

	private final List<Dispatcher> dispatchers = new ArrayList<>();

	private final BlockingQueue<Message> received = new LinkedBlockingQueue<>();

	private final List<String> subjects = new CopyOnWriteArrayList<>();

	private final boolean ownsConnection;

	/**
	 * Creates a peer with a connection of its own.
	 */
	public Peer(TestBroker broker) {
		this(connect(broker), true);
	}

	/**
	 * Creates a peer on a connection that others use after it.
	 */
	Peer(Connection connection) {
		this(connection, false);
	}

	private Peer(Connection connection, boolean ownsConnection) {
		this.connection = connection;
		this.ownsConnection = ownsConnection;
	}

	static Connection connect(TestBroker broker) {
		try {
			return Nats.connect(Options.builder()
				.server(broker.url())
				.maxReconnects(-1)
				.reconnectWait(Duration.ofMillis(100))
				.build());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public Connection connection() {
		return this.connection;
	}

	/**
	 * Sees every message on the broker, other than those to inboxes and those by which
	 * services are discovered, and answers requests with 200.
	 */
	public Peer tap() {
		return on(">", (message) -> {
			if (isSeen(message) && message.getReplyTo() != null) {
				reply(message, "tapped", "Natsproxy-Status", "200");
			}
		});
	}

	private static boolean isSeen(Message message) {
		String subject = message.getSubject();
		return !subject.startsWith("_INBOX.") && !subject.startsWith(ServiceDiscovery.DEFAULT_PREFIX + ".")
				&& !subject.endsWith(WireProtocol.SERVICE_UP_SUBJECT)
				&& !subject.endsWith(WireProtocol.SERVICE_DOWN_SUBJECT);
	}

	/**
	 * Answers with a body and headers.
	 * @param headers names and values in turn
	 */
	public Peer answer(String subject, String body, String... headers) {
		return on(subject, (message) -> reply(message, body, headers));
	}

	/**
	 * Receives without an answer.
	 */
	public Peer ignore(String subject) {
		return on(subject, (message) -> {
		});
	}

	public Peer on(String subject, Consumer<Message> handler) {
		Dispatcher dispatcher = this.connection.createDispatcher((message) -> {
			if (isSeen(message)) {
				this.subjects.add(message.getSubject());
				this.received.add(message);
			}
			handler.accept(message);
		});
		dispatcher.subscribe(subject);
		this.dispatchers.add(dispatcher);
		flush();
		return this;
	}

	public void reply(Message request, String body, String... headers) {
		publish(request.getReplyTo(), null, body, headers);
	}

	public void publish(String subject, String replyTo, String body, String... headers) {
		Headers fields = new Headers();
		for (int i = 0; i < headers.length; i += 2) {
			fields.add(headers[i], headers[i + 1]);
		}
		this.connection.publish(NatsMessage.builder()
			.subject(subject)
			.replyTo(replyTo)
			.headers(fields)
			.data(body.getBytes(StandardCharsets.UTF_8))
			.build());
	}

	/**
	 * Waits for the next message that was received.
	 */
	public Message next() {
		try {
			Message message = this.received.poll(30, TimeUnit.SECONDS);
			if (message == null) {
				throw new AssertionError("No message came");
			}
			return message;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * The subjects of all messages so far; whatever the broker has taken before this call
	 * is among them.
	 */
	public List<String> subjects() {
		flush();
		return List.copyOf(this.subjects);
	}

	/**
	 * Waits until the broker has read everything that was sent to it here.
	 */
	public void flush() {
		try {
			this.connection.flush(Duration.ofSeconds(30));
		}
		catch (TimeoutException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		try {
			if (this.ownsConnection) {
				this.connection.close();
				return;
			}
			this.dispatchers.forEach(this.connection::closeDispatcher);
			this.dispatchers.clear();
			flush();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
