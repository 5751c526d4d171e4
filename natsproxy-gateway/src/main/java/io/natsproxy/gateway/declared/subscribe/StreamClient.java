package io.natsproxy.gateway.declared.subscribe;

import io.natsproxy.core.jetstream.StreamGap;
import io.natsproxy.core.jetstream.StreamListener;
import io.natsproxy.core.jetstream.StreamPosition;
import io.natsproxy.core.jetstream.StreamReading;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * Reads a stream for one client. Where the client is slower than what comes, it gets what
 * was stored when it has taken what it has, unless it is to be disconnected: not for what
 * it has asked for.
 */
final class StreamClient implements StreamListener<Event>, Disposable {

	private final ClientQueue queue;

	private final SlowClientPolicy policy;

	/**
	 * Guarded by this object, like the next field.
	 */
	private @Nullable StreamReading reading;

	private boolean more;

	/**
	 * How much was given to the queue that the client has asked for.
	 */
	private long given;

	/**
	 * How much of that the client has taken.
	 */
	private long taken;

	StreamClient(ClientQueue queue, SlowClientPolicy policy) {
		this.queue = queue;
		this.policy = policy;
	}

	/**
	 * Takes what reads the stream.
	 */
	void begun(StreamReading reading) {
		boolean more;
		synchronized (this) {
			this.reading = reading;
			more = this.more;
		}
		if (more) {
			proceedWhenEmpty(reading);
		}
	}

	private void proceedWhenEmpty(StreamReading reading) {
		long all = given();
		this.queue.whenEmpty(() -> {
			taken(all);
			reading.proceed();
		});
	}

	@Override
	public boolean onEvent(Event event) {
		if (this.policy == SlowClientPolicy.DISCONNECT && hasTakenAll()) {
			this.queue.onEvent(event);
			return true;
		}
		return this.queue.tryOffer(event);
	}

	@Override
	public void onStoredEvent(Event event) {
		give(event.in(this.queue.format()));
	}

	@Override
	public void onStart(StreamPosition position) {
		give(this.queue.format().encoder().position(position.id()));
	}

	@Override
	public void onMore() {
		StreamReading reading;
		synchronized (this) {
			reading = this.reading;
			this.more = true;
		}
		if (reading != null) {
			proceedWhenEmpty(reading);
		}
	}

	@Override
	public void onGap(StreamGap gap) {
		give(this.queue.format().encoder().gap(gap.position().id(), Gap.of(gap)));
	}

	/**
	 * Gives the client what is no sign of its slowness while it waits.
	 */
	private void give(byte[] part) {
		long all;
		synchronized (this) {
			this.given++;
			all = this.given;
		}
		this.queue.offerAsked(part);
		if (this.policy == SlowClientPolicy.DISCONNECT) {
			this.queue.whenEmpty(() -> taken(all));
		}
	}

	private synchronized long given() {
		return this.given;
	}

	private synchronized void taken(long count) {
		this.taken = Math.max(this.taken, count);
	}

	private synchronized boolean hasTakenAll() {
		return this.taken == this.given;
	}

	@Override
	public void onEnd() {
		this.queue.end();
	}

	@Override
	public void dispose() {
		StreamReading reading;
		synchronized (this) {
			reading = this.reading;
		}
		if (reading != null) {
			reading.dispose();
		}
	}

}
