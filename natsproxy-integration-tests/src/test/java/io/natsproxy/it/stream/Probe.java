package io.natsproxy.it.stream;

import java.util.concurrent.atomic.AtomicLong;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.core.publisher.Sinks;

import org.springframework.core.io.buffer.DataBuffer;

/**
 * Watches one stream of a service.
 */
final class Probe {

	private final AtomicLong bytes = new AtomicLong();

	private final Sinks.Empty<Void> gate = Sinks.empty();

	private volatile SignalType end;

	/**
	 * How many bytes the source was asked for, or the consumer has got.
	 */
	long bytes() {
		return this.bytes.get();
	}

	/**
	 * How the publisher ended, or {@code null} while it has not.
	 */
	SignalType end() {
		return this.end;
	}

	/**
	 * Lets the consumer go on that waits at {@link #gate()}.
	 */
	void open() {
		this.gate.tryEmitEmpty();
	}

	Mono<Void> gate() {
		return this.gate.asMono();
	}

	Flux<DataBuffer> count(Flux<DataBuffer> buffers) {
		return watch(buffers.doOnNext((buffer) -> this.bytes.addAndGet(buffer.readableByteCount())));
	}

	<T> Flux<T> watch(Flux<T> source) {
		return source.doFinally((signal) -> this.end = signal);
	}

}
