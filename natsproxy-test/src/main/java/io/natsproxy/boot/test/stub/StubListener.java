package io.natsproxy.boot.test.stub;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.exchange.listener.NatsListener;
import io.natsproxy.core.exchange.listener.NatsListenerOptions;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;

/**
 * Subscribes to the subjects of one stub. Which stub a request is for is decided among
 * all of them: their subjects may overlap, and a message comes to one subscription.
 */
final class StubListener {

	private static final String QUEUE_GROUP = "natsproxy-stubs";

	/**
	 * How long to wait for requests that are being answered.
	 */
	private static final Duration PATIENCE = Duration.ofMillis(100);

	private final String method;

	private final PathPattern pattern;

	private final NatsListener listener;

	private final Set<IncomingExchange> held = ConcurrentHashMap.newKeySet();

	private volatile NatsStub.StubAnswer answer;

	private volatile long told;

	StubListener(NatsExchanges exchanges, String method, PathPattern pattern, NatsStub.StubAnswer answer, long told,
			Consumer<IncomingExchange> receiver) {
		this.method = method;
		this.pattern = pattern;
		this.answer = answer;
		this.told = told;
		this.listener = new NatsListener(exchanges, new NatsListenerOptions(QUEUE_GROUP), receiver::accept);
	}

	/**
	 * Begins to listen; returns when the server knows.
	 */
	void start(NatsExchanges exchanges) {
		this.listener.start(exchanges.routeSubjects().covering(Set.of(this.method), this.pattern.getPatternString()));
	}

	/**
	 * Changes the answer.
	 * @param told tells what was said later
	 */
	void answer(NatsStub.StubAnswer answer, long told) {
		this.answer = answer;
		this.told = told;
	}

	boolean matches(String requestMethod, PathContainer path) {
		return (requestMethod.equals(this.method) || requestMethod.equals("HEAD") && this.method.equals("GET"))
				&& this.pattern.matches(path);
	}

	PathPattern pattern() {
		return this.pattern;
	}

	long told() {
		return this.told;
	}

	/**
	 * Answers a request, once its body is whole.
	 */
	void receive(IncomingExchange exchange, Consumer<ReceivedRequest> received) {
		body(exchange).subscribe((body) -> {
			HttpHeaders headers = new HttpHeaders();
			exchange.head().headers().forEach(headers::addAll);
			ReceivedRequest request = new ReceivedRequest(exchange.head().method(), exchange.head().target(), headers,
					body);
			received.accept(request);
			try {
				this.answer.answer(exchange, request, this);
			}
			catch (Throwable ex) {
				StubResponses.fail(exchange, ex);
			}
		}, (ex) -> exchange.discard());
	}

	/**
	 * Never answers a request.
	 */
	void hold(IncomingExchange exchange) {
		this.held.add(exchange);
		exchange.onCancel(() -> {
			this.held.remove(exchange);
			exchange.discard();
		});
	}

	private static Mono<byte[]> body(IncomingExchange exchange) {
		if (!exchange.isStreamed()) {
			return Mono.just(exchange.body());
		}
		return exchange.stream().reduceWith(ByteArrayOutputStream::new, (collected, frame) -> {
			collected.writeBytes(frame);
			exchange.release(frame.length);
			return collected;
		}).map(ByteArrayOutputStream::toByteArray);
	}

	/**
	 * Ends the subscriptions; returns when the server knows.
	 */
	void close() {
		this.held.forEach(IncomingExchange::discard);
		try {
			this.listener.drain(PATIENCE);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
