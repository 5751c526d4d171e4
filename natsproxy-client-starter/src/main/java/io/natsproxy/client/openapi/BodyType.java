package io.natsproxy.client.openapi;

import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.http.HttpEntity;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;

/**
 * What a body is, without the publishers and entities around it.
 *
 * @param type the type of the body, or of its elements
 * @param many whether it has many elements
 * @param mediaType the media type where no mapping says one
 */
record BodyType(Type type, boolean many, String mediaType) {

	private static final Set<String> STREAMED = Set.of(MediaType.TEXT_EVENT_STREAM_VALUE,
			MediaType.APPLICATION_NDJSON_VALUE);

	/**
	 * Returns what a body is.
	 * @param type the type of a parameter, or that is returned
	 * @return the body, or {@code null} if there is none
	 */
	static @Nullable BodyType of(Type type) {
		return of(ResolvableType.forType(type), false, null);
	}

	private static @Nullable BodyType of(ResolvableType type, boolean many, @Nullable String mediaType) {
		Class<?> raw = type.resolve(Object.class);
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(raw);
		if (adapter != null) {
			return adapter.isNoValue() ? null : of(element(type, raw), many || adapter.isMultiValue(), mediaType);
		}
		if (Publisher.class.isAssignableFrom(raw)) {
			return of(element(type, Publisher.class), true, mediaType);
		}
		if (ServerSentEvent.class.isAssignableFrom(raw)) {
			return of(element(type, ServerSentEvent.class), many, MediaType.TEXT_EVENT_STREAM_VALUE);
		}
		if (HttpEntity.class.isAssignableFrom(raw)) {
			return of(element(type, HttpEntity.class), many, mediaType);
		}
		if (raw == void.class || raw == Void.class) {
			return null;
		}
		boolean bytes = SimpleTypeSchemas.isBinary(raw);
		boolean text = CharSequence.class.isAssignableFrom(raw);
		String byType = bytes ? MediaType.APPLICATION_OCTET_STREAM_VALUE : MediaType.APPLICATION_JSON_VALUE;
		if (text) {
			byType = MediaType.TEXT_PLAIN_VALUE;
		}
		Type known = (type.getType() instanceof TypeVariable || type.getType() instanceof WildcardType) ? raw
				: type.getType();
		return new BodyType(known, many && !bytes && !text, (mediaType != null) ? mediaType : byType);
	}

	/**
	 * Returns what a wrapper is of: its own argument, where it has one, since that of a
	 * base class is a variable.
	 */
	private static ResolvableType element(ResolvableType type, Class<?> base) {
		return type.hasGenerics() ? type.getGeneric() : type.as(base).getGeneric();
	}

	/**
	 * Tells whether elements are written one by one in a media type.
	 */
	static boolean isStreamed(String mediaType) {
		return STREAMED.contains(mediaType);
	}

}
