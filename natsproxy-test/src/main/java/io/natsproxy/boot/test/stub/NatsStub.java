package io.natsproxy.boot.test.stub;

import java.util.function.Consumer;
import java.util.function.Function;

import io.natsproxy.core.exchange.listener.IncomingExchange;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/**
 * What a service that is not there is going to do with requests of one method and path.
 * Each call of a method takes the place of what was said before for the same method and
 * path, and counts from when it returns.
 */
public final class NatsStub {

	private final StubResponses responses;

	private final Consumer<StubAnswer> answers;

	private final Runnable end;

	NatsStub(StubResponses responses, Consumer<StubAnswer> answers, Runnable end) {
		this.responses = responses;
		this.answers = answers;
		this.end = end;
	}

	/**
	 * Answers with 200 and a body.
	 * @param body text, which is sent as {@code text/plain}, bytes, which are sent as
	 * {@code application/octet-stream}, or an object, which is sent as JSON
	 */
	public void respondsWith(Object body) {
		respondsWith(ResponseEntity.ok(body));
	}

	/**
	 * Answers with a status and no body.
	 * @param status the status
	 */
	public void respondsWith(HttpStatus status) {
		respondsWith(ResponseEntity.status(status).build());
	}

	/**
	 * Answers with a response.
	 * @param response status, header fields, and a body as that of
	 * {@link #respondsWith(Object)}, whose content type may be set
	 */
	public void respondsWith(ResponseEntity<?> response) {
		respondsBy((request) -> response);
	}

	/**
	 * Answers with a response that depends on the request.
	 * @param function makes the response; must not block. What it throws is answered with
	 * 500
	 */
	public void respondsBy(Function<ReceivedRequest, ResponseEntity<?>> function) {
		this.answers.accept((exchange, request, stub) -> this.responses.send(exchange, function.apply(request)));
	}

	/**
	 * Has nobody answer: callers are told at once that there is no service.
	 */
	public void noResponders() {
		this.end.run();
	}

	/**
	 * Takes requests and never answers, so that callers wait until their time is up.
	 */
	public void timesOut() {
		this.answers.accept((exchange, request, stub) -> stub.hold(exchange));
	}

	/**
	 * Answers with 200 and a body that breaks off, as that of a service which dies.
	 * @param bytes how many bytes of the body come before; with 0, only the head
	 */
	public void breaksAfter(int bytes) {
		if (bytes < 0) {
			throw new IllegalArgumentException("The number of bytes must not be negative");
		}
		this.answers.accept((exchange, request, stub) -> this.responses.breakAfter(exchange, bytes));
	}

	/**
	 * Deals with one request.
	 */
	@FunctionalInterface
	interface StubAnswer {

		void answer(IncomingExchange exchange, ReceivedRequest request, StubListener stub);

	}

}
