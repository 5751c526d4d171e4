package io.natsproxy.it.contract;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Handler methods that tell what they were called with, where that is of servlets.
 */
@RestController
class ServletRequestEndpoints extends RequestEndpoints {

	@GetMapping("/session")
	Map<String, Integer> session(HttpSession session) {
		int visits = (session.getAttribute("visits") instanceof Integer before) ? before + 1 : 1;
		session.setAttribute("visits", visits);
		return Map.of("visits", visits);
	}

	@PostMapping("/json-mono")
	Mono<Item> jsonMono(@RequestBody Item item) {
		return Mono.just(json(item));
	}

	@PostMapping("/form")
	Map<String, List<String>> form(@RequestParam MultiValueMap<String, String> form) {
		return new LinkedHashMap<>(form);
	}

	@PostMapping("/multipart")
	Map<String, String> multipart(@RequestPart String field, @RequestPart MultipartFile file) throws IOException {
		return Map.of("field", field, "file", String.valueOf(file.getOriginalFilename()), "type",
				String.valueOf(file.getContentType()), "content", new String(file.getBytes(), StandardCharsets.UTF_8));
	}

	@GetMapping("/arguments")
	Map<String, Object> arguments(HttpServletRequest request, @Nullable Principal principal,
			@RequestAttribute String filtered) {
		Map<String, Object> arguments = new LinkedHashMap<>();
		arguments.put("path", request.getRequestURI());
		arguments.put("query", request.getQueryString());
		arguments.put("pattern", request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE).toString());
		arguments.put("principal", (principal != null) ? principal.getName() : "nobody");
		arguments.put("filtered", filtered);
		return arguments;
	}

}
