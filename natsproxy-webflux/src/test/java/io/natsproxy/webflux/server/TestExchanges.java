package io.natsproxy.webflux.server;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;

import io.natsproxy.core.connection.NatsConnector;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsCallerOptions;
import io.natsproxy.core.exchange.listener.NatsListener;
import io.natsproxy.core.exchange.listener.NatsListenerOptions;
import io.natsproxy.core.exchange.listener.NatsRequestHandler;
import io.natsproxy.test.TestBroker;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A service and a caller, each on a connection of its own, to a broker of their own.
 */
final class TestExchanges {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final TestBroker broker = TestBroker.start();

	private final NatsConnector serviceConnector = new NatsConnector("service", "");

	private final NatsConnector callerConnector = new NatsConnector("client", "");

	private final NatsExchanges service;

	private final NatsExchanges callerSide;

	private final NatsListener listener;

	private final NatsCaller caller;

	/**
	 * Starts both, and returns when the service receives.
	 * @param subject the subject that the service listens to
	 * @param handler makes the service's handler from its exchanges
	 */
	TestExchanges(String subject, Function<NatsExchanges, NatsRequestHandler> handler) throws Exception {
		this.service = exchanges(this.serviceConnector);
		this.listener = new NatsListener(this.service, new NatsListenerOptions("service"), handler.apply(this.service));
		this.listener.start(List.of(subject));
		assertThat(this.service.transport().flush(TIMEOUT)).isTrue();
		this.callerSide = exchanges(this.callerConnector);
		this.caller = new NatsCaller(this.callerSide, NatsCallerOptions.DEFAULTS);
	}

	private NatsExchanges exchanges(NatsConnector connector) {
		return new NatsExchanges(connector.connectNow(connector.options().server(this.broker.url()).build()), "");
	}

	NatsExchanges service() {
		return this.service;
	}

	NatsCaller caller() {
		return this.caller;
	}

	void close() throws Exception {
		this.caller.close();
		this.listener.drain(TIMEOUT);
		this.callerSide.close();
		this.service.close();
		this.callerConnector.close();
		this.serviceConnector.close();
		this.broker.close();
	}

}
