package io.natsproxy.core.discovery;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import io.nats.client.Dispatcher;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.test.PermissionFront;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class StatisticsPollTests extends AbstractBusTests {

	private static final String STATS = "\"type\":\"io.nats.micro.v1.stats_response\"";

	private NatsExchanges exchanges;

	private StatisticsPoll poll;

	@BeforeEach
	void poll() throws Exception {
		this.exchanges = exchanges(broker.url());
		this.poll = new StatisticsPoll(this.exchanges, ServiceDiscovery.DEFAULT_PREFIX);
		this.closeables.add(0, this.poll);
	}

	@Test
	void servicesAnswerTheSumsOfTheirEndpoints() {
		ServiceEndpoints.Builder endpoints = new ServiceEndpoints.Builder(this.exchanges.routeSubjects(), "shop", null);
		endpoints.add(Set.of("GET"), "/shop", EndpointTraits.UNKNOWN);
		endpoints.add(Set.of("GET"), "/shop/items", EndpointTraits.UNKNOWN);
		DiscoverableService service = new DiscoverableService(this.exchanges,
				new ServiceDiscovery(new ServiceDescription("shop", "1.0.0")), endpoints.build());
		this.closeables.add(0, service::stopping);
		service.listening();
		service.refused(this.exchanges.subjectCodec().subject("GET", "/shop"), 503);
		service.refused(this.exchanges.subjectCodec().subject("GET", "/shop/items"), 404);
		await().untilAsserted(() -> {
			this.poll.ask();
			assertThat(this.poll.latest()).singleElement().satisfies((statistics) -> {
				assertThat(statistics.name()).isEqualTo("shop");
				assertThat(statistics.id()).isEqualTo(service.id());
				assertThat(statistics.requests()).isEqualTo(2);
				assertThat(statistics.errors()).isEqualTo(1);
				assertThat(statistics.lastError()).startsWith("503:");
				assertThat(statistics.started()).isNotEmpty();
			});
		});
	}

	@Test
	void hostileAnswersAreNoStatisticsOrNumbersWithinBounds() throws Exception {
		answer("nothing", "[1]", "{" + STATS + "}", "{" + STATS + ",\"name\":\"a b\",\"id\":\"x\"}",
				"{" + STATS + ",\"name\":\"shop\",\"id\":\"1\",\"started\":7,\"endpoints\":[7,{},"
						+ "{\"num_requests\":-5,\"num_errors\":\"many\",\"last_error\":\"" + "x".repeat(2000) + "\"},"
						+ "{\"num_requests\":9223372036854775807,\"processing_time\":9223372036854775807},"
						+ "{\"num_requests\":9223372036854775807,\"processing_time\":1e99,\"last_error\":\"<b>\"}]}");
		askUntilKnown("1");
		assertThat(this.poll.latest())
			.containsExactly(new InstanceStatistics("shop", "1", "", Long.MAX_VALUE, 0, Long.MAX_VALUE, "<b>"));
	}

	@Test
	void instancesAreBoundedAndForgottenWhenTheyAnswerNoMore() throws Exception {
		String[] many = new String[StatisticsPoll.MAX_INSTANCES + 10];
		for (int i = 0; i < many.length; i++) {
			many[i] = "{" + STATS + ",\"name\":\"shop\",\"id\":\"" + i + "\"}";
		}
		Dispatcher answering = answer(many);
		await().untilAsserted(() -> {
			this.poll.ask();
			assertThat(this.poll.latest()).hasSize(StatisticsPoll.MAX_INSTANCES);
		});
		this.raw.closeDispatcher(answering);
		this.raw.flush(Duration.ofSeconds(10));
		await().untilAsserted(() -> {
			this.poll.ask();
			assertThat(this.poll.latest()).isEmpty();
		});
	}

	@Test
	void nobodyIsAskedAgainWhereThatIsNotPermitted() throws Exception {
		AtomicInteger asked = new AtomicInteger();
		this.raw.createDispatcher((message) -> asked.incrementAndGet()).subscribe("$SRV.STATS");
		this.raw.flush(Duration.ofSeconds(10));
		try (PermissionFront front = new PermissionFront(broker)) {
			NatsExchanges exchanges = exchanges(front.url());
			front.permitPublish((subject) -> !subject.equals("$SRV.STATS"));
			try (StatisticsPoll refused = new StatisticsPoll(exchanges, ServiceDiscovery.DEFAULT_PREFIX)) {
				refused.ask();
				await().until(refused::isDenied);
				front.permitPublish((subject) -> true);
				refused.ask();
				exchanges.transport().flush(Duration.ofSeconds(10));
				this.raw.flush(Duration.ofSeconds(10));
				assertThat(asked).hasValue(0);
			}
		}
	}

	private Dispatcher answer(String... answers) throws Exception {
		Dispatcher dispatcher = this.raw.createDispatcher((message) -> {
			for (String each : answers) {
				this.raw.publish(message.getReplyTo(), each.getBytes(StandardCharsets.UTF_8));
			}
		});
		dispatcher.subscribe("$SRV.STATS");
		this.raw.flush(Duration.ofSeconds(10));
		return dispatcher;
	}

	private void askUntilKnown(String id) {
		await().untilAsserted(() -> {
			this.poll.ask();
			assertThat(this.poll.latest()).anyMatch((statistics) -> statistics.id().equals(id));
		});
	}

}
