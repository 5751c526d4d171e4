package io.natsproxy.webflux.websocket;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

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
import org.springframework.util.ClassUtils;
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

	/**
	 * The return type of a method that may return anything.
	 */
	private static final MethodParameter ANYTHING = new MethodParameter(ClassUtils.getMethod(Supplier.class, "get"),
			-1);

	private static final String SESSION = WebSocketMethodSupport.class.getName() + ".session";

	private final ReactiveAdapterRegistry reactiveTypes;

	private final WebSocketService webSocketService;

	private final WebSocketMessages messages;

	private final List<HandlerResultHandler> refusals;

	/**
	 * Creates the object.
	 * @param reactiveTypes the reactive types that methods may use
	 * @param codecs read and write JSON
	 * @param webSocketService does the handshake
	 * @param refusals write what a method returns that accepts no WebSocket; the last of
	 * them everything
	 */
	public WebSocketMethodSupport(ReactiveAdapterRegistry reactiveTypes, ServerCodecConfigurer codecs,
			WebSocketService webSocketService, List<HandlerResultHandler> refusals) {
		this.reactiveTypes = reactiveTypes;
		this.messages = new WebSocketMessages(codecs.getReaders(), codecs.getWriters());
		this.webSocketService = webSocketService;
		this.refusals = refusals;
	}

	/**
	 * Returns an order before that of the handler of {@code @ResponseBody}, which every
	 * method of a controller over NATS has.
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
		return handle(exchange, result, result.getReturnValue(), subProtocols);
	}

	/**
	 * Resolves a value, and judges it by what it is: methods may be declared to return
	 * anything, and suspending functions of Kotlin are declared to return what they
	 * return later.
	 */
	private Mono<Void> handle(ServerWebExchange exchange, HandlerResult result, @Nullable Object returned,
			String[] subProtocols) {
		Object value = (returned instanceof Optional<?> optional) ? optional.orElse(null) : returned;
		if (value == null) {
			return refuse(exchange);
		}
		if (value instanceof WebSocketHandler handler) {
			return accept(exchange, handler, subProtocols);
		}
		ReactiveAdapter adapter = this.reactiveTypes.getAdapter(null, value);
		if (adapter == null) {
			return refuse(exchange, result, value);
		}
		if (adapter.isMultiValue()) {
			return accept(exchange, streams(exchange, adapter.toPublisher(value)), subProtocols);
		}
		return Mono.from(adapter.toPublisher(value))
			.map((resolved) -> handle(exchange, result, resolved, subProtocols))
			.switchIfEmpty(Mono.fromSupplier(() -> refuse(exchange)))
			.flatMap((handled) -> handled);
	}

	private Mono<Void> accept(ServerWebExchange exchange, WebSocketHandler handler, String[] subProtocols) {
		return this.webSocketService.handleRequest(exchange, SubProtocolHandler.of(handler, List.of(subProtocols)));
	}

	/**
	 * Completes the response of a method that has returned no handler: such a method has
	 * answered, or at least refused.
	 */
	private static Mono<Void> refuse(ServerWebExchange exchange) {
		ServerHttpResponse response = exchange.getResponse();
		if (response.getStatusCode() == null || response.getStatusCode() == HttpStatus.OK) {
			// Nobody has set another.
			response.setStatusCode(HttpStatus.FORBIDDEN);
		}
		return response.setComplete();
	}

	/**
	 * Answers with a value as a method for GET does that returns it.
	 */
	private Mono<Void> refuse(ServerWebExchange exchange, HandlerResult result, Object value) {
		HandlerResult answer = new HandlerResult(result.getHandler(), value, ANYTHING);
		HandlerResultHandler last = this.refusals.get(this.refusals.size() - 1);
		return this.refusals.stream()
			.filter((handler) -> handler.supports(answer))
			.findFirst()
			.orElse(last)
			.handleResult(exchange, answer);
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
