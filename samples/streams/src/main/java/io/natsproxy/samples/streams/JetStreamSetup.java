package io.natsproxy.samples.streams;

import java.time.Duration;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.ObjectStoreConfiguration;
import io.nats.client.api.StreamConfiguration;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;

/**
 * Makes the streams and the bucket, which a team would make once, where they are not
 * there.
 */
@Component
class JetStreamSetup implements ApplicationRunner {

	static final String FILES = "files";

	private final Connection connection;

	JetStreamSetup(Connection connection) {
		this.connection = connection;
	}

	@Override
	public void run(ApplicationArguments args) throws Exception {
		JetStreamManagement management = this.connection.jetStreamManagement();
		make(management,
				StreamConfiguration.builder()
					.name("PRICES")
					.subjects("prices.*")
					.maxAge(Duration.ofHours(1))
					.maxMessages(100_000)
					.build());
		make(management,
				StreamConfiguration.builder().name("ORDERS").subjects("orders.*").maxAge(Duration.ofDays(1)).build());
		if (!this.connection.objectStoreManagement().getBucketNames().contains(FILES)) {
			this.connection.objectStoreManagement()
				.create(ObjectStoreConfiguration.builder(FILES).ttl(Duration.ofDays(1)).build());
		}
	}

	private static void make(JetStreamManagement management, StreamConfiguration stream) throws Exception {
		try {
			management.getStreamInfo(stream.getName());
		}
		catch (JetStreamApiException ex) {
			management.addStream(stream);
		}
	}

}
