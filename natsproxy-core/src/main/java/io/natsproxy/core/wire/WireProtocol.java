package io.natsproxy.core.wire;

/**
 * Every name, version and limit of the wire protocol on one page. The contract is
 * described in {@code docs/wire-protocol.md}.
 */
public final class WireProtocol {

	/**
	 * Version of the protocol that this library speaks. A receiver that meets a higher
	 * one answers 505.
	 */
	public static final int VERSION = 1;

	/**
	 * Header with the version of the protocol, on every request of ours.
	 */
	public static final String VERSION_HEADER = "Natsproxy-Version";

	/**
	 * Header with the HTTP method of a request.
	 */
	public static final String METHOD_HEADER = "Natsproxy-Method";

	/**
	 * Header with the raw path and query of a request.
	 */
	public static final String TARGET_HEADER = "Natsproxy-Target";

	/**
	 * Header with the milliseconds that the caller of a request is still going to wait.
	 */
	public static final String TIMEOUT_HEADER = "Natsproxy-Timeout";

	/**
	 * Header with the HTTP status of a reply.
	 */
	public static final String STATUS_HEADER = "Natsproxy-Status";

	/**
	 * Header that says how the body travels: absent when the payload is the whole body.
	 */
	public static final String BODY_HEADER = "Natsproxy-Body";

	/**
	 * Header with the largest number of bytes of a body that the reply to a request may
	 * carry: the whole of it, or the first part of a stream. Without it, as many as a
	 * message takes.
	 */
	public static final String MAX_REPLY_HEADER = "Natsproxy-Max-Reply";

	/**
	 * Largest value of {@link #MAX_REPLY_HEADER}: nine digits.
	 */
	public static final int MAX_REPLY = 999_999_999;

	/**
	 * Value of {@link #BODY_HEADER} for a body that does not fit one message.
	 */
	public static final String BODY_STREAM = "stream";

	/**
	 * Header of every frame of a stream: its kind and its sequence.
	 */
	public static final String FRAME_HEADER = "Natsproxy-Frame";

	/**
	 * Subject, behind the prefix of all subjects, on which callers tell that they have
	 * stopped waiting for the reply whose subject is the payload.
	 */
	public static final String CANCEL_SUBJECT = "natsproxy.cancel";

	/**
	 * Header of a request with the subject on which its caller wants to be told that it
	 * is still being processed; and of such a notice, with the milliseconds until the
	 * next one.
	 */
	public static final String PROCESSING_HEADER = "Natsproxy-Processing";

	/**
	 * Header of a notice of processing with the id of the instance, where it can be
	 * discovered.
	 */
	public static final String INSTANCE_HEADER = "Natsproxy-Instance";

	/**
	 * Header that says of a GET request that its sender wants another protocol.
	 */
	public static final String UPGRADE_HEADER = "Natsproxy-Upgrade";

	/**
	 * Value of {@link #UPGRADE_HEADER} for the handshake of a WebSocket.
	 */
	public static final String UPGRADE_WEBSOCKET = "websocket";

	/**
	 * Header with the id of a WebSocket, in its handshake.
	 */
	public static final String SOCKET_HEADER = "Natsproxy-Socket";

	/**
	 * Header with the subject on which the sender of a handshake receives the frames of
	 * the WebSocket.
	 */
	public static final String FRAMES_HEADER = "Natsproxy-Frames";

	/**
	 * Header with the subject on which the sender of a handshake receives heartbeats,
	 * once for all of its WebSockets.
	 */
	public static final String ALIVE_HEADER = "Natsproxy-Alive";

	/**
	 * Header with the first credit that the sender of a handshake grants, in bytes.
	 */
	public static final String CREDIT_HEADER = "Natsproxy-Credit";

	/**
	 * Status message of a NATS server where nobody subscribes.
	 */
	public static final int NO_RESPONDERS_STATUS = 503;

	/**
	 * Status of the reply that accepts a WebSocket.
	 */
	public static final int SWITCHING_PROTOCOLS = 101;

	/**
	 * The credit that every message of a WebSocket takes beside its payload, in bytes.
	 */
	public static final int MESSAGE_OVERHEAD = 64;

	/**
	 * Header of a message to a WebSocket or a group of them that comes from anywhere:
	 * what is to be done.
	 */
	public static final String COMMAND_HEADER = "Natsproxy-Command";

	/**
	 * Subject, behind the prefix of all subjects and followed by the id of a WebSocket,
	 * on which it receives commands from anywhere.
	 */
	public static final String SOCKET_SUBJECT = "natsproxy.ws.socket.";

	/**
	 * Subject, behind the prefix of all subjects and followed by the name of a group, on
	 * which its WebSockets receive messages.
	 */
	public static final String GROUP_SUBJECT = "natsproxy.ws.group.";

	/**
	 * Subject, behind the prefix of all subjects and followed by the kind of the event
	 * and the id of the gateway, of what happens to WebSockets.
	 */
	public static final String EVENT_SUBJECT = "natsproxy.ws.event.";

	/**
	 * Subject, behind the prefix of all subjects, on which an instance of a service tells
	 * that it can be asked what it answers.
	 */
	public static final String SERVICE_UP_SUBJECT = "natsproxy.service.up";

	/**
	 * Subject, behind the prefix of all subjects, on which an instance of a service tells
	 * that it stops.
	 */
	public static final String SERVICE_DOWN_SUBJECT = "natsproxy.service.down";

	/**
	 * Beginning of the subjects, behind the prefix of all subjects, on which instances of
	 * services are asked for their OpenAPI documents; the name of the service, the id of
	 * the instance, and the hash of the document follow.
	 */
	public static final String DOCUMENT_SUBJECT = "natsproxy.document.";

	/**
	 * Beginning of the subjects, behind the prefix of all subjects, on which instances of
	 * services are asked for what their management endpoints tell; the name of the
	 * service and the id of the instance follow.
	 */
	public static final String MANAGEMENT_SUBJECT = "natsproxy.management.";

	/**
	 * Header of a request for the description or the statistics of a service: how many of
	 * its endpoints are to be left out at the beginning; and of a request for its
	 * document, of which it is the number of bytes.
	 */
	public static final String OFFSET_HEADER = "Natsproxy-Offset";

	/**
	 * Header that lists, separated by commas, the names of the headers whose values are
	 * percent-encoded because they are not printable ASCII.
	 */
	public static final String ESCAPED_HEADER = "Natsproxy-Escaped";

	/**
	 * Header with the names of those escaped fields whose values are texts in UTF-8, and
	 * not bytes of an HTTP message; separated by commas.
	 */
	public static final String TEXT_HEADER = "Natsproxy-Text";

	/**
	 * Header that stands in place of a header block that could not be read. Our
	 * connections put it there, since jnats would fall silent.
	 */
	public static final String MALFORMED_HEADER = "Natsproxy-Malformed";

	/**
	 * Prefix of the headers of this protocol, compared without case.
	 */
	public static final String HEADER_PREFIX = "Natsproxy-";

	/**
	 * Prefix of the headers on some of which a NATS server acts, compared without case.
	 */
	public static final String NATS_HEADER_PREFIX = "Nats-";

	/**
	 * Header by which a stream of JetStream knows a message that it has already.
	 */
	public static final String MESSAGE_ID_HEADER = "Nats-Msg-Id";

	/**
	 * Header with the status of an error of a NATS micro service (ADR-32).
	 */
	public static final String SERVICE_ERROR_CODE_HEADER = "Nats-Service-Error-Code";

	/**
	 * Header with the text of an error of a NATS micro service (ADR-32).
	 */
	public static final String SERVICE_ERROR_HEADER = "Nats-Service-Error";

	/**
	 * Longest control line of a NATS server by default, in bytes.
	 */
	public static final int MAX_CONTROL_LINE = 4096;

	/**
	 * Bytes of the control line that subject and reply subject leave free: for the sizes,
	 * and for the subscription id that the server adds when it delivers the message.
	 */
	public static final int CONTROL_LINE_RESERVE = 64;

	/**
	 * Longest head (all header lines) of a message by default, in bytes.
	 */
	public static final int MAX_HEAD_SIZE = 32 * 1024;

	/**
	 * Longest payload of a data frame by default, in bytes: two frames, with their
	 * control lines and headers, fit the buffer of 64 KiB with which a NATS server reads.
	 * What it has to put together from several reads costs it an allocation of its size.
	 */
	public static final int MAX_FRAME_SIZE = 32 * 1024 - 256;

	private WireProtocol() {
	}

}
