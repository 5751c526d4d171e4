package io.natsproxy.gateway.autoconfigure;

import java.time.Duration;
import java.util.List;

import io.natsproxy.core.jetstream.JetStreamException;
import io.natsproxy.core.jetstream.JetStreams;
import io.natsproxy.gateway.declared.DeclaredRoutes;
import io.natsproxy.gateway.declared.NatsRoute;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.util.retry.Retry;

import org.springframework.context.SmartLifecycle;

/**
 * Says once, as soon as the server can be asked, that it has no JetStream, where declared
 * routes need it.
 */
class JetStreamWarning implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(JetStreamWarning.class);

	private static final Retry UNTIL_ANSWERED = Retry.backoff(Long.MAX_VALUE, Duration.ofSeconds(1))
		.maxBackoff(Duration.ofMinutes(1))
		.filter(JetStreamException.class::isInstance);

	private final List<NatsRoute> routes;

	private final JetStreams jetStreams;

	private final Disposable.Swap question = Disposables.swap();

	private volatile boolean running;

	/**
	 * Creates the warning.
	 * @param jetStreams asks the server
	 */
	JetStreamWarning(DeclaredRoutes routes, JetStreams jetStreams) {
		this.routes = routes.routes().stream().filter((route) -> route.target().requiresJetStream()).toList();
		this.jetStreams = jetStreams;
	}

	@Override
	public void start() {
		this.running = true;
		if (!this.routes.isEmpty()) {
			this.question.update(this.jetStreams.isAvailable()
				.retryWhen(UNTIL_ANSWERED)
				.subscribe(this::answered,
						(ex) -> logger.warn("Whether the NATS server has JetStream is not known", ex)));
		}
	}

	private void answered(boolean available) {
		if (!available) {
			logger.warn("The NATS server has no JetStream, so that " + this.routes.size()
					+ " declared routes are answered with 503, '" + this.routes.get(0)
					+ "' among them. Start nats-server with -js; the embedded broker has no JetStream.");
		}
	}

	@Override
	public void stop() {
		this.running = false;
		this.question.update(Disposables.disposed());
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}
