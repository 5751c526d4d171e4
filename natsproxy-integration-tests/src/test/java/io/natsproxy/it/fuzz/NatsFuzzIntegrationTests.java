package io.natsproxy.it.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.natsproxy.it.gateway.RawHttpClient;
import io.natsproxy.it.gateway.RawNatsClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Publishes odd and broken messages wherever a peer may: to routes, as replies, as frames
 * of streams in both directions, and to the subjects of the protocol. Exchanges end, and
 * those of others are not harmed.
 */
class NatsFuzzIntegrationTests {

	private static final int CASES = 1000;

	private static final int CLIENTS = 8;

	private static final String[] CONTROL_SUBJECTS = { "natsproxy.cancel", "natsproxy.ws.group.abc",
			"natsproxy.ws.event.connected.abc", "natsproxy.ws.socket.a.b", "natsproxy.ws.a.b" };

	private final AtomicInteger answers = new AtomicInteger();

	private FuzzChain chain;

	private Connection peer;

	private RawNatsClient raw;

	@BeforeEach
	void start() throws Exception {
		this.chain = new FuzzChain();
		this.peer = Nats.connect(this.chain.broker().url());
		this.raw = new RawNatsClient(this.chain.broker());
	}

	@AfterEach
	void stop() throws Exception {
		this.raw.close();
		this.peer.close();
		this.chain.close();
	}

	/**
	 * A service that answers each request with whatever follows from the seed in its
	 * path.
	 */
	@Test
	void whateverIsRepliedTheExchangeEndsAndOthersGoOn() throws Exception {
		this.peer.createDispatcher(this::reply).subscribe("GET:.hostile.*").subscribe("POST:.hostile.*");
		this.peer.flush(null);
		inParallel((seed) -> {
			String request = (seed % 3 == 0) ? RawHttpClient.post("/hostile/" + seed, "x".repeat(5000))
					: RawHttpClient.request("GET", "/hostile/" + seed);
			try {
				assertThat(RawHttpClient.exchange(this.chain.port(), request).status()).as("seed %d", seed)
					.isBetween(200, 599);
			}
			catch (RuntimeException ex) {
				// A body that broke off: the connection was closed.
			}
			assertThatOthersGoOn(seed);
		});
		assertThat(this.answers).hasPositiveValue();
		this.chain.assertUnharmed();
	}

	private void reply(Message message) {
		NatsCase fuzz = new NatsCase(Long.parseLong(message.getSubject().replaceAll(".*\\.", "")));
		String ownSubject = this.peer.createInbox();
		List<NatsCase.Fuzzed> all = new ArrayList<>();
		all.add(fuzz.head("Natsproxy-Version: 1", "Natsproxy-Status: 200"));
		for (int i = fuzz.next(5); i > 0; i--) {
			all.add(fuzz.frame(all.size()));
		}
		all.forEach((each) -> publish(message.getReplyTo() + " " + ownSubject, each));
		this.answers.incrementAndGet();
	}

	/**
	 * A caller that sends requests, and frames to whoever accepts one.
	 */
	@Test
	void whateverIsRequestedTheServiceGoesOn() throws Exception {
		AtomicInteger accepted = new AtomicInteger();
		String inbox = this.peer.createInbox();
		this.peer.createDispatcher((message) -> {
			String stream = message.getReplyTo();
			if (stream != null) {
				NatsCase fuzz = new NatsCase(Long.parseLong(message.getSubject().replaceAll(".*\\.", "")) + 1_000_000);
				accepted.incrementAndGet();
				for (int i = 1 + fuzz.next(6); i > 0; i--) {
					publish(stream, fuzz.frame(i));
				}
			}
		}).subscribe(inbox + ".*");
		this.peer.flush(null);
		inParallel((seed) -> {
			NatsCase fuzz = new NatsCase(seed);
			switch (fuzz.next(4)) {
				case 0 -> publish(CONTROL_SUBJECTS[fuzz.next(CONTROL_SUBJECTS.length)] + " " + inbox + "." + seed,
						fuzz.frame(1));
				case 1 -> publish("POST:.fuzz.a " + inbox + "." + seed,
						fuzz.head("Natsproxy-Version: 1", "Natsproxy-Method: POST", "Natsproxy-Target: /fuzz/a",
								"Natsproxy-Body: stream", "Natsproxy-Timeout: 1000"));
				default -> publish("GET:.fuzz.a " + inbox + "." + seed, fuzz.head("Natsproxy-Version: 1",
						"Natsproxy-Method: GET", "Natsproxy-Target: /fuzz/a", "Natsproxy-Timeout: 1000"));
			}
			if (seed % 10 == 0) {
				assertThatOthersGoOn(seed);
			}
		});
		this.raw.flush();
		assertThatOthersGoOn(-1);
		assertThat(accepted).hasPositiveValue();
		this.chain.assertUnharmed();
	}

	private void assertThatOthersGoOn(long seed) {
		assertThat(RawHttpClient.get(this.chain.port(), "/fuzz/other", "X-Marker: other" + seed).text())
			.as("beside seed %d", seed)
			.isEqualTo("marker=other" + seed);
	}

	private synchronized void publish(String subjects, NatsCase.Fuzzed message) {
		this.raw.publish(subjects, message.headers(), message.payload());
	}

	private void inParallel(Fuzzer fuzzer) throws Exception {
		ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
		try {
			List<Future<?>> running = new ArrayList<>();
			for (int i = 0; i < FuzzChain.cases(CASES); i++) {
				long seed = FuzzChain.SEED + i;
				running.add(clients.submit(() -> fuzzer.run(seed)));
			}
			for (Future<?> each : running) {
				each.get(120, TimeUnit.SECONDS);
			}
		}
		finally {
			clients.shutdownNow();
		}
	}

	@FunctionalInterface
	private interface Fuzzer {

		void run(long seed);

	}

}
