package io.natsproxy.webflux.server;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Bodies are joined, and copied only where they must be.
 */
class HeapBufferFactoryTests {

	private final HeapBufferFactory factory = new HeapBufferFactory();

	@Test
	void oneBufferIsNotCopied() {
		DataBuffer buffer = wrap("a");
		assertThat(DataBufferUtils.join(Flux.just(buffer)).block()).isSameAs(buffer);
	}

	@Test
	void buffersOfOthersAreCopied() {
		DataBuffer buffer = DefaultDataBufferFactory.sharedInstance.wrap(new byte[] { 'a' });
		DataBuffer joined = this.factory.join(List.of(wrap("b"), buffer));
		assertThat(joined.toString(StandardCharsets.UTF_8)).isEqualTo("ba");
	}

	@Test
	void manyBuffersAreJoined() {
		assertThat(this.factory.join(List.of(wrap("a"), wrap("b"), wrap("c"))).toString(StandardCharsets.UTF_8))
			.isEqualTo("abc");
	}

	private DataBuffer wrap(String text) {
		return this.factory.wrap(text.getBytes(StandardCharsets.UTF_8));
	}

}
