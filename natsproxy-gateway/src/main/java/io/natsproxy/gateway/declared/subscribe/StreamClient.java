package io.natsproxy.gateway.declared.subscribe;

import io.natsproxy.core.jetstream.StreamGap;
import io.natsproxy.core.jetstream.StreamListener;
import io.natsproxy.core.jetstream.StreamReading;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * Reads a stream for one client. Where the client is slower than what comes, it gets what
 * was stored when it has taken what it has, unless it is to be disconnected.
 */
final class StreamClient implements StreamListener<Event>, Disposable {

	private final ClientQueue queue;

	private final SlowClientPolicy policy;

	/**
	 * Guarded by this object, like the next field.
	 */
	private @Nullable StreamReading reading;

	private boolean more;

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
			this.queue.whenEmpty(reading::proceed);
		}
	}

	@Override
	public boolean onEvent(Event event) {
		if (this.policy == SlowClientPolicy.DISCONNECT) {
			this.queue.onEvent(event);
			return true;
		}
		return this.queue.tryOffer(event);
	}

	@Override
	public void onStoredEvent(Event event) {
		this.queue.offerAsked(event.in(this.queue.format()));
	}

	@Override
	public void onMore() {
		StreamReading reading;
		synchronized (this) {
			reading = this.reading;
			this.more = true;
		}
		if (reading != null) {
			this.queue.whenEmpty(reading::proceed);
		}
	}

	@Override
	public void onGap(StreamGap gap) {
		this.queue.offerAsked(this.queue.format().encoder().gap(gap.position().id(), Gap.of(gap)));
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
