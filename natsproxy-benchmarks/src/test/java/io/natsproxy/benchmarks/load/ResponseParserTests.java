package io.natsproxy.benchmarks.load;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ResponseParserTests {

	private static final String FIXED = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\ncontent-length: 5\r\n\r\nhello";

	private static final String CHUNKED = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nTrailer: a\r\n\r\n";

	private final ResponseParser parser = new ResponseParser(RepeatedBytes.of(ascii("hello")));

	@Test
	void aBodyOfKnownLengthIsRead() {
		assertThat(this.parser.read(buffer(FIXED))).isTrue();
		assertThat(this.parser.status()).isEqualTo(200);
		assertThat(this.parser.bodyLength()).isEqualTo(5);
		assertThat(this.parser.matches()).isTrue();
	}

	@Test
	void aChunkedBodyIsReadWithoutItsFraming() {
		assertThat(this.parser.read(buffer(CHUNKED))).isTrue();
		assertThat(this.parser.bodyLength()).isEqualTo(5);
		assertThat(this.parser.matches()).isTrue();
	}

	@Test
	void aResponseMayComeByteByByte() {
		for (String response : new String[] { FIXED, CHUNKED }) {
			ByteBuf in = Unpooled.buffer();
			for (int i = 0; i < response.length(); i++) {
				in.writeByte(response.charAt(i));
				assertThat(this.parser.read(in)).isEqualTo(i == response.length() - 1);
			}
			assertThat(this.parser.bodyLength()).isEqualTo(5);
			assertThat(this.parser.matches()).isTrue();
		}
	}

	@Test
	void responsesFollowOneAnother() {
		ByteBuf in = buffer(FIXED + "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n" + CHUNKED);
		assertThat(this.parser.read(in)).isTrue();
		assertThat(this.parser.status()).isEqualTo(200);
		assertThat(this.parser.read(in)).isTrue();
		assertThat(this.parser.status()).isEqualTo(503);
		assertThat(this.parser.bodyLength()).isZero();
		assertThat(this.parser.read(in)).isTrue();
		assertThat(this.parser.bodyLength()).isEqualTo(5);
		assertThat(this.parser.read(in)).isFalse();
	}

	@Test
	void anotherBodyDoesNotMatch() {
		assertThat(this.parser.read(buffer(FIXED.replace("hello", "hallo")))).isTrue();
		assertThat(this.parser.matches()).isFalse();
		assertThat(this.parser.read(buffer(FIXED))).isTrue();
		assertThat(this.parser.matches()).isTrue();
	}

	@Test
	void aLongerBodyDoesNotMatch() {
		assertThat(this.parser.read(buffer(FIXED.replace("5\r\n\r\nhello", "6\r\n\r\nhello!")))).isTrue();
		assertThat(this.parser.matches()).isFalse();
		assertThat(this.parser.bodyLength()).isEqualTo(6);
	}

	@Test
	void informationalResponsesArePassedOver() {
		assertThat(this.parser.read(buffer("HTTP/1.1 100 Continue\r\n\r\n" + FIXED))).isTrue();
		assertThat(this.parser.status()).isEqualTo(200);
	}

	@Test
	void aHandshakeEndsWithItsHead() {
		ByteBuf in = buffer("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\nframes");
		assertThat(this.parser.read(in)).isTrue();
		assertThat(this.parser.status()).isEqualTo(101);
		assertThat(in.toString(StandardCharsets.US_ASCII)).isEqualTo("frames");
	}

	@Test
	void whatIsNoResponseIsRefused() {
		assertThatThrownBy(() -> this.parser.read(buffer("SSH-2.0-OpenSSH\r\n")))
			.isInstanceOf(MalformedResponseException.class);
	}

	@Test
	void aBodyWithoutLengthIsRefused() {
		assertThatThrownBy(() -> this.parser.read(buffer("HTTP/1.1 200 OK\r\n\r\n")))
			.isInstanceOf(MalformedResponseException.class);
	}

	private static ByteBuf buffer(String text) {
		return Unpooled.wrappedBuffer(ascii(text));
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

}
