package io.natsproxy.core.exchange.caller;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.log.SafeText;
import io.natsproxy.core.stream.BodyStream;
import io.natsproxy.core.subject.ReplySubjects;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.wire.HeadCodec;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.core.wire.WebSocketEnd;
import io.natsproxy.core.wire.WireProtocol;
import org.jspecify.annotations.Nullable;

/**
 * Reads whatever comes back for a request: a reply of the wire protocol, a plain NATS
 * reply, an error of a NATS micro service (ADR-32), or the server's word that nobody
 * listens.
 */
final class ReplyDecoder {

	private static final byte[] NO_BODY = {};

	private final HeadCodec headCodec;

	private final ReplySubjects replySubjects;

	private final int maxHeadSize;

	ReplyDecoder(HeadCodec headCodec, ReplySubjects replySubjects, int maxHeadSize) {
		this.headCodec = headCodec;
		this.replySubjects = replySubjects;
		this.maxHeadSize = maxHeadSize;
	}

	/**
	 * Reads the reply.
	 * @param message the message
	 * @param stream the body of the reply, when the message is only its first part
	 * @param offered the WebSocket whose handshake is replied to, if it is one
	 * @throws NatsExchangeException if it is none
	 */
	NatsReply decode(TransportMessage message, @Nullable BodyStream stream, @Nullable WebSocketEnd offered) {
		if (message.isStatus()) {
			throw status(message.status());
		}
		try {
			ResponseHead head = head(message.headers());
			requireExpected(head.socket(), offered, stream);
			return (stream != null) ? new NatsReply(head, NO_BODY, stream) : new NatsReply(head, message.payload());
		}
		catch (MalformedMessageException ex) {
			throw new NatsExchangeException(ExchangeFailure.BAD_REPLY,
					"The service sent a malformed reply: " + ex.getMessage());
		}
	}

	/**
	 * Refuses the acceptance of a WebSocket where none was offered, or another.
	 */
	private void requireExpected(@Nullable WebSocketEnd accepted, @Nullable WebSocketEnd offered,
			@Nullable BodyStream stream) {
		if (accepted == null) {
			return;
		}
		if (offered == null || !accepted.id().equals(offered.id()) || stream != null) {
			throw new NatsExchangeException(ExchangeFailure.BAD_REPLY,
					"The service accepted a WebSocket that was not offered");
		}
		if (!this.replySubjects.allows(accepted)) {
			throw new NatsExchangeException(ExchangeFailure.BAD_REPLY,
					"The service accepted a WebSocket, and wants its frames on a subject that is not an inbox");
		}
	}

	private ResponseHead head(@Nullable NatsHeaders headers) {
		if (headers == null || headers.isEmpty()) {
			return new ResponseHead(200, this.headCodec.decodeFields(null));
		}
		if (headers.serializedLength() > this.maxHeadSize) {
			throw new NatsExchangeException(ExchangeFailure.BAD_REPLY,
					"The service sent a reply with a head of more than " + this.maxHeadSize + " bytes");
		}
		if (headers.containsKey(WireProtocol.MALFORMED_HEADER)) {
			throw new MalformedMessageException("The header block is malformed");
		}
		if (headers.containsKey(WireProtocol.STATUS_HEADER) || headers.containsKey(WireProtocol.VERSION_HEADER)) {
			return this.headCodec.decodeResponse(headers);
		}
		String errorCode = headers.getFirst(WireProtocol.SERVICE_ERROR_CODE_HEADER);
		String error = headers.getFirst(WireProtocol.SERVICE_ERROR_HEADER);
		if (errorCode != null || error != null) {
			throw serviceError(errorStatus(errorCode), (error != null) ? error : "");
		}
		return new ResponseHead(200, this.headCodec.decodeFields(headers));
	}

	/**
	 * Returns the failure of an error reply. The client is told the text of a 4xx, which
	 * is about its request, and not that of a 5xx.
	 */
	private static NatsExchangeException serviceError(int status, String error) {
		if (status < ExchangeFailure.SERVICE_ERROR.status() && !error.isEmpty()) {
			String text = SafeText.of(error);
			return NatsExchangeException.told(ExchangeFailure.SERVICE_ERROR, status, text, "");
		}
		return NatsExchangeException.told(ExchangeFailure.SERVICE_ERROR, status, "The service reported an error",
				error);
	}

	static NatsExchangeException status(int code) {
		return (code == WireProtocol.NO_RESPONDERS_STATUS)
				? new NatsExchangeException(ExchangeFailure.NO_RESPONDERS, "No service answers this path")
				: new NatsExchangeException(ExchangeFailure.BAD_REPLY,
						"The service replied with the NATS status " + code);
	}

	private static int errorStatus(@Nullable String code) {
		boolean error = code != null && code.length() == 3 && (code.charAt(0) == '4' || code.charAt(0) == '5')
				&& Character.digit(code.charAt(1), 10) >= 0 && Character.digit(code.charAt(2), 10) >= 0;
		return (error && code != null) ? Integer.parseInt(code) : ExchangeFailure.SERVICE_ERROR.status();
	}

}
