package io.natsproxy.jetty;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import io.natsproxy.core.exchange.ExchangeTimer;
import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.ResponseHead;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.HttpChannel;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;

/**
 * A request that came over NATS, and its response, as Jetty's core has them.
 *
 * <p>
 * Jetty does not tell a flush from a full buffer. A response is kept while it fits one
 * message, and sent when it is complete; what is not complete is sent when the handler
 * returns, or comes slowly. A failure can become a response with status 500 until then,
 * and breaks the stream off afterwards, as it does for other services.
 */
final class NatsHttpStream implements HttpStream {

	private static final Logger logger = LoggerFactory.getLogger(NatsHttpStream.class);

	private static final byte[] NOTHING = {};

	/**
	 * Time after which the head of a response goes out that was flushed without a body.
	 */
	private static final Duration HEAD_PAUSE = Duration.ofMillis(100);

	private final String id;

	private final IncomingExchange exchange;

	private final HttpChannel channel;

	private final NatsEndPoint endPoint;

	private final WebSocketUpgrade upgrade;

	private final StreamExecutors executors;

	private final ExchangeTimer timer;

	private final RequestContent requestContent;

	private final AtomicReference<Handling> handling = new AtomicReference<>(Handling.WAITING);

	private volatile @Nullable ResponseHead head;

	private volatile @Nullable ResponseContent responseContent;

	private volatile @Nullable Disposable deadline;

	/**
	 * Bytes of the body that are still to come, -1 if that is not known. Sends follow one
	 * another.
	 */
	private volatile long left = -1;

	private volatile @Nullable IOException mismatch;

	private long idleTimeout;

	/**
	 * Creates a stream.
	 * @param id the id, unique for the connector
	 * @param exchange the exchange, which this object ends
	 * @param channel handles the request
	 * @param endPoint becomes that of the WebSocket whose handshake the request may be
	 * @param upgrade accepts WebSockets
	 * @param executors where handlers, and frames, run
	 * @param timer keeps the deadline
	 */
	NatsHttpStream(String id, IncomingExchange exchange, HttpChannel channel, NatsEndPoint endPoint,
			WebSocketUpgrade upgrade, StreamExecutors executors, ExchangeTimer timer) {
		this.id = id;
		this.exchange = exchange;
		this.channel = channel;
		this.endPoint = endPoint;
		this.upgrade = upgrade;
		this.executors = executors;
		this.timer = timer;
		this.requestContent = new RequestContent(exchange, executors.frames(), this::contentAvailable);
	}

	/**
	 * Hands the request to the handlers of the server. Does not block.
	 * @param request the head
	 */
	void handle(MetaData.Request request) {
		this.channel.setHttpStream(this);
		this.channel.initialize();
		Runnable task = this.channel.onRequest(request);
		Duration timeout = this.exchange.head().timeout();
		if (timeout != null) {
			this.deadline = this.timer.schedule(this::expire, timeout);
		}
		this.exchange.onCancel(() -> callerGone(new EofException("The caller has stopped waiting")));
		try {
			this.executors.dispatch(() -> run(task));
		}
		catch (RejectedExecutionException ex) {
			end();
			this.exchange.reply(new ResponseHead(503, Problem.RETRY_HEADERS),
					Problem.of(503, "The service is shutting down").toJson());
		}
	}

	private void run(Runnable task) {
		if (!this.handling.compareAndSet(Handling.WAITING, Handling.BEGUN)) {
			// Nobody waits for it any more.
			end();
			return;
		}
		try {
			task.run();
		}
		catch (Throwable ex) {
			// After a response, Jetty throws once more what the handler has answered.
			if (!isCommitted() || ex instanceof Error) {
				Uncaught.report(logger, "A request could not be handled", ex);
			}
			failed(ex);
			return;
		}
		ResponseContent content = this.responseContent;
		if (content != null) {
			content.flush();
		}
	}

	private void expire() {
		if (this.exchange.expire()) {
			callerGone(new TimeoutException("The caller has stopped waiting"));
		}
	}

	/**
	 * Tells the handler that there is nobody to respond to. One that blocks is not
	 * interrupted: it fails when it reads or writes.
	 */
	private void callerGone(Throwable failure) {
		if (!this.handling.compareAndSet(Handling.WAITING, Handling.ABANDONED)
				&& this.handling.get() == Handling.BEGUN) {
			this.executors.urgent(this.channel.onRemoteFailure(failure));
		}
	}

	private void contentAvailable() {
		this.executors.complete(this.channel.onContentAvailable());
	}

	@Override
	public String getId() {
		return this.id;
	}

	@Override
	public Content.@Nullable Chunk read() {
		return this.requestContent.read();
	}

	@Override
	public void demand() {
		this.requestContent.demand();
	}

	@Override
	public void prepareResponse(HttpFields.Mutable headers) {
		// The fields of connections are dropped when the head is written.
	}

	@Override
	public void send(MetaData.Request request, MetaData.@Nullable Response response, boolean last,
			@Nullable ByteBuffer buffer, Callback callback) {
		if (response != null && response.getStatus() == HttpStatus.SWITCHING_PROTOCOLS_101) {
			// Sent when the handler has ended.
			this.head = new ResponseHead(101, fields(response.getHttpFields()));
			callback.succeeded();
			return;
		}
		if (response != null && HttpStatus.isInterim(response.getStatus())) {
			callback.succeeded();
			return;
		}
		boolean first = response != null;
		boolean bodiless = HttpMethod.HEAD.is(request.getMethod()) || isBodiless(response);
		IOException mismatch = bodiless ? null : count(response, last, buffer);
		if (mismatch != null) {
			ResponseContent begun = this.responseContent;
			if (begun != null) {
				begun.fail(mismatch);
			}
			callback.failed(mismatch);
			return;
		}
		if (response != null) {
			HttpFields fields = response.getHttpFields();
			if (response.getStatus() == HttpStatus.NO_CONTENT_204) {
				fields = HttpFields.build(fields).remove(HttpHeader.CONTENT_LENGTH);
			}
			this.head = new ResponseHead(response.getStatus(), fields(fields));
		}
		ResponseHead head = this.head;
		if (head == null) {
			callback.failed(new IllegalStateException("There is no head of the response"));
		}
		else if (bodiless || (last && first && BufferUtil.isEmpty(buffer))) {
			sendWhole(head, callback);
		}
		else {
			ResponseContent content = this.responseContent;
			if (content == null) {
				content = begin(head, length(response, last, buffer));
			}
			content.send(buffer, last, callback);
			if (first && !last && BufferUtil.isEmpty(buffer)) {
				this.timer.schedule(content::flush, HEAD_PAUSE);
			}
		}
	}

	/**
	 * Whether the status allows no body, RFC 9110, section 6.4.1.
	 */
	private boolean isBodiless(MetaData.@Nullable Response response) {
		ResponseHead head = this.head;
		int status = (response != null) ? response.getStatus() : (head != null) ? head.status() : 0;
		return status == HttpStatus.NO_CONTENT_204 || status == HttpStatus.NOT_MODIFIED_304;
	}

	/**
	 * Counts the bytes of the body.
	 * @return the failure if there are others than the head has told of
	 */
	private @Nullable IOException count(MetaData.@Nullable Response response, boolean last,
			@Nullable ByteBuffer buffer) {
		if (response != null) {
			this.left = response.getHttpFields().getLongField(HttpHeader.CONTENT_LENGTH);
			this.mismatch = null;
		}
		if (this.left < 0) {
			return null;
		}
		long left = this.left - BufferUtil.length(buffer);
		if (left < 0 || (last && left > 0)) {
			IOException mismatch = new IOException("The body has another length than its Content-Length");
			this.mismatch = mismatch;
			return mismatch;
		}
		this.left = left;
		return null;
	}

	private static HeaderFields fields(HttpFields fields) {
		HttpFields copy = HttpFields.build(fields).asImmutable();
		return (action) -> {
			for (HttpField field : copy) {
				String value = field.getValue();
				action.accept(field.getName(), List.of((value != null) ? value : ""));
			}
		};
	}

	private static long length(MetaData.@Nullable Response response, boolean last, @Nullable ByteBuffer buffer) {
		if (last) {
			return BufferUtil.length(buffer);
		}
		return (response != null) ? response.getHttpFields().getLongField(HttpHeader.CONTENT_LENGTH) : -1;
	}

	/**
	 * Sends a response that has no body, or none that is sent. What follows is dropped.
	 */
	private void sendWhole(ResponseHead head, Callback callback) {
		try {
			this.exchange.reply(head, NOTHING);
		}
		catch (Throwable ex) {
			callback.failed(ex);
			return;
		}
		callback.succeeded();
	}

	private ResponseContent begin(ResponseHead head, long length) {
		ResponseContent content = new ResponseContent(this.executors::complete);
		this.responseContent = content;
		this.exchange.executor(this.executors::frames);
		this.exchange.write(head, content, length).subscribe(null, content::fail, () -> complete(head, content));
		return content;
	}

	private void complete(ResponseHead head, ResponseContent content) {
		try {
			this.exchange.complete(head);
			content.sent();
		}
		catch (Throwable ex) {
			content.fail(ex);
		}
	}

	@Override
	public Runnable cancelSend(Throwable cause, Callback appCallback) {
		return Invocable.from(appCallback.getInvocationType(), () -> {
			ResponseContent content = this.responseContent;
			if (content != null) {
				content.fail(cause);
			}
			appCallback.failed(cause);
		});
	}

	@Override
	public long getIdleTimeout() {
		return this.idleTimeout;
	}

	/**
	 * Keeps the value only: streams have time-outs of their own.
	 */
	@Override
	public void setIdleTimeout(long idleTimeoutMs) {
		this.idleTimeout = idleTimeoutMs;
	}

	@Override
	public boolean isCommitted() {
		return this.head != null;
	}

	/**
	 * Drops what is left of the request: it holds up no other.
	 */
	@Override
	public @Nullable Throwable consumeAvailable() {
		this.requestContent.discard();
		return null;
	}

	@Override
	public void succeeded() {
		IOException mismatch = this.mismatch;
		if (mismatch != null) {
			failed(mismatch);
			return;
		}
		end();
		try {
			ResponseHead head = this.head;
			if (head != null && head.status() == HttpStatus.SWITCHING_PROTOCOLS_101) {
				this.upgrade.upgrade(this.exchange, head.headers(), this.channel.getRequest(), this.endPoint,
						this.executors);
			}
		}
		finally {
			this.exchange.discard();
			this.channel.recycle();
		}
	}

	@Override
	public void failed(Throwable failure) {
		logger.debug("A request failed", failure);
		end();
		try {
			this.exchange.reply(new ResponseHead(500, Problem.HEADERS), Problem.of(500, "The service failed").toJson());
		}
		finally {
			this.exchange.discard();
		}
	}

	private void end() {
		this.handling.set(Handling.ENDED);
		Disposable deadline = this.deadline;
		if (deadline != null) {
			deadline.dispose();
		}
		this.requestContent.discard();
	}

	/**
	 * The states of handling.
	 *
	 * <pre>
	 * WAITING ---&gt; BEGUN -------&gt; ENDED     handled, whatever came of it
	 *    |                          ^
	 *    +-------&gt; ABANDONED -------+       nobody waits for it: never handled
	 * </pre>
	 */
	private enum Handling {

		WAITING, BEGUN, ABANDONED, ENDED

	}

}
