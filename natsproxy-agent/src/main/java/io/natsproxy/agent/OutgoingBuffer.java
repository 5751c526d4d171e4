package io.natsproxy.agent;

import java.time.Duration;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import reactor.core.publisher.Mono;

/**
 * What has been handed to a connection and is not written yet.
 */
final class OutgoingBuffer {

	private OutgoingBuffer() {
	}

	/**
	 * Completes when all that is in it has been written, or is not going to be.
	 * @param channel the connection
	 * @param stallTimeout how long that may take
	 * @return fails with a {@link StalledException} when it takes longer
	 */
	static Mono<Void> written(Channel channel, Duration stallTimeout) {
		return Mono
			.<Void>create(
					(sink) -> channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((future) -> sink.success()))
			.timeout(stallTimeout, Mono.error(() -> new StalledException("The upstream takes no more")));
	}

}
