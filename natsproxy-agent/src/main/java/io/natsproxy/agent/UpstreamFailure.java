package io.natsproxy.agent;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;

import javax.net.ssl.SSLException;

import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.ResponseHead;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.client.PrematureCloseException;

/**
 * What the caller is told of a failure: nothing that would show what is behind the agent.
 *
 * @param status the HTTP status
 * @param detail what has happened
 */
record UpstreamFailure(int status, String detail) {

	/**
	 * Returns what has happened.
	 * @param ex the failure of the exchange with the upstream
	 */
	static UpstreamFailure of(Throwable ex) {
		if (ex instanceof RefusedRequestException refused) {
			return new UpstreamFailure(refused.status(), refused.detail());
		}
		if (ex instanceof StalledException) {
			return new UpstreamFailure(504, "The upstream has not answered in time");
		}
		if (ex instanceof NatsExchangeException failure) {
			return new UpstreamFailure(failure.status(), failure.detail());
		}
		if (ex instanceof ConnectException || ex instanceof UnknownHostException
				|| ex instanceof NoRouteToHostException) {
			return new UpstreamFailure(503, "The upstream is away");
		}
		if (isPoolExhausted(ex)) {
			return new UpstreamFailure(503, "The upstream has too many requests");
		}
		return new UpstreamFailure(502, badGateway(ex));
	}

	private static String badGateway(Throwable ex) {
		if (ex instanceof TooLongHttpHeaderException) {
			return "The head of the upstream's response is too long";
		}
		if (ex instanceof SSLException) {
			return "There is no secure connection to the upstream";
		}
		if (isClosed(ex)) {
			return "The upstream has closed the connection before its response was complete";
		}
		return "The response of the upstream is malformed";
	}

	/**
	 * Reactor Netty's types for it are those of a library that is hidden in it.
	 */
	private static boolean isPoolExhausted(Throwable ex) {
		return ex.getClass().getSimpleName().startsWith("PoolAcquire");
	}

	/**
	 * Returns whether the connection has ended, rather than something malformed come.
	 */
	static boolean isClosed(Throwable ex) {
		return ex instanceof PrematureCloseException || ex instanceof AbortedException
				|| ex instanceof ClosedChannelException || (ex instanceof IOException && !(ex instanceof SSLException));
	}

	/**
	 * Returns whether the failure is the upstream's or the caller's, and not one of ours.
	 */
	static boolean isExpected(Throwable ex) {
		return ex instanceof RefusedRequestException || ex instanceof StalledException
				|| ex instanceof NatsExchangeException || ex instanceof MalformedMessageException
				|| ex instanceof BadResponseException || ex instanceof IOException || ex instanceof AbortedException
				|| ex instanceof DecoderException || ex instanceof WebSocketHandshakeException
				|| ex instanceof IllegalArgumentException || isPoolExhausted(ex);
	}

	/**
	 * Returns the head of the response that tells of it.
	 */
	ResponseHead head() {
		return new ResponseHead(this.status, (this.status == 503) ? Problem.RETRY_HEADERS : Problem.HEADERS);
	}

	/**
	 * Returns the body of the response that tells of it.
	 */
	byte[] body() {
		return Problem.of(this.status, this.detail).toJson();
	}

}
