package io.natsproxy.core.transport.netty;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.ForceReconnectOptions;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.liveness.Heartbeat;
import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.transport.Denial;
import io.natsproxy.core.transport.Denials;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.PermissionListener;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.transport.TransportSubscriber;
import io.natsproxy.core.transport.jnats.JnatsTransport;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.util.concurrent.Queues;

/**
 * The transport of a connection whose socket is a {@link NettyDataPort}: messages are
 * written on its event loop, all that wait at once with one flush, and received there.
 *
 * <p>
 * It follows the connection by itself: from the moment that the server has accepted the
 * log-in, subscribed to everything before jnats says that it is connected, until the
 * socket is closed. Nothing is kept to be sent later.
 */
public final class NettyTransport implements NatsTransport, AutoCloseable {

	/**
	 * How much may wait to be sent, in bytes: a server that does not read must not fill
	 * the memory.
	 */
	private static final long MAX_PENDING = 64L * 1024 * 1024;

	/**
	 * After which time what the event loop publishes goes out with the next message, and
	 * not at the end of its turn, in nanoseconds: who receives it could be at work
	 * meanwhile.
	 */
	private static final long MAX_BATCH_NANOS = 400_000;

	private static final Logger logger = LoggerFactory.getLogger(NettyTransport.class);

	private static final int STOP_SECONDS = 2;

	private static final int SUBSCRIBE_AGAIN_MILLIS = 100;

	private static final ForceReconnectOptions MOVE = ForceReconnectOptions.builder()
		.flush(Duration.ofMillis(500))
		.build();

	/**
	 * More than any handover takes.
	 */
	private static final int MAX_HANDOVER_SECONDS = 5;

	private static final String CLOSED = "The connection to NATS has been closed";

	private final EventLoop loop;

	private final Class<? extends Channel> channelType;

	private final boolean ownLoop;

	private final Queue<Runnable> outgoing = Queues.<Runnable>unboundedMultiproducer().get();

	private final AtomicBoolean scheduled = new AtomicBoolean();

	private final Runnable drain = this::drain;

	private final UnsentBytes unsent = new UnsentBytes();

	private final AtomicInteger ids = new AtomicInteger();

	private final AtomicReference<@Nullable NettyDataPort> ready = new AtomicReference<>();

	/**
	 * The port of the last attempt to connect.
	 */
	private final AtomicReference<@Nullable NettyDataPort> opened = new AtomicReference<>();

	private final OutgoingBatch batch = new OutgoingBatch();

	private final NettySubscriptions subscriptions = new NettySubscriptions();

	private final Denials denials = new Denials(this, () -> List.copyOf(this.subscriptions.active()));

	private long written;

	private boolean batched;

	private long batchStart;

	private final AtomicLong received = new AtomicLong();

	private final AtomicLong published = new AtomicLong();

	private final AtomicLong sent = new AtomicLong();

	private volatile boolean doubtful;

	private volatile boolean closed;

	private volatile @Nullable Connection connection;

	private volatile Map<Executor, NatsTransport> siblings = Map.of();

	private final ReentrantLock leaving = new ReentrantLock();

	/**
	 * How the connection that jnats closes next is left.
	 */
	private volatile @Nullable Parting parting;

	/**
	 * The port that was left because it was silent, and still receives.
	 */
	private final AtomicReference<@Nullable NettyDataPort> silent = new AtomicReference<>();

	/**
	 * Set on the event loop.
	 */
	private volatile @Nullable Handover handover;

	/**
	 * Creates a transport with an event loop of its own, for one connection.
	 * @param threadName the name of the thread of the event loop
	 */
	public NettyTransport(String threadName) {
		this(EventLoops.newLoop(threadName), EventLoops.channelType(), true);
	}

	/**
	 * Creates a transport, for one connection.
	 * @param shared the event loop that it runs on
	 */
	public NettyTransport(SharedEventLoop shared) {
		this(shared.loop(), shared.channelType(), false);
	}

	private NettyTransport(EventLoop loop, Class<? extends Channel> channelType, boolean ownLoop) {
		this.loop = loop;
		this.channelType = channelType;
		this.ownLoop = ownLoop;
	}

	/**
	 * Returns the transport of a connection.
	 * @param connection the connection
	 * @return its transport, or {@code null} when its socket is another kind of port
	 */
	public static @Nullable NettyTransport of(Connection connection) {
		ConnectionListener listener = connection.getOptions().getConnectionListener();
		NettyTransport transport = (listener instanceof Holder holder) ? holder.nettyTransport() : null;
		if (transport == null || (transport.connection != null && transport.connection != connection)) {
			return null;
		}
		transport.connection = connection;
		return transport;
	}

	@Override
	public boolean isConnected() {
		return this.ready.get() != null;
	}

	@Override
	public boolean isClosed() {
		return this.closed || connection().getStatus() == Connection.Status.CLOSED;
	}

	@Override
	public long maxPayload() {
		return connection().getMaxPayload();
	}

	@Override
	public String newInbox() {
		return connection().createInbox();
	}

	@Override
	public Connection connection() {
		Connection connection = this.connection;
		if (connection == null) {
			throw new IllegalStateException("There is no connection yet");
		}
		return connection;
	}

	/**
	 * Belongs to a connection from now on.
	 * @throws IOException if it belongs to another
	 */
	void connection(Connection connection) throws IOException {
		Connection own = this.connection;
		if (own != null && own != connection) {
			throw new IOException("The options are those of another connection, and have its transport: "
					+ "name another data port, such as GuardedDataPort");
		}
		this.connection = connection;
	}

	@Override
	public Map<Executor, NatsTransport> siblings() {
		return this.siblings;
	}

	@Override
	public void budget(ByteBudget budget) {
		if (this.unsent.budget(budget)) {
			this.siblings.values().forEach((sibling) -> sibling.budget(budget));
		}
	}

	/**
	 * Sets the transports of further connections, before the transport is used.
	 * @param siblings the transports, by the event loops that are best served by them
	 */
	public void siblings(Map<Executor, NatsTransport> siblings) {
		this.siblings = Map.copyOf(siblings);
	}

	@Override
	public void watchedBy(Heartbeat heartbeat) {
		heartbeat.watch("nats-loop", this.loop);
	}

	/**
	 * Returns where messages are read and written.
	 * @return the event loop
	 */
	public EventLoop loop() {
		return this.loop;
	}

	Class<? extends Channel> channelType() {
		return this.channelType;
	}

	NettySubscriptions subscriptions() {
		return this.subscriptions;
	}

	@Override
	public void publish(String subject, @Nullable String replySubject, @Nullable NatsHeaders headers, byte[] payload) {
		OutgoingMessage publication = new OutgoingMessage(subject, replySubject, headers, payload);
		if (!isConnected()) {
			throw new IllegalStateException("There is no connection to NATS");
		}
		if (publication.length() > maxPayload()) {
			throw new IllegalArgumentException(
					"The message takes " + publication.length() + " bytes, the limit is " + maxPayload());
		}
		int size = publication.size();
		Runnable task = () -> send(publication, size);
		long unsent = this.unsent.add(size);
		if (unsent > MAX_PENDING && unsent != size) {
			this.unsent.remove(size);
			throw new IllegalStateException("Too much waits to be sent to NATS");
		}
		if (this.loop.inEventLoop()) {
			sendNow(task);
		}
		else {
			enqueue(task, size);
		}
	}

	/**
	 * Sends what is published on the event loop itself, after what was queued before.
	 */
	private void sendNow(Runnable task) {
		runQueued();
		task.run();
		long now = System.nanoTime();
		if (!this.batched) {
			this.batched = true;
			this.batchStart = now;
		}
		else if (now - this.batchStart > MAX_BATCH_NANOS) {
			flushBatch();
			return;
		}
		schedule();
	}

	private void send(OutgoingMessage publication, int size) {
		Handover handover = this.handover;
		if (handover != null && handover.hold(() -> send(publication, size))) {
			return;
		}
		this.published.lazySet(this.published.get() + 1);
		// Counted from here on, whatever becomes of it.
		this.written += size;
		Channel channel = channel();
		if (channel == null) {
			return;
		}
		ByteBuf target = this.batch.space(channel, size);
		int start = target.writerIndex();
		boolean whole = false;
		try {
			publication.write(this.batch, target);
			whole = true;
		}
		finally {
			if (!whole) {
				target.writerIndex(start);
			}
		}
	}

	private @Nullable Channel channel() {
		NettyDataPort port = this.ready.get();
		return (port != null) ? port.channel() : null;
	}

	/**
	 * Does something on the event loop, in the order of the calls, and before whatever is
	 * published there later.
	 * @throws IllegalStateException if the transport has been closed
	 */
	private void enqueue(Runnable task) {
		enqueue(task, 0);
	}

	/**
	 * Does something that is counted as unsent, and not any longer if it is not going to
	 * be done.
	 */
	private void enqueue(Runnable task, int size) {
		boolean queued = false;
		try {
			if (this.closed) {
				throw new IllegalStateException(CLOSED);
			}
			queued = this.outgoing.add(task);
		}
		finally {
			if (!queued) {
				onSent(size);
			}
		}
		schedule();
	}

	private void schedule() {
		if (!this.scheduled.get() && this.scheduled.compareAndSet(false, true)) {
			boolean executed = false;
			try {
				this.loop.execute(this.drain);
				executed = true;
			}
			catch (RejectedExecutionException ex) {
				throw new IllegalStateException(CLOSED, ex);
			}
			finally {
				if (!executed) {
					// Or else nobody would try again.
					this.scheduled.set(false);
				}
			}
		}
	}

	private void drain() {
		this.scheduled.set(false);
		runQueued();
		flushBatch();
	}

	private void runQueued() {
		for (Runnable task = this.outgoing.poll(); task != null; task = this.outgoing.poll()) {
			run(task);
		}
	}

	static void run(Runnable task) {
		try {
			task.run();
		}
		catch (Throwable ex) {
			Uncaught.report(logger, "A message could not be sent to NATS", ex);
		}
	}

	void flushBatch() {
		this.batched = false;
		ChannelFuture flushed = this.batch.flush();
		long written = this.written;
		this.written = 0;
		boolean listening = false;
		try {
			if (flushed != null && !flushed.isDone()) {
				flushed.addListener((future) -> onSent(written));
				listening = true;
			}
		}
		finally {
			if (!listening) {
				onSent(written);
			}
		}
	}

	private void onSent(long bytes) {
		this.sent.addAndGet(bytes);
		this.unsent.remove(bytes);
	}

	/**
	 * Sends what jnats has written.
	 */
	void sendRaw(Channel channel, byte[] bytes) {
		Runnable task = () -> {
			this.written += bytes.length;
			write(channel, bytes);
		};
		this.unsent.add(bytes.length);
		enqueue(task, bytes.length);
	}

	/**
	 * Returns how often something has come, be it a part of a message only, to tell a
	 * silent connection from a busy one.
	 * @return the number
	 */
	public long received() {
		return this.received.get();
	}

	/**
	 * Returns how many messages have been published.
	 * @return the number
	 */
	public long published() {
		return this.published.get();
	}

	/**
	 * Returns how much the operating system has taken of what was to be sent.
	 * @return bytes
	 */
	public long sent() {
		return this.sent.get();
	}

	/**
	 * Returns how much the operating system has not taken yet of what is to be sent.
	 * @return bytes
	 */
	public long unsent() {
		return this.unsent.get();
	}

	/**
	 * Something has come; on the event loop.
	 */
	void onRead() {
		this.received.lazySet(this.received.get() + 1);
		if (this.doubtful) {
			this.doubtful = false;
		}
	}

	/**
	 * Doubts that the server is still there, until something comes.
	 */
	public void doubt() {
		this.doubtful = true;
	}

	@Override
	public boolean isResponsive() {
		return isConnected() && !this.doubtful;
	}

	/**
	 * Hands over a message that has come as a whole; on the event loop.
	 */
	void deliver(NettyDataPort port, NettySubscription subscription, TransportMessage message) {
		Handover handover = this.handover;
		if (handover == null) {
			subscription.receive(message);
		}
		else {
			handover.receive(port, subscription, message);
		}
	}

	/**
	 * The server has told of an error; on the event loop.
	 */
	void onError(String error) {
		this.denials.onError(error);
	}

	@Override
	public Disposable onPublishDenied(Consumer<Denial> listener) {
		return this.denials.onPublishDenied(listener);
	}

	@Override
	public List<String> refusedSubscriptions() {
		return this.denials.refusedSubscriptions().subjects();
	}

	boolean isFull() {
		return this.unsent.get() > MAX_PENDING / 2;
	}

	/**
	 * The server has accepted the log-in; on the event loop.
	 */
	void onReady(NettyDataPort port, Channel channel) {
		Handover unfinished = this.handover;
		if (unfinished != null) {
			unfinished.settle();
		}
		this.denials.refusedSubscriptions().reset();
		for (NettySubscription subscription : this.subscriptions.active()) {
			writeLine(channel, subscription.subscribeLine());
		}
		NettyDataPort silent = this.silent.getAndSet(null);
		NettyDataPort kept = (silent != null) ? silent : this.ready.get();
		Channel keptChannel = (kept != null && kept.isKept()) ? kept.channel() : null;
		if (kept != null && keptChannel != null && keptChannel.isActive()) {
			Handover handover = new Handover(this, kept, keptChannel, port, channel, newMarks(), silent != null);
			this.handover = handover;
			handover.begin();
		}
		else {
			this.ready.set(port);
			flushBatch();
		}
	}

	/**
	 * Makes a subscription that is not one of those that come back with the connection.
	 */
	private NettySubscription newMarks() {
		NettySubscription marks = new NettySubscription(this.ids.incrementAndGet(), newInbox(), null, (message) -> {
		});
		this.subscriptions.add(marks);
		this.subscriptions.end(marks);
		return marks;
	}

	/**
	 * Publishes on another connection from now on; on the event loop.
	 */
	void switchTo(NettyDataPort port) {
		this.ready.set(port);
		if (!port.isUsable()) {
			this.ready.compareAndSet(port, null);
		}
	}

	/**
	 * A handover is over; on the event loop.
	 */
	void ended(Handover handover, NettySubscription marks) {
		if (this.handover == handover) {
			this.handover = null;
		}
		this.subscriptions.remove(marks);
	}

	/**
	 * The socket is being closed, or has been.
	 */
	void onEnd(NettyDataPort port) {
		this.ready.compareAndSet(port, null);
		if (this.handover != null) {
			this.loop.execute(() -> {
				Handover handover = this.handover;
				if (handover != null) {
					handover.onEnd(port);
				}
			});
		}
	}

	/**
	 * Moves the connection to another server, and returns when it is there. Until then
	 * the transport goes on by the connection that it has, if that lasts so long, and
	 * what it sends and receives is neither lost nor doubled nor put out of order. The
	 * subscriptions of jnats itself are without a connection meanwhile. Does nothing
	 * while another thread is at it.
	 * @throws IOException if jnats cannot begin
	 * @throws InterruptedException if the thread is interrupted while it waits
	 */
	public void move() throws IOException, InterruptedException {
		leave(Parting.IN_ORDER, MOVE);
		Handover handover = this.handover;
		if (handover != null) {
			handover.done().await(MAX_HANDOVER_SECONDS, TimeUnit.SECONDS);
		}
	}

	/**
	 * Leaves a server that seems to be silent, and returns when the connection has been
	 * made anew. From now on nothing is published to that server, and there is no
	 * connection until there is another; what it sends meanwhile, and for a moment
	 * afterwards, is received all the same. Does nothing while another thread is at it.
	 * @throws IOException if jnats cannot begin
	 * @throws InterruptedException if the thread is interrupted while it waits
	 */
	public void leave() throws IOException, InterruptedException {
		leave(Parting.AT_ONCE, ForceReconnectOptions.DEFAULT_INSTANCE);
	}

	private void leave(Parting parting, ForceReconnectOptions options) throws IOException, InterruptedException {
		if (!this.leaving.tryLock()) {
			return;
		}
		try {
			this.parting = parting;
			connection().forceReconnect(options);
		}
		finally {
			this.parting = null;
			this.leaving.unlock();
		}
	}

	/**
	 * jnats closes a port.
	 * @return whether its connection is still needed
	 */
	boolean keeps(NettyDataPort port) {
		Parting parting = this.parting;
		if (parting == null || this.closed || this.ready.get() != port) {
			return false;
		}
		if (parting == Parting.AT_ONCE) {
			if (isFull() || !this.ready.compareAndSet(port, null)) {
				return false;
			}
			this.silent.set(port);
		}
		return true;
	}

	/**
	 * Returns to which server messages are published.
	 * @return the address of the server, or {@code null} without a connection
	 */
	public @Nullable SocketAddress remoteAddress() {
		Channel channel = channel();
		return (channel != null) ? channel.remoteAddress() : null;
	}

	/**
	 * Remembers the last attempt to connect. One before it that has been given up half
	 * done would stay connected, and receive.
	 */
	void onOpen(NettyDataPort port) {
		NettyDataPort before = this.opened.getAndSet(port);
		if (before != null && !before.isKept()) {
			before.close();
		}
	}

	void writeLine(Channel channel, String line) {
		write(channel, line.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Writes what must not be missing: if it cannot be written, the connection is made
	 * anew.
	 */
	void write(Channel channel, byte[] bytes) {
		boolean written = false;
		try {
			this.batch.space(channel, bytes.length).writeBytes(bytes);
			written = true;
		}
		finally {
			if (!written) {
				channel.close();
			}
		}
	}

	@Override
	public TransportSubscriber newSubscriber(Consumer<TransportMessage> receiver) {
		return new NettySubscriber(this, receiver);
	}

	NettySubscription subscribe(String subject, @Nullable String queueGroup, Consumer<TransportMessage> receiver,
			boolean standing, PermissionListener listener) {
		OutgoingMessage.requireSubject(subject);
		if (queueGroup != null) {
			OutgoingMessage.requireSubject(queueGroup);
		}
		NettySubscription subscription = new NettySubscription(this, this.ids.incrementAndGet(), subject, queueGroup,
				receiver, standing, listener);
		enqueue(() -> subscribeNow(subscription));
		return subscription;
	}

	private void subscribeNow(NettySubscription subscription) {
		if (subscription.isClosed()) {
			return;
		}
		boolean added = false;
		try {
			this.subscriptions.add(subscription);
			added = true;
		}
		finally {
			if (!added) {
				this.loop.schedule(() -> subscribeNow(subscription), SUBSCRIBE_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
			}
		}
		writeToServers(subscription.subscribeLine());
	}

	/**
	 * Writes a line to the server, or to both while there are two.
	 */
	private void writeToServers(String line) {
		Channel channel = channel();
		if (channel != null) {
			writeLine(channel, line);
		}
		Handover handover = this.handover;
		Channel other = (handover != null) ? handover.other(channel) : null;
		if (other != null) {
			writeLine(other, line);
		}
	}

	/**
	 * Asks the server once more for a subscription that it may not have.
	 */
	void subscribeAgain(NettySubscription subscription) {
		enqueue(() -> {
			if (this.subscriptions.isActive(subscription)) {
				writeToServers(subscription.subscribeLine());
			}
		});
	}

	/**
	 * Ends a subscription at the server; what is under way is still received.
	 */
	void end(NettySubscription subscription) {
		enqueue(() -> endNow(subscription));
	}

	private void endNow(NettySubscription subscription) {
		if (this.subscriptions.end(subscription)) {
			writeToServers(subscription.unsubscribeLine());
		}
	}

	/**
	 * Ends a subscription; nothing more is received.
	 */
	void remove(NettySubscription subscription) {
		subscription.close();
		this.denials.refusedSubscriptions().forget(subscription);
		if (!this.closed) {
			enqueue(() -> {
				endNow(subscription);
				this.subscriptions.remove(subscription);
			});
		}
	}

	@Override
	public boolean flush(Duration timeout) throws InterruptedException {
		if (this.loop.inEventLoop()) {
			throw new IllegalStateException("The event loop must not wait for itself");
		}
		long deadline = System.nanoTime() + timeout.toNanos();
		Handover handover = this.handover;
		if (handover != null && !handover.done().await(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
			return false;
		}
		return JnatsTransport.flush(connection(), Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
	}

	/**
	 * Sends nothing more, and stops the event loop if it is the transport's own. The
	 * connection must have been closed before.
	 */
	@Override
	public void close() {
		this.closed = true;
		NettyDataPort port = this.ready.getAndSet(null);
		if (port != null) {
			port.closeChannel();
		}
		this.unsent.close();
		NettyDataPort silent = this.silent.getAndSet(null);
		if (silent != null) {
			silent.closeChannel();
		}
		Handover handover = this.handover;
		if (handover != null) {
			handover.close();
		}
		if (this.ownLoop) {
			this.loop.parent().shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS);
		}
	}

	/**
	 * How a server is left.
	 */
	private enum Parting {

		/**
		 * Nothing must be lost: it is in use until there is another.
		 */
		IN_ORDER,

		/**
		 * It may not be there any more: nothing is published to it.
		 */
		AT_ONCE

	}

	/**
	 * The connection listener of a connection that has a transport: the one object that
	 * the ports of a connection and everybody else can find.
	 */
	public interface Holder {

		/**
		 * Returns the transport.
		 * @return the transport, or {@code null} if the connection has none
		 */
		@Nullable NettyTransport nettyTransport();

	}

}
