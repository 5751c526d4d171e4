package io.natsproxy.boot.test.stub;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.stream.BodyChunks;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.ResponseHead;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/**
 * Sends the responses of stubs.
 */
final class StubResponses {

	private static final Logger logger = LoggerFactory.getLogger(StubResponses.class);

	private static final byte[] NOTHING = {};

	private static final int CHUNK = 16 * 1024;

	private final JsonMapper jsonMapper;

	StubResponses(JsonMapper jsonMapper) {
		this.jsonMapper = jsonMapper;
	}

	void send(IncomingExchange exchange, ResponseEntity<?> response) {
		HttpHeaders headers = new HttpHeaders();
		response.getHeaders().forEach(headers::addAll);
		Object value = response.getBody();
		if (value != null && headers.getContentType() == null) {
			headers.setContentType(contentType(value));
		}
		byte[] body = bytes(value);
		if (exchange.head().method().equals("HEAD")) {
			headers.setContentLength(body.length);
			body = NOTHING;
		}
		ResponseHead head = new ResponseHead(response.getStatusCode().value(), headers::forEach);
		exchange.write(head, chunks(body), body.length)
			.subscribe(null, (ex) -> fail(exchange, ex), () -> exchange.complete(head));
	}

	/**
	 * Answers with 500 what cannot be answered otherwise.
	 */
	static void fail(IncomingExchange exchange, Throwable failure) {
		logger.error("A stub has failed to answer {} {}", exchange.head().method(), exchange.head().target(), failure);
		refuse(exchange, 500, "The stub has failed: " + failure.getMessage());
		exchange.discard();
	}

	static void refuse(IncomingExchange exchange, int status, String detail) {
		exchange.reply(new ResponseHead(status, Problem.HEADERS), Problem.of(status, detail).toJson());
	}

	void breakAfter(IncomingExchange exchange, int bytes) {
		HttpHeaders headers = new HttpHeaders();
		headers.setContentType(MediaType.APPLICATION_OCTET_STREAM);
		Flux<byte[]> body = Flux.concat(chunks(new byte[bytes]), Flux.just(BodyChunks.FLUSH),
				Flux.error(() -> new IllegalStateException("The stub breaks off")));
		exchange.write(new ResponseHead(200, headers::forEach), body).subscribe(null, (ex) -> exchange.discard());
	}

	private static Flux<byte[]> chunks(byte[] body) {
		return Flux.range(0, (body.length + CHUNK - 1) / CHUNK)
			.map((i) -> Arrays.copyOfRange(body, i * CHUNK, Math.min(body.length, (i + 1) * CHUNK)));
	}

	private static MediaType contentType(Object value) {
		if (value instanceof String) {
			return new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);
		}
		return (value instanceof byte[]) ? MediaType.APPLICATION_OCTET_STREAM : MediaType.APPLICATION_JSON;
	}

	private byte[] bytes(@Nullable Object value) {
		if (value == null) {
			return NOTHING;
		}
		if (value instanceof String text) {
			return text.getBytes(StandardCharsets.UTF_8);
		}
		return (value instanceof byte[] bytes) ? bytes : this.jsonMapper.writeValueAsBytes(value);
	}

}
