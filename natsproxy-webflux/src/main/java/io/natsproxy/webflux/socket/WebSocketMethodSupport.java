package io.natsproxy.webflux.socket;

import java.util.List;

import io.natsproxy.webflux.annotation.NatsWebSocket;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.core.MethodParameter;
import org.springframework.core.Ordered;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.http.HttpStatus;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.BindingContext;
import org.springframework.web.reactive.HandlerResult;
import org.springframework.web.reactive.HandlerResultHandler;
import org.springframework.web.reactive.result.method.HandlerMethodArgumentResolver;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.server.ServerWebExchange;

/**
 * Lets methods with {@link NatsWebSocket} serve WebSockets: gives them the messages of
 * the client as an argument, and makes a handler of what they return. A method runs
 * before the WebSocket is accepted, so that it can refuse; what it is given and returns
 * is connected afterwards.
 */
public final class WebSocketMethodSupport implements HandlerMethodArgumentResolver, HandlerResultHandler, Ordered {

	private static final String SESSION = WebSocketMethodSupport.class.getName() + ".session";

	private final ReactiveAdapterRegistry reactiveTypes;

	private final WebSocketService webSocketService;

	private final WebSocketMessages messages;

	/**
	 * Creates the object.
	 * @param reactiveTypes the reactive types that methods may use
	 * @param codecs read and write JSON
	 * @param webSocketService does the handshake
	 */
	public WebSocketMethodSupport(ReactiveAdapterRegistry reactiveTypes, ServerCodecConfigurer codecs,
			WebSocketService webSocketService) {
		this.reactiveTypes = reactiveTypes;
		this.messages = new WebSocketMessages(codecs.getReaders(), codecs.getWriters());
		this.webSocketService = webSocketService;
	}

	/**
	 * Before the handler of {@code @ResponseBody}, which every method of a controller
	 * over NATS has.
	 */
	@Override
	public int getOrder() {
		return -1;
	}

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		return parameter.hasMethodAnnotation(NatsWebSocket.class) && parameter.getParameterAnnotations().length == 0
				&& isMany(parameter.getParameterType())
				&& this.messages.canRead(ResolvableType.forMethodParameter(parameter).getGeneric());
	}

	private boolean isMany(Class<?> type) {
		ReactiveAdapter adapter = this.reactiveTypes.getAdapter(type);
		return adapter != null && adapter.isMultiValue();
	}

	@Override
	public Mono<Object> resolveArgument(MethodParameter parameter, BindingContext bindingContext,
			ServerWebExchange exchange) {
		ResolvableType type = ResolvableType.forMethodParameter(parameter).getGeneric();
		Sinks.One<WebSocketSession> session = Sinks.one();
		exchange.getAttributes().put(SESSION, session);
		Flux<Object> received = session.asMono()
			.flatMapMany(WebSocketSession::receive)
			.filter(WebSocketMethodSupport::isData)
			.map((message) -> this.messages.read(message, type));
		ReactiveAdapter adapter = this.reactiveTypes.getAdapter(parameter.getParameterType());
		return Mono.just((adapter != null) ? adapter.fromPublisher(received) : received);
	}

	private static boolean isData(WebSocketMessage message) {
		return message.getType() == WebSocketMessage.Type.TEXT || message.getType() == WebSocketMessage.Type.BINARY;
	}

	@Override
	public boolean supports(HandlerResult result) {
		return result.getReturnTypeSource().hasMethodAnnotation(NatsWebSocket.class);
	}

	@Override
	public Mono<Void> handleResult(ServerWebExchange exchange, HandlerResult result) {
		NatsWebSocket annotation = result.getReturnTypeSource().getMethodAnnotation(NatsWebSocket.class);
		String[] subProtocols = (annotation != null) ? annotation.subProtocols() : new String[0];
		ResolvableType type = result.getReturnType();
		Object value = result.getReturnValue();
		ReactiveAdapter adapter = this.reactiveTypes.getAdapter(type.toClass(), value);
		if (adapter != null && !adapter.isMultiValue()
				&& WebSocketHandler.class.isAssignableFrom(type.getGeneric().toClass())) {
			return Mono.from(adapter.toPublisher(value))
				.cast(WebSocketHandler.class)
				.map((handler) -> accept(exchange, handler, subProtocols))
				.switchIfEmpty(Mono.fromSupplier(() -> refuse(exchange)))
				.flatMap((mono) -> mono);
		}
		if (value instanceof WebSocketHandler handler) {
			return accept(exchange, handler, subProtocols);
		}
		return (adapter != null) ? accept(exchange, streams(exchange, adapter.toPublisher(value)), subProtocols)
				: refuse(exchange);
	}

	private Mono<Void> accept(ServerWebExchange exchange, WebSocketHandler handler, String[] subProtocols) {
		return this.webSocketService.handleRequest(exchange, SubProtocolHandler.of(handler, List.of(subProtocols)));
	}

	/**
	 * A method that has returned no handler has answered, or at least refused.
	 */
	private static Mono<Void> refuse(ServerWebExchange exchange) {
		ServerHttpResponse response = exchange.getResponse();
		if (response.getStatusCode() == null) {
			response.setStatusCode(HttpStatus.FORBIDDEN);
		}
		return response.setComplete();
	}

	private WebSocketHandler streams(ServerWebExchange exchange, Publisher<?> sent) {
		Sinks.@Nullable One<WebSocketSession> receiver = exchange.getAttribute(SESSION);
		return (session) -> {
			Mono<Void> sending = session.send(Flux.from(sent).map((object) -> this.messages.write(object, session)));
			if (receiver != null) {
				receiver.tryEmitValue(session);
				return sending;
			}
			// Nobody reads: what the client sends must not keep its close frame back.
			return sending.takeUntilOther(session.receive().doOnNext(WebSocketMethodSupport::drop).then());
		};
	}

	private static void drop(WebSocketMessage message) {
		message.release();
	}

}
