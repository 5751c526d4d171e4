package io.natsproxy.samples.shared;

import java.util.ArrayList;
import java.util.List;

import io.natsproxy.samples.shared.shop.ShopApplication;
import io.natsproxy.samples.shared.stock.Article;
import io.natsproxy.samples.shared.stock.Stock;
import io.natsproxy.samples.shared.warehouse.WarehouseApplication;
import io.natsproxy.test.TestBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A service calls another through the interface that both know.
 */
class SharedInterfaceTests {

	private static final List<AutoCloseable> open = new ArrayList<>();

	private static ConfigurableApplicationContext shop;

	@BeforeAll
	static void start() {
		TestBroker broker = TestBroker.start();
		open.add(broker);
		start(WarehouseApplication.class, "warehouse", broker);
		shop = start(ShopApplication.class, "shop", broker);
	}

	private static ConfigurableApplicationContext start(Class<?> application, String profile, TestBroker broker) {
		ConfigurableApplicationContext context = new SpringApplicationBuilder(application).profiles(profile)
			.properties("natsproxy.nats.servers=" + broker.url())
			.run();
		open.add(0, context);
		return context;
	}

	@AfterAll
	static void stop() throws Exception {
		for (AutoCloseable each : open) {
			each.close();
		}
	}

	@Test
	void shopOffersWhatTheWarehouseHas() {
		Stock stock = shop.getBean(Stock.class);
		stock.add(new Article("screws", 5));
		assertThat(stock.add(new Article("screws", 2))).isEqualTo(new Article("screws", 7));
		client().get().uri("/offers/screws").exchange().expectStatus().isOk().expectBody().json("""
				{"article":"screws","available":true}
				""");
	}

	@Test
	void shopDoesNotOfferWhatTheWarehouseHasNot() {
		client().get()
			.uri("/offers/bolts")
			.exchange()
			.expectStatus()
			.isNotFound()
			.expectBody()
			.jsonPath("$.detail")
			.isEqualTo("We do not sell bolts");
	}

	private static WebTestClient client() {
		return WebTestClient.bindToServer(shop.getBean("natsClientHttpConnector", ClientHttpConnector.class)).build();
	}

}
