package io.natsproxy.core.exchange.caller;

import java.time.Duration;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

/**
 * The settings of one exchange of a {@link NatsCaller}.
 *
 * @param timeout time until the request is published, or streamed, and the head of the
 * reply has come; while the request is being streamed, and from the head of a streamed
 * reply on, it does not count
 * @param executor where the reply is handed over and bodies are moved on, so that the
 * thread on which all replies arrive is never held up
 * @param length length of the body of the request in bytes, -1 if it is not known
 * @param client the client on whose behalf the exchange is, by its equality; {@code null}
 * where no client is counted
 */
public record CallOptions(Duration timeout, Executor executor, long length, @Nullable Object client) {

	/**
	 * Creates the settings of an exchange on nobody's behalf, whose body may have any
	 * length.
	 * @param timeout time until the head of the reply has come
	 * @param executor where the reply is handed over and bodies are moved on
	 */
	public CallOptions(Duration timeout, Executor executor) {
		this(timeout, executor, -1, null);
	}

}
