package io.natsproxy.benchmarks.load;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Sockets of one group. The first of them asks for a message to all; when the last has
 * received it, for the next one. The latency is that of the last to receive it.
 */
final class GroupSockets extends SocketClients {

	static final String PATH = "/ws/group";

	private static final ByteBuf BROADCAST = SocketFrames.text("broadcast");

	private static final ByteBuf NEWS = Unpooled
		.unreleasableBuffer(Unpooled.copiedBuffer("this goes to every one of the sockets", StandardCharsets.US_ASCII));

	private final int size;

	private @Nullable SocketConnection publisher;

	/**
	 * How many sockets have not received the message.
	 */
	private int missing;

	GroupSockets(LoadGenerator generator, Target target, Recorder recorder, int size) {
		super(generator, target, recorder, PATH, size);
		this.size = size;
	}

	@Override
	void start(List<SocketConnection> sockets) {
		this.publisher = sockets.get(0);
		broadcast(this.publisher);
	}

	private void broadcast(SocketConnection publisher) {
		this.missing = this.size;
		publisher.send(BROADCAST);
	}

	@Override
	void received(SocketConnection connection, ByteBuf text, Recorder recorder) {
		SocketConnection publisher = this.publisher;
		if (publisher == null || this.missing == 0 || !ByteBufUtil.equals(text, NEWS)) {
			recorder.failed("sent another text than was broadcast, or sent it twice");
			return;
		}
		recorder.succeeded(1);
		this.missing--;
		if (this.missing == 0) {
			recorder.latencySince(publisher.end());
			if (isRunning()) {
				broadcast(publisher);
			}
		}
	}

}
