package io.natsproxy.webserver;

import java.time.Duration;
import java.util.function.Supplier;

import io.natsproxy.webflux.server.NatsServer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.web.server.GracefulShutdownCallback;
import org.springframework.boot.web.server.GracefulShutdownResult;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.WebServerException;

/**
 * {@link WebServer} that listens on no port: its requests come over NATS. A graceful
 * shutdown ends the subscriptions and waits for the requests that have arrived, for as
 * long as whoever has begun it waits; a stop breaks off what is left.
 */
public class NatsWebServer implements WebServer {

	/**
	 * The port of a server that has none.
	 */
	static final int NO_PORT = -1;

	private static final Log logger = LogFactory.getLog(NatsWebServer.class);

	/**
	 * As good as endless.
	 */
	private static final Duration UNTIL_STOPPED = Duration.ofDays(365);

	private final Supplier<NatsServer> servers;

	private final boolean graceful;

	private @Nullable NatsServer server;

	private volatile @Nullable Thread shutdown;

	/**
	 * Creates a web server.
	 * @param server makes the NATS server, when it is needed first
	 * @param graceful whether a shutdown waits for requests to be answered
	 */
	NatsWebServer(Supplier<NatsServer> server, boolean graceful) {
		this.servers = server;
		this.graceful = graceful;
	}

	/**
	 * Returns the NATS server, which this object starts and stops.
	 * @return always the same
	 */
	public synchronized NatsServer getNatsServer() {
		NatsServer server = this.server;
		if (server == null) {
			server = this.servers.get();
			this.server = server;
		}
		return server;
	}

	/**
	 * Returns the server if it has been needed: none is made to be stopped, when a
	 * context fails to start.
	 */
	private synchronized @Nullable NatsServer existing() {
		return this.server;
	}

	@Override
	public void start() throws WebServerException {
		NatsServer server = getNatsServer();
		if (!server.isRunning()) {
			server.start();
		}
	}

	@Override
	public void shutDownGracefully(GracefulShutdownCallback callback) {
		NatsServer server = existing();
		if (!this.graceful || server == null) {
			callback.shutdownComplete(GracefulShutdownResult.IMMEDIATE);
			return;
		}
		logger.info("Commencing graceful shutdown. Waiting for active requests to complete");
		Thread thread = new Thread(() -> {
			boolean answered = false;
			try {
				answered = server.stop(UNTIL_STOPPED);
			}
			finally {
				logger.info(answered ? "Graceful shutdown complete"
						: "Graceful shutdown aborted with one or more requests still active");
				callback
					.shutdownComplete(answered ? GracefulShutdownResult.IDLE : GracefulShutdownResult.REQUESTS_ACTIVE);
			}
		}, "natsproxy-shutdown");
		this.shutdown = thread;
		thread.start();
	}

	@Override
	public void stop() throws WebServerException {
		Thread shutdown = this.shutdown;
		this.shutdown = null;
		try {
			if (shutdown != null) {
				shutdown.interrupt();
				shutdown.join();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		NatsServer server = existing();
		if (server != null) {
			server.abort();
		}
	}

	/**
	 * Returns the port, of which there is none.
	 * @return -1
	 */
	@Override
	public int getPort() {
		return NO_PORT;
	}

}
