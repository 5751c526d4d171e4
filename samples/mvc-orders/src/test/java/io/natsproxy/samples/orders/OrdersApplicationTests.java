package io.natsproxy.samples.orders;

import java.net.URI;
import java.time.Duration;

import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsCallerOptions;
import io.natsproxy.webflux.client.NatsClientHttpRequestFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The application answers over NATS, and has no port.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "natsproxy.embedded.enabled=true")
class OrdersApplicationTests {

	private final NatsCaller caller;

	private final RestClient client;

	OrdersApplicationTests(@Autowired NatsExchanges exchanges) {
		this.caller = new NatsCaller(exchanges, NatsCallerOptions.DEFAULTS);
		this.client = RestClient.builder()
			.requestFactory(new NatsClientHttpRequestFactory(this.caller, Duration.ofSeconds(30)))
			.baseUrl("http://orders")
			.build();
	}

	@AfterEach
	void close() {
		this.caller.close();
	}

	@Test
	void takesAndTellsOrders() {
		ResponseEntity<Order> created = this.client.post()
			.uri("/orders")
			.contentType(MediaType.APPLICATION_JSON)
			.body(new Order.New("tea"))
			.retrieve()
			.toEntity(Order.class);
		assertThat(created.getStatusCode()).isEqualTo(HttpStatus.CREATED);
		URI location = created.getHeaders().getLocation();
		assertThat(this.client.get().uri(location.getPath()).retrieve().body(Order.class).item()).isEqualTo("tea");
		assertThat(this.client.get().uri("/orders/events").retrieve().body(String.class)).contains("\"item\":\"tea\"");
	}

	@Test
	void takesForms() {
		MultiValueMap<String, String> form = new LinkedMultiValueMap<>();
		form.add("item", "coffee");
		ResponseEntity<Void> response = this.client.post()
			.uri("/orders/form")
			.contentType(MediaType.APPLICATION_FORM_URLENCODED)
			.body(form)
			.retrieve()
			.toBodilessEntity();
		assertThat(response.getStatusCode()).isEqualTo(HttpStatus.SEE_OTHER);
	}

	@Test
	void refusesWhatIsNoOrder() {
		assertThatExceptionOfType(HttpClientErrorException.BadRequest.class).isThrownBy(() -> this.client.post()
			.uri("/orders")
			.contentType(MediaType.APPLICATION_JSON)
			.body(new Order.New(""))
			.retrieve()
			.toBodilessEntity());
		assertThatExceptionOfType(HttpClientErrorException.NotFound.class)
			.isThrownBy(() -> this.client.get().uri("/orders/4711").retrieve().toBodilessEntity());
	}

	@Test
	void servesItsPage() {
		assertThat(this.client.get().uri("/index.html").retrieve().body(String.class)).contains("<h1>Orders</h1>");
	}

	@Test
	void hasNoPort(@Autowired WebServerApplicationContext context) {
		assertThat(context.getWebServer().getPort()).isEqualTo(-1);
	}

}
