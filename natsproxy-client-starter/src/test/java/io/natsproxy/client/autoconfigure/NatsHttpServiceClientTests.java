package io.natsproxy.client.autoconfigure;

import java.time.Duration;
import java.util.Set;

import io.natsproxy.boot.autoconfigure.InvalidNatsSettingException;
import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.webflux.annotation.NatsController;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.client.autoconfigure.imperative.ImperativeHttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.service.HttpServiceClientProperties;
import org.springframework.boot.http.client.autoconfigure.service.HttpServiceClientPropertiesAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.service.HttpServiceClientAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.autoconfigure.service.ReactiveHttpServiceClientAutoConfiguration;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;
import org.springframework.web.service.registry.HttpServiceGroup;
import org.springframework.web.service.registry.HttpServiceGroup.ClientType;
import org.springframework.web.service.registry.HttpServiceProxyRegistry;
import org.springframework.web.service.registry.ImportHttpServices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Groups of HTTP service clients call over NATS by their base URL alone, and the service
 * implements the interface that they call.
 */
@Timeout(60)
class NatsHttpServiceClientTests {

	private final ApplicationContextRunner runner = Services.runner()
		.withConfiguration(AutoConfigurations.of(RestClientAutoConfiguration.class,
				ImperativeHttpClientAutoConfiguration.class, ReactiveHttpClientAutoConfiguration.class,
				HttpServiceClientPropertiesAutoConfiguration.class, HttpServiceClientAutoConfiguration.class,
				ReactiveHttpServiceClientAutoConfiguration.class, NatsHttpServiceClientAutoConfiguration.class))
		.withPropertyValues("spring.http.clients.imperative.factory=simple",
				"spring.http.clients.reactive.connector=jdk")
		.withBean(StockController.class)
		.withUserConfiguration(Clients.class);

	@Test
	void blockingGroupCallsTheServiceThatImplementsItsInterface() {
		this.runner.withPropertyValues("spring.http.serviceclient.stock.base-url=nats://stock").run((context) -> {
			Stock stock = stock(context);
			assertThat(stock.quantity("a b")).isEqualTo("3 of a b");
			assertThat(stock.add(new Delivery("screws", 5))).isEqualTo(new Delivery("screws", 8));
		});
	}

	@Test
	void reactiveGroupCallsTheService() {
		this.runner.withPropertyValues("spring.http.serviceclient.reactive.base-url=NATS://stock").run((context) -> {
			ReactiveStock stock = context.getBean(ReactiveStock.class);
			assertThat(stock.quantity("screws").block()).isEqualTo("3 of screws");
		});
	}

	@Test
	void pathOfTheBaseUrlIsThatOfTheService() {
		this.runner.withPropertyValues("spring.http.serviceclient.short.base-url=nats://stock/stock")
			.run((context) -> assertThat(context.getBean(ShortStock.class).quantity("screws"))
				.isEqualTo("3 of screws"));
	}

	@Test
	void groupWithAnotherBaseUrlCallsOverHttp() {
		this.runner
			.withPropertyValues("spring.http.serviceclient.stock.base-url=http://127.0.0.1:1",
					"spring.http.serviceclient.reactive.base-url=nats://stock")
			.run((context) -> {
				assertThatExceptionOfType(ResourceAccessException.class)
					.isThrownBy(() -> stock(context).quantity("screws"))
					.satisfies((ex) -> assertThat(NatsExchangeException.in(ex)).isNull());
				assertThat(context.getBean(ReactiveStock.class).quantity("screws").block()).isEqualTo("3 of screws");
			});
	}

	@Test
	void readTimeoutOfTheGroupEndsTheCall() {
		this.runner
			.withPropertyValues("spring.http.serviceclient.stock.base-url=nats://stock",
					"spring.http.serviceclient.stock.read-timeout=50ms")
			.run((context) -> assertThatExceptionOfType(ResourceAccessException.class)
				.isThrownBy(() -> stock(context).never())
				.satisfies((ex) -> assertThat(NatsExchangeException.in(ex).failure())
					.isEqualTo(ExchangeFailure.REPLY_TIMEOUT)));
	}

	@Test
	void timeoutOfAllCallsIsThatOfGroupsWithoutOne() {
		this.runner
			.withPropertyValues("spring.http.serviceclient.stock.base-url=nats://stock",
					"natsproxy.client.timeout=50ms")
			.run((context) -> assertThatExceptionOfType(ResourceAccessException.class)
				.isThrownBy(() -> stock(context).never())
				.satisfies((ex) -> assertThat(NatsExchangeException.in(ex).failure())
					.isEqualTo(ExchangeFailure.REPLY_TIMEOUT)));
	}

	@Test
	void timeoutThatIsNoneIsRefusedByItsName() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(HttpServiceClientPropertiesAutoConfiguration.class))
			.withPropertyValues("spring.http.serviceclient.stock.base-url=nats://stock",
					"spring.http.serviceclient.stock.read-timeout=0s")
			.run((context) -> {
				NatsServiceGroups groups = new NatsServiceGroups(context.getBean(HttpServiceClientProperties.class),
						Duration.ofSeconds(1));
				HttpServiceGroup group = group("stock");
				assertThat(groups.contains(group)).isTrue();
				assertThatExceptionOfType(InvalidNatsSettingException.class).isThrownBy(() -> groups.timeout(group))
					.withMessageContaining("spring.http.serviceclient.stock.read-timeout");
				assertThat(groups.contains(group("other"))).isFalse();
				assertThat(groups.timeout(group("other"))).isEqualTo(Duration.ofSeconds(1));
			});
	}

	private static HttpServiceGroup group(String name) {
		return new HttpServiceGroup() {

			@Override
			public String name() {
				return name;
			}

			@Override
			public Set<Class<?>> httpServiceTypes() {
				return Set.of();
			}

			@Override
			public ClientType clientType() {
				return ClientType.REST_CLIENT;
			}

		};
	}

	/**
	 * Returns the client, beside which there is the service of the same interface.
	 */
	private static Stock stock(BeanFactory context) {
		return context.getBean(HttpServiceProxyRegistry.class).getClient("stock", Stock.class);
	}

	@HttpExchange("/stock")
	interface Stock {

		@GetExchange("/{article}")
		String quantity(@PathVariable String article);

		@PostExchange
		Delivery add(@RequestBody Delivery delivery);

		@GetExchange("/never")
		String never();

	}

	@HttpExchange("/stock")
	interface ReactiveStock {

		@GetExchange("/{article}")
		Mono<String> quantity(@PathVariable String article);

	}

	interface ShortStock {

		@GetExchange("/{article}")
		String quantity(@PathVariable String article);

	}

	record Delivery(String article, int quantity) {

	}

	@NatsController
	static class StockController implements Stock {

		@Override
		public String quantity(String article) {
			return "3 of " + article;
		}

		@Override
		public Delivery add(Delivery delivery) {
			return new Delivery(delivery.article(), delivery.quantity() + 3);
		}

		@Override
		public String never() {
			return Mono.<String>never().block();
		}

	}

	@ImportHttpServices(group = "stock", types = Stock.class)
	@ImportHttpServices(group = "short", types = ShortStock.class)
	@ImportHttpServices(group = "reactive", types = ReactiveStock.class, clientType = ClientType.WEB_CLIENT)
	static class Clients {

	}

}
