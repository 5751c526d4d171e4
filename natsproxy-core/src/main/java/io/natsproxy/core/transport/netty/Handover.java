package io.natsproxy.core.transport.netty;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.transport.TransportMessage;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a transport from the connection to one server to the connection to another,
 * both of which are up, on which no message is lost, comes twice, or overtakes another.
 * Belongs to the event loop.
 *
 * <ol>
 * <li>It subscribes at the new server, and waits until the old one knows of that: a
 * message of its own, sent by the old connection, comes back by the new one.</li>
 * <li>It holds what is published until all that was published before has left the old
 * server, which takes some 50 milliseconds, and publishes by the new connection from then
 * on: frames of a stream must not overtake each other on their ways through the
 * cluster.</li>
 * <li>Both connections receive for a while, until every server of the cluster knows of
 * the new one. Members of queue groups get each message once anyway; of all others the
 * {@link DuplicateFilter} drops the second copy.</li>
 * <li>It ends the subscriptions at the old server, and closes that connection when a last
 * message of its own has come back by it. Second copies are dropped for a second
 * more.</li>
 * </ol>
 *
 * A server that was left because it was silent is not waited for. Where the messages of
 * its own do not come back, because the servers have no route between them, or because it
 * may not publish to its inbox, times of waiting take their place. When either connection
 * ends meanwhile, the other stands in for it.
 */
final class Handover {

	private static final Logger logger = LoggerFactory.getLogger(Handover.class);

	private static final long MEETING_MILLIS = 500;

	private static final long MEETING_POLL_MILLIS = 20;

	private static final long DEPARTURE_MILLIS = 250;

	/**
	 * The longest time that what was published last may be under way from the old server
	 * to any other.
	 */
	private static final long ARRIVAL_MILLIS = 50;

	/**
	 * The time within which every server of a cluster knows of a subscription.
	 */
	private static final long OVERLAP_MILLIS = 500;

	private static final long DRAIN_MILLIS = 1000;

	private static final long TRAIL_MILLIS = 1000;

	private final PortSuccession ports;

	private final OutgoingQueue outgoing;

	private final HandoverMarks marks;

	private final NettyDataPort from;

	private final Channel fromChannel;

	private final NettyDataPort to;

	private final Channel toChannel;

	private final boolean silent;

	private final DuplicateFilter filter = new DuplicateFilter(System::nanoTime);

	private final Queue<Runnable> publications = new ArrayDeque<>();

	private final CountDownLatch done = new CountDownLatch(1);

	private final long begin = System.nanoTime();

	private HandoverPhase phase = HandoverPhase.MEETING;

	private @Nullable Future<?> timer;

	/**
	 * Creates a handover.
	 * @param ports are told of the switch, and of the end
	 * @param marks the messages of its own
	 * @param silent whether the old server may not be there any more: nothing is
	 * published to it then, and what it still sends is welcome
	 */
	Handover(PortSuccession ports, HandoverMarks marks, NettyDataPort from, Channel fromChannel, NettyDataPort to,
			Channel toChannel, boolean silent) {
		this.ports = ports;
		this.outgoing = ports.outgoing();
		this.marks = marks;
		this.from = from;
		this.fromChannel = fromChannel;
		this.to = to;
		this.toChannel = toChannel;
		this.silent = silent;
	}

	/**
	 * Begins. The transport has subscribed to everything at the new server already.
	 */
	void begin() {
		this.marks.begin();
		if (this.silent) {
			switchOver();
		}
		else {
			meet();
		}
	}

	private void meet() {
		if (millisSinceBegin() > MEETING_MILLIS) {
			// Nothing can arrive by routes that are not there.
			cross();
			switchOver();
			return;
		}
		this.marks.send(HandoverPhase.MEETING);
		after(MEETING_POLL_MILLIS, this::meet);
	}

	private long millisSinceBegin() {
		return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - this.begin);
	}

	private void cross() {
		this.phase = HandoverPhase.CROSSING;
		this.marks.send(HandoverPhase.CROSSING);
		after(DEPARTURE_MILLIS, this::switchOver);
	}

	private void switchOver() {
		this.phase = HandoverPhase.OVERLAPPING;
		this.ports.switchTo(this.to);
		publishHeld();
		after(Math.max(1, OVERLAP_MILLIS - millisSinceBegin()), this::drain);
	}

	private void publishHeld() {
		for (Runnable task = this.publications.poll(); task != null; task = this.publications.poll()) {
			OutgoingQueue.run(task);
		}
		this.outgoing.flush();
	}

	private void drain() {
		this.phase = HandoverPhase.DRAINING;
		this.ports.subscriptions().unsubscribeAll(this.fromChannel);
		this.marks.send(HandoverPhase.DRAINING);
		after(DRAIN_MILLIS, this::finish);
	}

	private void finish() {
		this.phase = HandoverPhase.TRAILING;
		this.marks.endAtNew();
		after(TRAIL_MILLIS, this::end);
		this.from.retire(this.silent);
		this.filter.oldEnded();
		this.done.countDown();
	}

	/**
	 * Stays with the old connection, which has not been left yet, and brings whatever the
	 * new one would have brought.
	 */
	private void stay() {
		end();
		this.ports.switchTo(this.from);
		this.marks.endAtOld();
		publishHeld();
		this.done.countDown();
	}

	private void end() {
		this.phase = HandoverPhase.DONE;
		if (this.timer != null) {
			this.timer.cancel(false);
		}
		this.ports.ended(this, this.marks.subscription());
	}

	private void onMark(NettyDataPort port, TransportMessage mark) {
		if (!HandoverMarks.isOf(this.phase, mark)) {
			return;
		}
		switch (this.phase) {
			case MEETING -> {
				if (port == this.to) {
					cross();
				}
			}
			case CROSSING -> {
				if (port == this.to) {
					after(ARRIVAL_MILLIS, this::switchOver);
				}
			}
			case DRAINING -> {
				if (port == this.from) {
					finish();
				}
			}
			default -> {
				// It comes by both.
			}
		}
	}

	private void after(long millis, Runnable step) {
		if (this.timer != null) {
			this.timer.cancel(false);
		}
		this.timer = this.ports.loop().schedule(() -> run(step), millis, TimeUnit.MILLISECONDS);
	}

	private void run(Runnable step) {
		if (this.phase == HandoverPhase.DONE) {
			return;
		}
		try {
			step.run();
		}
		catch (Throwable ex) {
			Uncaught.report(logger, "The NATS connection could not be moved, and is made anew", ex);
			this.fromChannel.close();
			this.toChannel.close();
		}
	}

	/**
	 * Receives a message that has come on either connection.
	 */
	void receive(NettyDataPort port, NettySubscription subscription, TransportMessage message) {
		if (subscription == this.marks.subscription()) {
			onMark(port, message);
		}
		else if (subscription.isOfQueueGroup() || (port != this.from && port != this.to)) {
			subscription.receive(message);
		}
		else if (port == this.from) {
			this.filter.fromOld(message);
			subscription.receive(message);
		}
		else if (this.phase != HandoverPhase.TRAILING) {
			this.filter.fromNew(subscription, message);
		}
		else if (!this.filter.isSecond(message)) {
			subscription.receive(message);
		}
	}

	/**
	 * Takes a task that publishes, when that has to wait.
	 * @return whether it was taken
	 */
	boolean hold(Runnable task) {
		return this.phase == HandoverPhase.CROSSING && this.publications.add(task);
	}

	/**
	 * Returns the connection on which subscriptions begin and end beside the one by which
	 * the transport publishes.
	 * @return the connection, or {@code null} when there is none any more
	 */
	@Nullable Channel other(@Nullable Channel current) {
		if (current != this.toChannel) {
			return this.toChannel;
		}
		return (this.phase == HandoverPhase.OVERLAPPING) ? this.fromChannel : null;
	}

	/**
	 * Goes on with the other connection after one has ended, whichever.
	 */
	void onEnd(NettyDataPort port) {
		if (port == this.from && this.phase.isAtBoth()) {
			switchToNew();
		}
		else if (port == this.to) {
			settle();
		}
	}

	private void switchToNew() {
		if (this.phase == HandoverPhase.MEETING || this.phase == HandoverPhase.CROSSING) {
			switchOver();
		}
		finish();
	}

	/**
	 * Ends at once, with the connection that is of use: the new one has ended, or is to
	 * be left itself.
	 */
	void settle() {
		if (this.phase.isAtBoth()) {
			if (this.phase != HandoverPhase.DRAINING && !this.silent && this.from.isUsable() && !this.to.isUsable()) {
				stay();
				return;
			}
			switchToNew();
		}
		if (this.phase == HandoverPhase.TRAILING) {
			end();
		}
	}

	/**
	 * Closes the old connection, too.
	 */
	void close() {
		this.fromChannel.close();
	}

	/**
	 * Returns a latch that is open when the transport is served by one connection again.
	 */
	CountDownLatch done() {
		return this.done;
	}

}
