package io.natsproxy.servlet.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.security.Principal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/**
 * An ordinary Spring MVC application.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
class TestApplication {

	static final int LARGE = 20 * 1024 * 1024;

	static volatile CountDownLatch entered = new CountDownLatch(1);

	static volatile CountDownLatch goOn = new CountDownLatch(1);

	@Bean
	SecurityFilterChain chain(HttpSecurity http) throws Exception {
		return http.csrf((csrf) -> csrf.disable())
			.httpBasic(Customizer.withDefaults())
			.authorizeHttpRequests(
					(requests) -> requests.requestMatchers("/secure/**").authenticated().anyRequest().permitAll())
			.build();
	}

	record Item(@NotBlank String name, int count) {

	}

	@RestController
	static class Controller {

		@GetMapping("/api/item")
		Item item(@RequestParam(defaultValue = "tea") String name) {
			return new Item(name, 1);
		}

		@PostMapping("/api/items")
		ResponseEntity<Item> create(@Valid @RequestBody Item item) {
			return ResponseEntity.created(URI.create("/api/items/1")).body(item);
		}

		@PostMapping("/api/form")
		String form(@RequestParam String a, @RequestParam String b) {
			return a + "+" + b;
		}

		@PostMapping("/api/multipart")
		String multipart(@RequestParam String title, @RequestParam MultipartFile file) {
			return title + " " + file.getOriginalFilename() + " " + file.getSize();
		}

		@PostMapping("/api/upload")
		String upload(InputStream body) throws IOException {
			byte[] buffer = new byte[64 * 1024];
			long sum = 0;
			for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
				sum += n;
			}
			return "" + sum;
		}

		@GetMapping("/api/download")
		StreamingResponseBody download() {
			return (out) -> {
				byte[] chunk = new byte[1024 * 1024];
				for (int i = 0; i < LARGE / chunk.length; i++) {
					Arrays.fill(chunk, (byte) i);
					out.write(chunk);
				}
			};
		}

		@GetMapping("/api/array")
		byte[] array() {
			return new byte[LARGE];
		}

		@GetMapping(path = "/api/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
		SseEmitter events() {
			SseEmitter emitter = new SseEmitter();
			CountDownLatch gate = goOn;
			new Thread(() -> {
				try {
					emitter.send("first");
					gate.await(30, TimeUnit.SECONDS);
					emitter.send("second");
					emitter.complete();
				}
				catch (Exception ex) {
					emitter.completeWithError(ex);
				}
			}).start();
			return emitter;
		}

		@GetMapping("/api/silent")
		void silent(HttpServletResponse response) throws Exception {
			CountDownLatch gate = goOn;
			response.flushBuffer();
			gate.await(30, TimeUnit.SECONDS);
			response.getOutputStream().print("body");
		}

		@GetMapping("/api/deferred")
		DeferredResult<Item> deferred() {
			DeferredResult<Item> result = new DeferredResult<>();
			new Thread(() -> result.setResult(new Item("later", 2))).start();
			return result;
		}

		@GetMapping("/api/deferred/never")
		DeferredResult<Item> never() {
			return new DeferredResult<>(Duration.ofMillis(200).toMillis(), () -> new Item("timed out", 0));
		}

		@GetMapping("/api/callable")
		Callable<String> callable() {
			return () -> "called";
		}

		@GetMapping("/api/blocking")
		String blocking() throws InterruptedException {
			entered.countDown();
			goOn.await(30, TimeUnit.SECONDS);
			return "done";
		}

		@GetMapping("/api/fails")
		String fails() {
			throw new IllegalStateException("Secret");
		}

		@GetMapping("/api/session")
		String session(HttpSession session) {
			Integer count = (Integer) session.getAttribute("count");
			int next = (count != null) ? count + 1 : 1;
			session.setAttribute("count", next);
			return "" + next;
		}

		@GetMapping("/api/redirect")
		ResponseEntity<Void> redirect() {
			return ResponseEntity.status(302).location(URI.create("/api/item")).build();
		}

		@GetMapping("/api/sendRedirect")
		void sendRedirect(HttpServletResponse response) throws IOException {
			response.sendRedirect("/api/item");
		}

		@GetMapping("/api/request")
		Map<String, String> request(HttpServletRequest request) {
			return Map.of("url", request.getRequestURL().toString(), "secure", "" + request.isSecure(), "remote",
					"" + request.getRemoteAddr(), "thread", Thread.currentThread().getName());
		}

		@GetMapping("/secure/name")
		String name(Principal principal) {
			return principal.getName();
		}

		@GetMapping("/admin")
		String admin() {
			return "admin";
		}

	}

}
