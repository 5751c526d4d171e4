package io.natsproxy.webflux.server;

import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

import io.natsproxy.core.discovery.EndpointTraits;
import io.natsproxy.webflux.annotation.NatsTimeout;
import io.natsproxy.webflux.websocket.WebSocketUpgradeCondition;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.http.HttpEntity;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.result.method.RequestMappingInfo;

/**
 * What others may be told of the route of a handler method, as its annotations and its
 * signature say it.
 */
final class MethodTraits {

	/**
	 * Media types in which each element of a stream is written when it comes.
	 */
	private static final Set<MediaType> STREAMING = Set.of(MediaType.TEXT_EVENT_STREAM, MediaType.APPLICATION_NDJSON);

	private MethodTraits() {
	}

	/**
	 * Reads the traits of a method.
	 */
	static EndpointTraits of(RequestMappingInfo mapping, HandlerMethod method) {
		Set<MediaType> produces = mapping.getProducesCondition().getProducibleMediaTypes();
		if (mapping.getCustomCondition() instanceof WebSocketUpgradeCondition) {
			return EndpointTraits.WEB_SOCKET;
		}
		return new EndpointTraits(texts(mapping.getConsumesCondition().getConsumableMediaTypes()), texts(produces),
				isStreamed(ResolvableType.forMethodReturnType(method.getMethod()), produces) ? true : null, false,
				timeout(method));
	}

	private static @Nullable Duration timeout(HandlerMethod method) {
		NatsTimeout annotation = method.getMethodAnnotation(NatsTimeout.class);
		if (annotation == null) {
			annotation = AnnotatedElementUtils.findMergedAnnotation(method.getBeanType(), NatsTimeout.class);
		}
		if (annotation == null) {
			return null;
		}
		Duration timeout = parse(annotation.value());
		if (timeout == null || timeout.toMillis() <= 0) {
			throw new IllegalStateException("@NatsTimeout(\"" + annotation.value() + "\") of " + method
					+ " is no positive time such as 500ms, 30s or PT1M");
		}
		return timeout;
	}

	private static @Nullable Duration parse(String text) {
		try {
			return DurationFormatterUtils.detectAndParse(text);
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	private static Set<String> texts(Collection<MediaType> types) {
		return types.stream().map(MediaType::toString).collect(Collectors.toUnmodifiableSet());
	}

	/**
	 * Tells whether the method streams whatever the client accepts. What it returns may
	 * be wrapped in an entity, or in a publisher of one.
	 */
	private static boolean isStreamed(ResolvableType type, Collection<MediaType> produces) {
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(type.toClass());
		if (adapter != null && adapter.isMultiValue()) {
			Class<?> element = type.getGeneric().toClass();
			return ServerSentEvent.class.isAssignableFrom(element) || DataBuffer.class.isAssignableFrom(element)
					|| (!produces.isEmpty() && STREAMING.containsAll(produces));
		}
		boolean wrapped = adapter != null || HttpEntity.class.isAssignableFrom(type.toClass());
		return wrapped && type.hasGenerics() && isStreamed(type.getGeneric(), produces);
	}

}
