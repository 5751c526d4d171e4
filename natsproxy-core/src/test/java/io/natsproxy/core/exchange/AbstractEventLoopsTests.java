package io.natsproxy.core.exchange;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.nats.client.Options;
import io.natsproxy.core.connection.NatsConnector;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsCallerOptions;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.netty.EventLoopTransport;
import io.natsproxy.core.transport.netty.EventLoops;
import io.natsproxy.core.transport.netty.SharedEventLoops;
import io.netty.channel.EventLoop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A caller on three event loops, over two connections: the second event loop has the
 * second one.
 */
abstract class AbstractEventLoopsTests extends AbstractExchangeTests {

	private final EventLoops group = EventLoops.shared(EventLoopTransport.byDefault(), 3, "several");

	final List<EventLoop> loops = new ArrayList<>();

	NatsConnector connector;

	NatsExchanges exchanges;

	NatsCaller caller;

	@BeforeEach
	void connectTwice() {
		this.group.group().forEach((loop) -> this.loops.add((EventLoop) loop));
		connectSeveral();
	}

	@AfterEach
	void close() {
		assertThat(this.caller.inFlight()).isZero();
		assertThat(this.caller.waiting()).isZero();
		disconnect();
		this.group.group().shutdownGracefully(0, 1, TimeUnit.SECONDS);
	}

	final void connectSeveral() {
		this.connector = new NatsConnector("several", "", loops(2));
		this.exchanges = new NatsExchanges(this.connector.connectNow(options().build()), "");
		this.caller = new NatsCaller(this.exchanges, NatsCallerOptions.DEFAULTS);
		awaitConnected();
	}

	final void awaitConnected() {
		await().atMost(TIMEOUT).until(() -> this.exchanges.transports().stream().allMatch(NatsTransport::isConnected));
	}

	final void disconnect() {
		this.caller.close();
		this.exchanges.close();
		this.connector.close();
	}

	final SharedEventLoops loops(int connections) {
		return new SharedEventLoops(this.loops, this.group.socketType(), connections);
	}

	final Options.Builder options() {
		return this.connector.options().server(broker().url()).reconnectWait(Duration.ofMillis(50));
	}

}
