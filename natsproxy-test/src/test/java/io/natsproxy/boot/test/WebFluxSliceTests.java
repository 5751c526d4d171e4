package io.natsproxy.boot.test;

import io.natsproxy.boot.test.app.OfferController;
import io.natsproxy.boot.test.app.Prices;
import io.natsproxy.boot.test.app.ShopApplication;
import org.junit.jupiter.api.Test;

import org.springframework.boot.webflux.test.autoconfigure.WebFluxTest;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestContextManager;
import org.springframework.test.context.bean.override.convention.TestBean;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The slice of WebFlux says that it has no place for a controller that answers over NATS.
 */
class WebFluxSliceTests {

	@Test
	void controllerOverNatsIsRefused() {
		TestContextManager manager = new TestContextManager(Misused.class);
		assertThatIllegalStateException().isThrownBy(() -> manager.getTestContext().getApplicationContext())
			.havingRootCause()
			.withMessageContaining("offerController")
			.withMessageContaining("use @NatsControllerTest");
	}

	@WebFluxTest(OfferController.class)
	@ContextConfiguration(classes = ShopApplication.class)
	static class Misused {

		@TestBean
		private Prices prices;

		static Prices prices() {
			return new Prices(RestClient.builder());
		}

	}

}
