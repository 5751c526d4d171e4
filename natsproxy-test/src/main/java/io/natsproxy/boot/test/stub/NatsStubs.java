package io.natsproxy.boot.test.stub;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import io.natsproxy.core.exchange.NatsExchanges;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Services that are not there, for tests of those who call them over NATS. A stub
 * subscribes to the subjects of its method and path and answers as it is told, with the
 * status that HTTP clients know or with the failures that only NATS has. Safe for use by
 * many threads.
 *
 * <pre>{@code
 * stubs.get("/stock/{article}").respondsWith(new Article("screws", 5));
 * stubs.post("/orders").timesOut();
 * }</pre>
 */
public final class NatsStubs implements AutoCloseable {

	private final NatsExchanges exchanges;

	private final StubResponses responses;

	private final Map<String, StubListener> listeners = new ConcurrentHashMap<>();

	private final List<ReceivedRequest> received = new CopyOnWriteArrayList<>();

	/**
	 * Creates stubs.
	 * @param exchanges the connection and the prefix of subjects; not closed by this
	 * object
	 * @param jsonMapper writes bodies
	 */
	public NatsStubs(NatsExchanges exchanges, JsonMapper jsonMapper) {
		this.exchanges = exchanges;
		this.responses = new StubResponses(jsonMapper);
	}

	/**
	 * Returns the stub for GET requests, and so for HEAD requests.
	 * @param path a path pattern, see
	 * {@link org.springframework.web.util.pattern.PathPattern}
	 * @return the stub, which does nothing until it is told what
	 */
	public NatsStub get(String path) {
		return request("GET", path);
	}

	/**
	 * Returns the stub for POST requests.
	 * @param path a path pattern
	 * @return the stub, which does nothing until it is told what
	 */
	public NatsStub post(String path) {
		return request("POST", path);
	}

	/**
	 * Returns the stub for PUT requests.
	 * @param path a path pattern
	 * @return the stub, which does nothing until it is told what
	 */
	public NatsStub put(String path) {
		return request("PUT", path);
	}

	/**
	 * Returns the stub for PATCH requests.
	 * @param path a path pattern
	 * @return the stub, which does nothing until it is told what
	 */
	public NatsStub patch(String path) {
		return request("PATCH", path);
	}

	/**
	 * Returns the stub for DELETE requests.
	 * @param path a path pattern
	 * @return the stub, which does nothing until it is told what
	 */
	public NatsStub delete(String path) {
		return request("DELETE", path);
	}

	/**
	 * Returns the stub for requests of any method.
	 * @param method the HTTP method
	 * @param path a path pattern
	 * @return the stub, which does nothing until it is told what
	 */
	public NatsStub request(String method, String path) {
		String key = method + " " + path;
		return new NatsStub(this.responses, (answer) -> this.listeners.compute(key, (name, listener) -> {
			StubListener told = (listener != null) ? listener
					: new StubListener(this.exchanges, method, path, this.received::add);
			told.answer(answer);
			return told;
		}), () -> end(this.listeners.remove(key)));
	}

	/**
	 * Returns the requests that stubs have received, in the order in which their bodies
	 * were complete.
	 * @return a copy
	 */
	public List<ReceivedRequest> received() {
		return List.copyOf(this.received);
	}

	/**
	 * Ends all stubs, and forgets what they have received.
	 */
	public void reset() {
		this.listeners.keySet().forEach((key) -> end(this.listeners.remove(key)));
		this.received.clear();
	}

	@Override
	public void close() {
		reset();
	}

	private static void end(@Nullable StubListener listener) {
		if (listener != null) {
			listener.close(Duration.ofMillis(100));
		}
	}

}
