package io.natsproxy.gateway.openapi;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.resource.ResourceWebHandler;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;

/**
 * The page of swagger-ui, out of its webjar, with a start of our own.
 */
public final class SwaggerUi implements WebHandler {

	private static final String POM = "META-INF/maven/org.webjars/swagger-ui/pom.properties";

	private static final String FILES = "META-INF/resources/webjars/swagger-ui/";

	/**
	 * Scripts of the page itself only, and requests to where it came from.
	 */
	private static final String POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline';"
			+ " img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'self'";

	private static final String PAGE = """
			<!DOCTYPE html>
			<html lang="en">
			<head>
			<meta charset="UTF-8">
			<meta name="viewport" content="width=device-width, initial-scale=1">
			<title>OpenAPI</title>
			<link rel="stylesheet" href="swagger-ui.css">
			<link rel="icon" type="image/png" href="favicon-32x32.png">
			</head>
			<body>
			<div id="swagger-ui"></div>
			<script src="swagger-ui-bundle.js"></script>
			<script src="swagger-ui-standalone-preset.js"></script>
			<script src="start.js"></script>
			</body>
			</html>
			""";

	private static final String START = """
			SwaggerUIBundle({
			  configUrl: %s,
			  dom_id: "#swagger-ui",
			  deepLinking: true,
			  validatorUrl: "",
			  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
			  layout: "StandaloneLayout"
			});
			""";

	private final String path;

	private final String documentsPath;

	private final ResourceWebHandler files;

	private SwaggerUi(String path, String documentsPath, Resource files) {
		this.path = path;
		this.documentsPath = documentsPath;
		this.files = new ResourceWebHandler();
		this.files.setLocations(List.of(files));
		try {
			this.files.afterPropertiesSet();
		}
		catch (Exception ex) {
			throw new IllegalStateException("The files of swagger-ui cannot be served", ex);
		}
	}

	/**
	 * Creates the page.
	 * @param path its path within the application
	 * @param documentsPath the path of the documents within the application
	 * @return the page, or {@code null} where the webjar is not on the class path
	 */
	public static @Nullable SwaggerUi create(String path, String documentsPath) {
		ClassPathResource pom = new ClassPathResource(POM);
		if (!pom.exists()) {
			return null;
		}
		Properties properties = new Properties();
		try (InputStream input = pom.getInputStream()) {
			properties.load(input);
		}
		catch (IOException ex) {
			throw new IllegalStateException("The version of swagger-ui cannot be read", ex);
		}
		return new SwaggerUi(path, documentsPath,
				new ClassPathResource(FILES + properties.getProperty("version") + "/"));
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange) {
		String path = exchange.getRequest().getPath().pathWithinApplication().value();
		String context = exchange.getRequest().getPath().contextPath().value();
		HttpHeaders headers = exchange.getResponse().getHeaders();
		headers.set("Content-Security-Policy", POLICY);
		headers.set("X-Content-Type-Options", "nosniff");
		headers.set("Referrer-Policy", "no-referrer");
		if (path.equals(this.path) || path.equals(this.path + "/")) {
			exchange.getResponse().setStatusCode(HttpStatus.FOUND);
			headers.setLocation(URI.create(context + this.path + "/index.html"));
			return exchange.getResponse().setComplete();
		}
		if (path.equals(this.path + "/index.html")) {
			return write(exchange.getResponse(), PAGE, "text/html;charset=UTF-8");
		}
		if (path.equals(this.path + "/start.js")) {
			String config = JsonMapper.shared()
				.writeValueAsString(context + this.documentsPath + "/" + OpenApiHandler.CONFIG);
			return write(exchange.getResponse(), START.formatted(config), "text/javascript;charset=UTF-8");
		}
		return this.files.handle(exchange);
	}

	private static Mono<Void> write(ServerHttpResponse response, String text, String mediaType) {
		byte[] body = text.getBytes(StandardCharsets.UTF_8);
		response.setStatusCode(HttpStatus.OK);
		response.getHeaders().set(HttpHeaders.CONTENT_TYPE, mediaType);
		response.getHeaders().setContentLength(body.length);
		response.getHeaders().set(HttpHeaders.CACHE_CONTROL, "no-cache");
		return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(body)))
			.then(Mono.defer(response::setComplete));
	}

}
