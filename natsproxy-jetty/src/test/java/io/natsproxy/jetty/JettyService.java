package io.natsproxy.jetty;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.function.UnaryOperator;

import io.natsproxy.core.connection.NatsConnector;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsCallerOptions;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.exchange.listener.NatsListenerOptions;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.wire.HeadCodec;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.test.TestBroker;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A Jetty server without a port, and a caller, on a broker of their own.
 */
final class JettyService {

	static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final TestBroker broker = TestBroker.start();

	private final NatsConnector serviceConnector = new NatsConnector("service", "");

	private final NatsConnector callerConnector = new NatsConnector("client", "");

	private final NatsExchanges service;

	private final NatsExchanges callerSide;

	private final NatsCaller caller;

	private final Server server;

	private final NatsServerConnector connector;

	private volatile Handling handling = (request, response, callback) -> callback.succeeded();

	JettyService() throws Exception {
		this(UnaryOperator.identity());
	}

	JettyService(UnaryOperator<NatsServerConnectorOptions> options) throws Exception {
		QueuedThreadPool threads = new QueuedThreadPool(8);
		threads.setReservedThreads(0);
		this.service = exchanges(this.serviceConnector);
		this.server = new Server(threads);
		this.connector = new NatsServerConnector(this.server, new HttpConfiguration(), this.service,
				options.apply(new NatsServerConnectorOptions(new NatsListenerOptions("service"))));
		this.server.addConnector(this.connector);
		this.server.setHandler(new Handler.Abstract() {

			@Override
			public boolean handle(Request request, Response response, Callback callback) throws Exception {
				JettyService.this.handling.handle(request, response, callback);
				return true;
			}

		});
		this.server.start();
		this.callerSide = exchanges(this.callerConnector);
		this.caller = new NatsCaller(this.callerSide, NatsCallerOptions.DEFAULTS);
	}

	private NatsExchanges exchanges(NatsConnector connector) {
		return new NatsExchanges(connector.connectNow(connector.options().server(this.broker.url()).build()), "");
	}

	/**
	 * Sets what handles requests from now on.
	 */
	void handle(Handling handling) {
		this.handling = handling;
	}

	/**
	 * How many requests the caller knows to be processed.
	 */
	int processing() {
		return this.caller.processing();
	}

	Mono<NatsReply> get(String target) {
		return exchange("GET", target, TIMEOUT, Flux.empty());
	}

	Mono<NatsReply> post(String target, Publisher<byte[]> body) {
		return exchange("POST", target, TIMEOUT, body);
	}

	Mono<NatsReply> exchange(String method, String target, Duration timeout, Publisher<byte[]> body) {
		return exchange(new RequestHead(method, target, timeout, HeaderFields.EMPTY), timeout, body);
	}

	Mono<NatsReply> exchange(RequestHead head, Duration timeout, Publisher<byte[]> body) {
		return this.caller.exchange(head, body, timeout, ForkJoinPool.commonPool())
			.onErrorResume(NatsExchangeException.class, (ex) -> Mono.just(NatsReply.of(ex)));
	}

	/**
	 * Publishes a request that tells a time-out, and whose reply nobody waits for.
	 */
	void publish(String target, Duration timeout) {
		NatsTransport transport = this.callerSide.transport();
		RequestHead head = new RequestHead("GET", target, timeout, HeaderFields.EMPTY);
		transport.publish(this.callerSide.subjectCodec().subject("GET", target), transport.newInbox(),
				new HeadCodec().encode(head), new byte[0]);
	}

	/**
	 * Returns all values of a field of a reply.
	 */
	static List<String> field(NatsReply reply, String name) {
		List<String> found = new ArrayList<>();
		reply.head().headers().forEach((key, values) -> {
			if (key.equalsIgnoreCase(name)) {
				found.addAll(values);
			}
		});
		return found;
	}

	/**
	 * Returns how many bytes the service holds of bodies.
	 */
	long used() {
		return this.service.budget().used();
	}

	TestBroker broker() {
		return this.broker;
	}

	NatsExchanges service() {
		return this.service;
	}

	Server server() {
		return this.server;
	}

	NatsServerConnector connector() {
		return this.connector;
	}

	void close() throws Exception {
		this.caller.close();
		this.server.stop();
		this.callerSide.close();
		this.service.close();
		this.callerConnector.close();
		this.serviceConnector.close();
		this.broker.close();
	}

	/**
	 * Handles a request.
	 */
	interface Handling {

		void handle(Request request, Response response, Callback callback) throws Exception;

	}

}
