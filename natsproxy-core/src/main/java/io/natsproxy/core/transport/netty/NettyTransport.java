package io.natsproxy.core.transport.netty;

import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.liveness.Heartbeat;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.transport.Denial;
import io.natsproxy.core.transport.Denials;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.PermissionListener;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.transport.TransportSubscriber;
import io.natsproxy.core.transport.jnats.JnatsTransport;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

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

	private static final int STOP_SECONDS = 2;

	private final EventLoop loop;

	private final Class<? extends Channel> channelType;

	private final boolean ownLoop;

	private final CurrentPort current = new CurrentPort();

	private final OutgoingQueue outgoing;

	private final ServerSubscriptions subscriptions;

	private final PortSuccession ports;

	private final Denials denials;

	private final AtomicLong received = new AtomicLong();

	private final AtomicLong receivedBytes = new AtomicLong();

	private volatile boolean doubtful;

	private volatile boolean closed;

	private volatile @Nullable Connection connection;

	private volatile Map<Executor, NatsTransport> siblings = Map.of();

	/**
	 * Creates a transport with an event loop of its own, for one connection.
	 * @param threadName the name of the thread of the event loop
	 * @param transport the way of the event loop to its socket
	 * @throws TransportUnavailableException if that has been asked for and is not there
	 */
	public NettyTransport(String threadName, EventLoopTransport transport) {
		this(EventLoops.single(transport, threadName));
	}

	private NettyTransport(EventLoops own) {
		this(own.first(), own.socketType(), true);
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
		this.outgoing = new OutgoingQueue(loop, this.current);
		this.subscriptions = new ServerSubscriptions(this, this.current, this.outgoing);
		this.ports = new PortSuccession(this, this.current, this.outgoing, this.subscriptions);
		this.denials = new Denials(this, (denial) -> this.subscriptions.byId().concernedBy(denial));
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
		return this.current.get() != null;
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
		if (this.outgoing.budget(budget)) {
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

	@Override
	public Executor receiving() {
		return this.loop;
	}

	/**
	 * Returns the event loop on which messages are read and written.
	 * @return the event loop
	 */
	public EventLoop loop() {
		return this.loop;
	}

	Class<? extends Channel> channelType() {
		return this.channelType;
	}

	/**
	 * Returns the subscriptions by their ids; for the event loop.
	 */
	NettySubscriptions subscriptions() {
		return this.subscriptions.byId();
	}

	OutgoingQueue outgoing() {
		return this.outgoing;
	}

	PortSuccession ports() {
		return this.ports;
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
		this.outgoing.publish(publication);
	}

	/**
	 * Returns the number of reads of the socket, each of a part of a message at least, to
	 * tell a silent connection from a busy one.
	 * @return the number
	 */
	public long received() {
		return this.received.get();
	}

	/**
	 * Returns the bytes that have been read from the socket.
	 * @return bytes
	 */
	public long receivedBytes() {
		return this.receivedBytes.get();
	}

	/**
	 * Returns the number of messages that have been published.
	 * @return the number
	 */
	public long published() {
		return this.outgoing.published();
	}

	/**
	 * Returns the bytes to be sent that the operating system has taken.
	 * @return bytes
	 */
	public long sent() {
		return this.outgoing.sent();
	}

	/**
	 * Returns the bytes to be sent that the operating system has not taken yet.
	 * @return bytes
	 */
	public long unsent() {
		return this.outgoing.unsent();
	}

	/**
	 * Counts a read of the socket; on the event loop.
	 */
	void onRead(int bytes) {
		this.received.lazySet(this.received.get() + 1);
		this.receivedBytes.lazySet(this.receivedBytes.get() + bytes);
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
	 * Takes an error of the server; on the event loop.
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

	/**
	 * Takes note that all subscriptions are asked for anew; on the event loop.
	 */
	void onNewServer() {
		this.denials.refusedSubscriptions().reset();
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
		this.ports.move();
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
		this.ports.leave(Parting.AT_ONCE);
	}

	/**
	 * Returns the address of the server to which messages are published.
	 * @return the address of the server, or {@code null} without a connection
	 */
	public @Nullable SocketAddress remoteAddress() {
		Channel channel = this.current.channel();
		return (channel != null) ? channel.remoteAddress() : null;
	}

	@Override
	public TransportSubscriber newSubscriber(Consumer<TransportMessage> receiver) {
		return new NettySubscriber(this, receiver);
	}

	NettySubscription subscribe(String subject, @Nullable String queueGroup, Consumer<TransportMessage> receiver,
			boolean standing, PermissionListener listener) {
		return this.subscriptions.subscribe(subject, queueGroup, receiver, standing, listener);
	}

	/**
	 * Asks the server once more for a subscription that it may not have.
	 */
	void subscribeAgain(NettySubscription subscription) {
		this.subscriptions.subscribeAgain(subscription);
	}

	/**
	 * Ends a subscription at the server; what is under way is still received.
	 */
	void end(NettySubscription subscription) {
		this.subscriptions.end(subscription);
	}

	/**
	 * Ends a subscription; nothing more is received.
	 */
	void remove(NettySubscription subscription) {
		subscription.close();
		this.denials.refusedSubscriptions().forget(subscription);
		if (!this.closed) {
			this.subscriptions.remove(subscription);
		}
	}

	@Override
	public boolean flush(Duration timeout) throws InterruptedException {
		if (this.loop.inEventLoop()) {
			throw new IllegalStateException("The event loop must not wait for itself");
		}
		long deadline = System.nanoTime() + timeout.toNanos();
		if (!this.ports.awaitHandover(timeout.toNanos())) {
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
		this.outgoing.close();
		this.ports.close();
		if (this.ownLoop) {
			this.loop.parent().shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS);
		}
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
