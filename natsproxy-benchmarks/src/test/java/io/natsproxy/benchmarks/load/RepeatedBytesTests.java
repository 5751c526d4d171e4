package io.natsproxy.benchmarks.load;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RepeatedBytesTests {

	private final RepeatedBytes body = new RepeatedBytes("abc".getBytes(StandardCharsets.US_ASCII), 8);

	@Test
	void partsAreComparedAcrossBlocks() {
		ByteBuf buffer = Unpooled.copiedBuffer("xbcabcabx", StandardCharsets.US_ASCII);
		assertThat(this.body.matches(1, buffer, 1, 7)).isTrue();
		assertThat(this.body.matches(0, buffer, 1, 7)).isFalse();
	}

	@Test
	void nothingMatchesBehindTheEnd() {
		ByteBuf buffer = Unpooled.copiedBuffer("abcabcabc", StandardCharsets.US_ASCII);
		assertThat(this.body.matches(0, buffer, 0, 8)).isTrue();
		assertThat(this.body.matches(0, buffer, 0, 9)).isFalse();
	}

	@Test
	void theChecksumIsThatOfTheWholeBody() {
		CRC32C expected = new CRC32C();
		expected.update("abcabcab".getBytes(StandardCharsets.US_ASCII));
		assertThat(this.body.checksum()).isEqualTo(expected.getValue());
	}

	@Test
	void byteNOfACountingBodyIsNModulo256() {
		RepeatedBytes counting = RepeatedBytes.counting(1_000_000);
		ByteBuf buffer = Unpooled.buffer().writeByte(255).writeByte(0);
		assertThat(counting.matches(255, buffer, 0, 2)).isTrue();
		assertThat(counting.matches(64 * 1024 - 1, buffer, 0, 2)).isTrue();
	}

}
