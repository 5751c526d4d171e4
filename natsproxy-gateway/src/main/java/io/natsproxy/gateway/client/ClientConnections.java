package io.natsproxy.gateway.client;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.natsproxy.gateway.RefusalRecorder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.concurrent.EventExecutor;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

import org.springframework.http.HttpHeaders;

/**
 * Keeps the time-outs and limits of the connections of an HTTP server, and answers what
 * is no request that anybody could be asked about.
 */
public final class ClientConnections {

	private static final String CONNECTION = "natsproxy.connection";

	static final String MESSAGES = "natsproxy.messages";

	private static final String BODY = "natsproxy.body";

	static final String FRAMES = "natsproxy.frames";

	private static final String NEGOTIATION = "natsproxy.negotiation";

	/**
	 * Shortest time between two looks at connections, in nanoseconds.
	 */
	private static final long SHORTEST_INTERVAL = Duration.ofMillis(10).toNanos();

	/**
	 * Longest time between two looks at connections, in nanoseconds.
	 */
	private static final long LONGEST_INTERVAL = Duration.ofSeconds(1).toNanos();

	private final ClientLimits limits;

	private final ClientRefusals refusals;

	private final RequestCheck check;

	private final long interval;

	private final Map<EventExecutor, LoopClock> clocks = new ConcurrentHashMap<>();

	/**
	 * Creates the limits of a server.
	 * @param limits time-outs and limits
	 * @param recorder counts what is refused
	 * @param fieldRules changes the fields of what answers it last
	 */
	public ClientConnections(ClientLimits limits, RefusalRecorder recorder, Consumer<HttpHeaders> fieldRules) {
		this.limits = limits;
		this.refusals = new ClientRefusals(recorder, fieldRules);
		this.check = new RequestCheck(limits.maxFields());
		long shortest = Stream
			.of(limits.headTimeout(), limits.idleTimeout(), limits.gracePeriod(), limits.drainTimeout())
			.mapToLong(Duration::toNanos)
			.filter((time) -> time > 0)
			.min()
			.orElse(LONGEST_INTERVAL);
		this.interval = Math.max(SHORTEST_INTERVAL, Math.min(LONGEST_INTERVAL, shortest / 4));
	}

	/**
	 * Adds the limits to a server.
	 * @param server the server
	 * @return the server with them
	 */
	public HttpServer applyTo(HttpServer server) {
		return server.doOnChannelInit((observer, channel, remoteAddress) -> prepare(channel))
			.doOnConnection((connection) -> prepareStream(connection.channel()));
	}

	private void prepare(Channel channel) {
		ChannelPipeline pipeline = channel.pipeline();
		ConnectionHandler connection = new ConnectionHandler(this.limits, this.refusals, clock(channel));
		pipeline.addFirst(CONNECTION, connection);
		// TLS has an end of its own, without which the client has not ended but gone.
		channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, pipeline.get(NettyPipeline.SslHandler) == null);
		if (pipeline.get(NettyPipeline.H2OrHttp11Codec) != null) {
			pipeline.addAfter(NettyPipeline.H2OrHttp11Codec, NEGOTIATION,
					new NegotiationHandler(() -> addHandlers(pipeline, connection)));
		}
		else {
			addHandlers(pipeline, connection);
		}
	}

	private void addHandlers(ChannelPipeline pipeline, ConnectionHandler connection) {
		LoopClock clock = clock(pipeline.channel());
		if (pipeline.get(NettyPipeline.HttpTrafficHandler) != null) {
			pipeline.addBefore(NettyPipeline.HttpTrafficHandler, MESSAGES, new MessageHandler(connection, this.check,
					this.refusals, () -> newHttp2Handler(connection, clock)));
			pipeline.addBefore(NettyPipeline.ReactiveBridge, BODY,
					new BodyHandler(this.limits, this.refusals, clock, true));
		}
		else if (pipeline.get(NettyPipeline.H2MultiplexHandler) != null) {
			pipeline.addBefore(NettyPipeline.H2MultiplexHandler, FRAMES, newHttp2Handler(connection, clock));
		}
	}

	private Http2Handler newHttp2Handler(ConnectionHandler connection, LoopClock clock) {
		return new Http2Handler(this.limits, connection, this.check, this.refusals, clock);
	}

	/**
	 * Prepares a stream of HTTP/2, of which the first message is being read.
	 */
	private void prepareStream(Channel channel) {
		if (channel instanceof Http2StreamChannel && channel.pipeline().get(BODY) == null) {
			channel.pipeline()
				.addBefore(NettyPipeline.ReactiveBridge, BODY,
						new BodyHandler(this.limits, this.refusals, clock(channel), false));
		}
	}

	private LoopClock clock(Channel channel) {
		return this.clocks.computeIfAbsent(channel.eventLoop(), (loop) -> new LoopClock(loop, this.interval));
	}

	/**
	 * Leaves a connection of HTTP/1.1 to another protocol, which ends when its client
	 * ends it.
	 */
	static void leave(ChannelPipeline pipeline) {
		Channel channel = pipeline.channel();
		channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
		if (channel instanceof DuplexChannel duplex && duplex.isInputShutdown()) {
			channel.close();
		}
		for (String name : new String[] { CONNECTION, MESSAGES, BODY }) {
			if (pipeline.get(name) != null) {
				pipeline.remove(name);
			}
		}
	}

}
