package io.natsproxy.webflux.websocket;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.core.codec.Decoder;
import org.springframework.core.codec.Encoder;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.MediaType;
import org.springframework.http.codec.DecoderHttpMessageReader;
import org.springframework.http.codec.EncoderHttpMessageWriter;
import org.springframework.http.codec.HttpMessageReader;
import org.springframework.http.codec.HttpMessageWriter;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * The messages of a WebSocket as the objects of an application: strings are text, byte
 * arrays are binary, other objects are JSON in text messages.
 */
final class WebSocketMessages {

	private final List<Decoder<?>> decoders;

	private final List<Encoder<?>> encoders;

	WebSocketMessages(List<HttpMessageReader<?>> readers, List<HttpMessageWriter<?>> writers) {
		this.decoders = readers.stream()
			.filter(DecoderHttpMessageReader.class::isInstance)
			.<Decoder<?>>map((reader) -> ((DecoderHttpMessageReader<?>) reader).getDecoder())
			.toList();
		this.encoders = writers.stream()
			.filter(EncoderHttpMessageWriter.class::isInstance)
			.<Encoder<?>>map((writer) -> ((EncoderHttpMessageWriter<?>) writer).getEncoder())
			.toList();
	}

	/**
	 * Tells whether messages can be read as objects of a type.
	 */
	boolean canRead(ResolvableType type) {
		Class<?> raw = type.toClass();
		return raw == String.class || raw == byte[].class || raw == WebSocketMessage.class || decoder(type) != null;
	}

	private @Nullable Decoder<?> decoder(ResolvableType type) {
		return this.decoders.stream()
			.filter((decoder) -> decoder.canDecode(type, MediaType.APPLICATION_JSON))
			.findFirst()
			.orElse(null);
	}

	/**
	 * Reads a message.
	 * @throws org.springframework.core.codec.DecodingException if it is not such an
	 * object
	 */
	Object read(WebSocketMessage message, ResolvableType type) {
		Class<?> raw = type.toClass();
		if (raw == WebSocketMessage.class) {
			return message;
		}
		if (raw == String.class) {
			return message.getPayloadAsText();
		}
		DataBuffer payload = message.getPayload();
		if (raw == byte[].class) {
			byte[] bytes = new byte[payload.readableByteCount()];
			payload.read(bytes);
			DataBufferUtils.release(payload);
			return bytes;
		}
		Decoder<?> decoder = Objects.requireNonNull(decoder(type));
		return Objects.requireNonNull(decoder.decode(payload, type, MediaType.APPLICATION_JSON, null));
	}

	/**
	 * Writes a message.
	 * @throws IllegalStateException if nothing writes such an object as JSON
	 */
	@SuppressWarnings("unchecked")
	WebSocketMessage write(Object object, WebSocketSession session) {
		if (object instanceof WebSocketMessage message) {
			return message;
		}
		if (object instanceof CharSequence text) {
			return session.textMessage(text.toString());
		}
		if (object instanceof byte[] bytes) {
			return session.binaryMessage((factory) -> factory.wrap(bytes));
		}
		ResolvableType type = ResolvableType.forInstance(object);
		Encoder<Object> encoder = (Encoder<Object>) this.encoders.stream()
			.filter((each) -> each.canEncode(type, MediaType.APPLICATION_JSON))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("No codec writes " + type + " as JSON"));
		return new WebSocketMessage(WebSocketMessage.Type.TEXT,
				encoder.encodeValue(object, session.bufferFactory(), type, MediaType.APPLICATION_JSON, null));
	}

}
