package io.natsproxy.agent;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.netty.http.client.HttpClientResponse;

/**
 * Asks an upstream for its health. Safe for use by many threads.
 */
final class HealthProbe {

	private static final Logger logger = LoggerFactory.getLogger(HealthProbe.class);

	private final UpstreamClient client;

	private final HealthCheck check;

	private final Consumer<Boolean> result;

	private final AtomicBoolean asking = new AtomicBoolean();

	private final Disposable.Swap running = Disposables.swap();

	/**
	 * Creates a probe.
	 * @param client calls the upstream
	 * @param result is told of each result, on any thread; must not block
	 */
	HealthProbe(UpstreamClient client, HealthCheck check, Consumer<Boolean> result) {
		this.client = client;
		this.check = check;
		this.result = result;
	}

	/**
	 * Asks once, over a connection of its own: an upstream that is busy with requests is
	 * not down. Does nothing while a question is open, which ends by its time-out.
	 */
	void ask() {
		if (!this.asking.compareAndSet(false, true)) {
			return;
		}
		UpstreamRequests requests = this.client.upstream().requests();
		String host = requests.host();
		this.running.update(this.client.repeated().headers((headers) -> {
			requests.headers().forEach(headers::set);
			headers.set("Host", (host != null) ? host : this.client.upstream().authority());
		})
			.get()
			.uri(this.check.target())
			.response()
			.map(HealthProbe::isUp)
			.timeout(this.check.timeout())
			.doFinally((signal) -> this.asking.set(false))
			.subscribe(this.result, (ex) -> {
				logger.debug("The health check of upstream '{}' failed: {}", this.client.upstream().name(),
						String.valueOf(ex.getMessage()));
				this.result.accept(false);
			}));
	}

	private static boolean isUp(HttpClientResponse response) {
		return response.status().code() < 400;
	}

	void stop() {
		this.running.dispose();
	}

}
