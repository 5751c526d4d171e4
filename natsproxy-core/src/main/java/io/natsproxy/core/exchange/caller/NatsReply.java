package io.natsproxy.core.exchange.caller;

import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.jetstream.JetStreamException;
import io.natsproxy.core.jetstream.JetStreamFailure;
import io.natsproxy.core.stream.BodyStream;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.ResponseHead;
import org.jspecify.annotations.Nullable;

/**
 * The reply to a request.
 *
 * @param head status and header fields
 * @param body the whole body, not copied, so not to be changed; empty for a streamed body
 * @param stream the body, when it does not fit one message: to be subscribed to or
 * discarded
 */
public record NatsReply(ResponseHead head, byte[] body, @Nullable BodyStream stream) {

	/**
	 * Creates a reply whose body is one message.
	 * @param head status and header fields
	 * @param body the whole body
	 */
	public NatsReply(ResponseHead head, byte[] body) {
		this(head, body, null);
	}

	/**
	 * Returns a reply whose body is a problem (RFC 9457).
	 * @param status the HTTP status
	 * @param headers the header fields, {@link Problem#HEADERS} among them
	 * @param detail what happened in this case, fit to be shown to the client
	 * @return the reply
	 */
	public static NatsReply problem(int status, HeaderFields headers, String detail) {
		return new NatsReply(new ResponseHead(status, headers), Problem.of(status, detail).toJson());
	}

	/**
	 * Returns the reply that tells a client of a failure, with a problem body (RFC 9457).
	 * @param failure the failure
	 * @return the reply
	 */
	public static NatsReply of(NatsExchangeException failure) {
		return problem(failure.status(), failure.failure().isTransient() ? Problem.RETRY_HEADERS : Problem.HEADERS,
				failure.detail());
	}

	/**
	 * Returns the reply that tells a client what JetStream has refused, with a problem
	 * body (RFC 9457).
	 * @param refused the refusal
	 * @return the reply
	 */
	public static NatsReply of(JetStreamException refused) {
		JetStreamFailure failure = refused.failure();
		return problem(failure.status(), failure.isTransient() ? Problem.RETRY_HEADERS : Problem.HEADERS,
				refused.detail());
	}

	/**
	 * Lets go of a streamed body that is not going to be read.
	 */
	public void discard() {
		if (this.stream != null) {
			this.stream.discard();
		}
	}

}
