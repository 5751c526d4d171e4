package io.natsproxy.agent;

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
	 * Asks once. A question that has not been answered is given up.
	 */
	void ask() {
		UpstreamRequests requests = this.client.upstream().requests();
		String host = requests.host();
		this.running.update(this.client.requests().headers((headers) -> {
			requests.headers().forEach(headers::set);
			headers.set("Host", (host != null) ? host : this.client.upstream().authority());
		})
			.get()
			.uri(this.check.target())
			.response()
			.map(HealthProbe::isUp)
			.timeout(this.check.timeout())
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
