package io.natsproxy.core.exchange.caller;

import java.time.Duration;
import java.util.concurrent.Executor;

import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.stream.BodySender;
import io.natsproxy.core.stream.BodyShape;
import io.natsproxy.core.stream.BodyTarget;
import io.natsproxy.core.stream.StreamEndpoint;
import io.natsproxy.core.wire.FrameKind;
import io.natsproxy.core.wire.HeadCodec;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The request of a {@link NativeExchange}: publishes it in one message, or its first
 * part, and then its frames.
 */
final class RequestSender implements BodyTarget {

	private static final byte[] NOTHING = {};

	private final NativeExchange exchange;

	private final CallerConnection connection;

	private final StreamEndpoint stream;

	private final String subject;

	private final NatsHeaders headers;

	private final ReplyCredit replyCredit;

	private final long length;

	private final Executor executor;

	/**
	 * Made when there is a body.
	 */
	private volatile @Nullable BodySender body;

	private volatile boolean published;

	private volatile boolean denied;

	private volatile boolean unwanted;

	private volatile boolean streamed;

	/**
	 * Creates a sender.
	 * @param stream sends the frames
	 * @param subject the subject of the request
	 * @param headers the head of the request
	 * @param length length of the body in bytes, -1 if it is not known
	 * @param executor where the body is asked for more
	 */
	RequestSender(NativeExchange exchange, StreamEndpoint stream, String subject, NatsHeaders headers, long length,
			Executor executor) {
		this.exchange = exchange;
		this.connection = exchange.connection();
		this.stream = stream;
		this.subject = subject;
		this.headers = headers;
		this.replyCredit = new ReplyCredit(this.connection);
		this.length = length;
		this.executor = executor;
	}

	void start(Publisher<byte[]> body) {
		if (isEmpty(body)) {
			complete(NOTHING);
		}
		else {
			BodySender sender = newBodySender();
			this.body = sender;
			if (this.exchange.hasEnded()) {
				// Whoever has ended it may not have seen the sender.
				sender.close();
			}
			body.subscribe(sender);
		}
	}

	private BodySender newBodySender() {
		return new BodySender(
				BodyShape.request(this.connection.maxMessage(this.headers), this.connection.frameSize(), this.length),
				this.exchange.memory(), this.exchange.caller().timer(), this.executor, this,
				this.exchange.sink().contextView());
	}

	/**
	 * Whether a body is known to have no content, which most requests have not.
	 */
	private static boolean isEmpty(Publisher<byte[]> body) {
		return body == Flux.<byte[]>empty() || body == Mono.<byte[]>empty();
	}

	@Override
	public void complete(byte[] body) {
		publish(body, false);
		this.exchange.memory().release(body.length);
	}

	@Override
	public void begin(byte[] firstPart) {
		publish(firstPart, true);
	}

	private void publish(byte[] body, boolean streamed) {
		if (!this.exchange.enter(CallerExchange.State.COLLECTING, CallerExchange.State.AWAITING_REPLY)) {
			return;
		}
		try {
			if (streamed) {
				this.exchange.place().stream();
				this.streamed = true;
				HeadCodec.setStreamed(this.headers);
			}
			else {
				this.exchange.place().publish();
			}
			HeadCodec.setTimeout(this.headers,
					this.exchange.timeout().minusNanos(System.nanoTime() - this.exchange.startedAt()));
			HeadCodec.setMaxReply(this.headers, takeReplyCredit());
			this.published = this.connection.publish(this.exchange, this.subject, this.headers, body);
			if (this.published) {
				this.exchange.statistics().requestBytes(body.length);
			}
		}
		catch (Throwable ex) {
			failed(ex);
		}
		if (this.unwanted && this.published && !this.denied) {
			// It ended while it was being published: the word must not come first.
			this.connection.publishCancel(this.exchange.replySubject());
		}
	}

	private int takeReplyCredit() {
		int taken = this.replyCredit.take();
		if (this.exchange.hasEnded()) {
			this.replyCredit.giveBack();
		}
		return taken;
	}

	@Override
	public void frame(FrameKind kind, byte[] payload) {
		this.stream.send(kind, payload);
		this.exchange.statistics().requestBytes(payload.length);
	}

	@Override
	public boolean isCrowded() {
		return this.stream.isCrowded();
	}

	@Override
	public void stalled() {
		this.exchange.caller().statistics().streams().stalled();
	}

	@Override
	public void resumed(long nanos) {
		this.exchange.caller().statistics().streams().resumed(nanos);
	}

	/**
	 * The request has been sent: from now on the response is due.
	 */
	@Override
	public void sent() {
		if (this.exchange.state() == CallerExchange.State.AWAITING_REPLY) {
			this.exchange.startDeadline();
		}
	}

	@Override
	public void failed(Throwable failure) {
		this.exchange.end(failure);
	}

	String subject() {
		return this.subject;
	}

	/**
	 * Whether the request is a stream.
	 */
	boolean isStreamed() {
		return this.streamed;
	}

	/**
	 * Whether nothing is sent because the source has nothing to send.
	 */
	boolean awaitsSource() {
		BodySender body = this.body;
		return body != null && body.awaitsSource();
	}

	/**
	 * Returns the time since the exchange has begun.
	 */
	Duration age() {
		return Duration.ofNanos(System.nanoTime() - this.exchange.startedAt());
	}

	/**
	 * Returns the bytes that the service takes of a streamed request.
	 */
	long credit() {
		BodySender body = this.body;
		return (body != null) ? body.credit() : 0;
	}

	/**
	 * Takes credit for the stream.
	 */
	void addCredit(long bytes) {
		BodySender body = this.body;
		if (body != null) {
			body.addCredit(bytes);
		}
	}

	/**
	 * Takes note that the server has not let the request be published: nobody is at work
	 * who is to be told.
	 */
	void denied() {
		this.denied = true;
	}

	/**
	 * Tells whichever service has received the request that nobody waits for its reply.
	 */
	void cancelPublished() {
		this.unwanted = true;
		if (this.published && !this.denied) {
			this.connection.publishCancel(this.exchange.replySubject());
		}
	}

	/**
	 * Gives back the credit of the reply, which is no longer to come in one message.
	 */
	void releaseReplyCredit() {
		this.replyCredit.giveBack();
	}

	/**
	 * Reads no more of the body.
	 */
	void cancel() {
		BodySender body = this.body;
		if (body != null) {
			body.close();
		}
	}

}
