package io.natsproxy.boot.test.stub;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;

import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.exchange.listener.NatsListener;
import io.natsproxy.core.exchange.listener.NatsListenerOptions;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.ResponseHead;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Receives the requests of one stub, with their whole bodies.
 */
final class StubListener {

	private static final Logger logger = LoggerFactory.getLogger(StubListener.class);

	private static final String QUEUE_GROUP = "natsproxy-stubs";

	private final PathPattern path;

	private final Consumer<ReceivedRequest> received;

	private final NatsListener listener;

	private volatile NatsStub.StubAnswer answer = (exchange, request) -> exchange.discard();

	private boolean started;

	private final Set<String> subjects;

	StubListener(NatsExchanges exchanges, String method, String path, Consumer<ReceivedRequest> received) {
		this.path = PathPatternParser.defaultInstance.parse(path);
		this.received = received;
		this.subjects = exchanges.routeSubjects().covering(Set.of(method), path);
		this.listener = new NatsListener(exchanges, new NatsListenerOptions(QUEUE_GROUP), this::receive);
	}

	/**
	 * Changes the answer, and begins to listen with the first.
	 */
	synchronized void answer(NatsStub.StubAnswer answer) {
		this.answer = answer;
		if (!this.started) {
			this.started = true;
			this.listener.start(this.subjects);
		}
	}

	private void receive(IncomingExchange exchange) {
		if (!this.path.matches(PathContainer.parsePath(exchange.head().path()))) {
			refuse(exchange, 404, "The stub is for " + this.path.getPatternString());
			return;
		}
		body(exchange).subscribe((body) -> answer(exchange, body), (ex) -> exchange.discard());
	}

	private void answer(IncomingExchange exchange, byte[] body) {
		HttpHeaders headers = new HttpHeaders();
		exchange.head().headers().forEach(headers::addAll);
		ReceivedRequest request = new ReceivedRequest(exchange.head().method(), exchange.head().target(), headers,
				body);
		this.received.accept(request);
		try {
			this.answer.answer(exchange, request);
		}
		catch (RuntimeException ex) {
			logger.error("A stub has failed to answer {}", request, ex);
			refuse(exchange, 500, "The stub has failed");
		}
	}

	private static void refuse(IncomingExchange exchange, int status, String detail) {
		exchange.reply(new ResponseHead(status, Problem.HEADERS), Problem.of(status, detail).toJson());
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
	void close(Duration patience) {
		try {
			this.listener.drain(patience);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
