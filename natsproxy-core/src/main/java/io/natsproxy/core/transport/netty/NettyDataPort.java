package io.natsproxy.core.transport.netty;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLEngine;

import io.nats.client.Connection;
import io.nats.client.Options;
import io.nats.client.Options.HostnameResolveMode;
import io.nats.client.impl.DataPortBridge;
import io.nats.client.support.NatsUri;
import io.natsproxy.core.transport.TransportMessage;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
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
	 * How much may wait for the reader of jnats before nothing more is read from the
	 * socket, in bytes.
	 */
	private static final long MAX_UNREAD = 4L * 1024 * 1024;

	private static final long FULL_POLL_MILLIS = 5;

	/**
	 * How long a socket may be in use after jnats has closed it, in seconds: for as long
	 * as a server that shuts down gives its clients by default.
	 */
	private static final long MAX_KEPT_SECONDS = 120;

	private @Nullable NettyTransport transport;

	private @Nullable Options options;

	private @Nullable Connection connection;

	private @Nullable ControlPipe pipe;

	private @Nullable NatsUri address;

	private volatile @Nullable Channel channel;

	private volatile boolean closed;

	private volatile boolean written;

	private volatile boolean kept;

	private boolean loggedIn;

	private @Nullable InboundHandler handler;

	/**
	 * Whether a connection with these options can have such a socket.
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
		this.address = address;
		transport.connection(connection);
		InboundHandler handler = new InboundHandler(this, transport.subscriptions(), options.getMaxControlLine());
		this.handler = handler;
		Bootstrap bootstrap = new Bootstrap().group(transport.loop())
			.channel(transport.channelType())
			.option(ChannelOption.TCP_NODELAY, true)
			.option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
			.option(ChannelOption.CONNECT_TIMEOUT_MILLIS,
					(int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(timeoutNanos)))
			.handler(new ChannelInitializer<>() {

				@Override
				protected void initChannel(Channel channel) {
					channel.pipeline().addLast(handler);
				}

			});
		setIfGiven(bootstrap, ChannelOption.SO_LINGER, options.getSocketSoLinger());
		setIfGiven(bootstrap, ChannelOption.SO_RCVBUF, options.getReceiveBufferSize());
		setIfGiven(bootstrap, ChannelOption.SO_SNDBUF, options.getSendBufferSize());
		InetSocketAddress resolved = new InetSocketAddress(address.getHost(), address.getPort());
		if (resolved.isUnresolved()) {
			throw new UnknownHostException(address.getHost());
		}
		transport.onOpen(this);
		boolean open = false;
		try {
			ChannelFuture connected = bootstrap.connect(resolved);
			this.channel = connected.channel();
			await(connected, timeoutNanos);
			open = true;
		}
		finally {
			if (!open) {
				// jnats does not know this port yet.
				close();
			}
		}
	}

	private static void setIfGiven(Bootstrap bootstrap, ChannelOption<Integer> option, int value) {
		if (value > 0) {
			bootstrap.option(option, value);
		}
	}

	private static void await(Future<?> future, long timeoutNanos) throws IOException {
		try {
			if (!future.await(timeoutNanos, TimeUnit.NANOSECONDS)) {
				throw new IOException("Timed out");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("Interrupted", ex);
		}
		Throwable cause = future.cause();
		if (cause instanceof IOException failure) {
			throw failure;
		}
		if (cause != null) {
			throw new IOException(cause);
		}
	}

	@Override
	public void upgradeToSecure() throws IOException {
		Options options = require(this.options);
		Channel channel = require(this.channel);
		NatsUri address = require(this.address);
		SSLEngine engine = options.getSslContext().createSSLEngine(address.getHost(), address.getPort());
		engine.setUseClientMode(true);
		SslHandler handler = new SslHandler(engine);
		handler.setHandshakeTimeoutMillis(options.getConnectionTimeout().toMillis());
		Promise<Channel> begun = channel.eventLoop().newPromise();
		channel.eventLoop().execute(() -> {
			if (require(this.handler).isIdle() && require(this.pipe).size() == 0) {
				channel.pipeline().addFirst(handler);
				begun.setSuccess(channel);
			}
			else {
				// It would be read as if it had come through TLS.
				begun.setFailure(new IOException("The server sent more than its INFO before TLS"));
			}
		});
		await(begun, options.getConnectionTimeout().toNanos());
		await(handler.handshakeFuture(), options.getConnectionTimeout().toNanos());
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
			transport.sendRaw(channel, Arrays.copyOf(source, length));
			while (transport.isFull() && channel.isOpen() && !this.kept) {
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
	 * Something is written for jnats, at first its log-in, which comes after TLS.
	 */
	void beginLogin() {
		this.written = true;
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
		if (transport != null && channel != null && transport.keeps(this)) {
			keep(channel);
			return;
		}
		end();
		closeChannel();
	}

	private void keep(Channel channel) {
		this.kept = true;
		require(this.pipe).discard();
		channel.config().setAutoRead(true);
		channel.eventLoop().schedule(this::closeChannel, MAX_KEPT_SECONDS, TimeUnit.SECONDS);
	}

	/**
	 * Whether jnats has closed this port, and the transport goes on with it.
	 */
	boolean isKept() {
		return this.kept;
	}

	/**
	 * Whether messages can be published.
	 */
	boolean isUsable() {
		Channel channel = this.channel;
		return !this.closed && channel != null && channel.isActive();
	}

	/**
	 * Ends what was kept: nothing more is received.
	 * @param reset whether what the server has not got yet shall not reach it later
	 */
	void retire(boolean reset) {
		Channel channel = this.channel;
		if (reset && channel != null && channel.isOpen()) {
			channel.config().setOption(ChannelOption.SO_LINGER, 0);
		}
		end();
		closeChannel();
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
		if (channel != null && channel.isOpen()) {
			// What has not been sent is not waited for.
			channel.config().setOption(ChannelOption.SO_LINGER, 0);
		}
		close();
	}

	private void end() {
		this.closed = true;
		NettyTransport transport = this.transport;
		if (transport != null) {
			transport.onEnd(this);
		}
		ControlPipe pipe = this.pipe;
		if (pipe != null) {
			pipe.end(null);
		}
	}

	@Nullable Channel channel() {
		return this.channel;
	}

	long maxPayload() {
		Connection connection = this.connection;
		return (connection != null) ? connection.getMaxPayload() : -1;
	}

	/**
	 * Whether the server has accepted the log-in; on the event loop.
	 */
	boolean isLoggedIn() {
		return this.loggedIn;
	}

	/**
	 * Hands over a message for the transport that has come as a whole; on the event loop.
	 */
	void deliver(NettySubscription subscription, TransportMessage message) {
		if (!this.kept || !this.closed) {
			require(this.transport).deliver(this, subscription, message);
		}
	}

	/**
	 * The server asks whether this end is still there. Without jnats nobody else answers;
	 * on the event loop.
	 */
	void onPing(Channel channel) {
		if (this.kept) {
			NettyTransport transport = require(this.transport);
			transport.writeLine(channel, "PONG\r\n");
			transport.flushBatch();
		}
	}

	/**
	 * Something has come; on the event loop.
	 */
	void onRead() {
		require(this.transport).onRead();
	}

	/**
	 * The server has answered a ping, the first time after the log-in; on the event loop.
	 * Before that has begun, there is nothing to be answered.
	 */
	void onPong(Channel channel) {
		if (!this.loggedIn && this.written && !this.closed && channel.isActive()) {
			this.loggedIn = true;
			NettyTransport transport = require(this.transport);
			transport.onReady(this, channel);
			if (this.closed) {
				transport.onEnd(this);
			}
		}
	}

	/**
	 * The server has told of an error; on the event loop.
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
	 * The socket has been closed, or has failed; on the event loop.
	 */
	void onEnd(@Nullable IOException failure) {
		require(this.transport).onEnd(this);
		require(this.pipe).end(failure);
	}

	private static <T> T require(@Nullable T value) {
		if (value == null) {
			throw new IllegalStateException("Not connected");
		}
		return value;
	}

}
