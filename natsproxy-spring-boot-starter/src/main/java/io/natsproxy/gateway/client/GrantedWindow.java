package io.natsproxy.gateway.client;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * The flow control of what is sent to a client of HTTP/2, which counts by how much the
 * client opens the window of the whole connection: the codec of Netty tells of those of
 * streams only. Used on the event loop of the connection.
 */
final class GrantedWindow implements Http2RemoteFlowController {

	private final Http2Connection connection;

	private final Http2RemoteFlowController flow;

	private long bytes;

	private GrantedWindow(Http2Connection connection, Http2RemoteFlowController flow) {
		this.connection = connection;
		this.flow = flow;
	}

	/**
	 * Begins to count.
	 * @param connection the connection
	 * @return the flow control of the connection from now on
	 */
	static GrantedWindow of(Http2Connection connection) {
		GrantedWindow window = new GrantedWindow(connection, connection.remote().flowController());
		connection.remote().flowController(window);
		return window;
	}

	/**
	 * Returns by how many bytes the client has opened the window of the connection.
	 */
	long bytes() {
		return this.bytes;
	}

	@Override
	public void incrementWindowSize(Http2Stream stream, int delta) throws Http2Exception {
		this.flow.incrementWindowSize(stream, delta);
		if (stream == this.connection.connectionStream()) {
			this.bytes += delta;
		}
	}

	@Override
	public ChannelHandlerContext channelHandlerContext() {
		return this.flow.channelHandlerContext();
	}

	@Override
	public void channelHandlerContext(ChannelHandlerContext ctx) throws Http2Exception {
		this.flow.channelHandlerContext(ctx);
	}

	@Override
	public void addFlowControlled(Http2Stream stream, FlowControlled payload) {
		this.flow.addFlowControlled(stream, payload);
	}

	@Override
	public boolean hasFlowControlled(Http2Stream stream) {
		return this.flow.hasFlowControlled(stream);
	}

	@Override
	public void writePendingBytes() throws Http2Exception {
		this.flow.writePendingBytes();
	}

	@Override
	public void listener(Listener listener) {
		this.flow.listener(listener);
	}

	@Override
	public boolean isWritable(Http2Stream stream) {
		return this.flow.isWritable(stream);
	}

	@Override
	public void channelWritabilityChanged() throws Http2Exception {
		this.flow.channelWritabilityChanged();
	}

	@Override
	public void updateDependencyTree(int child, int parent, short weight, boolean exclusive) {
		this.flow.updateDependencyTree(child, parent, weight, exclusive);
	}

	@Override
	public void initialWindowSize(int size) throws Http2Exception {
		this.flow.initialWindowSize(size);
	}

	@Override
	public int initialWindowSize() {
		return this.flow.initialWindowSize();
	}

	@Override
	public int windowSize(Http2Stream stream) {
		return this.flow.windowSize(stream);
	}

}
