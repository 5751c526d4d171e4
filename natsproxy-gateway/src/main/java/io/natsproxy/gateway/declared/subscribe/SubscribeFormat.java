package io.natsproxy.gateway.declared.subscribe;

import java.util.Comparator;
import java.util.List;

import io.natsproxy.core.wire.MalformedMessageException;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.server.ServerWebExchange;

/**
 * The forms in which clients get messages.
 */
public enum SubscribeFormat {

	/**
	 * Server-sent events, as the HTML standard has them.
	 */
	SSE(MediaType.TEXT_EVENT_STREAM, new SseEncoder()),

	/**
	 * One value of JSON in each line.
	 */
	NDJSON(MediaType.APPLICATION_NDJSON, new NdjsonEncoder()),

	/**
	 * Messages of a WebSocket, for those that ask for one.
	 */
	WEBSOCKET(null, new WebSocketEncoder());

	private final @Nullable MediaType mediaType;

	private final EventEncoder encoder;

	SubscribeFormat(@Nullable MediaType mediaType, EventEncoder encoder) {
		this.mediaType = mediaType;
		this.encoder = encoder;
	}

	@Nullable MediaType mediaType() {
		return this.mediaType;
	}

	EventEncoder encoder() {
		return this.encoder;
	}

	/**
	 * Chooses the format that a client prefers.
	 * @param formats those that there are, the one for clients without preference first
	 * @param exchange the exchange with the client
	 * @return the format, or {@code null} if the client accepts none of them
	 */
	static @Nullable SubscribeFormat accepted(List<SubscribeFormat> formats, ServerWebExchange exchange) {
		List<MediaType> ranges = ranges(exchange.getRequest().getHeaders());
		SubscribeFormat best = null;
		double bestQuality = 0;
		for (SubscribeFormat format : formats) {
			MediaType type = format.mediaType;
			double quality = (type != null) ? quality(type, ranges) : 0;
			if (quality > bestQuality) {
				best = format;
				bestQuality = quality;
			}
		}
		return best;
	}

	private static List<MediaType> ranges(HttpHeaders headers) {
		try {
			List<MediaType> ranges = headers.getAccept();
			return ranges.isEmpty() ? List.of(MediaType.ALL) : ranges;
		}
		catch (InvalidMediaTypeException ex) {
			throw new MalformedMessageException("The field Accept is malformed");
		}
	}

	/**
	 * Returns the quality of the most specific range, as RFC 9110 has it.
	 */
	private static double quality(MediaType type, List<MediaType> ranges) {
		return ranges.stream()
			.filter((range) -> range.includes(type))
			.max(Comparator.comparingInt(SubscribeFormat::specificity))
			.map(MediaType::getQualityValue)
			.orElse(0.0);
	}

	private static int specificity(MediaType range) {
		return range.isWildcardType() ? 0 : range.isWildcardSubtype() ? 1 : 2;
	}

}
