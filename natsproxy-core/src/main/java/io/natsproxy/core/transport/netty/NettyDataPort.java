package io.natsproxy.core.transport.netty;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import io.nats.client.Connection;
import io.nats.client.Options;
import io.nats.client.Options.HostnameResolveMode;
import io.nats.client.impl.DataPortBridge;
import io.nats.client.support.NatsUri;
import io.natsproxy.core.transport.TransportMessage;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import org.jspecify.annotations.Nullable;

/**
 * The socket of a connection, on the event loop of a {@link NettyTransport}. To jnats it
 * is a blocking one: its reader gets what is not the transport's, mended by the
 * {@link InboundHandler}; what its writer sends goes out between the messages of the
 * transport, whole.
 *
 * <p>
 * For {@link Options.Builder#dataPortType(String)}, where the connection listener is a
 * {@link NettyTransport.Holder}; jnats makes one for each connection attempt, by the name
 * of the class.
 */
public final class NettyDataPort extends DataPortBridge {

	/**
	 * The most bytes that may wait for the reader of jnats; beyond them nothing more is
	 * read from the socket.
	 */
	private static final long MAX_UNREAD = 4L * 1024 * 1024;

	private static final long FULL_POLL_MILLIS = 5;

	/**
	 * The longest time that a socket is in use after jnats has closed it, in seconds: the
	 * time that a server which shuts down gives its clients by default.
	 */
	private static final long MAX_KEPT_SECONDS = 120;

	private @Nullable NettyTransport transport;

	private @Nullable Options options;

	private @Nullable Connection connection;

	private @Nullable ControlPipe pipe;

	private @Nullable PortConnector connector;

	private volatile @Nullable Channel channel;

	/**
	 * Changed under the lock of this object.
	 */
	private volatile PortState state = PortState.CONNECTING;

	private @Nullable InboundHandler handler;

	/**
	 * Returns whether a connection with these options can have such a socket.
	 * @param options the options
	 * @return {@code false} if they ask for a proxy, a WebSocket, or another way to
	 * resolve host names than that of the JDK
	 */
	public static boolean supports(Options options) {
		return options.getProxy() == null && options.hostnameResolveMode() != HostnameResolveMode.HappyEyeballs
				&& options.hostnameResolveMode() != HostnameResolveMode.Unresolved
				&& options.getNatsServerUris().stream().noneMatch(NatsUri::isWebsocket);
	}

	@Override
	public void afterConstruct(Options options) {
		if (!(options.getConnectionListener() instanceof NettyTransport.Holder holder)
				|| holder.nettyTransport() == null) {
			throw new IllegalStateException("The connection has no transport");
		}
		this.transport = holder.nettyTransport();
		this.options = options;
		this.pipe = new ControlPipe(options.getSocketReadTimeoutMillis());
	}

	@Override
	protected void open(Connection connection, NatsUri address, long timeoutNanos) throws IOException {
		NettyTransport transport = require(this.transport);
		Options options = require(this.options);
		this.connection = connection;
		PortConnector connector = new PortConnector(options, address);
		this.connector = connector;
		transport.connection(connection);
		InboundHandler handler = new InboundHandler(this, transport.subscriptions(), options.getMaxControlLine());
		this.handler = handler;
		InetSocketAddress resolved = connector.resolve();
		transport.ports().onOpen(this);
		boolean open = false;
		try {
			ChannelFuture connected = connector.connect(transport.loop(), transport.channelType(), handler, resolved,
					timeoutNanos);
			this.channel = connected.channel();
			PortConnector.await(connected, timeoutNanos);
			open = true;
		}
		finally {
			if (!open) {
				// jnats does not know this port yet.
				close();
			}
		}
	}

	@Override
	public void upgradeToSecure() throws IOException {
		InboundHandler handler = require(this.handler);
		ControlPipe pipe = require(this.pipe);
		require(this.connector).secure(require(this.channel), () -> handler.isIdle() && pipe.size() == 0);
	}

	@Override
	public int read(byte[] target, int offset, int length) throws IOException {
		ControlPipe pipe = require(this.pipe);
		int read = pipe.read(target, offset, length);
		Channel channel = this.channel;
		if (channel != null) {
			readOn(channel, pipe);
		}
		return read;
	}

	private static void readOn(Channel channel, ControlPipe pipe) {
		if (!channel.config().isAutoRead() && pipe.size() < MAX_UNREAD / 2) {
			channel.config().setAutoRead(true);
		}
	}

	@Override
	public void write(byte[] source, int length) throws IOException {
		NettyTransport transport = require(this.transport);
		Channel channel = require(this.channel);
		beginLogin();
		try {
			transport.outgoing().sendRaw(channel, Arrays.copyOf(source, length));
			while (transport.outgoing().isCrowded() && channel.isOpen() && !isKept()) {
				Thread.sleep(FULL_POLL_MILLIS);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("Interrupted while writing", ex);
		}
		catch (IllegalStateException ex) {
			throw new IOException(ex.getMessage(), ex);
		}
		if (!channel.isOpen()) {
			throw new IOException("The connection has been closed");
		}
	}

	/**
	 * Takes note that something is written for jnats, at first its log-in, which comes
	 * after TLS.
	 */
	void beginLogin() {
		if (this.state == PortState.CONNECTING) {
			change(PortState.CONNECTING, PortState.LOGGING_IN);
		}
	}

	@Override
	public void flush() {
		// What is written is flushed as soon as the event loop gets to it.
	}

	@Override
	public void shutdownInput() {
		end();
	}

	/**
	 * Closes the socket; one that is needed until there is another only for jnats.
	 */
	@Override
	public void close() {
		NettyTransport transport = this.transport;
		Channel channel = this.channel;
		if (transport != null && channel != null && transport.ports().keeps(this)) {
			keep(channel);
			return;
		}
		end();
		closeChannel();
	}

	private void keep(Channel channel) {
		markKept();
		require(this.pipe).discard();
		channel.config().setAutoRead(true);
		channel.eventLoop().schedule(this::closeChannel, MAX_KEPT_SECONDS, TimeUnit.SECONDS);
	}

	/**
	 * Returns whether jnats has closed this port, and the transport goes on with it.
	 */
	boolean isKept() {
		return this.state.isKept();
	}

	/**
	 * Returns whether messages can be published.
	 */
	boolean isUsable() {
		Channel channel = this.channel;
		return !this.state.isEnded() && channel != null && channel.isActive();
	}

	/**
	 * Ends what was kept: nothing more is received.
	 * @param reset whether what the server has not got yet shall not reach it later
	 */
	void retire(boolean reset) {
		Channel channel = this.channel;
		if (reset && channel != null) {
			doNotLinger(channel);
		}
		end();
		closeChannel();
	}

	private static void doNotLinger(Channel channel) {
		try {
			if (channel.isOpen()) {
				channel.config().setOption(ChannelOption.SO_LINGER, 0);
			}
		}
		catch (ChannelException ex) {
			// It has been closed meanwhile.
		}
	}

	void closeChannel() {
		Channel channel = this.channel;
		if (channel != null) {
			channel.close();
		}
	}

	@Override
	public void forceClose() {
		Channel channel = this.channel;
		if (channel != null) {
			// What has not been sent is not waited for.
			doNotLinger(channel);
		}
		close();
	}

	private void end() {
		markEnded();
		NettyTransport transport = this.transport;
		if (transport != null) {
			transport.ports().onEnd(this);
		}
		ControlPipe pipe = this.pipe;
		if (pipe != null) {
			pipe.end(null);
		}
	}

	private synchronized boolean change(PortState from, PortState to) {
		if (this.state != from) {
			return false;
		}
		this.state = to;
		return true;
	}

	private synchronized void markKept() {
		this.state = this.state.afterKeep();
	}

	private synchronized void markEnded() {
		this.state = this.state.afterEnd();
	}

	@Nullable Channel channel() {
		return this.channel;
	}

	long maxPayload() {
		Connection connection = this.connection;
		return (connection != null) ? connection.getMaxPayload() : -1;
	}

	/**
	 * Returns whether the server has accepted the log-in; on the event loop.
	 */
	boolean isLoggedIn() {
		return this.state.isLoggedIn();
	}

	/**
	 * Hands over a message for the transport that has come as a whole; on the event loop.
	 */
	void deliver(NettySubscription subscription, TransportMessage message) {
		if (this.state != PortState.RETIRED) {
			require(this.transport).ports().deliver(this, subscription, message);
		}
	}

	/**
	 * Answers a ping of the server where jnats, which has closed the port, does not; on
	 * the event loop.
	 */
	void onPing(Channel channel) {
		if (isKept()) {
			NettyTransport transport = require(this.transport);
			transport.outgoing().writeLine(channel, "PONG\r\n");
			transport.outgoing().flush();
		}
	}

	/**
	 * Counts a read of the socket; on the event loop.
	 */
	void onRead(int bytes) {
		require(this.transport).onRead(bytes);
	}

	/**
	 * Takes the answer to a ping: the first one after the log-in has begun means that the
	 * server has accepted it. On the event loop.
	 */
	void onPong(Channel channel) {
		if (this.state == PortState.LOGGING_IN && channel.isActive()
				&& change(PortState.LOGGING_IN, PortState.SERVING)) {
			NettyTransport transport = require(this.transport);
			transport.ports().onReady(this, channel);
			if (this.state.isEnded()) {
				transport.ports().onEnd(this);
			}
		}
	}

	/**
	 * Takes an error of the server; on the event loop.
	 */
	void onError(String error) {
		require(this.transport).onError(error);
	}

	/**
	 * Hands on what is for jnats; on the event loop.
	 */
	void pass(byte[] bytes) {
		Channel channel = this.channel;
		ControlPipe pipe = require(this.pipe);
		if (pipe.offer(bytes) > MAX_UNREAD && channel != null) {
			channel.config().setAutoRead(false);
			// The reader may have emptied the pipe before it could see that.
			readOn(channel, pipe);
		}
	}

	/**
	 * Tells transport and jnats that the socket has been closed, or has failed; on the
	 * event loop.
	 */
	void onEnd(@Nullable IOException failure) {
		require(this.transport).ports().onEnd(this);
		require(this.pipe).end(failure);
	}

	private static <T> T require(@Nullable T value) {
		if (value == null) {
			throw new IllegalStateException("Not connected");
		}
		return value;
	}

}
