package io.natsproxy.it.security;

import java.io.InputStream;
import java.net.http.HttpResponse;

import io.natsproxy.it.support.TestApplication;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What works under each configuration that docs/security.md shows.
 */
@Timeout(60)
abstract class AbstractOrdersTests {

	abstract TestApplication gateway();

	abstract TestApplication service();

	TestClient client() {
		return new TestClient(gateway().port());
	}

	@Test
	void healthIsUp() {
		assertThat(gateway().bean(HealthEndpoint.class).healthForPath("nats").getStatus()).isEqualTo(Status.UP);
		assertThat(service().bean(HealthEndpoint.class).healthForPath("nats").getStatus()).isEqualTo(Status.UP);
	}

	@Test
	void requestsAreAnswered() throws Exception {
		assertThat(client().get("/orders/7").body()).isEqualTo("order 7");
		assertThat(client().send("POST", "/orders", "tea".getBytes()).body()).isEqualTo("taken tea");
		assertThat(client().send("HEAD", "/orders/7", new byte[0]).statusCode()).isEqualTo(200);
	}

	@Test
	void longBodiesAreStreamedBothWays() throws Exception {
		assertThat(client().send("POST", "/orders/import", new byte[3_000_000]).body()).isEqualTo("3000000");
		assertThat(client().get("/orders/export").body()).hasSize(3_000_000);
	}

	/**
	 * Whether the server says that nobody subscribes to a route.
	 */
	boolean tellsOfNoResponders() {
		return true;
	}

	@Test
	void pathsThatNobodyServesAre503AndMethodsThatNobodyServes405() throws Exception {
		Assumptions.assumeTrue(tellsOfNoResponders(), "This server does not tell that nobody subscribes");
		assertThat(client().get("/nobody").statusCode()).isEqualTo(503);
		HttpResponse<String> response = client().send("POST", "/orders/export", new byte[0]);
		assertThat(response.statusCode()).isEqualTo(405);
		assertThat(response.headers().firstValue("Allow")).isPresent();
	}

	@Test
	void clientThatLeavesAStreamCancelsTheHandler() throws Exception {
		try (InputStream events = client().open("/orders/events")) {
			assertThat(events.read()).isEqualTo('d');
		}
		service().bean(Orders.class).awaitEnd("events cancel");
	}

}
