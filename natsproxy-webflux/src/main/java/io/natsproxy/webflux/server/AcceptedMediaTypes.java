package io.natsproxy.webflux.server;

import java.util.AbstractList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.RandomAccess;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;

/**
 * The media types of an {@code Accept} header, with the choices that were made for it:
 * such a choice, which compares each type that is accepted with each that can be written,
 * and reads their qualities, takes WebFlux as long as all the rest of a small response.
 * Safe for use by many threads.
 */
final class AcceptedMediaTypes extends AbstractList<MediaType> implements RandomAccess {

	/**
	 * The largest number of choices that are remembered: there is one for each
	 * combination of types that can be written, and so for each type of a response body.
	 */
	private static final int REMEMBERED = 64;

	private final List<MediaType> mediaTypes;

	private final Map<List<MediaType>, Optional<MediaType>> chosen = new ConcurrentHashMap<>();

	/**
	 * Creates a list.
	 * @param mediaTypes the media types, the most specific ones first
	 */
	AcceptedMediaTypes(List<MediaType> mediaTypes) {
		this.mediaTypes = List.copyOf(mediaTypes);
	}

	@Override
	public MediaType get(int index) {
		return this.mediaTypes.get(index);
	}

	@Override
	public int size() {
		return this.mediaTypes.size();
	}

	/**
	 * Chooses the media type of a response, unless a handler or its mapping has a say in
	 * it.
	 * @param exchange the exchange
	 * @param producible the types that can be written
	 * @param acceptable the types that are accepted
	 * @param selection chooses what is not remembered
	 * @return the media type, or {@code null} if none is both
	 */
	static @Nullable MediaType choose(ServerWebExchange exchange, Supplier<List<MediaType>> producible,
			List<MediaType> acceptable, Selection selection) {
		boolean decided = exchange.getAttribute(HandlerMapping.PRODUCIBLE_MEDIA_TYPES_ATTRIBUTE) != null
				|| exchange.getResponse().getHeaders().containsHeader(HttpHeaders.CONTENT_TYPE);
		return (!decided && acceptable instanceof AcceptedMediaTypes accepted)
				? accepted.choose(exchange, producible.get(), selection)
				: selection.select(exchange, producible, acceptable);
	}

	private @Nullable MediaType choose(ServerWebExchange exchange, List<MediaType> producible, Selection selection) {
		Optional<MediaType> known = this.chosen.get(producible);
		if (known == null) {
			known = Optional.ofNullable(selection.select(exchange, () -> producible, this));
			if (this.chosen.size() < REMEMBERED) {
				this.chosen.put(List.copyOf(producible), known);
			}
		}
		return known.orElse(null);
	}

	/**
	 * The choice of a media type as WebFlux makes it.
	 */
	@FunctionalInterface
	interface Selection {

		/**
		 * Chooses a media type.
		 * @return the media type, or {@code null}
		 */
		@Nullable MediaType select(ServerWebExchange exchange, Supplier<List<MediaType>> producible, List<MediaType> acceptable);

	}

}
