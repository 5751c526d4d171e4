package io.natsproxy.core.exchange;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.nats.client.Connection;
import io.natsproxy.core.link.Denial;
import io.natsproxy.core.link.LinkMessage;
import io.natsproxy.core.link.LinkSubscriber;
import io.natsproxy.core.link.NatsLink;
import io.natsproxy.core.stream.ByteBudget;
import io.natsproxy.core.wire.NatsHeaders;
import io.natsproxy.core.wire.WireProtocol;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * A link that has no memory to publish some messages.
 */
final class FailingLink implements NatsLink {

	private final NatsLink link;

	private final AtomicInteger failures = new AtomicInteger();

	private volatile Predicate<@Nullable NatsHeaders> failing = (headers) -> false;

	FailingLink(NatsLink link) {
		this.link = link;
	}

	/**
	 * Fails at messages that are no frames.
	 */
	void failAtHeads() {
		this.failing = (headers) -> frame(headers).isEmpty();
	}

	/**
	 * Fails at frames of a kind.
	 */
	void failAt(String kind) {
		this.failing = (headers) -> frame(headers).startsWith(kind);
	}

	private static String frame(@Nullable NatsHeaders headers) {
		String frame = (headers != null) ? headers.getFirst(WireProtocol.FRAME_HEADER) : null;
		return (frame != null) ? frame : "";
	}

	/**
	 * Returns how many messages were not published.
	 */
	int failures() {
		return this.failures.get();
	}

	@Override
	public void publish(String subject, @Nullable String replySubject, @Nullable NatsHeaders headers, byte[] payload) {
		if (this.failing.test(headers)) {
			this.failures.incrementAndGet();
			throw new OutOfMemoryError("test");
		}
		this.link.publish(subject, replySubject, headers, payload);
	}

	@Override
	public boolean isConnected() {
		return this.link.isConnected();
	}

	@Override
	public boolean isClosed() {
		return this.link.isClosed();
	}

	@Override
	public long maxPayload() {
		return this.link.maxPayload();
	}

	@Override
	public String newInbox() {
		return this.link.newInbox();
	}

	@Override
	public LinkSubscriber newSubscriber(Consumer<LinkMessage> receiver) {
		return this.link.newSubscriber(receiver);
	}

	@Override
	public boolean flush(Duration timeout) throws InterruptedException {
		return this.link.flush(timeout);
	}

	@Override
	public void budget(ByteBudget budget) {
		this.link.budget(budget);
	}

	@Override
	public Disposable onPublishDenied(Consumer<Denial> listener) {
		return this.link.onPublishDenied(listener);
	}

	@Override
	public List<String> refusedSubscriptions() {
		return this.link.refusedSubscriptions();
	}

	@Override
	public Connection connection() {
		return this.link.connection();
	}

}
