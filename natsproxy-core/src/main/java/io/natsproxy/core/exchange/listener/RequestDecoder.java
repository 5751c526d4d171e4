package io.natsproxy.core.exchange.listener;

import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.subject.ReplySubjects;
import io.natsproxy.core.subject.SubjectCodec;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.wire.HeadCodec;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.core.wire.WebSocketEnd;
import io.natsproxy.core.wire.WireProtocol;
import org.jspecify.annotations.Nullable;

/**
 * Reads whatever is sent to the subject of a route: a request of the wire protocol, or a
 * plain NATS request, whose method and path are those of the subject.
 */
final class RequestDecoder {

	private final HeadCodec headCodec;

	private final SubjectCodec subjectCodec;

	private final ReplySubjects replySubjects;

	private final NatsListenerOptions options;

	RequestDecoder(HeadCodec headCodec, SubjectCodec subjectCodec, ReplySubjects replySubjects,
			NatsListenerOptions options) {
		this.headCodec = headCodec;
		this.subjectCodec = subjectCodec;
		this.replySubjects = replySubjects;
		this.options = options;
	}

	/**
	 * Reads the head of a request.
	 * @return the head, or {@code null} when the message is a reply and must not be
	 * answered, lest two listeners answer each other for ever
	 * @throws MalformedMessageException with the status to be answered
	 */
	@Nullable RequestHead decode(TransportMessage message) {
		NatsHeaders headers = message.headers();
		if (message.isStatus() || (headers != null && headers.containsKey(WireProtocol.STATUS_HEADER))) {
			return null;
		}
		if (headers != null && headers.serializedLength() > this.options.maxHeadSize()) {
			throw new MalformedMessageException(431, "The head takes " + headers.serializedLength()
					+ " bytes, the limit is " + this.options.maxHeadSize());
		}
		if (headers != null && headers.containsKey(WireProtocol.MALFORMED_HEADER)) {
			throw new MalformedMessageException("The header block is malformed");
		}
		RequestHead head = (headers != null && headers.containsKey(WireProtocol.VERSION_HEADER))
				? this.headCodec.decodeRequest(headers) : plainRequest(message.subject(), headers);
		// A plain request too: its subject may be another spelling of the same path.
		if (this.options.verifySubject()
				&& !message.subject().equals(this.subjectCodec.subject(head.method(), head.path()))) {
			throw new MalformedMessageException("The target is not that of the subject");
		}
		WebSocketEnd gateway = head.socket();
		if (gateway != null && !this.replySubjects.allows(gateway)) {
			throw new MalformedMessageException(
					WireProtocol.FRAMES_HEADER + " or " + WireProtocol.ALIVE_HEADER + " is not an inbox");
		}
		String replySubject = message.replySubject();
		if (gateway != null && replySubject != null && ReplySubjects.isMapped(replySubject)) {
			// Nothing would ever reach the subjects that the handshake tells.
			throw new MalformedMessageException(501,
					"The gateway and the service are in different accounts of NATS, between which no WebSockets pass");
		}
		return head;
	}

	private RequestHead plainRequest(String subject, @Nullable NatsHeaders headers) {
		String method = this.subjectCodec.method(subject);
		return new RequestHead(method, this.subjectCodec.path(subject), null, this.headCodec.decodeFields(headers));
	}

}
