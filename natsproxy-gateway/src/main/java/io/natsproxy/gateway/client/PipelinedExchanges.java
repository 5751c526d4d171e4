package io.natsproxy.gateway.client;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/**
 * The exchanges on a connection of HTTP/1.1: how many requests have not been answered,
 * whether others may follow them, and which answer is the last one. Used on the event
 * loop of the connection.
 */
final class PipelinedExchanges {

	/**
	 * Most requests that wait for their answers. The codec fails beyond 128.
	 */
	static final int MAX = 100;

	private InputState input = InputState.OPEN;

	/**
	 * Number of requests that have not been answered.
	 */
	private int open;

	/**
	 * Tells whether what is being written answers a request: not so for a status like
	 * 100.
	 */
	private boolean answering;

	/**
	 * The last request that has not been answered.
	 */
	private @Nullable HttpRequest last;

	InputState input() {
		return this.input;
	}

	/**
	 * Enters a state in which requests are not handed on, or leaves it.
	 */
	void enter(InputState input) {
		this.input = input;
	}

	boolean isEmpty() {
		return this.open == 0;
	}

	boolean isFull() {
		return this.open >= MAX;
	}

	/**
	 * Returns whether the head of a response has been written, and not its end.
	 */
	boolean isResponding() {
		return this.answering && this.open > 0;
	}

	/**
	 * Returns whether the client has said that it sends nothing after its last request
	 * (RFC 9112, section 9.6).
	 */
	boolean isLastAnnounced() {
		return isClosing() || (this.last != null && !HttpUtil.isKeepAlive(this.last));
	}

	private boolean isClosing() {
		return this.input == InputState.CLOSING || this.input == InputState.ENDED;
	}

	/**
	 * Returns whether what is being written is the end of the connection by the word of
	 * the client.
	 */
	boolean isLastResponse() {
		return isClosing() && this.open == 1;
	}

	/**
	 * Adds a request that is handed on.
	 * @param request the request, whose {@code Connection} is rewritten where it is the
	 * last one behind unanswered ones: Reactor Netty would close the connection after the
	 * answer that is under way
	 */
	void add(HttpRequest request) {
		if (this.open > 0 && !HttpUtil.isKeepAlive(request)) {
			this.input = InputState.CLOSING;
			CloseOption.remove(request);
		}
		this.open++;
		this.last = request;
	}

	/**
	 * Returns whether another request may follow one that is refused: it has been
	 * understood, has no body, and there is none before it.
	 */
	boolean mayFollow(HttpRequest refused) {
		return refused.decoderResult().isSuccess() && isEmpty() && HttpUtil.isKeepAlive(refused)
				&& refused.protocolVersion().equals(HttpVersion.HTTP_1_1)
				&& !HttpUtil.isTransferEncodingChunked(refused)
				&& !refused.headers().contains(HttpHeaderNames.CONTENT_LENGTH);
	}

	/**
	 * Notes that the last request has come whole.
	 * @return whether nothing is read after it
	 */
	boolean complete() {
		if (this.input == InputState.CLOSING) {
			this.input = InputState.ENDED;
		}
		return this.input == InputState.ENDED;
	}

	/**
	 * Notes the head of a response.
	 */
	void respond(HttpResponse response) {
		this.answering = response.status().codeClass() != HttpStatusClass.INFORMATIONAL;
		if (this.answering && isLastResponse()) {
			HttpUtil.setKeepAlive(response, false);
		}
	}

	/**
	 * Notes that a response has been written whole.
	 * @return whether no request is unanswered
	 */
	boolean answered() {
		this.answering = false;
		this.open--;
		if (this.open == 0) {
			this.last = null;
		}
		return this.open == 0;
	}

}
