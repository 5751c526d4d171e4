package io.natsproxy.core.connection;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.Consumer;
import io.nats.client.ErrorListener;
import io.nats.client.Message;
import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.log.RateLimitedLog;
import io.natsproxy.core.log.SafeText;
import io.natsproxy.core.transport.Denial;
import io.natsproxy.core.transport.jnats.AuthenticationErrors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * A log of what happens to a connection, in one line per change: the first failure of an
 * outage is a warning, the attempts that follow are debug output. Shows no credentials.
 * jnats calls it on its event thread.
 */
final class ConnectionLog implements ErrorListener {

	private static final Logger logger = LoggerFactory.getLogger("io.natsproxy.connection");

	private static final String PUBLISH_ADVICE = "If it should, add the subject to the permissions of the user (docs/security.md).";

	private static final String SUBSCRIBE_ADVICE = "Without it something does not work, and health is down while it is one that is always needed. Add the subject to the permissions of the user (docs/security.md).";

	/**
	 * Part of the error with which a server cuts off who does not read.
	 */
	private static final String SLOW_CONSUMER = "slow consumer";

	/**
	 * The most refused subscriptions that have a line of their own.
	 */
	private static final int MAX_REFUSED = 100;

	private final String advice;

	private final boolean sibling;

	private final Outage outage;

	private final RateLimitedLog deniedLog;

	private final Set<String> refused = new HashSet<>();

	private final CountDownLatch settled = new CountDownLatch(1);

	private final LongAdder reconnects = new LongAdder();

	private final LongAdder slowConsumers = new LongAdder();

	private volatile String servers = "";

	private volatile boolean quiet;

	private volatile boolean moving;

	private volatile @Nullable String reason;

	private ConnectionState state = ConnectionState.NEW;

	private @Nullable String lastError;

	/**
	 * Creates a log.
	 * @param advice what to do when there is no server, a sentence
	 */
	ConnectionLog(String advice) {
		this.advice = advice;
		this.sibling = false;
		this.outage = new Outage();
		this.deniedLog = new RateLimitedLog(logger);
	}

	/**
	 * Creates the log of one of several connections to the same servers.
	 * @param first the log of the first of them, which tells what they have in common
	 */
	ConnectionLog(ConnectionLog first) {
		this.advice = "";
		this.sibling = true;
		this.outage = first.outage;
		this.deniedLog = first.deniedLog;
	}

	void servers(String servers) {
		this.servers = servers;
	}

	/**
	 * Sets whether failures and the end of the connection are no news, as somebody else
	 * tells of them or wants them.
	 */
	void quiet(boolean quiet) {
		this.quiet = quiet;
	}

	/**
	 * Sets whether the connection is left on purpose, for another server.
	 */
	void moving(boolean moving) {
		this.moving = moving;
	}

	/**
	 * Returns a latch that is open as soon as the first real attempt to connect has
	 * succeeded or failed.
	 */
	CountDownLatch settled() {
		return this.settled;
	}

	/**
	 * Returns how often the connection has been made anew; jnats counts the first time,
	 * too, where it happens in the background.
	 */
	long reconnects() {
		return this.reconnects.sum();
	}

	/**
	 * Returns how often something was too slow for what came.
	 */
	long slowConsumers() {
		return this.slowConsumers.sum();
	}

	/**
	 * Returns the reason why the connection is down, such as "connection refused";
	 * {@code null} when nothing is known.
	 */
	@Nullable String reason() {
		return this.reason;
	}

	synchronized void connectionEvent(Connection connection, ConnectionListener.Events event) {
		switch (event) {
			case CONNECTED, RECONNECTED -> connected(connection);
			case DISCONNECTED -> disconnected();
			case CLOSED -> closed();
			case LAME_DUCK -> news().log("The NATS server at {} is going to shut down; moving to another",
					ServerAddresses.redact(connection.getConnectedUrl()));
			default -> logger.debug("NATS connection: {}", event.getEvent());
		}
	}

	private LoggingEventBuilder news() {
		return logger.atLevel(this.sibling ? Level.DEBUG : Level.INFO);
	}

	private boolean isQuiet() {
		return this.quiet || this.sibling;
	}

	private void connected(Connection connection) {
		boolean again = this.state == ConnectionState.LOST || this.state == ConnectionState.CONNECTED;
		if (again) {
			this.reconnects.increment();
		}
		news().log("{} to NATS at {} (server {}, version {})", again ? "Reconnected" : "Connected",
				ServerAddresses.redact(connection.getConnectedUrl()), connection.getServerInfo().getServerName(),
				connection.getServerInfo().getVersion());
		if (this.outage.over(this) && this.sibling) {
			logger.info("All connections to NATS at {} are up again", this.servers);
		}
		this.state = ConnectionState.CONNECTED;
		this.reason = null;
		this.lastError = null;
		this.refused.clear();
		this.settled.countDown();
	}

	private void disconnected() {
		if (this.state != ConnectionState.CONNECTED) {
			return;
		}
		this.state = ConnectionState.LOST;
		if (this.quiet || this.moving || !this.outage.lost(this)) {
			logger.debug("Disconnected from NATS");
			return;
		}
		logger.warn("Disconnected from NATS at {} ({}){}. Reconnecting.", this.servers,
				(this.reason != null) ? this.reason : "no reason given",
				this.sibling ? ", on one of several connections" : "");
	}

	private void closed() {
		this.state = ConnectionState.CLOSED;
		this.outage.over(this);
		this.settled.countDown();
		if (this.quiet) {
			logger.debug("The NATS connection is closed");
			return;
		}
		logger.error("The NATS connection to {} was closed for good ({})", this.servers,
				(this.reason != null) ? this.reason : "no reason given");
	}

	/**
	 * Tells that the thread that connects has failed.
	 */
	void gaveUp(Throwable failure) {
		if (!this.quiet) {
			Uncaught.report(logger, "The connection to NATS at " + this.servers + " cannot be made", failure);
		}
		this.settled.countDown();
	}

	@Override
	public synchronized void exceptionOccurred(@Nullable Connection connection, Exception exception) {
		if (exception instanceof BackgroundServerPool.NotYetException) {
			return;
		}
		if (!ConnectionTrouble.isOne(exception)) {
			logger.warn("A handler of NATS messages failed", exception);
			return;
		}
		if (this.state == ConnectionState.CONNECTED) {
			this.reason = ConnectionTrouble.describe(exception);
			logger.debug("NATS connection trouble: {}", this.reason);
			return;
		}
		if (this.lastError == null) {
			this.reason = ConnectionTrouble.describe(exception);
		}
		if (this.state != ConnectionState.NEW || isQuiet()) {
			logger.debug("Still no NATS server at {} ({})", this.servers, this.reason);
		}
		else {
			logger.warn("No NATS server at {} ({}). {}", this.servers, this.reason, this.advice);
			this.state = ConnectionState.UNREACHABLE;
		}
		this.settled.countDown();
	}

	@Override
	public synchronized void errorOccurred(@Nullable Connection connection, String error) {
		Denial denial = Denial.of(error);
		if (denial != null) {
			denied(denial, error);
			return;
		}
		if (error.toLowerCase(Locale.ROOT).contains(SLOW_CONSUMER)) {
			this.slowConsumers.increment();
		}
		String text = SafeText.of(AuthenticationErrors.withoutAttempt(error));
		boolean repeated = text.equals(this.lastError);
		this.lastError = text;
		if (AuthenticationErrors.isAuthenticationFailure(text)) {
			this.reason = text;
			if (this.state == ConnectionState.NEW) {
				this.state = ConnectionState.UNREACHABLE;
			}
		}
		// What is wrong with one connection only, such as that it is one too many, is
		// told.
		if (repeated || this.quiet || (this.sibling && AuthenticationErrors.isAuthenticationFailure(text))) {
			logger.debug("NATS server error: {}", text);
		}
		else if (AuthenticationErrors.isAuthenticationFailure(text)) {
			logger.warn("The NATS server at {} refused the credentials ({}). Trying again until it accepts them.",
					this.servers, text);
		}
		else {
			logger.warn("NATS server error: {}", text);
		}
	}

	/**
	 * Tells each refused subscription once, and messages as often as the limit allows:
	 * clients choose their subjects.
	 */
	private void denied(Denial denial, String error) {
		if (this.quiet) {
			logger.debug("NATS server error: {}", SafeText.of(error));
		}
		else if (denial.kind() == Denial.Kind.PUBLISH) {
			this.deniedLog.warn("The NATS server does not permit a message to be published to '{}'. {}",
					String.valueOf(denial.subject()), PUBLISH_ADVICE);
		}
		else if (this.refused.size() < MAX_REFUSED && this.refused.add(error) && !this.sibling) {
			logger.warn("The NATS server does not permit a subscription ({}). {}", SafeText.of(error),
					SUBSCRIBE_ADVICE);
		}
		else {
			logger.debug("The NATS server does not permit a subscription ({})", SafeText.of(error));
		}
	}

	@Override
	public void slowConsumerDetected(@Nullable Connection connection, Consumer consumer) {
		this.slowConsumers.increment();
		logger.warn(
				"A NATS consumer is too slow: {} messages ({} bytes) are waiting, {} were dropped. Messages are dropped until it catches up.",
				consumer.getPendingMessageCount(), consumer.getPendingByteCount(), consumer.getDroppedCount());
	}

	@Override
	public void messageDiscarded(@Nullable Connection connection, Message message) {
		logger.debug("A NATS message to {} was discarded: the outgoing queue is full", message.getSubject());
	}

	@Override
	public void socketWriteTimeout(@Nullable Connection connection) {
		logger.warn("The NATS server at {} does not take what is sent to it", this.servers);
	}

}
