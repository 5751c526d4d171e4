package io.natsproxy.interop.go;

import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.natsproxy.core.header.FieldValue;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.wire.EndToEndFields;
import io.natsproxy.core.wire.HeadCodec;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.interop.go.proto.GoMessages;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads the requests and responses of the Go project nats-proxy. Its header
 * values are texts, ours are bytes (see {@link FieldValue}). Has no state: nothing of one
 * message gets into another. Safe for use by many threads.
 */
public final class GoMessageCodec {

	private static final int OK = 200;

	private static final int NO_CONTENT = 204;

	private static final int NOT_MODIFIED = 304;

	private static final byte[] NO_BODY = {};

	/**
	 * Field 1, a text, with which every message of the Go project's gateway begins, up to
	 * field 7, a text: fields may come in any order.
	 */
	private static final byte[] FIRST_BYTES = { 0x0A, 0x12, 0x1A, 0x22, 0x2A, 0x32, 0x3A };

	/**
	 * The id becomes a part of subjects that are subscribed to.
	 */
	private static final Pattern WEB_SOCKET_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

	/**
	 * Tells whether a payload is a request of the Go project. It must be exactly such a
	 * message, with a method and a URL that are well-formed, and nothing else: no payload
	 * at all, text and JSON are none.
	 * @param payload the payload of a message without headers
	 * @return whether {@link #decodeRequest} does not return {@code null}
	 */
	public boolean isRequest(byte[] payload) {
		GoMessages.Request request = recognise(payload);
		return request != null && GoUrl.parse(request.getUrl()) != null;
	}

	/**
	 * Reads a request.
	 * @param payload the payload of a message without headers
	 * @return the request, or {@code null} when the payload is none (see
	 * {@link #isRequest})
	 * @throws MalformedMessageException with the status 400 if it is a request, but has a
	 * header field that could not stand in an HTTP message, or a malformed web socket id
	 */
	public @Nullable GoRequest decodeRequest(byte[] payload) {
		GoMessages.Request request = recognise(payload);
		GoUrl url = (request != null) ? GoUrl.parse(request.getUrl()) : null;
		if (request == null || url == null) {
			return null;
		}
		EndToEndFields fields = EndToEndFields.of(fields(request.getHeaderMap()));
		fields.setIfAbsent("Host", url.authority());
		fields.setIfAbsent("X-Forwarded-For", RemoteAddress.host(request.getRemoteAddr()));
		byte[] body = body(request, url, fields);
		RequestHead head = new RequestHead(request.getMethod(), url.target(), null, fields.toHeaderFields());
		return new GoRequest(head, body, request.getRemoteAddr(), webSocketId(request.getWebSocketId()));
	}

	private static GoMessages.@Nullable Request recognise(byte[] payload) {
		if (payload.length == 0 || !isFirstByte(payload[0])) {
			return null;
		}
		try {
			GoMessages.Request request = GoMessages.Request.parseFrom(payload);
			boolean known = request.getUnknownFields().asMap().isEmpty() && areKnown(request.getFormMap())
					&& areKnown(request.getHeaderMap());
			return (known && HeadCodec.isMethod(request.getMethod())) ? request : null;
		}
		catch (InvalidProtocolBufferException ex) {
			return null;
		}
	}

	private static boolean isFirstByte(byte octet) {
		for (byte first : FIRST_BYTES) {
			if (octet == first) {
				return true;
			}
		}
		return false;
	}

	private static boolean areKnown(Map<String, GoMessages.Values> values) {
		return values.values().stream().allMatch((value) -> value.getUnknownFields().asMap().isEmpty());
	}

	private static byte[] body(GoMessages.Request request, GoUrl url, EndToEndFields fields) {
		if (!request.getBody().isEmpty() || request.getFormCount() == 0) {
			return request.getBody().toByteArray();
		}
		String contentType = fields.first("Content-Type");
		if (contentType != null && !FormBody.isForm(contentType)) {
			return NO_BODY;
		}
		byte[] body = FormBody.of(request.getFormMap(), url.query());
		if (body.length > 0) {
			fields.setIfAbsent("Content-Type", FormBody.MEDIA_TYPE);
			fields.set("Content-Length", Integer.toString(body.length));
			fields.remove("Content-Encoding");
		}
		return body;
	}

	/**
	 * Writes a request. As in the Go project's gateway, the form stays in the body, where
	 * its services parse it; a handshake has the fields {@code Connection} and
	 * {@code Upgrade}.
	 * @param request the request; its time-out is not sent
	 * @return the payload, to be published without headers
	 * @throws MalformedMessageException with the status 400 if method, target, web socket
	 * id or a header field is malformed
	 */
	public byte[] encodeRequest(GoRequest request) {
		RequestHead head = request.head();
		GoUrl url = head.target().startsWith("/") ? GoUrl.parse(head.target()) : null;
		if (url == null || !HeadCodec.isMethod(head.method())) {
			throw new MalformedMessageException("The method or the target is malformed");
		}
		String webSocketId = webSocketId((request.webSocketId() != null) ? request.webSocketId() : "");
		EndToEndFields fields = EndToEndFields.of(head.headers());
		if (webSocketId != null) {
			fields.set("Connection", "Upgrade");
			fields.set("Upgrade", "websocket");
		}
		GoMessages.Request.Builder message = GoMessages.Request.newBuilder()
			.setUrl(url.target())
			.setMethod(head.method())
			.setRemoteAddr(request.remoteAddress())
			.setBody(UnsafeByteOperations.unsafeWrap(request.body()))
			.setWebSocketId((webSocketId != null) ? webSocketId : "");
		write(fields, message::putHeader);
		return message.build().toByteArray();
	}

	/**
	 * Reads a response. A response without a status is a 200. A body that comes with a
	 * status that has none (204, 304) is dropped: the Go project's services send that of
	 * an earlier response.
	 * @param payload the payload of the reply
	 * @return the response
	 * @throws MalformedMessageException if it is no such message, the status is not from
	 * 200 to 599, or a header field could not stand in an HTTP message
	 */
	public GoResponse decodeResponse(byte[] payload) {
		GoMessages.Response response = parseResponse(payload);
		int status = (response.getStatusCode() != 0) ? response.getStatusCode() : OK;
		if (status < 200 || status > 599) {
			throw new MalformedMessageException("The status is not from 200 to 599");
		}
		EndToEndFields fields = EndToEndFields.of(fields(response.getHeaderMap()));
		ByteString body = (status != NO_CONTENT && status != NOT_MODIFIED) ? response.getBody() : ByteString.EMPTY;
		return new GoResponse(new ResponseHead(status, fields.toHeaderFields()), body.toByteArray(),
				response.getDoUpgrade());
	}

	private static GoMessages.Response parseResponse(byte[] payload) {
		if (payload.length == 0) {
			throw new MalformedMessageException("An empty message is no response");
		}
		try {
			GoMessages.Response response = GoMessages.Response.parseFrom(payload);
			if (response.getUnknownFields().asMap().isEmpty() && areKnown(response.getHeaderMap())) {
				return response;
			}
		}
		catch (InvalidProtocolBufferException ex) {
			// As below: what the parser says is not fit to be shown.
		}
		throw new MalformedMessageException("The message is no response of the Go project's format");
	}

	/**
	 * Writes a response.
	 * @param response the response
	 * @return the payload, to be published without headers
	 * @throws MalformedMessageException if a header field is malformed
	 */
	public byte[] encodeResponse(GoResponse response) {
		GoMessages.Response.Builder message = GoMessages.Response.newBuilder()
			.setStatusCode(response.head().status())
			.setBody(UnsafeByteOperations.unsafeWrap(response.body()))
			.setDoUpgrade(response.upgrade());
		write(EndToEndFields.of(response.head().headers()), message::putHeader);
		return message.build().toByteArray();
	}

	private static HeaderFields fields(Map<String, GoMessages.Values> header) {
		return (action) -> header.forEach(
				(name, values) -> action.accept(name, values.getValueList().stream().map(FieldValue::ofText).toList()));
	}

	private static void write(EndToEndFields fields, BiConsumer<String, GoMessages.Values> target) {
		fields.toHeaderFields().forEach((name, values) -> {
			GoMessages.Values.Builder texts = GoMessages.Values.newBuilder();
			values.forEach((value) -> texts.addValue(FieldValue.toText(value)));
			target.accept(name, texts.build());
		});
	}

	private static @Nullable String webSocketId(String id) {
		if (id.isEmpty()) {
			return null;
		}
		if (!WEB_SOCKET_ID.matcher(id).matches()) {
			throw new MalformedMessageException("Malformed web socket id");
		}
		return id;
	}

}
