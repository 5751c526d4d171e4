package io.natsproxy.gateway.response;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;

/**
 * A response that does one thing after all others that are to be done before it is
 * committed, whenever these were registered.
 */
public final class RuledResponse extends ServerHttpResponseDecorator {

	private final Runnable last;

	private final List<Supplier<? extends Mono<Void>>> actions = new CopyOnWriteArrayList<>();

	/**
	 * Tells whether one of the actions has failed, upon which no action is called again.
	 */
	private volatile boolean failed;

	/**
	 * Creates the response.
	 * @param response the response of the server
	 * @param last changes it once, when all others have
	 */
	RuledResponse(ServerHttpResponse response, Runnable last) {
		super(response);
		this.last = last;
		response.beforeCommit(this::commit);
	}

	@Override
	public void beforeCommit(Supplier<? extends Mono<Void>> action) {
		this.actions.add(action);
	}

	private Mono<Void> commit() {
		return Flux.concat(Flux.fromIterable(this.actions).map(Supplier::get))
			.doOnError((ex) -> this.failed = true)
			.then(Mono.fromRunnable(this.last));
	}

	@Override
	public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
		commitFailure();
		return super.writeWith(body);
	}

	@Override
	public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
		commitFailure();
		return super.writeAndFlushWith(body);
	}

	@Override
	public Mono<Void> setComplete() {
		commitFailure();
		return super.setComplete();
	}

	private void commitFailure() {
		if (this.failed) {
			this.failed = false;
			this.last.run();
		}
	}

}
