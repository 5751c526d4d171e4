package io.natsproxy.benchmarks.load;

import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/**
 * Sockets on which a short text goes to and fro.
 */
final class EchoSockets extends SocketClients {

	static final String PATH = "/ws/echo";

	private static final String TEXT = "a text of thirty-two characters.";

	private static final ByteBuf FRAME = SocketFrames.text(TEXT);

	private static final ByteBuf EXPECTED = FRAME.slice(FRAME.readableBytes() - TEXT.length(), TEXT.length());

	EchoSockets(LoadGenerator generator, Target target, Recorder recorder, int size) {
		super(generator, target, recorder, PATH, size);
	}

	@Override
	void start(List<SocketConnection> sockets) {
		sockets.forEach((socket) -> socket.send(FRAME));
	}

	@Override
	void received(SocketConnection connection, ByteBuf text, Recorder recorder) {
		long sentAt = connection.end();
		if (sentAt != 0 && ByteBufUtil.equals(text, EXPECTED)) {
			recorder.latencySince(sentAt);
			recorder.succeeded(1);
		}
		else {
			recorder.failed("sent another text than it received");
		}
		if (isRunning()) {
			connection.send(FRAME);
		}
	}

}
