package io.natsproxy.core.management;

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
import io.natsproxy.core.wire.LiteralSubject;
import io.natsproxy.core.wire.WireProtocol;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

/**
 * Reads management endpoints of instances of services. Safe for use by many threads.
 */
public final class ManagementReader implements AutoCloseable {

	/**
	 * The time in which an answer has to come: a little more than the service has.
	 */
	private static final Duration PATIENCE = Duration.ofSeconds(ManagementListener.SECONDS + 2);

	private static final byte[] NOTHING = {};

	private final NatsTransport transport;

	private final SubjectCodec subjects;

	private final Inbox inbox;

	private final Scheduler scheduler;

	private final Disposable denials;

	/**
	 * Creates a reader, and subscribes to its inbox.
	 * @param exchanges has the transport; not closed by this object
	 * @param scheduler where responses come and time runs out; not disposed of by this
	 * object
	 */
	public ManagementReader(NatsExchanges exchanges, Scheduler scheduler) {
		this.transport = exchanges.transport();
		this.subjects = exchanges.subjectCodec();
		this.inbox = exchanges.newInbox();
		this.denials = this.transport.onPublishDenied(this.inbox::onPublishDenied);
		this.scheduler = scheduler;
	}

	/**
	 * Reads an endpoint.
	 * @param service the name of the service
	 * @param id the id of the instance
	 * @param request what is asked for
	 * @return the response; where none comes, one that says why: 404 if these are not
	 * names, 502 if it is malformed or not permitted, 503 if nobody listens, 504 if it
	 * takes too long
	 */
	public Mono<ManagementResponse> read(String service, String id, ManagementRequest request) {
		if (!isToken(service) || !isToken(id)) {
			return Mono.just(ManagementResponse.problem(404, "There is no such instance"));
		}
		if (!ManagementRequest.isTarget(request.target())) {
			return Mono.just(ManagementResponse.problem(400, "The path is malformed, or too long"));
		}
		String subject = this.subjects.controlSubject(WireProtocol.MANAGEMENT_SUBJECT + service + "." + id);
		NatsHeaders headers = new NatsHeaders().add(WireProtocol.TARGET_HEADER, request.target());
		String accept = request.accept();
		if (accept != null) {
			headers.add("Accept", accept);
		}
		return Mono.<ManagementResponse>create((sink) -> {
			String replySubject = this.inbox.newSubject();
			sink.onDispose(() -> this.inbox.remove(replySubject));
			this.inbox.register(replySubject, new Receiver(subject, sink));
			try {
				this.transport.publish(subject, replySubject, headers, NOTHING);
			}
			catch (IllegalStateException | IllegalArgumentException ex) {
				sink.success(ManagementResponse.problem(503, "There is no connection to NATS"));
			}
		})
			.publishOn(this.scheduler)
			.timeout(PATIENCE, this.scheduler)
			.onErrorResume(TimeoutException.class,
					(ex) -> Mono.just(ManagementResponse.problem(504, "The instance has not answered in time")));
	}

	private static boolean isToken(String text) {
		return LiteralSubject.isValid(text) && text.indexOf('.') < 0;
	}

	/**
	 * Reads nothing more.
	 */
	@Override
	public void close() {
		this.denials.dispose();
		this.inbox.close();
	}

	/**
	 * Receives one response.
	 *
	 * @param subject where it has been asked for
	 * @param sink takes it
	 */
	private record Receiver(String subject, MonoSink<ManagementResponse> sink) implements InboxReceiver {

		@Override
		public void onMessage(TransportMessage message) {
			this.sink.success(message.isStatus() ? ManagementResponse.problem(503, "The instance does not listen")
					: response(message));
		}

		@Override
		public void onInboxRefused() {
			this.sink.success(ManagementResponse.problem(502, "The server does not permit answers to be received"));
		}

		@Override
		public void onPublishDenied(Denial denial) {
			if (denial.concerns(this.subject)) {
				this.sink.success(ManagementResponse.problem(502, "The server does not permit instances to be asked"));
			}
		}

		private static ManagementResponse response(TransportMessage message) {
			NatsHeaders headers = message.headers();
			int status = (headers != null) ? status(headers.getFirst(WireProtocol.STATUS_HEADER)) : 0;
			return (headers != null && status != 0)
					? new ManagementResponse(status, headers.getFirst("Content-Type"), message.payload())
					: ManagementResponse.problem(502, "The answer of the instance is malformed");
		}

		private static int status(@Nullable String value) {
			return (value != null && value.matches("[2-5][0-9]{2}")) ? Integer.parseInt(value) : 0;
		}

	}

}
