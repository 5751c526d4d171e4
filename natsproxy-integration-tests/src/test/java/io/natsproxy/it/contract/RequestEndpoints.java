package io.natsproxy.it.contract;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.MatrixVariable;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * Handler methods that tell what they were called with, whether WebFlux or Spring MVC
 * calls them.
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
		return new LinkedHashMap<>(query);
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
		return new LinkedHashMap<>(found);
	}

	@GetMapping("/cookies")
	Map<String, String> cookies(@CookieValue String first, @CookieValue(required = false) @Nullable String second) {
		return Map.of("first", first, "second", (second != null) ? second : "none");
	}

	@GetMapping("/language")
	Map<String, String> language(Locale locale) {
		return Map.of("language", locale.toLanguageTag());
	}

	@PostMapping("/json")
	Item json(@RequestBody Item item) {
		return new Item(item.name() + "!", item.count() + 1);
	}

	@PostMapping("/validated")
	Item validated(@Valid @RequestBody Item item) {
		return item;
	}

	@PostMapping("/model")
	Item model(@Valid @ModelAttribute Item item) {
		return item;
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

}
