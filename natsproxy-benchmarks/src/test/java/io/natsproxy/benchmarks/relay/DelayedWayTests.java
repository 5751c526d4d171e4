package io.natsproxy.benchmarks.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DelayedWayTests {

	private static final int LIMIT = 100;

	private final EmbeddedChannel near = new EmbeddedChannel();

	private final EmbeddedChannel far = new EmbeddedChannel();

	@BeforeEach
	void join() {
		DelayedWay.join(this.near, this.far, 0, LIMIT);
	}

	@Test
	void aSinkThatIsFullStopsTheSource() {
		setWritable(this.far, false);
		this.near.writeInbound(bytes(LIMIT));
		runTasks();
		assertThat(this.near.config().isAutoRead()).isTrue();
		this.near.writeInbound(bytes(1));
		runTasks();
		assertThat(this.near.config().isAutoRead()).isFalse();
		assertThat(this.far.outboundMessages()).isEmpty();
		setWritable(this.far, true);
		runTasks();
		assertThat(this.near.config().isAutoRead()).isTrue();
		assertThat(this.far.<ByteBuf>readOutbound().readableBytes()).isEqualTo(LIMIT);
		assertThat(this.far.<ByteBuf>readOutbound().readableBytes()).isEqualTo(1);
	}

	@Test
	void whatWaitsForASinkThatHasGoneIsReleased() {
		setWritable(this.far, false);
		ByteBuf waiting = bytes(LIMIT + 1);
		this.near.writeInbound(waiting);
		this.far.close();
		assertThat(waiting.refCnt()).isZero();
		assertThat(this.near.config().isAutoRead()).isTrue();
		ByteBuf late = bytes(1);
		this.near.writeInbound(late);
		assertThat(late.refCnt()).isZero();
		runTasks();
		assertThat(this.near.isActive()).isFalse();
	}

	@Test
	void whatCameBeforeTheEndOfTheSourceGoesToASinkThatIsFull() {
		setWritable(this.far, false);
		this.near.writeInbound(bytes(5));
		runTasks();
		this.near.close();
		runTasks();
		assertThat(this.far.<ByteBuf>readOutbound().readableBytes()).isEqualTo(5);
		assertThat(this.far.isActive()).isFalse();
	}

	private void runTasks() {
		this.near.runPendingTasks();
		this.far.runPendingTasks();
		this.near.runPendingTasks();
	}

	private static ByteBuf bytes(int length) {
		return Unpooled.buffer(length).writeZero(length);
	}

	private static void setWritable(EmbeddedChannel channel, boolean writable) {
		ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
		buffer.setUserDefinedWritability(1, writable);
		channel.runPendingTasks();
	}

}
