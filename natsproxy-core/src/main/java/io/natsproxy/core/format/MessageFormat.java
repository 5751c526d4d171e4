package io.natsproxy.core.format;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.natsproxy.core.subject.RouteSubjects;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.ResponseHead;
import org.jspecify.annotations.Nullable;

/**
 * Another form of requests and responses beside natsproxy's own: one message each,
 * without NATS headers, and so without streams, time-outs and cancellation. A service
 * reads it where it meets it and answers in it; a gateway writes it where it is told to.
 * Safe for use by many threads.
 *
 * <p>
 * Subjects are without natsproxy's prefix.
 */
public interface MessageFormat {

	/**
	 * Returns the name by which configuration refers to the format.
	 * @return the name, in lower case with hyphens
	 */
	String name();

	/**
	 * Reads a request.
	 * @param payload the payload of a message without NATS headers
	 * @return the request, or {@code null} when the payload is not of this format
	 * @throws MalformedMessageException with the status to be answered, in this format,
	 * if it is such a request, but cannot be served
	 */
	@Nullable FormatRequest decodeRequest(byte[] payload);

	/**
	 * Tells whether a request may come on a subject, so that permissions on subjects are
	 * permissions on paths.
	 * @param subject the subject on which it came
	 * @param method the HTTP method of the request
	 * @param rawPath the path of its target
	 * @param subscribed the subjects of the service's routes, which may have wildcards
	 * @return whether they agree
	 * @throws MalformedMessageException if the path is malformed
	 */
	boolean agree(String subject, String method, String rawPath, Collection<String> subscribed);

	/**
	 * Writes a response.
	 * @param head status and header fields; the status 101 accepts a WebSocket
	 * @param body the whole body
	 * @return the payload
	 * @throws MalformedMessageException if a header field is malformed
	 */
	byte[] encodeResponse(ResponseHead head, byte[] body);

	/**
	 * Returns the subjects that requests of this format for a route may come on.
	 * @param methods the HTTP methods; empty for all
	 * @param pattern a path pattern in the syntax of Spring's {@code PathPattern}, its
	 * literal text decoded
	 * @return the subjects, which may have wildcards
	 */
	Set<String> routeSubjects(Collection<String> methods, String pattern);

	/**
	 * Returns the subjects on which requests for a route may come, natsproxy's own first.
	 * @param own natsproxy's own subjects
	 * @param other the other format of the service; {@code null} for none
	 * @param methods the HTTP methods; empty for all
	 * @param pattern a path pattern in the syntax of Spring's {@code PathPattern}, its
	 * literal text decoded
	 * @return the subjects, which may have wildcards
	 */
	static Set<String> routeSubjects(RouteSubjects own, @Nullable MessageFormat other, Collection<String> methods,
			String pattern) {
		Set<String> subjects = new LinkedHashSet<>(own.covering(methods, pattern));
		if (other != null) {
			subjects.addAll(other.routeSubjects(methods, pattern));
		}
		return subjects;
	}

	/**
	 * Returns the subjects to which a request is published, one after the other for as
	 * long as nobody subscribes to them.
	 * @param method the HTTP method
	 * @param rawPath the path as it stands in the target
	 * @return at least one literal subject
	 * @throws MalformedMessageException if the path is malformed
	 */
	List<String> subjects(String method, String rawPath);

	/**
	 * Writes a request.
	 * @param request the request
	 * @return the payload
	 * @throws MalformedMessageException if the method, the target or a header field is
	 * malformed
	 */
	byte[] encodeRequest(FormatRequest request);

	/**
	 * Reads a response.
	 * @param payload the payload of the reply
	 * @param handshake whether the request was the handshake of a WebSocket; nothing else
	 * is answered with the status 101
	 * @return the response
	 * @throws MalformedMessageException if it is none
	 */
	FormatResponse decodeResponse(byte[] payload, boolean handshake);

	/**
	 * Returns the subjects of a WebSocket.
	 * @param id the id that its handshake gives
	 * @return the subjects
	 */
	WebSocketSubjects socketSubjects(String id);

}
