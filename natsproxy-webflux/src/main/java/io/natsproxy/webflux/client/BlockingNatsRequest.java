package io.natsproxy.webflux.client;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;

import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.caller.CallOptions;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.core.wire.WireProtocol;
import io.natsproxy.webflux.body.BodyFlux;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.AbstractStreamingClientHttpRequest;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.util.StreamUtils;

/**
 * A request whose calling thread waits for its response. A long body is written on
 * another thread, at the pace at which it is sent: the response may begin before it ends.
 */
final class BlockingNatsRequest extends AbstractStreamingClientHttpRequest {

	private static final byte[] NOTHING = {};

	private final NatsCaller caller;

	private final Duration timeout;

	private final Executor executor;

	private final HttpMethod method;

	private final URI uri;

	BlockingNatsRequest(NatsCaller caller, Duration timeout, Executor executor, HttpMethod method, URI uri) {
		this.caller = caller;
		this.timeout = timeout;
		this.executor = executor;
		this.method = method;
		this.uri = uri;
	}

	@Override
	public HttpMethod getMethod() {
		return this.method;
	}

	@Override
	public URI getURI() {
		return this.uri;
	}

	@Override
	protected ClientHttpResponse executeInternal(HttpHeaders headers, @Nullable Body body) throws IOException {
		ServiceCalls.addHost(this.uri, headers);
		RequestHead head = ServiceCalls.head(this.method, this.uri, headers);
		byte[] whole = wholeBody(body);
		long length = (whole != null) ? whole.length : headers.getContentLength();
		Flux<byte[]> chunks = (body != null) ? written(body, length) : Flux.empty();
		if (whole != null) {
			chunks = (whole.length > 0) ? Flux.just(whole) : Flux.empty();
		}
		CallOptions options = new CallOptions(this.timeout, ServiceCalls.EXECUTOR, length);
		return await(ServiceCalls.answered(this.caller.exchange(head, chunks, options))
			.doOnDiscard(NatsReply.class, NatsReply::discard)
			.toFuture());
	}

	/**
	 * Returns a body that is short, and can be written again if it turns out not to be.
	 */
	private static byte @Nullable [] wholeBody(@Nullable Body body) throws IOException {
		if (body == null) {
			return NOTHING;
		}
		return body.repeatable() ? ShortBody.of(body) : null;
	}

	private Flux<byte[]> written(Body body, long length) {
		Publisher<DataBuffer> written = DataBufferUtils.outputStreamPublisher((output) -> {
			try {
				body.writeTo(StreamUtils.nonClosing(output));
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}, DefaultDataBufferFactory.sharedInstance, this.executor, WireProtocol.MAX_FRAME_SIZE);
		return BodyFlux.chunks(written, Math.max(0, length))
			.onErrorMap(UncheckedIOException.class, UncheckedIOException::getCause);
	}

	private static ClientHttpResponse await(CompletableFuture<NatsReply> reply) throws IOException {
		try {
			return new BlockingNatsResponse(reply.get());
		}
		catch (InterruptedException ex) {
			throw interrupted(reply);
		}
		catch (CancellationException ex) {
			throw new IOException("The call was cancelled", ex);
		}
		catch (ExecutionException ex) {
			Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
			if (cause instanceof RuntimeException failure && !(failure instanceof NatsExchangeException)) {
				// What the body was made of could not be written.
				throw failure;
			}
			throw CallFailures.of(cause);
		}
	}

	private static InterruptedIOException interrupted(CompletableFuture<NatsReply> reply) {
		Thread.currentThread().interrupt();
		if (!reply.cancel(true)) {
			reply.thenAccept(NatsReply::discard);
		}
		return new InterruptedIOException("The calling thread was interrupted");
	}

}
