package io.natsproxy.interop.go;

import java.util.Collection;
import java.util.List;
import java.util.Set;

import io.natsproxy.core.format.FormatRequest;
import io.natsproxy.core.format.FormatResponse;
import io.natsproxy.core.format.MessageFormat;
import io.natsproxy.core.format.WebSocketSubjects;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.core.wire.WireProtocol;
import org.jspecify.annotations.Nullable;

/**
 * The format of the Go project nats-proxy. Safe for use by many threads.
 */
public final class GoMessageFormat implements MessageFormat {

	/**
	 * Name of the format in configuration.
	 */
	public static final String NAME = "go-nats-proxy";

	private static final String GET = "GET";

	private static final int OK = 200;

	private final GoMessageCodec codec = new GoMessageCodec();

	private final GoSubjects subjects = new GoSubjects();

	@Override
	public String name() {
		return NAME;
	}

	@Override
	public @Nullable FormatRequest decodeRequest(byte[] payload) {
		GoRequest request = this.codec.decodeRequest(payload);
		if (request == null) {
			return null;
		}
		// RFC 6455, section 4.1: a handshake is a GET request.
		String socketId = request.head().method().equals(GET) ? request.webSocketId() : null;
		return new FormatRequest(request.head(), request.body(), null, socketId);
	}

	@Override
	public boolean agree(String subject, String method, String rawPath, Collection<String> subscribed) {
		return this.subjects.agree(subject, method, rawPath, subscribed);
	}

	/**
	 * Writes a response. The Go project's gateway reads the flag and not the status of
	 * one that accepts a WebSocket.
	 */
	@Override
	public byte[] encodeResponse(ResponseHead head, byte[] body) {
		boolean upgrade = head.status() == WireProtocol.SWITCHING_PROTOCOLS;
		ResponseHead written = upgrade ? new ResponseHead(OK, head.headers()) : head;
		return this.codec.encodeResponse(new GoResponse(written, body, upgrade));
	}

	@Override
	public Set<String> routeSubjects(Collection<String> methods, String pattern) {
		return this.subjects.routeSubjects(methods, pattern);
	}

	@Override
	public List<String> subjects(String method, String rawPath) {
		return this.subjects.subjects(method, rawPath);
	}

	@Override
	public byte[] encodeRequest(FormatRequest request) {
		return this.codec.encodeRequest(new GoRequest(request.head(), request.body(),
				GoRequest.remoteAddress(request.remoteAddress()), request.socketId()));
	}

	/**
	 * Reads a response. Of one that accepts a WebSocket, status and body mean nothing.
	 */
	@Override
	public FormatResponse decodeResponse(byte[] payload, boolean handshake) {
		GoResponse response = this.codec.decodeResponse(payload);
		if (handshake && response.upgrade()) {
			return new FormatResponse(new ResponseHead(WireProtocol.SWITCHING_PROTOCOLS, response.head().headers()),
					new byte[0]);
		}
		return new FormatResponse(response.head(), response.body());
	}

	@Override
	public WebSocketSubjects socketSubjects(String id) {
		return new WebSocketSubjects(GoSubjects.WEB_SOCKET_IN + id, GoSubjects.WEB_SOCKET_OUT + id,
				GoSubjects.WEB_SOCKET_CLOSED_BY_CLIENT + id, GoSubjects.WEB_SOCKET_CLOSED_BY_SERVICE + id);
	}

}
