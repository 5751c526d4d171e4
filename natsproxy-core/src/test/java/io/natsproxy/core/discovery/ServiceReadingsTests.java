package io.natsproxy.core.discovery;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.natsproxy.core.connection.NatsConnector;
import io.natsproxy.core.discovery.DiscoveryReader.Part;
import io.natsproxy.core.discovery.ServiceReadings.Told;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.test.TestBroker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what takes long, by a time that is made up.
 */
class ServiceReadingsTests {

	private final BlockingQueue<Message> requests = new LinkedBlockingQueue<>();

	private TestBroker broker;

	private NatsConnector connector;

	private NatsExchanges exchanges;

	private Connection raw;

	private ServiceReadings readings;

	@BeforeEach
	void connect() throws Exception {
		this.broker = TestBroker.start();
		this.connector = new NatsConnector("test", "");
		this.exchanges = new NatsExchanges(
				this.connector.connectNow(this.connector.options().server(this.broker.url()).build()), "");
		this.readings = new ServiceReadings(new ServiceRequests(this.exchanges.transport(), this.exchanges.newInbox(),
				"$SRV", (subject, message) -> {
				}));
		this.raw = Nats.connect(this.broker.url());
		this.raw.createDispatcher(this.requests::add).subscribe("$SRV.INFO.>");
		this.raw.flush(Duration.ofSeconds(30));
	}

	@AfterEach
	void disconnect() throws Exception {
		this.raw.close();
		this.exchanges.close();
		this.connector.close();
		this.broker.close();
	}

	private Message request() throws InterruptedException {
		Message request = this.requests.poll(30, TimeUnit.SECONDS);
		assertThat(request).isNotNull();
		return request;
	}

	private @Nullable Told tell(Message request, int next, long seconds) {
		DiscoveredEndpoint endpoint = new DiscoveredEndpoint("a", Map.of());
		return this.readings.told(request.getReplyTo(),
				new Part(true, new DiscoveredService("slow", "1", "1.0.0", Map.of(), List.of(endpoint)), next),
				ServiceWatcher.MAX_TOTAL, seconds);
	}

	@Test
	void whoTellsForTooLongIsAskedNoMore() throws Exception {
		this.readings.add("slow.1");
		this.readings.askNext(0);
		for (int page = 1; page <= ServiceReadings.MAX_SECONDS; page++) {
			assertThat(tell(request(), page, page)).isNull();
		}
		Told told = tell(request(), ServiceReadings.MAX_SECONDS + 1, ServiceReadings.MAX_SECONDS + 1);
		assertThat(told).isNotNull();
		assertThat(told.all()).isFalse();
		assertThat(told.service().endpoints()).isEmpty();
		assertThat(this.readings.size()).isZero();
		assertThat(this.readings.length()).isZero();
	}

	@Test
	void pageWithNoMoreBehindItIsTakenHoweverLateItIs() throws Exception {
		this.readings.add("slow.1");
		this.readings.askNext(0);
		assertThat(tell(request(), 1, 1)).isNull();
		Told told = tell(request(), -1, 3600);
		assertThat(told).isNotNull();
		assertThat(told.all()).isTrue();
		assertThat(told.service().endpoints()).hasSize(2);
	}

	@Test
	void whoIsSilentIsAskedThreeTimes() throws Exception {
		this.readings.add("slow.1");
		this.readings.askNext(0);
		assertThat(this.readings.askAgain(2)).isFalse();
		assertThat(this.readings.askAgain(3)).isFalse();
		assertThat(this.readings.askAgain(6)).isFalse();
		assertThat(this.readings.askAgain(9)).isTrue();
		assertThat(this.readings.size()).isZero();
		String replySubject = request().getReplyTo();
		assertThat(request().getReplyTo()).isEqualTo(replySubject);
		assertThat(request().getReplyTo()).isEqualTo(replySubject);
		this.raw.flush(Duration.ofSeconds(30));
		assertThat(this.requests).isEmpty();
	}

}
