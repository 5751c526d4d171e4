package io.natsproxy.core.discovery;

import java.util.ArrayList;
import java.util.List;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.natsproxy.core.connection.NatsConnector;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.test.TestBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/**
 * Tests between programs on one broker, and a connection that knows nothing of ours.
 */
public abstract class AbstractBusTests {

	protected static TestBroker broker;

	/**
	 * Closed after each test, the first one first.
	 */
	protected final List<AutoCloseable> closeables = new ArrayList<>();

	protected Connection raw;

	@BeforeAll
	static void startBroker() {
		broker = TestBroker.start();
	}

	@AfterAll
	static void closeBroker() {
		broker.close();
	}

	@BeforeEach
	void connect() throws Exception {
		this.raw = Nats.connect(broker.url());
		this.closeables.add(this.raw);
	}

	@AfterEach
	void close() throws Exception {
		for (AutoCloseable each : this.closeables) {
			each.close();
		}
	}

	/**
	 * Connects a program whose subjects begin with {@code shop}.
	 */
	protected final NatsExchanges exchanges(String url) throws Exception {
		NatsConnector connector = new NatsConnector("test", "");
		NatsExchanges exchanges = new NatsExchanges(connector.connectNow(connector.options().server(url).build()),
				"shop");
		this.closeables.add(0, connector);
		this.closeables.add(0, exchanges);
		return exchanges;
	}

}
