package io.natsproxy.core.exchange.caller;

import java.time.Duration;

/**
 * An exchange of which a body is a stream, as it is at one moment.
 *
 * @param subject the subject of the request
 * @param age the time since the exchange has begun
 * @param sendCredit the bytes of the request that the service still takes, negative by
 * what went beyond them; {@link #NONE} if the request is no stream
 * @param receiveCredit the bytes of the response that the service may still send,
 * negative by what went beyond them; {@link #NONE} if the response is no stream
 * @param unconsumed the bytes of the response that have come and that the caller has not
 * taken
 */
public record OpenStream(String subject, Duration age, long sendCredit, long receiveCredit, long unconsumed) {

	/**
	 * In place of the credit of what is no stream.
	 */
	public static final long NONE = Long.MIN_VALUE;

}
