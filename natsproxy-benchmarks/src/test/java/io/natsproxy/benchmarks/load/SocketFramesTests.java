package io.natsproxy.benchmarks.load;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SocketFramesTests {

	@Test
	void aTextIsMaskedWithZero() {
		ByteBuf frame = SocketFrames.text("hey");
		byte[] bytes = new byte[frame.readableBytes()];
		frame.getBytes(0, bytes);
		assertThat(bytes).containsExactly(0x81, 0x83, 0, 0, 0, 0, 'h', 'e', 'y');
	}

	@Test
	void anIncompleteFrameIsLeftAsItIs() {
		byte[] frame = { (byte) 0x81, 3, 'h', 'e', 'y' };
		for (int length = 0; length < frame.length; length++) {
			ByteBuf in = Unpooled.wrappedBuffer(frame, 0, length);
			assertThat(SocketFrames.read(in)).isNull();
			assertThat(in.readableBytes()).isEqualTo(length);
		}
		ByteBuf in = Unpooled.wrappedBuffer(frame);
		SocketFrames.Frame read = Objects.requireNonNull(SocketFrames.read(in));
		assertThat(read.opcode()).isEqualTo(SocketFrames.TEXT);
		assertThat(read.payload().toString(StandardCharsets.UTF_8)).isEqualTo("hey");
		assertThat(in.isReadable()).isFalse();
	}

	@Test
	void aLengthOfSixteenBitsIsRead() {
		ByteBuf in = Unpooled.buffer().writeByte(0x81).writeByte(126).writeShort(300).writeZero(300);
		assertThat(Objects.requireNonNull(SocketFrames.read(in)).payload().readableBytes()).isEqualTo(300);
	}

	@Test
	void aFragmentIsRefused() {
		assertThatThrownBy(() -> SocketFrames.read(Unpooled.wrappedBuffer(new byte[] { 0x01, 0 })))
			.isInstanceOf(MalformedResponseException.class);
	}

	@Test
	void aMaskedFrameIsRefused() {
		assertThatThrownBy(() -> SocketFrames.read(SocketFrames.text("hey").duplicate()))
			.isInstanceOf(MalformedResponseException.class);
	}

}
