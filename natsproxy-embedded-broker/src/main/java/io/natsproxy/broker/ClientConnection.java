package io.natsproxy.broker;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection of one client. Its operations are handled on the event loop of its
 * connection; {@link #queue()}, {@link #options()}, {@link #ended} and {@link #tooSlow}
 * are for the threads of those who publish to it.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter implements ProtocolParser.Handler {

	private static final Logger logger = LoggerFactory.getLogger(ClientConnection.class);

	private static final byte[] PING = "PING\r\n".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] PONG = "PONG\r\n".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] OK = "+OK\r\n".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] NOTHING = {};

	/**
	 * The time that a client has for reading why its connection is closed, in
	 * milliseconds.
	 */
	private static final long LINGER_MILLIS = 2000;

	private final long id;

	private final SocketChannel channel;

	private final BrokerSession session;

	private final OutboundQueue queue;

	private final ProtocolParser parser;

	private final KeepAlive keepAlive;

	/** Changed on the event loop only, except for the removal of ended ones. */
	private final Map<String, Subscription> subscriptions = new ConcurrentHashMap<>();

	private volatile ConnectOptions options = ConnectOptions.DEFAULT;

	private boolean awaitingConnect;

	private boolean finished;

	ClientConnection(long id, SocketChannel channel, BrokerSession session) {
		this.id = id;
		this.channel = channel;
		this.session = session;
		this.awaitingConnect = session.options().isAuthenticationRequired();
		this.queue = new OutboundQueue(channel, this::flush, session.options().maxPending());
		this.parser = new ProtocolParser(channel.alloc(), session.options().maxControlLine(), this);
		this.keepAlive = new KeepAlive(channel.eventLoop(), session.options(), () -> send(PING),
				() -> fail(ProtocolError.STALE_CONNECTION));
	}

	OutboundQueue queue() {
		return this.queue;
	}

	ConnectOptions options() {
		return this.options;
	}

	/**
	 * A subscription has had all the messages that it wanted.
	 */
	void ended(Subscription subscription) {
		this.subscriptions.remove(subscription.sid(), subscription);
		this.session.subscriptions().remove(subscription);
	}

	/**
	 * The client does not read what it is sent: cut it off.
	 */
	void tooSlow() {
		try {
			this.channel.eventLoop().execute(() -> fail(ProtocolError.SLOW_CONSUMER));
		}
		catch (RejectedExecutionException ex) {
			this.channel.close();
		}
	}

	/**
	 * Says that the broker is going to stop, if the client understands it. For any
	 * thread.
	 */
	void announceStop() {
		this.channel.eventLoop().execute(() -> {
			if (!this.finished && this.options.protocol() > 0) {
				send(info(true));
			}
		});
	}

	/**
	 * Says that the broker stops, and closes. For any thread.
	 * @return when the connection is closed
	 */
	ChannelFuture shutDown() {
		this.channel.eventLoop().execute(() -> {
			if (this.finished) {
				this.channel.close();
				return;
			}
			byte[] lastLine = (this.options.protocol() > 0) ? info(true) : NOTHING;
			finish(lastLine, false, this.channel::close);
		});
		return this.channel.closeFuture();
	}

	/**
	 * Closes at once, as if the network had failed. For any thread.
	 * @return when the connection is closed
	 */
	ChannelFuture disconnect() {
		return this.channel.close();
	}

	@Override
	public void channelActive(ChannelHandlerContext context) {
		this.session.connected(this);
		send(info(false));
		if (!this.awaitingConnect) {
			this.keepAlive.start();
		}
		else {
			this.channel.eventLoop().schedule(() -> {
				if (this.awaitingConnect) {
					fail(ProtocolError.AUTHENTICATION_TIMEOUT);
				}
			}, this.session.options().authTimeout().toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	@Override
	public void channelRead(ChannelHandlerContext context, Object message) {
		try {
			if (!this.finished && message instanceof ByteBuf in) {
				this.keepAlive.read();
				this.parser.parse(in);
			}
		}
		catch (ProtocolException ex) {
			fail(ex.error());
		}
		finally {
			ReferenceCountUtil.release(message);
		}
	}

	@Override
	public void channelWritabilityChanged(ChannelHandlerContext context) {
		this.queue.flush();
	}

	@Override
	public void channelInactive(ChannelHandlerContext context) {
		release();
		this.queue.close();
		this.parser.close();
		this.session.disconnected(this);
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
		if (cause instanceof IOException) {
			logger.debug("Connection {} failed", this.id, cause);
		}
		else {
			logger.warn("Connection {} is closed after an unexpected failure", this.id, cause);
		}
		context.close();
	}

	@Override
	public boolean isAwaitingConnect() {
		return this.awaitingConnect;
	}

	@Override
	public void connect(String json) throws ProtocolException {
		ConnectOptions options = this.options.with(json);
		this.options = options;
		if (!Credentials.accepts(this.session.options(), options)) {
			throw new ProtocolException(ProtocolError.AUTHORIZATION_VIOLATION);
		}
		if (this.awaitingConnect) {
			this.awaitingConnect = false;
			this.keepAlive.start();
		}
		if (options.protocol() < 0 || options.protocol() > 1) {
			throw new ProtocolException(ProtocolError.INVALID_CLIENT_PROTOCOL);
		}
		if (options.noResponders() && !options.headers()) {
			throw new ProtocolException(ProtocolError.NO_RESPONDERS_REQUIRES_HEADERS);
		}
		acknowledge();
	}

	@Override
	public void ping() {
		send(PONG);
	}

	@Override
	public void pong() {
		this.keepAlive.pong();
	}

	@Override
	public void subscribe(String subject, @Nullable String queue, String sid) {
		// A sid that is in use keeps its subscription, as in nats-server.
		Subscription existing = this.subscriptions.get(sid);
		if (existing == null || this.queue.hasEnded(existing)) {
			if (!Subjects.isValid(subject)) {
				send(ProtocolError.INVALID_SUBJECT.line());
				return;
			}
			Subscription subscription = new Subscription(this, subject, queue, sid);
			this.subscriptions.put(sid, subscription);
			this.session.subscriptions().add(subscription);
		}
		acknowledge();
	}

	@Override
	public void unsubscribe(String sid, int max) {
		Subscription subscription = this.subscriptions.get(sid);
		if (subscription != null && this.queue.end(subscription, max)) {
			ended(subscription);
		}
		acknowledge();
	}

	@Override
	public void publishing(Publication publication, boolean headers) throws ProtocolException {
		if (headers && !this.options.headers()) {
			throw new ProtocolException(ProtocolError.MALFORMED);
		}
		if (publication.size() > this.session.options().maxPayload()) {
			throw new ProtocolException(ProtocolError.MAXIMUM_PAYLOAD);
		}
		if (this.options.pedantic() && !Subjects.isValidLiteral(publication.subject())) {
			send(ProtocolError.INVALID_PUBLISH_SUBJECT.line());
		}
	}

	@Override
	public void publish(Publication publication, ByteBuf payload) {
		acknowledge();
		this.session.router().publish(this, publication, payload);
	}

	private void acknowledge() {
		if (this.options.verbose()) {
			send(OK);
		}
	}

	private void send(byte[] line) {
		if (!this.queue.send(line) && !this.finished) {
			tooSlow();
		}
	}

	private byte[] info(boolean lameDuck) {
		InetSocketAddress remote = this.channel.remoteAddress();
		String clientIp = (remote != null) ? remote.getAddress().getHostAddress() : "";
		return this.session.info().line(this.id, clientIp, lameDuck);
	}

	private void flush() {
		if (!this.finished) {
			this.queue.flush();
		}
	}

	private void fail(ProtocolError error) {
		if (error == ProtocolError.SLOW_CONSUMER && !this.finished) {
			this.session.counters().slowConsumers.increment();
			logger.warn("Connection {} is a slow consumer: more than {} bytes are pending. It is closed.", this.id,
					this.session.options().maxPending());
		}
		// What the client still sends is read and dropped: closing before would reset
		// the connection, and the client might not read the reason.
		finish(error.line(), error == ProtocolError.SLOW_CONSUMER, this.channel::shutdownOutput);
	}

	private void finish(byte[] lastLine, boolean discard, Runnable afterLastLine) {
		if (this.finished || !this.channel.isActive()) {
			return;
		}
		this.finished = true;
		release();
		this.queue.finish(lastLine, discard).addListener((future) -> afterLastLine.run());
		this.channel.eventLoop().schedule(() -> this.channel.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
	}

	private void release() {
		this.keepAlive.stop();
		this.subscriptions.values().forEach(this.session.subscriptions()::remove);
		this.subscriptions.clear();
	}

}
