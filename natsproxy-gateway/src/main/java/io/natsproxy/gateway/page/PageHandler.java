package io.natsproxy.gateway.page;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;

/**
 * Serves the page and its events, and calls routes for its form. Whoever may see it is
 * decided before. Nothing of it is kept by browsers, framed, or read by pages of other
 * origins, and it runs no script but its own.
 *
 * <table>
 * <caption>Paths</caption>
 * <tr>
 * <td>{@code …/page}</td>
 * <td>leads to {@code …/page/}, so that all addresses in the page are relative</td>
 * </tr>
 * <tr>
 * <td>{@code …/page/}, {@code page.css}, {@code page.js}</td>
 * <td>the files</td>
 * </tr>
 * <tr>
 * <td>{@code …/page/events}</td>
 * <td>server-sent events</td>
 * </tr>
 * <tr>
 * <td>{@code …/page/settings}</td>
 * <td>what the page has to know</td>
 * </tr>
 * <tr>
 * <td>{@code …/page/call}</td>
 * <td>calls a route</td>
 * </tr>
 * </table>
 */
public final class PageHandler implements WebHandler {

	/**
	 * The last segment of the path of the page.
	 */
	public static final String SEGMENT = "page";

	private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
			+ "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

	private static final MediaType EVENTS = MediaType.TEXT_EVENT_STREAM;

	private final String path;

	private final PageFeed feed;

	private final Function<Object, String> json;

	private final @Nullable PageCalls calls;

	private final Map<String, byte[]> files = new ConcurrentHashMap<>();

	/**
	 * Creates the handler.
	 * @param path the path of the page within the application, without a slash at its end
	 * @param feed has the events
	 * @param json writes maps and lists as JSON
	 * @param calls calls routes; {@code null} if the page may not
	 */
	public PageHandler(String path, PageFeed feed, Function<Object, String> json, @Nullable PageCalls calls) {
		this.path = path;
		this.feed = feed;
		this.json = json;
		this.calls = calls;
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange) {
		protect(exchange.getResponse().getHeaders());
		String within = exchange.getRequest().getPath().pathWithinApplication().value();
		if (!within.startsWith(this.path)) {
			return end(exchange, HttpStatus.NOT_FOUND);
		}
		String rest = within.substring(this.path.length());
		if (rest.equals("/call") && this.calls != null) {
			return isOf(exchange, HttpMethod.POST) ? call(exchange, this.calls) : notAllowed(exchange, "POST");
		}
		boolean known = rest.isEmpty() || rest.equals("/") || rest.equals("/events") || rest.equals("/settings")
				|| (rest.startsWith("/") && PageResources.type(rest.substring(1)) != null);
		if (!known) {
			return end(exchange, HttpStatus.NOT_FOUND);
		}
		if (!isOf(exchange, HttpMethod.GET) && !isOf(exchange, HttpMethod.HEAD)) {
			return notAllowed(exchange, "GET, HEAD");
		}
		return switch (rest) {
			case "" -> redirect(exchange);
			case "/" -> file(exchange, "page.html");
			case "/events" -> events(exchange);
			case "/settings" -> settings(exchange);
			default -> file(exchange, rest.substring(1));
		};
	}

	private static boolean isOf(ServerWebExchange exchange, HttpMethod method) {
		return method.equals(exchange.getRequest().getMethod());
	}

	private static void protect(HttpHeaders headers) {
		headers.set("Content-Security-Policy", POLICY);
		headers.set("X-Content-Type-Options", "nosniff");
		headers.set("X-Frame-Options", "DENY");
		headers.set("Referrer-Policy", "no-referrer");
		headers.set("Cross-Origin-Resource-Policy", "same-origin");
		headers.set("Cross-Origin-Opener-Policy", "same-origin");
		headers.setCacheControl("no-store");
	}

	private static Mono<Void> end(ServerWebExchange exchange, HttpStatus status) {
		exchange.getResponse().setStatusCode(status);
		return exchange.getResponse().setComplete();
	}

	private static Mono<Void> notAllowed(ServerWebExchange exchange, String allowed) {
		exchange.getResponse().getHeaders().set(HttpHeaders.ALLOW, allowed);
		return end(exchange, HttpStatus.METHOD_NOT_ALLOWED);
	}

	/**
	 * A relative address stays right behind proxies that change the path.
	 */
	private Mono<Void> redirect(ServerWebExchange exchange) {
		exchange.getResponse().getHeaders().set(HttpHeaders.LOCATION, SEGMENT + "/");
		return end(exchange, HttpStatus.TEMPORARY_REDIRECT);
	}

	private Mono<Void> file(ServerWebExchange exchange, String name) {
		return write(exchange, PageResources.type(name), this.files.computeIfAbsent(name, PageResources::read));
	}

	private Mono<Void> write(ServerWebExchange exchange, @Nullable MediaType type, byte[] content) {
		ServerHttpResponse response = exchange.getResponse();
		response.getHeaders().setContentType(type);
		response.getHeaders().setContentLength(content.length);
		if (isOf(exchange, HttpMethod.HEAD)) {
			return response.setComplete();
		}
		return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(content)));
	}

	private Mono<Void> json(ServerWebExchange exchange, Object content) {
		return write(exchange, MediaType.APPLICATION_JSON, this.json.apply(content).getBytes(StandardCharsets.UTF_8));
	}

	private Mono<Void> settings(ServerWebExchange exchange) {
		Map<String, Object> settings = new LinkedHashMap<>();
		settings.put("calls", this.calls != null);
		return CsrfProtection.token(exchange)
			.doOnNext((token) -> settings.put("csrf", token))
			.then(Mono.defer(() -> json(exchange, settings)));
	}

	private Mono<Void> events(ServerWebExchange exchange) {
		ServerHttpResponse response = exchange.getResponse();
		response.getHeaders().setContentType(EVENTS);
		// A proxy that collects would keep the page waiting.
		response.getHeaders().set("X-Accel-Buffering", "no");
		if (isOf(exchange, HttpMethod.HEAD)) {
			return response.setComplete();
		}
		return Mono.defer(() -> {
			PageFeed.Place place = this.feed.enter();
			if (place == null) {
				response.getHeaders().remove(HttpHeaders.CONTENT_TYPE);
				response.getHeaders().set(HttpHeaders.RETRY_AFTER, "10");
				return end(exchange, HttpStatus.SERVICE_UNAVAILABLE);
			}
			DataBufferFactory buffers = response.bufferFactory();
			Flux<Mono<DataBuffer>> events = place.events()
				.map((event) -> Mono.fromSupplier(() -> buffers.wrap(event.getBytes(StandardCharsets.UTF_8))));
			return response.writeAndFlushWith(events).doFinally((signal) -> place.leave());
		});
	}

	private Mono<Void> call(ServerWebExchange exchange, PageCalls calls) {
		if (!CsrfProtection.isOfThisPage(exchange.getRequest())) {
			return end(exchange, HttpStatus.FORBIDDEN);
		}
		return calls.call(exchange.getRequest())
			.onErrorResume(IllegalArgumentException.class,
					(ex) -> Mono.just(Map.of("error", String.valueOf(ex.getMessage()))))
			.flatMap((result) -> json(exchange, result));
	}

}
