package io.natsproxy.core.transport.netty;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class OutgoingBatchTests {

	private final Flushes flushes = new Flushes();

	private final EmbeddedChannel channel = new EmbeddedChannel(this.flushes);

	private final OutgoingBatch batch = new OutgoingBatch();

	@AfterEach
	void close() {
		this.channel.finishAndReleaseAll();
	}

	@Test
	void whatIsWrittenTogetherIsSentInOneBuffer() {
		for (int i = 0; i < 1000; i++) {
			write(this.channel, "message " + i % 10 + "\r\n");
		}
		assertThat(this.flushes.count).isZero();
		ChannelFuture sent = this.batch.flush();
		assertThat(sent).isNotNull();
		assertThat(sent.isSuccess()).isTrue();
		assertThat(this.flushes.count).isEqualTo(1);
		List<String> buffers = sent(this.channel);
		assertThat(buffers).hasSize(1);
		assertThat(buffers.get(0)).hasLineCount(1000)
			.startsWith("message 0\r\nmessage 1\r\n")
			.endsWith("message 9\r\n");
	}

	@Test
	void nothingIsFlushedWhenNothingWasWritten() {
		assertThat(this.batch.flush()).isNull();
		write(this.channel, "a");
		assertThat(this.batch.flush()).isNotNull();
		assertThat(this.batch.flush()).isNull();
		assertThat(this.flushes.count).isEqualTo(1);
	}

	@Test
	void theOrderIsKeptWhateverTheSizes() {
		StringBuilder expected = new StringBuilder();
		for (int size : new int[] { 10, 16 * 1024, 3, 100_000, 1, 16 * 1024 - 1, 16 * 1024 + 1, 400_000, 7 }) {
			String text = Character.toString('a' + size % 26).repeat(size);
			expected.append(text);
			write(this.channel, text);
		}
		ChannelFuture sent = this.batch.flush();
		assertThat(sent).isNotNull();
		assertThat(sent.isSuccess()).isTrue();
		assertThat(String.join("", sent(this.channel))).isEqualTo(expected.toString());
	}

	@Test
	void muchIsNotKeptBackUntilTheEnd() {
		for (int i = 0; i < 10; i++) {
			write(this.channel, "x".repeat(100_000));
		}
		assertThat(this.flushes.count).isBetween(2, 5);
		assertThat(this.batch.flush()).isNotNull();
		assertThat(String.join("", sent(this.channel))).hasSize(1_000_000);
	}

	@Test
	void aNewConnectionGetsNothingOfTheOldOne() {
		EmbeddedChannel next = new EmbeddedChannel();
		write(this.channel, "old");
		write(next, "new");
		assertThat(sent(this.channel)).containsExactly("old");
		assertThat(this.batch.flush()).isNotNull();
		assertThat(sent(next)).containsExactly("new");
		assertThat(sent(this.channel)).isEmpty();
	}

	@Test
	void whatCannotBeSentIsReleased() {
		ByteBuf first = write(this.channel, "a");
		this.channel.close();
		ByteBuf second = write(this.channel, "b".repeat(100_000));
		ChannelFuture sent = this.batch.flush();
		assertThat(sent).isNotNull();
		assertThat(sent.isDone()).isTrue();
		assertThat(sent.isSuccess()).isFalse();
		assertThat(first.refCnt()).isZero();
		assertThat(second.refCnt()).isZero();
	}

	@Test
	void theScratchArrayGrows() {
		assertThat(this.batch.scratch(10)).hasSizeGreaterThanOrEqualTo(10);
		assertThat(this.batch.scratch(100_000)).hasSizeGreaterThanOrEqualTo(100_000);
		assertThat(this.batch.scratch(10)).isSameAs(this.batch.scratch(20));
	}

	private ByteBuf write(EmbeddedChannel channel, String text) {
		byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
		ByteBuf space = this.batch.space(channel, bytes.length);
		space.writeBytes(bytes);
		return space;
	}

	private static List<String> sent(EmbeddedChannel channel) {
		List<String> buffers = new ArrayList<>();
		for (ByteBuf buffer = channel.readOutbound(); buffer != null; buffer = channel.readOutbound()) {
			buffers.add(buffer.toString(StandardCharsets.US_ASCII));
			buffer.release();
		}
		return buffers;
	}

	private static final class Flushes extends ChannelOutboundHandlerAdapter {

		private int count;

		@Override
		public void flush(ChannelHandlerContext context) {
			this.count++;
			context.flush();
		}

	}

}
