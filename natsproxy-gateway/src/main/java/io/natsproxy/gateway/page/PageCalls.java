package io.natsproxy.gateway.page;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import io.natsproxy.core.log.SafeText;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * Calls routes for the form of the page: through the whole HTTP handler of the gateway,
 * filters and security included, as any client does, from the operator's address and with
 * no credentials but those that the operator has typed. Bounded in number, time and
 * bytes. Safe for use by many threads.
 */
public final class PageCalls {

	/**
	 * Longest description of a call, in bytes.
	 */
	static final int MAX_REQUEST = 256 * 1024;

	/**
	 * Most bytes of a response that are shown.
	 */
	static final int MAX_RESPONSE = 64 * 1024;

	private static final int MAX_CALLS = 8;

	private static final int MAX_TARGET = 8 * 1024;

	private static final int MAX_FIELDS = 100;

	/**
	 * The longest call. What has come of a response that has not ended by then is shown.
	 */
	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	/**
	 * Time that the body of a response may take after its head.
	 */
	private static final Duration BODY_TIMEOUT = Duration.ofSeconds(5);

	private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

	/**
	 * Fields that belong to a connection, which there is none of (RFC 9110, section
	 * 7.6.1), or that follow from the body.
	 */
	private static final Set<String> FORBIDDEN = Set.of("connection", "content-length", "expect", "keep-alive",
			"proxy-connection", "te", "trailer", "transfer-encoding", "upgrade");

	private final Supplier<HttpHandler> handler;

	private final BinaryOperator<String> subjects;

	private final Function<byte[], Map<?, ?>> json;

	private final AtomicInteger underWay = new AtomicInteger();

	/**
	 * Creates the object.
	 * @param handler handles all requests of the gateway
	 * @param subjects makes the subject of a method and a path
	 * @param json reads an object of JSON; fails with an {@link IllegalArgumentException}
	 */
	public PageCalls(Supplier<HttpHandler> handler, BinaryOperator<String> subjects, Function<byte[], Map<?, ?>> json) {
		this.handler = handler;
		this.subjects = subjects;
		this.json = json;
	}

	/**
	 * Makes a call.
	 * @param request the request of the page, whose body describes the call
	 * @return the result, to be shown, or an {@link IllegalArgumentException} that says
	 * what is wrong with the description
	 */
	Mono<Map<String, Object>> call(ServerHttpRequest request) {
		return Mono.deferContextual((context) -> {
			if (context.hasKey(PageCalls.class)) {
				return Mono.error(new IllegalArgumentException("A call of the page can not call the page"));
			}
			return DataBufferUtils.join(request.getBody(), MAX_REQUEST)
				.map(PageCalls::bytes)
				.onErrorMap(DataBufferLimitException.class,
						(ex) -> new IllegalArgumentException("The call is longer than " + MAX_REQUEST + " bytes"))
				.switchIfEmpty(Mono.error(() -> new IllegalArgumentException("There is no call")))
				.flatMap((body) -> call(request, this.json.apply(body)));
		});
	}

	private static byte[] bytes(DataBuffer buffer) {
		byte[] bytes = new byte[buffer.readableByteCount()];
		buffer.read(bytes);
		DataBufferUtils.release(buffer);
		return bytes;
	}

	private Mono<Map<String, Object>> call(ServerHttpRequest from, Map<?, ?> call) {
		String method = text(call, "method").toUpperCase(Locale.ROOT);
		String target = text(call, "target");
		if (!TOKEN.matcher(method).matches() || method.length() > 20 || method.equals("CONNECT")) {
			throw new IllegalArgumentException("The method is none");
		}
		if (!target.startsWith("/") || target.startsWith("//") || target.length() > MAX_TARGET) {
			throw new IllegalArgumentException("The target has to be a path that begins with one slash");
		}
		URI uri = URI.create("http://localhost" + target);
		if (uri.getRawFragment() != null) {
			throw new IllegalArgumentException("The target must not have a fragment");
		}
		byte[] body = text(call, "body").getBytes(StandardCharsets.UTF_8);
		HttpHeaders headers = headers(call.get("headers"));
		if (!headers.containsHeader(HttpHeaders.HOST)) {
			headers.set(HttpHeaders.HOST, "localhost");
		}
		if (body.length > 0) {
			headers.setContentLength(body.length);
		}
		LocalResponse response = new LocalResponse(MAX_RESPONSE, BODY_TIMEOUT);
		LocalRequest request = new LocalRequest(HttpMethod.valueOf(method), uri, headers, body,
				from.getRemoteAddress());
		if (this.underWay.incrementAndGet() > MAX_CALLS) {
			this.underWay.decrementAndGet();
			throw new IllegalArgumentException("Too many calls are under way");
		}
		long startedAt = System.nanoTime();
		return Mono.defer(() -> this.handler.get().handle(request, response))
			// Nothing of the operator's goes along, his login least of all.
			.contextWrite((outer) -> Context.of(PageCalls.class, true))
			.onErrorResume((ex) -> Mono.empty())
			.timeout(TIMEOUT, Mono.empty())
			.doFinally((signal) -> this.underWay.decrementAndGet())
			.then(Mono.fromSupplier(() -> result(method, uri, response, startedAt)));
	}

	private static String text(Map<?, ?> call, String name) {
		Object value = call.get(name);
		if (value == null) {
			return "";
		}
		if (!(value instanceof String text)) {
			throw new IllegalArgumentException("'" + name + "' has to be a text");
		}
		return text;
	}

	/**
	 * Reads lines of the form {@code name: value}.
	 */
	private static HttpHeaders headers(@Nullable Object lines) {
		HttpHeaders headers = new HttpHeaders();
		if (!(lines instanceof String text)) {
			return headers;
		}
		List<String> all = text.lines().filter((line) -> !line.isBlank()).toList();
		if (all.size() > MAX_FIELDS) {
			throw new IllegalArgumentException("There are more than " + MAX_FIELDS + " header fields");
		}
		for (String line : all) {
			int colon = line.indexOf(':');
			String name = (colon > 0) ? line.substring(0, colon) : "";
			String value = line.substring(colon + 1).trim();
			if (!TOKEN.matcher(name).matches() || value.chars().anyMatch((c) -> (c < 0x20 && c != '\t') || c > 0x7e)) {
				throw new IllegalArgumentException("A header field is not of the form 'name: value'");
			}
			if (FORBIDDEN.contains(name.toLowerCase(Locale.ROOT))) {
				throw new IllegalArgumentException("The header field " + name + " can not be set");
			}
			headers.add(name, value);
		}
		return headers;
	}

	private Map<String, Object> result(String method, URI uri, LocalResponse response, long startedAt) {
		Map<String, Object> result = new LinkedHashMap<>();
		result.put("millis", (System.nanoTime() - startedAt) / 100_000 / 10.0);
		result.put("subject", subject(method, uri));
		HttpStatusCode status = response.getStatusCode();
		if (!response.isCommitted()) {
			result.put("error", "There was no response");
			return result;
		}
		result.put("status", (status != null) ? status.value() : 200);
		List<List<String>> headers = new ArrayList<>();
		response.getHeaders()
			.forEach((name, values) -> values.forEach((value) -> headers.add(List.of(name, String.valueOf(value)))));
		result.put("headers", headers);
		byte[] body = response.body();
		result.put("length", body.length);
		result.put("truncated", response.isTruncated());
		String text = text(body, response.isTruncated());
		if (text != null) {
			result.put("body", text);
		}
		return result;
	}

	private String subject(String method, URI uri) {
		try {
			return SafeText.of(this.subjects.apply(method, uri.getRawPath()));
		}
		catch (RuntimeException ex) {
			return "";
		}
	}

	/**
	 * Returns a body as text, or {@code null} if it is not UTF-8.
	 */
	private static @Nullable String text(byte[] body, boolean truncated) {
		int length = body.length;
		if (truncated) {
			// A character may have been cut in two.
			while (length > 0 && length > body.length - 4 && (body[length - 1] & 0xc0) == 0x80) {
				length--;
			}
			length = (length > 0 && (body[length - 1] & 0xc0) == 0xc0) ? length - 1 : body.length;
		}
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body, 0, length)).toString();
		}
		catch (CharacterCodingException ex) {
			return null;
		}
	}

}
