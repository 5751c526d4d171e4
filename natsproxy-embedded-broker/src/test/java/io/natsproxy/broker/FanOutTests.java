package io.natsproxy.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Payloads of all sizes to several subscribers at once: none is damaged, and every buffer
 * is released.
 */
@Timeout(120)
class FanOutTests {

	private static final int SUBSCRIBERS = 4;

	private static final int PUBLISHERS = 3;

	private static final int MESSAGES = 400;

	@Test
	void sharedPayloadsArriveUndamaged() throws Exception {
		CountDownLatch arrived = new CountDownLatch(SUBSCRIBERS * PUBLISHERS * MESSAGES);
		List<String> damaged = new CopyOnWriteArrayList<>();
		EmbeddedTestServer server = new EmbeddedTestServer(BrokerOptions.builder().threads(4).build());
		List<Connection> connections = new ArrayList<>();
		for (int i = 0; i < SUBSCRIBERS; i++) {
			Connection subscriber = connect(server);
			connections.add(subscriber);
			subscriber.createDispatcher((message) -> {
				check(message, damaged);
				arrived.countDown();
			}).subscribe("crc.*");
			subscriber.flush(Duration.ofSeconds(30));
		}
		for (int p = 0; p < PUBLISHERS; p++) {
			Connection publisher = connect(server);
			connections.add(publisher);
			Random random = new Random(p);
			new Thread(() -> publish(publisher, random)).start();
		}
		assertThat(arrived.await(60, TimeUnit.SECONDS)).isTrue();
		assertThat(damaged).isEmpty();
		for (Connection connection : connections) {
			connection.close();
		}
		server.awaitNothingLeft();
		server.close();
	}

	private static Connection connect(EmbeddedTestServer server) throws Exception {
		return Nats.connect(new Options.Builder().server("nats://127.0.0.1:" + server.port()).build());
	}

	private static void publish(Connection publisher, Random random) {
		for (int i = 0; i < MESSAGES; i++) {
			byte[] payload = new byte[random.nextInt(1 << (1 + random.nextInt(17)))];
			random.nextBytes(payload);
			publisher.publish("crc." + crc(payload), payload);
		}
	}

	private static void check(Message message, List<String> damaged) {
		if (!message.getSubject().equals("crc." + crc(message.getData()))) {
			damaged.add(message.getSubject());
		}
	}

	private static long crc(byte[] payload) {
		CRC32 crc = new CRC32();
		crc.update(payload);
		return crc.getValue();
	}

}
