package io.natsproxy.benchmarks.micro;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.natsproxy.broker.EmbeddedNatsBroker;
import io.natsproxy.core.connection.NatsConnector;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsCallerOptions;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.exchange.listener.NatsListener;
import io.natsproxy.core.exchange.listener.NatsListenerOptions;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.core.wire.ResponseHead;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Requests and their replies through a NATS server that has the inboxes of many gateways:
 * one subscription with a wildcard for each.
 */
public class ManyGatewaysBenchmark extends MicroBenchmark {

	private static final int IN_FLIGHT = 64;

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final byte[] PAYLOAD = new byte[20];

	private static final ResponseHead OK = new ResponseHead(200, HeaderFields.EMPTY);

	/**
	 * How many gateways there are, of which one asks.
	 */
	@Param({ "1", "100", "10000" })
	public int gateways;

	/**
	 * The URL of a NATS server; empty for the embedded broker, in the same process.
	 */
	@Param("")
	public String server = "";

	private final NatsConnector callerConnector = new NatsConnector("caller", "");

	private final NatsConnector serviceConnector = new NatsConnector("service", "");

	private final NatsConnector otherConnector = new NatsConnector("others", "");

	private final List<AutoCloseable> opened = new ArrayList<>();

	private final RequestHead head = new RequestHead("GET", "/hello", null, HeaderFields.EMPTY);

	private @Nullable NatsCaller caller;

	/**
	 * Starts a service and the gateway that asks, and subscribes as the others do.
	 * @throws Exception if there is no server
	 */
	@Setup
	public void start() throws Exception {
		if (this.server.isEmpty()) {
			EmbeddedNatsBroker broker = EmbeddedNatsBroker.create().start();
			this.opened.add(broker);
			this.server = broker.url();
		}
		Connection others = connect(this.otherConnector);
		Dispatcher dispatcher = others.createDispatcher((message) -> {
		});
		for (int i = 1; i < this.gateways; i++) {
			dispatcher.subscribe(others.createInbox() + ".*");
		}
		NatsExchanges service = exchanges(this.serviceConnector);
		new NatsListener(service, new NatsListenerOptions("service"), (exchange) -> exchange.reply(OK, PAYLOAD))
			.start(List.of("GET:.hello"));
		this.caller = new NatsCaller(exchanges(this.callerConnector), NatsCallerOptions.DEFAULTS);
		this.opened.add(this.caller);
		for (NatsConnector connector : List.of(this.otherConnector, this.serviceConnector, this.callerConnector)) {
			connector.connection().flush(TIMEOUT);
		}
		service.transport().flush(TIMEOUT);
		this.callerConnector.connection().flush(TIMEOUT);
	}

	private NatsExchanges exchanges(NatsConnector connector) {
		NatsExchanges exchanges = new NatsExchanges(connect(connector), "");
		this.opened.add(exchanges);
		return exchanges;
	}

	private Connection connect(NatsConnector connector) {
		this.opened.add(connector);
		return connector.connectNow(connector.options().server(this.server).build());
	}

	/**
	 * Ends all that has been started, the last first.
	 * @throws Exception if something does not end
	 */
	@TearDown
	public void stop() throws Exception {
		for (int i = this.opened.size() - 1; i >= 0; i--) {
			this.opened.get(i).close();
		}
	}

	/**
	 * Asks for several replies at once, and waits for all.
	 * @return the last reply
	 */
	@Benchmark
	@OperationsPerInvocation(IN_FLIGHT)
	public @Nullable NatsReply exchanges() {
		NatsCaller caller = Objects.requireNonNull(this.caller);
		return Flux.range(0, IN_FLIGHT)
			.flatMap((i) -> caller.exchange(this.head, Mono.empty(), TIMEOUT, Runnable::run), IN_FLIGHT)
			.blockLast(TIMEOUT);
	}

}
