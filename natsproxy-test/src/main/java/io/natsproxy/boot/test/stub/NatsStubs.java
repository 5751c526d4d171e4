package io.natsproxy.boot.test.stub;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.listener.IncomingExchange;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Services that are not there, for tests of those who call them over NATS. A stub
 * subscribes to the subjects of its method and path and answers as it is told, with the
 * status that HTTP clients know or with the failures that only NATS has. Of several stubs
 * for a path, the most specific answers. Bodies of requests are kept until
 * {@link #reset()}. Safe for use by many threads.
 *
 * <pre>{@code
 * stubs.get("/stock/{article}").respondsWith(new Article("screws", 5));
 * stubs.post("/orders").timesOut();
 * }</pre>
 */
public final class NatsStubs implements AutoCloseable {

	private static final Comparator<StubListener> MOST_SPECIFIC = Comparator
		.comparing(StubListener::pattern, PathPattern.SPECIFICITY_COMPARATOR)
		.thenComparing(Comparator.comparingLong(StubListener::told).reversed());

	private final NatsExchanges exchanges;

	private final StubResponses responses;

	private final Map<String, StubListener> listeners = new ConcurrentHashMap<>();

	private final AtomicLong told = new AtomicLong();

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
	 * @param path a path pattern, see {@link PathPattern}: not encoded
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
		PathPatternParser parser = PathPatternParser.defaultInstance;
		PathPattern pattern = parser.parse(parser.initFullPathPattern(path));
		String key = method + " " + pattern.getPatternString();
		return new NatsStub(this.responses, (answer) -> tell(key, method, pattern, answer),
				() -> end(this.listeners.remove(key)));
	}

	private void tell(String key, String method, PathPattern pattern, NatsStub.StubAnswer answer) {
		StubListener added = new StubListener(this.exchanges, method, pattern, answer, this.told.incrementAndGet(),
				this::receive);
		StubListener known = this.listeners.putIfAbsent(key, added);
		if (known != null) {
			known.answer(answer, added.told());
		}
		else {
			added.start(this.exchanges);
		}
	}

	/**
	 * Has the stub answer whose pattern is the most specific, and of several such the one
	 * that was told last.
	 */
	private void receive(IncomingExchange exchange) {
		PathContainer path = PathContainer.parsePath(exchange.head().path());
		this.listeners.values()
			.stream()
			.filter((stub) -> stub.matches(exchange.head().method(), path))
			.min(MOST_SPECIFIC)
			.ifPresentOrElse((stub) -> stub.receive(exchange, this.received::add),
					() -> StubResponses.refuse(exchange, 404, "There is no stub for this path"));
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
			listener.close();
		}
	}

}
