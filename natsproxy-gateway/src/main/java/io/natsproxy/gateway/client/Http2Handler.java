package io.natsproxy.gateway.client;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.natsproxy.gateway.RefusalReason;
import io.natsproxy.gateway.access.ClientAccess;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2WindowUpdateFrame;
import io.netty.handler.codec.http2.HttpConversionUtil;
import org.jspecify.annotations.Nullable;

/**
 * The frames of a client's connection of HTTP/2, between the codec and the streams:
 * refuses heads that nobody can be asked about, and looks after what Netty leaves open.
 * Netty by itself bounds streams, resets, empty frames, continuations, and control frames
 * that wait to be written.
 */
final class Http2Handler extends ChannelInboundHandlerAdapter implements LoopClock.Member {

	/**
	 * Most pings and settings that may come within one window of rates.
	 */
	private static final int MAX_CONTROL_FRAMES = 10_000;

	private final ClientLimits limits;

	private final ConnectionHandler connection;

	private final RequestCheck check;

	private final ClientRefusals refusals;

	private final LoopClock clock;

	/**
	 * The streams whose window the client has let run out, by their numbers.
	 */
	private final Map<Integer, Stalled> stalled = new HashMap<>();

	private int controlFrames;

	private long counted;

	private @Nullable ChannelHandlerContext ctx;

	private @Nullable Http2FrameCodec codec;

	Http2Handler(ClientLimits limits, ConnectionHandler connection, RequestCheck check, ClientRefusals refusals,
			LoopClock clock) {
		this.limits = limits;
		this.connection = connection;
		this.check = check;
		this.refusals = refusals;
		this.clock = clock;
	}

	@Override
	public void handlerAdded(ChannelHandlerContext ctx) {
		this.ctx = ctx;
		this.codec = ctx.pipeline().get(Http2FrameCodec.class);
		this.connection.state().streams();
		this.clock.add(this);
	}

	@Override
	public void handlerRemoved(ChannelHandlerContext ctx) {
		this.clock.remove(this);
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		this.clock.remove(this);
		ctx.fireChannelInactive();
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		if (message instanceof Http2HeadersFrame frame && frame.headers().method() != null) {
			Refusal refusal = this.check.check(frame.headers());
			if (refusal != null) {
				refuse(ctx, frame, refusal);
				return;
			}
			this.connection.state().streams(1);
		}
		else if (message instanceof Http2WindowUpdateFrame frame) {
			Http2FrameStream stream = frame.stream();
			Stalled stalled = (stream != null) ? this.stalled.get(stream.id()) : null;
			if (stalled != null) {
				stalled.opened += frame.windowSizeIncrement();
			}
		}
		else if (message instanceof Http2PingFrame || message instanceof Http2SettingsFrame) {
			if (++this.controlFrames > MAX_CONTROL_FRAMES) {
				this.refusals.refused(RefusalReason.HTTP2, ctx.channel(), "it floods the connection");
				this.controlFrames = 0;
				this.connection.abort();
			}
		}
		ctx.fireChannelRead(message);
	}

	private void refuse(ChannelHandlerContext ctx, Http2HeadersFrame frame, Refusal refusal) {
		this.refusals.refused(refusal.reason(), ctx.channel(), refusal.detail());
		Http2FrameStream stream = frame.stream();
		if (stream != null) {
			ClientAccess.refused(ctx.channel(), stream.id(), refusal.reason().tag());
		}
		FullHttpResponse response = this.refusals.response(refusal);
		Http2Headers headers = HttpConversionUtil.toHttp2Headers(response, true);
		ctx.write(new DefaultHttp2HeadersFrame(headers).stream(stream));
		ctx.write(new DefaultHttp2DataFrame(response.content(), true).stream(stream)).addListener((written) -> {
			if (!frame.isEndStream()) {
				// The rest of the request is not read (RFC 9113, section 8.1).
				ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR).stream(stream));
			}
		});
		ctx.flush();
	}

	/**
	 * Counts what breaks the protocol, which is the client's fault: the codec ends the
	 * connection.
	 */
	@Override
	@SuppressWarnings("deprecation")
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		if (cause instanceof Http2Exception && !(cause instanceof Http2Exception.StreamException)) {
			this.refusals.refused(RefusalReason.HTTP2, ctx.channel(), String.valueOf(cause.getMessage()));
			return;
		}
		if (cause instanceof Http2FrameStreamException) {
			this.refusals.refused(RefusalReason.HTTP2, ctx.channel(), String.valueOf(cause.getMessage()));
		}
		ctx.fireExceptionCaught(cause);
	}

	@Override
	public void tick(long elapsed) {
		ChannelHandlerContext ctx = this.ctx;
		Http2FrameCodec codec = this.codec;
		if (ctx == null || codec == null || !ctx.channel().isActive()) {
			return;
		}
		this.counted += elapsed;
		if (this.counted >= this.limits.gracePeriod().toNanos()) {
			this.counted = 0;
			this.controlFrames = 0;
		}
		Http2Connection http2 = codec.connection();
		this.connection.state().streams(http2.numActiveStreams());
		if (this.limits.minResponseRate() > 0) {
			checkStreams(ctx, codec, http2, elapsed);
		}
	}

	/**
	 * Looks for streams whose client keeps their window shut while something waits for
	 * it.
	 */
	private void checkStreams(ChannelHandlerContext ctx, Http2FrameCodec codec, Http2Connection http2, long elapsed) {
		List<Integer> tooSlow = new ArrayList<>(0);
		Http2RemoteFlowController flow = http2.remote().flowController();
		boolean connectionShut = flow.windowSize(http2.connectionStream()) <= 0;
		this.stalled.keySet().removeIf((id) -> http2.stream(id) == null);
		try {
			http2.forEachActiveStream((stream) -> {
				if (flow.hasFlowControlled(stream) && (connectionShut || flow.windowSize(stream) <= 0)) {
					int window = flow.windowSize(stream) - flow.initialWindowSize();
					Stalled stalled = this.stalled.computeIfAbsent(stream.id(),
							(id) -> new Stalled(this.limits, window));
					if (stalled.isTooSlow(elapsed, window)) {
						tooSlow.add(stream.id());
					}
				}
				else {
					this.stalled.remove(stream.id());
				}
				return true;
			});
		}
		catch (Http2Exception ex) {
			throw new IllegalStateException(ex);
		}
		ChannelHandlerContext codecContext = ctx.pipeline().context(codec);
		for (int id : tooSlow) {
			Http2Stream stream = http2.stream(id);
			if (stream != null) {
				this.stalled.remove(id);
				ClientAccess.refused(ctx.channel(), id, RefusalReason.SLOW_RESPONSE.tag());
				this.refusals.refused(RefusalReason.SLOW_RESPONSE, ctx.channel(),
						"it does not take what waits for a stream");
				codec.resetStream(codecContext, id, Http2Error.CANCEL.code(), ctx.newPromise());
			}
		}
		if (!tooSlow.isEmpty()) {
			ctx.flush();
		}
	}

	/**
	 * A stream that waits for its window, or that of the connection.
	 */
	private static final class Stalled {

		private final Pace pace;

		private long opened;

		private long moved;

		private int window;

		/**
		 * Creates the state of a stream.
		 * @param window its window beyond that with which streams begin, which the client
		 * may change for all of them at once
		 */
		Stalled(ClientLimits limits, int window) {
			this.pace = new Pace(limits.minResponseRate(), limits.gracePeriod().toNanos());
			this.window = window;
		}

		/**
		 * Counts what has been sent: by so much the window is smaller than it would be.
		 */
		boolean isTooSlow(long elapsed, int window) {
			this.moved += Math.max(0, this.window + this.opened - window);
			this.opened = 0;
			this.window = window;
			return this.pace.isTooSlow(elapsed, this.moved);
		}

	}

}
