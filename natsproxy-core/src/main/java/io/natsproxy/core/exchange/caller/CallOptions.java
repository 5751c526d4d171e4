package io.natsproxy.core.exchange.caller;

import java.time.Duration;
import java.util.concurrent.Executor;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.format.FormatCall;
import io.natsproxy.core.transport.NatsTransport;
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
 * @param format how the request goes out in another message format, in which nothing is
 * streamed: a body that does not fit one message fails with
 * {@link ExchangeFailure#BODY_TOO_LARGE}; {@code null} for natsproxy's own
 * @param transport the connection on which the exchange must be made, one of those of the
 * caller; {@code null} for that which serves the executor best
 */
public record CallOptions(Duration timeout, Executor executor, long length, @Nullable Object client,
		@Nullable FormatCall format, @Nullable NatsTransport transport) {

	/**
	 * Creates the settings of an exchange on nobody's behalf, whose body may have any
	 * length.
	 * @param timeout time until the head of the reply has come
	 * @param executor where the reply is handed over and bodies are moved on
	 */
	public CallOptions(Duration timeout, Executor executor) {
		this(timeout, executor, -1, null, null);
	}

	/**
	 * Creates the settings of an exchange on nobody's behalf.
	 * @param timeout time until the head of the reply has come
	 * @param executor where the reply is handed over and bodies are moved on
	 * @param length length of the body of the request in bytes, -1 if it is not known
	 */
	public CallOptions(Duration timeout, Executor executor, long length) {
		this(timeout, executor, length, null, null);
	}

	/**
	 * Creates the settings of an exchange that may be made on any connection.
	 * @param timeout time until the head of the reply has come
	 * @param executor where the reply is handed over and bodies are moved on
	 * @param length length of the body of the request in bytes, -1 if it is not known
	 * @param client the client on whose behalf the exchange is, or {@code null}
	 * @param format how the request goes out in another message format; {@code null} for
	 * natsproxy's own
	 */
	public CallOptions(Duration timeout, Executor executor, long length, @Nullable Object client,
			@Nullable FormatCall format) {
		this(timeout, executor, length, client, format, null);
	}

	/**
	 * Returns the same settings for a message format.
	 * @param format how the request goes out in another message format; {@code null} for
	 * natsproxy's own
	 * @return the settings
	 */
	public CallOptions in(@Nullable FormatCall format) {
		return new CallOptions(this.timeout, this.executor, this.length, this.client, format, this.transport);
	}

	/**
	 * Returns the same settings for one connection.
	 * @param transport the connection on which the exchange must be made; {@code null}
	 * for that which serves the executor best
	 * @return the settings
	 */
	public CallOptions on(@Nullable NatsTransport transport) {
		return new CallOptions(this.timeout, this.executor, this.length, this.client, this.format, transport);
	}

}
