package io.natsproxy.samples.streams;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

import io.nats.client.Connection;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Publishes prices, as another program of the team would: it knows nothing of HTTP.
 */
@Component
class PriceFeed {

	private final Connection connection;

	private BigDecimal price = new BigDecimal("100.00");

	PriceFeed(Connection connection) {
		this.connection = connection;
	}

	@Scheduled(fixedRateString = "${streams.price-interval}")
	void publish() {
		if (this.connection.getStatus() != Connection.Status.CONNECTED) {
			return;
		}
		this.price = this.price.add(BigDecimal.valueOf(ThreadLocalRandom.current().nextInt(-50, 51), 2));
		this.connection.publish("prices.NATS",
				"{\"symbol\":\"NATS\",\"price\":%s}".formatted(this.price).getBytes(StandardCharsets.UTF_8));
	}

}
