package io.natsproxy.it.contract;

import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.multipart.FilePart;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.MatrixVariable;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebSession;

/**
 * Handler methods that tell what they were called with.
 */
@RequestMapping("/requests")
abstract class RequestEndpoints {

	@GetMapping("/path/{value}")
	Map<String, String> pathVariable(@PathVariable String value) {
		return Map.of("value", value);
	}

	@GetMapping("/matrix/{value}")
	Map<String, Object> matrixVariable(@PathVariable String value, @MatrixVariable List<String> color) {
		return Map.of("value", value, "color", color);
	}

	@GetMapping("/tail/{*rest}")
	Map<String, String> tail(@PathVariable String rest) {
		return Map.of("rest", rest);
	}

	@GetMapping("/number/{number}")
	Map<String, Integer> number(@PathVariable int number) {
		return Map.of("number", number);
	}

	@GetMapping("/query")
	Map<String, List<String>> query(@RequestParam MultiValueMap<String, String> query) {
		return query;
	}

	@GetMapping("/required")
	Map<String, Integer> required(@RequestParam @Min(1) int size) {
		return Map.of("size", size);
	}

	@GetMapping("/headers")
	Map<String, List<String>> headers(@RequestHeader HttpHeaders headers) {
		MultiValueMap<String, String> found = new LinkedMultiValueMap<>();
		headers.forEach((name, values) -> {
			if (name.toLowerCase(Locale.ROOT).startsWith("x-test")) {
				found.addAll(name.toLowerCase(Locale.ROOT), values);
			}
		});
		return found;
	}

	@GetMapping("/cookies")
	Map<String, String> cookies(@CookieValue String first, @CookieValue(required = false) @Nullable String second) {
		return Map.of("first", first, "second", (second != null) ? second : "none");
	}

	@GetMapping("/language")
	Map<String, String> language(Locale locale) {
		return Map.of("language", locale.toLanguageTag());
	}

	@GetMapping("/session")
	Mono<Map<String, Integer>> session(WebSession session) {
		int visits = session.<Integer>getAttributeOrDefault("visits", 0) + 1;
		session.getAttributes().put("visits", visits);
		return Mono.just(Map.of("visits", visits));
	}

	@PostMapping("/json")
	Item json(@RequestBody Item item) {
		return new Item(item.name() + "!", item.count() + 1);
	}

	@PostMapping("/json-mono")
	Mono<Item> jsonMono(@RequestBody Mono<Item> item) {
		return item.map(this::json);
	}

	@PostMapping("/validated")
	Item validated(@Valid @RequestBody Item item) {
		return item;
	}

	@PostMapping("/form")
	Mono<Map<String, List<String>>> form(ServerWebExchange exchange) {
		return exchange.getFormData().map(Function.identity());
	}

	@PostMapping("/model")
	Item model(@Valid @ModelAttribute Item item) {
		return item;
	}

	@PostMapping("/multipart")
	Mono<Map<String, String>> multipart(@RequestPart String field, @RequestPart Mono<FilePart> file) {
		return file.flatMap((part) -> DataBufferUtils.join(part.content()).map((buffer) -> {
			String content = buffer.toString(StandardCharsets.UTF_8);
			DataBufferUtils.release(buffer);
			return Map.of("field", field, "file", part.filename(), "type",
					String.valueOf(part.headers().getContentType()), "content", content);
		}));
	}

	@PostMapping("/raw")
	ResponseEntity<byte[]> raw(@RequestBody(required = false) byte @Nullable [] body,
			@RequestHeader HttpHeaders headers) {
		return ResponseEntity.ok()
			.contentType(
					(headers.getContentType() != null) ? headers.getContentType() : MediaType.APPLICATION_OCTET_STREAM)
			.header("X-Encoding", String.valueOf(headers.getFirst(HttpHeaders.CONTENT_ENCODING)))
			.header("X-Length", String.valueOf((body != null) ? body.length : -1))
			.body(body);
	}

	@RequestMapping("/any-method")
	Map<String, String> anyMethod(HttpMethod method) {
		return Map.of("method", method.name());
	}

	@GetMapping("/arguments")
	Map<String, Object> arguments(ServerWebExchange exchange, ServerHttpRequest request, @Nullable Principal principal,
			@RequestAttribute String filtered) {
		Map<String, Object> arguments = new LinkedHashMap<>();
		arguments.put("path", request.getPath().value());
		arguments.put("query", request.getURI().getRawQuery());
		arguments.put("pattern",
				exchange.getRequiredAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE).toString());
		arguments.put("principal", (principal != null) ? principal.getName() : "nobody");
		arguments.put("filtered", filtered);
		return arguments;
	}

	@GetMapping("/blocking")
	Map<String, Object> blocking() {
		return Map.of("mayBlock", !Schedulers.isInNonBlockingThread(), "thread", Thread.currentThread().getName());
	}

	@GetMapping("/reactive")
	Mono<Map<String, Boolean>> reactive() {
		return Mono.just(Map.of("mayBlock", !Schedulers.isInNonBlockingThread()));
	}

}
