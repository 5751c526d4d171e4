package io.natsproxy.core.transport.netty;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import javax.net.ssl.SSLEngine;

import io.nats.client.Options;
import io.nats.client.support.NatsUri;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;

/**
 * The making of a channel to a server, and of TLS on it, as the options of jnats ask for
 * it. For a thread that may wait.
 */
final class PortConnector {

	private final Options options;

	private final NatsUri address;

	PortConnector(Options options, NatsUri address) {
		this.options = options;
		this.address = address;
	}

	/**
	 * Resolves the address.
	 * @throws UnknownHostException if there is no such host
	 */
	InetSocketAddress resolve() throws UnknownHostException {
		InetSocketAddress resolved = new InetSocketAddress(this.address.getHost(), this.address.getPort());
		if (resolved.isUnresolved()) {
			throw new UnknownHostException(this.address.getHost());
		}
		return resolved;
	}

	/**
	 * Begins to connect.
	 * @param loop the event loop of the channel
	 * @param channelType the kind of channel
	 * @param handler the last handler of the channel
	 * @param resolved the address
	 * @param timeoutNanos how long it may take, in nanoseconds
	 */
	ChannelFuture connect(EventLoop loop, Class<? extends Channel> channelType, ChannelHandler handler,
			InetSocketAddress resolved, long timeoutNanos) {
		Bootstrap bootstrap = new Bootstrap().group(loop)
			.channel(channelType)
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
		setIfGiven(bootstrap, ChannelOption.SO_LINGER, this.options.getSocketSoLinger());
		setIfGiven(bootstrap, ChannelOption.SO_RCVBUF, this.options.getReceiveBufferSize());
		setIfGiven(bootstrap, ChannelOption.SO_SNDBUF, this.options.getSendBufferSize());
		return bootstrap.connect(resolved);
	}

	private static void setIfGiven(Bootstrap bootstrap, ChannelOption<Integer> option, int value) {
		if (value > 0) {
			bootstrap.option(option, value);
		}
	}

	/**
	 * Sets up TLS.
	 * @param channel the channel
	 * @param idle whether nothing has come that would be read as if it had come through
	 * TLS; asked on the event loop
	 * @throws IOException if the handshake fails, or takes too long
	 */
	void secure(Channel channel, BooleanSupplier idle) throws IOException {
		SSLEngine engine = this.options.getSslContext().createSSLEngine(this.address.getHost(), this.address.getPort());
		engine.setUseClientMode(true);
		SslHandler handler = new SslHandler(engine);
		handler.setHandshakeTimeoutMillis(this.options.getConnectionTimeout().toMillis());
		Promise<Channel> begun = channel.eventLoop().newPromise();
		channel.eventLoop().execute(() -> {
			if (idle.getAsBoolean()) {
				channel.pipeline().addFirst(handler);
				begun.setSuccess(channel);
			}
			else {
				begun.setFailure(new IOException("The server sent more than its INFO before TLS"));
			}
		});
		await(begun, this.options.getConnectionTimeout().toNanos());
		await(handler.handshakeFuture(), this.options.getConnectionTimeout().toNanos());
	}

	/**
	 * Waits for what Netty does.
	 * @param timeoutNanos how long to wait, in nanoseconds
	 * @throws IOException if that has failed or takes too long, or if the thread is
	 * interrupted
	 */
	static void await(Future<?> future, long timeoutNanos) throws IOException {
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

}
