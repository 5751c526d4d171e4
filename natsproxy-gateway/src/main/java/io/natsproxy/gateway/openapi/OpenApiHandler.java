package io.natsproxy.gateway.openapi;

import java.nio.ByteBuffer;
import java.util.Set;

import io.natsproxy.core.wire.Problem;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;

/**
 * Answers requests for documents: that of all services, that of one, and the
 * configuration of swagger-ui.
 */
public final class OpenApiHandler implements WebHandler {

	/**
	 * The name of the configuration of swagger-ui, which no service can have for its own.
	 */
	static final String CONFIG = "swagger-config";

	private static final Set<HttpMethod> METHODS = Set.of(HttpMethod.GET, HttpMethod.HEAD);

	private final OpenApiDocuments documents;

	private final String path;

	/**
	 * Creates the handler.
	 * @param documents has the documents
	 * @param path the path of the document of all services, within the application
	 */
	public OpenApiHandler(OpenApiDocuments documents, String path) {
		this.documents = documents;
		this.path = path;
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange) {
		ServerHttpResponse response = exchange.getResponse();
		response.getHeaders().set("X-Content-Type-Options", "nosniff");
		if (!METHODS.contains(exchange.getRequest().getMethod())) {
			response.getHeaders().setAllow(METHODS);
			return write(response, HttpStatus.METHOD_NOT_ALLOWED, Problem.of(405, "Documents are read only").toJson(),
					Problem.MEDIA_TYPE);
		}
		String path = exchange.getRequest().getPath().pathWithinApplication().value();
		OpenApiView view = this.documents.view();
		if (path.equals(this.path + "/" + CONFIG)) {
			return write(response, HttpStatus.OK, config(exchange, view), MediaType.APPLICATION_JSON_VALUE);
		}
		WrittenDocument document = path.equals(this.path) ? view.all() : one(path, view);
		if (document == null) {
			return write(response, HttpStatus.NOT_FOUND,
					Problem.of(404, "There is no service of this name now, or there are too many").toJson(),
					Problem.MEDIA_TYPE);
		}
		String server = server(exchange);
		response.getHeaders().setCacheControl(CacheControl.noCache());
		if (exchange.checkNotModified(document.tag(server))) {
			return response.setComplete();
		}
		return write(exchange, document, document.start(server));
	}

	/**
	 * Writes a document, which all requests share.
	 */
	private static Mono<Void> write(ServerWebExchange exchange, WrittenDocument document, byte[] start) {
		ServerHttpResponse response = exchange.getResponse();
		ByteBuffer rest = document.rest();
		response.setStatusCode(HttpStatus.OK);
		response.getHeaders().set(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON_VALUE);
		response.getHeaders().setContentLength(start.length + rest.remaining());
		if (exchange.getRequest().getMethod() == HttpMethod.HEAD) {
			return response.setComplete();
		}
		DataBufferFactory buffers = response.bufferFactory();
		Flux<DataBuffer> body = Flux.just(ByteBuffer.wrap(start), rest).map((each) -> buffers.wrap(each.duplicate()));
		return response.writeWith(body).then(Mono.defer(response::setComplete));
	}

	private @Nullable WrittenDocument one(String path, OpenApiView view) {
		return path.startsWith(this.path + "/") ? view.service(path.substring(this.path.length() + 1)) : null;
	}

	/**
	 * Returns the path of the gateway as the client sees it.
	 */
	private static String server(ServerWebExchange exchange) {
		String path = exchange.getRequest().getPath().contextPath().value();
		return path.isEmpty() ? "/" : path;
	}

	private byte[] config(ServerWebExchange exchange, OpenApiView view) {
		String base = exchange.getRequest().getPath().contextPath().value() + this.path;
		ObjectNode config = JsonMapper.shared().createObjectNode();
		ArrayNode urls = config.putArray("urls");
		urls.addObject().put("url", base).put("name", "all services");
		view.services()
			.keySet()
			.stream()
			.filter((name) -> !name.equals(CONFIG))
			.forEach((name) -> urls.addObject().put("url", base + "/" + name).put("name", name));
		// Documents are not sent to others to be validated.
		config.put("validatorUrl", "");
		return JsonMapper.shared().writeValueAsBytes(config);
	}

	private static Mono<Void> write(ServerHttpResponse response, HttpStatus status, byte[] body, String mediaType) {
		response.setStatusCode(status);
		HttpHeaders headers = response.getHeaders();
		headers.set(HttpHeaders.CONTENT_TYPE, mediaType);
		headers.setContentLength(body.length);
		return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(body)))
			.then(Mono.defer(response::setComplete));
	}

}
