package io.natsproxy.it.interop;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.interop.go.GoMessageCodec;
import io.natsproxy.interop.go.GoRequest;
import io.natsproxy.interop.go.GoResponse;
import io.natsproxy.test.TestBroker;

/**
 * Stands for a program of the Go project: its gateway, or one of its services.
 */
final class GoPeer implements AutoCloseable {

	static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final GoMessageCodec codec = new GoMessageCodec();

	private final Connection connection;

	private final BlockingQueue<Message> requests = new LinkedBlockingQueue<>();

	GoPeer(TestBroker broker) {
		try {
			this.connection = Nats.connect(Options.builder().server(broker.url()).supportUTF8Subjects().build());
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Publishes a request as the Go project's gateway does.
	 */
	Message request(String subject, byte[] payload) {
		try {
			Message reply = this.connection.request(subject, payload, PATIENCE);
			if (reply == null) {
				throw new IllegalStateException("No reply");
			}
			return reply;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	GoResponse exchange(String subject, String method, String url) {
		return exchange(subject, method, url, "", null);
	}

	GoResponse exchange(String subject, String method, String url, String body, String webSocketId, String... fields) {
		RequestHead head = new RequestHead(method, url, null, (action) -> {
			for (int i = 0; i < fields.length; i += 2) {
				action.accept(fields[i], List.of(fields[i + 1]));
			}
		});
		Message reply = request(subject, codec
			.encodeRequest(new GoRequest(head, body.getBytes(StandardCharsets.UTF_8), "192.0.2.7:4711", webSocketId)));
		if (reply.hasHeaders()) {
			throw new AssertionError("The reply has NATS headers: " + reply.getHeaders());
		}
		return codec.decodeResponse(reply.getData());
	}

	/**
	 * Answers as a service.
	 */
	GoPeer on(String subject, Consumer<Message> handler) {
		Dispatcher dispatcher = this.connection.createDispatcher((message) -> {
			this.requests.add(message);
			handler.accept(message);
		});
		dispatcher.subscribe(subject);
		flush();
		return this;
	}

	GoPeer answer(String subject, byte[] response) {
		return on(subject, (message) -> this.connection.publish(message.getReplyTo(), response));
	}

	GoPeer answer(String subject, int status, String body, boolean upgrade, String... fields) {
		return answer(subject, response(status, body, upgrade, fields));
	}

	static byte[] response(int status, String body, boolean upgrade, String... fields) {
		return codec.encodeResponse(new GoResponse(new ResponseHead(status, (action) -> {
			for (int i = 0; i < fields.length; i += 2) {
				action.accept(fields[i], List.of(fields[i + 1]));
			}
		}), body.getBytes(StandardCharsets.UTF_8), upgrade));
	}

	/**
	 * The next request that has come.
	 */
	GoRequest nextRequest() {
		return codec.decodeRequest(nextMessage().getData());
	}

	Message nextMessage() {
		try {
			Message message = this.requests.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
			if (message == null) {
				throw new AssertionError("Nothing has come");
			}
			return message;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	boolean hasNoMore() {
		flush();
		return this.requests.isEmpty();
	}

	BlockingQueue<String> texts(String subject) {
		BlockingQueue<String> texts = new LinkedBlockingQueue<>();
		this.connection.createDispatcher((message) -> texts.add(new String(message.getData(), StandardCharsets.UTF_8)))
			.subscribe(subject);
		flush();
		return texts;
	}

	void publish(String subject, byte[] payload) {
		this.connection.publish(subject, payload);
		flush();
	}

	void publish(String subject, String text) {
		publish(subject, text.getBytes(StandardCharsets.UTF_8));
	}

	void reply(Message request, byte[] payload) {
		publish(request.getReplyTo(), payload);
	}

	/**
	 * Whether anybody subscribes to a subject.
	 */
	boolean isHeard(String subject) {
		try {
			this.connection.request(subject, new byte[0]).get(200, TimeUnit.MILLISECONDS);
			return true;
		}
		catch (TimeoutException ex) {
			return true;
		}
		catch (CancellationException ex) {
			return false;
		}
		catch (InterruptedException | ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	void flush() {
		try {
			this.connection.flush(PATIENCE);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	static Map<String, List<String>> headers(GoResponse response) {
		Map<String, List<String>> headers = new LinkedHashMap<>();
		response.head().headers().forEach((name, values) -> headers.put(name, List.copyOf(values)));
		return headers;
	}

	static String text(GoResponse response) {
		return new String(response.body(), StandardCharsets.UTF_8);
	}

	@Override
	public void close() {
		try {
			this.connection.close();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
