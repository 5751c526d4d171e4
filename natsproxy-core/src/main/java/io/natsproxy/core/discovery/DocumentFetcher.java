package io.natsproxy.core.discovery;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

import io.natsproxy.core.exchange.Inbox;
import io.natsproxy.core.exchange.InboxReceiver;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.subject.SubjectCodec;
import io.natsproxy.core.transport.Denial;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.wire.WireProtocol;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * Fetches the OpenAPI documents of services, piece by piece. What comes is believed if it
 * has the length and the hash that the service has told, and no more of it is held than
 * that length. Safe for use by many threads.
 */
public final class DocumentFetcher implements AutoCloseable {

	/**
	 * The time in which a piece has to come before it is asked for again.
	 */
	private static final Duration PATIENCE = Duration.ofSeconds(2);

	private static final int MAX_RETRIES = 2;

	/**
	 * The time in which a document has to have come.
	 */
	private static final Duration MAX_TIME = Duration.ofSeconds(30);

	private final NatsTransport transport;

	private final SubjectCodec subjects;

	private final Inbox inbox;

	private final Scheduler scheduler;

	private final Disposable denials;

	/**
	 * Creates a fetcher, and subscribes to its inbox.
	 * @param exchanges has the transport; not closed by this object
	 * @param scheduler where documents come and time runs out; not disposed of by this
	 * object
	 */
	public DocumentFetcher(NatsExchanges exchanges, Scheduler scheduler) {
		this.transport = exchanges.transport();
		this.subjects = exchanges.subjectCodec();
		this.inbox = exchanges.newInbox();
		this.denials = this.transport.onPublishDenied(this.inbox::onPublishDenied);
		this.scheduler = scheduler;
	}

	/**
	 * Fetches the document of an instance.
	 * @param service the instance, which has told that it has one
	 * @param maxLength the most bytes that it may have
	 * @return the document as JSON, which nobody has checked yet; fails with an
	 * {@link IllegalStateException} if it does not come, or is another, or too long
	 */
	public Mono<byte[]> fetch(DiscoveredService service, int maxLength) {
		String hash = service.documentHash();
		int length = service.documentLength();
		if (hash == null || length <= 0) {
			return Mono.error(new IllegalStateException("The service tells of no document"));
		}
		if (length > maxLength) {
			return Mono.error(new IllegalStateException(
					"The document has " + length + " bytes, of which " + maxLength + " are read at the most"));
		}
		String subject = this.subjects
			.controlSubject(WireProtocol.DOCUMENT_SUBJECT + service.name() + "." + service.id() + "." + hash);
		return Mono.defer(() -> {
			ByteArrayOutputStream content = new ByteArrayOutputStream(Math.min(length, DocumentPiece.MAX_LENGTH));
			return Mono.defer(() -> piece(subject, content.size()).doOnNext((piece) -> append(piece, content, length)))
				.repeat(() -> content.size() < length)
				.then(Mono.fromCallable(() -> checked(content.toByteArray(), hash)));
		})
			.timeout(MAX_TIME, this.scheduler)
			.onErrorMap(TimeoutException.class,
					(ex) -> new IllegalStateException("The document has not come in time", ex));
	}

	private static void append(byte[] piece, ByteArrayOutputStream content, int length) {
		if (piece.length == 0 || piece.length > length - content.size()) {
			throw new IllegalStateException("The document has another length than the " + length + " bytes told");
		}
		content.writeBytes(piece);
	}

	private static byte[] checked(byte[] content, String hash) {
		if (!ServiceDocument.hash(content).equals(hash)) {
			throw new IllegalStateException("The document has another hash than that told");
		}
		return content;
	}

	/**
	 * Asks for a piece, each time on a subject of its own: what comes late for another
	 * must not be taken for it.
	 */
	private Mono<byte[]> piece(String subject, int offset) {
		return Mono.<byte[]>create((sink) -> {
			String replySubject = this.inbox.newSubject();
			sink.onDispose(() -> this.inbox.remove(replySubject));
			this.inbox.register(replySubject, new Receiver(subject, sink));
			try {
				this.transport.publish(subject, replySubject, headers(offset), new byte[0]);
			}
			catch (IllegalStateException | IllegalArgumentException ex) {
				sink.error(new IllegalStateException("The document could not be asked for", ex));
			}
		})
			.publishOn(this.scheduler)
			.timeout(PATIENCE, this.scheduler)
			.retryWhen(Retry.max(MAX_RETRIES).filter(TimeoutException.class::isInstance).transientErrors(false))
			.onErrorMap((ex) -> !(ex instanceof IllegalStateException) || Exceptions.isRetryExhausted(ex),
					(ex) -> new IllegalStateException("The document has not come in time", ex));
	}

	private static @Nullable NatsHeaders headers(int offset) {
		return (offset > 0) ? new NatsHeaders().add(WireProtocol.OFFSET_HEADER, Integer.toString(offset)) : null;
	}

	/**
	 * Fetches nothing more.
	 */
	@Override
	public void close() {
		this.denials.dispose();
		this.inbox.close();
	}

	/**
	 * Receives one piece.
	 *
	 * @param subject where it has been asked for
	 * @param sink takes it
	 */
	private record Receiver(String subject, MonoSink<byte[]> sink) implements InboxReceiver {

		@Override
		public void onMessage(TransportMessage message) {
			if (message.isStatus()) {
				this.sink.error(new IllegalStateException("Nobody has the document any more"));
			}
			else {
				this.sink.success(message.payload());
			}
		}

		@Override
		public void onInboxRefused() {
			this.sink.error(new IllegalStateException("Documents cannot be received"));
		}

		@Override
		public void onPublishDenied(Denial denial) {
			if (denial.concerns(this.subject)) {
				this.sink.error(new IllegalStateException("The document may not be asked for"));
			}
		}

	}

}
