package io.natsproxy.gateway.page;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import io.natsproxy.core.liveness.Uncaught;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

import org.springframework.context.SmartLifecycle;

/**
 * The events of the page, made once for all viewers and only while there are some. A
 * viewer that does not keep up misses events; nothing is kept for it beyond a few. Safe
 * for use by many threads.
 */
public final class PageFeed implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(PageFeed.class);

	private static final Duration TICK = Duration.ofMillis(500);

	/**
	 * Time for which things go on to be counted when the last viewer has gone, who may
	 * have loaded the page anew.
	 */
	private static final Duration GRACE = Duration.ofSeconds(5);

	/**
	 * Time after which a viewer has to come again: the rights of an operator may have
	 * been taken away.
	 */
	private static final Duration RENEWED_AFTER = Duration.ofMinutes(10);

	private static final int MAX_WAITING = 16;

	private final PageSource source;

	private final Function<Object, String> json;

	private final int maxViewers;

	private final AtomicInteger viewers = new AtomicInteger();

	private final Flux<String> shared;

	private volatile @Nullable PageView view;

	private volatile Sinks.@Nullable Empty<Void> stopped;

	/**
	 * Creates a feed.
	 * @param source has what is shown
	 * @param json writes maps and lists as JSON
	 * @param maxViewers the most that may look at once
	 */
	public PageFeed(PageSource source, Function<Object, String> json, int maxViewers) {
		this.source = source;
		this.json = json;
		this.maxViewers = maxViewers;
		this.shared = Flux.using(this::open, this::ticks, this::close).publish().refCount(1, GRACE);
	}

	private PageView open() {
		PageView view = new PageView(this.source, this.json);
		this.view = view;
		return view;
	}

	private void close(PageView view) {
		this.view = null;
		view.close();
	}

	private Flux<String> ticks(PageView view) {
		Sinks.Empty<Void> stopped = this.stopped;
		if (stopped == null) {
			return Flux.empty();
		}
		return Flux.interval(Duration.ZERO, TICK, Schedulers.boundedElastic())
			.takeUntilOther(stopped.asMono())
			.onBackpressureDrop()
			.concatMapIterable((tick) -> tick(view), 1);
	}

	private static List<String> tick(PageView view) {
		try {
			return view.tick();
		}
		catch (Throwable ex) {
			Uncaught.report(logger, "The page could not be told what there is", ex);
			return List.of();
		}
	}

	/**
	 * Takes a place for a viewer.
	 * @return the place, or {@code null} if there is none left, or the application stops
	 */
	@Nullable Place enter() {
		Sinks.Empty<Void> stopped = this.stopped;
		if (stopped == null || this.viewers.incrementAndGet() > this.maxViewers) {
			if (stopped != null) {
				this.viewers.decrementAndGet();
			}
			return null;
		}
		return new Place(stopped);
	}

	@Override
	public void start() {
		this.stopped = Sinks.empty();
	}

	/**
	 * Ends the events of all viewers, so that the web server need not wait for them.
	 */
	@Override
	public void stop() {
		Sinks.Empty<Void> stopped = this.stopped;
		this.stopped = null;
		if (stopped != null) {
			stopped.tryEmitEmpty();
		}
	}

	@Override
	public boolean isRunning() {
		return this.stopped != null;
	}

	/**
	 * Stops before all web servers do.
	 */
	@Override
	public int getPhase() {
		return SmartLifecycle.DEFAULT_PHASE;
	}

	/**
	 * The place of a viewer.
	 */
	final class Place {

		private final Sinks.Empty<Void> stopped;

		private final AtomicBoolean left = new AtomicBoolean();

		private Place(Sinks.Empty<Void> stopped) {
			this.stopped = stopped;
		}

		/**
		 * Returns the events, in the format of server-sent events. The place is left when
		 * they end.
		 */
		Flux<String> events() {
			// What is told first waits for what is being made for the others.
			Flux<String> first = Flux.defer(() -> Flux.fromIterable(first())).subscribeOn(Schedulers.boundedElastic());
			return first.concatWith(PageFeed.this.shared).onBackpressureBuffer(MAX_WAITING, (dropped) -> {
			}, BufferOverflowStrategy.DROP_OLDEST)
				.takeUntilOther(this.stopped.asMono())
				.take(RENEWED_AFTER)
				.doFinally((signal) -> leave());
		}

		private List<String> first() {
			PageView view = PageFeed.this.view;
			List<String> events = new ArrayList<>(List.of("retry: 2000\n\n"));
			if (view != null) {
				events.addAll(view.first());
			}
			return events;
		}

		/**
		 * Leaves the place; once only.
		 */
		void leave() {
			if (this.left.compareAndSet(false, true)) {
				PageFeed.this.viewers.decrementAndGet();
			}
		}

	}

}
