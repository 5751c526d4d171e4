package io.natsproxy.core.jetstream;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamOptions;
import io.natsproxy.core.exchange.NatsExchanges;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * JetStream on one connection. jnats blocks in most of what it does there: that is done
 * on threads of their own, as many as there may be calls at once. What has begun is not
 * interrupted when nobody wants its result any more: jnats would not tell the server what
 * it forgets itself. Safe for use by many threads.
 */
public final class JetStreams implements AutoCloseable {

	/**
	 * The most calls at once; others wait for them.
	 */
	private static final int MAX_CALLS = 64;

	/**
	 * The most calls that wait. One more fails.
	 */
	private static final int MAX_WAITING = 10_000;

	/**
	 * The most calls at once that take long.
	 */
	private static final int MAX_SCANS = 4;

	/**
	 * The most calls that wait for those that take long.
	 */
	private static final int MAX_WAITING_SCANS = 64;

	/**
	 * The threads that give back what is held at the server. Their queue has no limit but
	 * what can be held.
	 */
	private static final int RELEASES = 4;

	private final Connection connection;

	private final Duration timeout;

	private final BlockingCalls calls;

	private final BlockingCalls scans;

	private final BlockingCalls releases;

	/**
	 * Creates the object, which does nothing yet: the server need not have JetStream.
	 * @param exchanges has the connection; not closed by this object
	 * @param timeout how long an answer of the server may take
	 */
	public JetStreams(NatsExchanges exchanges, Duration timeout) {
		this.connection = exchanges.transport().connection();
		this.timeout = timeout;
		this.calls = new BlockingCalls("natsproxy-jetstream", MAX_CALLS, MAX_WAITING);
		this.scans = new BlockingCalls("natsproxy-jetstream-scan", MAX_SCANS, MAX_WAITING_SCANS);
		this.releases = new BlockingCalls("natsproxy-jetstream-release", RELEASES, Integer.MAX_VALUE);
	}

	Connection connection() {
		return this.connection;
	}

	Duration timeout() {
		return this.timeout;
	}

	JetStreamOptions options() {
		return JetStreamOptions.builder().requestTimeout(this.timeout).build();
	}

	/**
	 * Returns whether the server has JetStream for this account.
	 * @return whether it has, as it says when it is asked
	 */
	public Mono<Boolean> isAvailable() {
		return call(() -> this.connection.jetStreamManagement(options()).getAccountStatistics()).thenReturn(true)
			.onErrorResume(JetStreamException.class,
					(ex) -> (ex.failure() == JetStreamFailure.UNAVAILABLE) ? Mono.just(false) : Mono.error(ex));
	}

	/**
	 * Does something that blocks for as long as the server takes to answer a few times.
	 * @param <T> the type of its result
	 * @param call does it; {@code null} for no result
	 * @return the result, discarded if nobody wants it any more, or a
	 * {@link JetStreamException}: {@link JetStreamFailure#TOO_MANY} if it has not begun
	 * within the timeout
	 */
	<T> Mono<T> call(Callable<@Nullable T> call) {
		return on(this.calls, call);
	}

	/**
	 * Does something that may block for long. Few of these are done at once, so that they
	 * are in nobody else's way.
	 * @param <T> the type of its result
	 * @param call does it; {@code null} for no result
	 * @return as of {@link #call}
	 */
	<T> Mono<T> scan(Callable<@Nullable T> call) {
		return on(this.scans, call);
	}

	private <T> Mono<T> on(BlockingCalls calls, Callable<@Nullable T> call) {
		return calls.<T>call(() -> {
			long startedAt = System.nanoTime();
			try {
				return call.call();
			}
			catch (IOException ex) {
				boolean silent = System.nanoTime() - startedAt >= this.timeout.toNanos();
				throw (isNoAnswer(ex) && !silent) ? unavailable(String.valueOf(ex.getMessage())) : ex;
			}
		}, this.timeout).onErrorMap(this::failure);
	}

	/**
	 * Gives something back that is held at the server, soon, however much is being done.
	 * @param release does it, and may block; what it fails with is dropped, as the server
	 * forgets by itself, a little later
	 */
	void release(Callable<? extends @Nullable Object> release) {
		this.releases.run(release);
	}

	/**
	 * Does something that tells of its result later.
	 * @param <T> the type of its result
	 * @param call begins it, without blocking
	 * @return the result, or a {@link JetStreamException}:
	 * {@link JetStreamFailure#TIMEOUT} if there is none within the timeout
	 */
	<T> Mono<T> await(Callable<CompletableFuture<T>> call) {
		return Mono.defer(() -> {
			try {
				// Whatever else jnats has for its timers to do.
				return Mono.fromFuture(call.call()).timeout(this.timeout);
			}
			catch (Exception ex) {
				return Mono.error(ex);
			}
		}).onErrorMap(this::failure);
	}

	/**
	 * Returns whether jnats has waited in vain, or was told that nobody answers: its text
	 * is the same.
	 */
	private static boolean isNoAnswer(IOException ex) {
		return String.valueOf(ex.getMessage()).startsWith("Timeout");
	}

	/**
	 * Makes a failure of what jnats throws.
	 */
	Throwable failure(Throwable thrown) {
		Throwable cause = cause(thrown);
		if (cause instanceof JetStreamApiException api) {
			return JetStreamErrors.of(api.getErrorCode(), api.getApiErrorCode(), api.getErrorDescription());
		}
		String text = String.valueOf(cause.getMessage());
		if (cause instanceof RejectedExecutionException) {
			return new JetStreamException(JetStreamFailure.TOO_MANY, "Too much is asked of JetStream at the moment");
		}
		if (cause instanceof TimeoutException || (cause instanceof IOException io && isNoAnswer(io))) {
			return new JetStreamException(JetStreamFailure.TIMEOUT, "NATS did not answer in time", text);
		}
		if (cause instanceof IOException && text.contains("503")) {
			return unavailable(text);
		}
		if (cause instanceof IOException || cause instanceof IllegalStateException) {
			return (this.connection.getStatus() == Connection.Status.CONNECTED) ? unavailable(text)
					: new JetStreamException(JetStreamFailure.DISCONNECTED, "There is no connection to NATS", text);
		}
		return cause;
	}

	/**
	 * Returns what futures, and jnats in them, have wrapped.
	 */
	static Throwable cause(Throwable thrown) {
		Throwable cause = thrown;
		while ((cause instanceof CompletionException || cause instanceof ExecutionException
				|| cause.getClass() == RuntimeException.class) && cause.getCause() != null) {
			cause = cause.getCause();
		}
		return cause;
	}

	private static JetStreamException unavailable(String text) {
		return new JetStreamException(JetStreamFailure.UNAVAILABLE, "The NATS server has no JetStream", text);
	}

	/**
	 * Ends the threads; calls under way are interrupted.
	 */
	@Override
	public void close() {
		this.calls.close();
		this.scans.close();
		this.releases.close();
	}

}
