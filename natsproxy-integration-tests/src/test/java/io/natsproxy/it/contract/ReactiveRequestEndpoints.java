package io.natsproxy.it.contract;

import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.codec.multipart.FilePart;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebSession;

/**
 * Handler methods with arguments that only WebFlux has.
 */
abstract class ReactiveRequestEndpoints extends RequestEndpoints {

	@GetMapping("/session")
	Mono<Map<String, Integer>> session(WebSession session) {
		int visits = session.<Integer>getAttributeOrDefault("visits", 0) + 1;
		session.getAttributes().put("visits", visits);
		return Mono.just(Map.of("visits", visits));
	}

	@PostMapping("/json-mono")
	Mono<Item> jsonMono(@RequestBody Mono<Item> item) {
		return item.map(this::json);
	}

	@PostMapping("/form")
	Mono<Map<String, List<String>>> form(ServerWebExchange exchange) {
		return exchange.getFormData().map(Function.identity());
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
