package io.natsproxy.boot.test;

import java.util.List;

import io.natsproxy.boot.autoconfigure.NatsConnectionDetails;
import io.natsproxy.boot.test.app.Prices;
import io.natsproxy.boot.test.app.ShopApplication;
import io.natsproxy.boot.test.autoconfigure.AutoConfigureNatsTransport;
import io.natsproxy.boot.test.stub.NatsStubs;
import io.natsproxy.boot.test.stub.ReceivedRequest;
import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.HttpServerErrorException;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * A whole application on the broker of this JVM, with stubs in place of the services that
 * it calls.
 */
@SpringBootTest(classes = ShopApplication.class, webEnvironment = WebEnvironment.NONE,
		properties = { "natsproxy.client.timeout=300ms", "spring.main.web-application-type=none" })
@AutoConfigureNatsTransport
@Timeout(60)
class NatsTransportTests {

	@Autowired
	private NatsStubs stubs;

	@Autowired
	private RestTestClient client;

	@Autowired
	private Prices prices;

	@Autowired
	@Qualifier("nats")
	private RestClient.Builder builder;

	@Autowired
	private ApplicationContext context;

	@AfterEach
	void reset() {
		this.stubs.reset();
	}

	@Test
	void stubAnswersInPlaceOfTheService() {
		this.stubs.get("/prices/{article}").respondsWith(new Prices.Price(500));
		this.client.get()
			.uri("/offers/screws")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.json("{\"article\":\"screws\",\"cents\":500}");
		assertThat(this.stubs.received()).singleElement().hasToString("GET /prices/screws");
	}

	@Test
	void lastThatWasSaidCounts() {
		this.stubs.get("/prices/{article}").respondsWith(new Prices.Price(1));
		this.stubs.get("/prices/{article}")
			.respondsBy((request) -> ResponseEntity.ok(new Prices.Price(request.target().length())));
		assertThat(this.prices.of("ab")).isEqualTo(10);
		this.stubs.get("/prices/{article}").respondsWith(HttpStatus.NOT_FOUND);
		assertThatExceptionOfType(HttpClientErrorException.NotFound.class).isThrownBy(() -> this.prices.of("ab"));
		this.stubs.get("/prices/{article}").noResponders();
		assertFailure(ExchangeFailure.NO_RESPONDERS);
	}

	@Test
	void mostSpecificStubAnswersAndOfEqualsTheLast() {
		this.stubs.get("/prices/{article}").respondsWith(new Prices.Price(1));
		this.stubs.get("/prices/screws").respondsWith(new Prices.Price(2));
		this.stubs.get("/prices/{name:[0-9]+}").respondsWith(new Prices.Price(3));
		for (int i = 0; i < 30; i++) {
			assertThat(this.prices.of("screws")).isEqualTo(2);
			assertThat(this.prices.of("bolts")).isEqualTo(1);
			assertThat(this.prices.of("77")).isEqualTo(3);
		}
		this.stubs.get("/prices/{other}").respondsWith(new Prices.Price(4));
		for (int i = 0; i < 30; i++) {
			assertThat(this.prices.of("bolts")).isEqualTo(4);
		}
		this.stubs.get("/prices/{other}").noResponders();
		assertThat(this.prices.of("bolts")).isEqualTo(1);
	}

	@Test
	void pathThatNoPatternMatchesIsA404() {
		this.stubs.get("prices/{name:[0-9]+}").respondsWith(new Prices.Price(3));
		assertThat(this.prices.of("77")).isEqualTo(3);
		assertThatExceptionOfType(HttpClientErrorException.NotFound.class).isThrownBy(() -> this.prices.of("screws"));
		assertThat(this.stubs.received()).hasSize(1);
	}

	@Test
	void headHasTheLengthOfTheBody() {
		this.stubs.get("/text").respondsWith("hello");
		HttpHeaders headers = this.builder.build().head().uri("/text").retrieve().toBodilessEntity().getHeaders();
		assertThat(headers.getContentLength()).isEqualTo(5);
	}

	@Test
	void bodiesOfAnyLengthGoBothWays() {
		byte[] body = new byte[3_000_000];
		body[2_999_999] = 1;
		this.stubs.post("/echo").respondsBy((request) -> ResponseEntity.status(201).body(request.body()));
		ResponseEntity<byte[]> response = this.builder.build()
			.post()
			.uri("/echo")
			.header("X-Test", "sent")
			.body(body)
			.retrieve()
			.toEntity(byte[].class);
		assertThat(response.getStatusCode()).isEqualTo(HttpStatus.CREATED);
		assertThat(response.getBody()).isEqualTo(body);
		ReceivedRequest received = this.stubs.received().get(0);
		assertThat(received.headers().getFirst("X-Test")).isEqualTo("sent");
		assertThat(received.body()).hasSize(3_000_000);
	}

	@Test
	void textIsPlainText() {
		this.stubs.put("/text").respondsWith("ü");
		ResponseEntity<String> response = this.builder.build()
			.put()
			.uri("/text")
			.body("in")
			.retrieve()
			.toEntity(String.class);
		assertThat(response.getBody()).isEqualTo("ü");
		assertThat(response.getHeaders().getContentType()).hasToString("text/plain;charset=UTF-8");
		assertThat(this.stubs.received()).singleElement().extracting(ReceivedRequest::text).isEqualTo("in");
	}

	@Test
	void nobodyAnswersWhatIsNotStubbed() {
		this.stubs.get("/prices/{article}");
		assertFailure(ExchangeFailure.NO_RESPONDERS);
	}

	@Test
	void stubThatTimesOutLetsTheCallerWait() {
		this.stubs.get("/prices/{article}").timesOut();
		assertFailure(ExchangeFailure.REPLY_TIMEOUT);
		assertThat(this.stubs.received()).hasSize(1);
	}

	@Test
	void bodyThatBreaksOffIsNotTakenForWhole() {
		for (int bytes : List.of(0, 10, 100_000)) {
			this.stubs.delete("/broken").breaksAfter(bytes);
			assertThatExceptionOfType(RestClientException.class)
				.isThrownBy(() -> this.builder.build().delete().uri("/broken").retrieve().body(byte[].class))
				.satisfies((ex) -> assertThat(NatsExchangeException.in(ex)).isNotNull());
		}
		assertThatIllegalArgumentException().isThrownBy(() -> this.stubs.get("/x").breaksAfter(-1));
	}

	@Test
	void stubThatFailsIsA500() {
		this.stubs.get("/prices/{article}").respondsBy((request) -> {
			throw new AssertionError("expected");
		});
		assertThatExceptionOfType(HttpServerErrorException.InternalServerError.class)
			.isThrownBy(() -> this.prices.of("screws"))
			.withMessageContaining("expected");
		this.stubs.get("/prices/{article}").respondsWith(ResponseEntity.ok().header("X Bad", "a\r\nb").body("x"));
		assertThatExceptionOfType(HttpServerErrorException.InternalServerError.class)
			.isThrownBy(() -> this.prices.of("screws"));
	}

	@Test
	void contextsNeverMeet() {
		this.stubs.get("/prices/{article}").respondsWith(new Prices.Price(500));
		String url = this.context.getBean(NatsConnectionDetails.class).getServers().get(0);
		assertThat(this.context.getEnvironment().getProperty("natsproxy.subject-prefix")).startsWith("test");
		try (ConfigurableApplicationContext other = new SpringApplicationBuilder(ShopApplication.class)
			.web(WebApplicationType.NONE)
			.properties("natsproxy.nats.servers=" + url)
			.run()) {
			assertThatExceptionOfType(ResourceAccessException.class)
				.isThrownBy(() -> other.getBean(Prices.class).of("screws"))
				.satisfies((ex) -> assertThat(NatsExchangeException.in(ex).failure())
					.isEqualTo(ExchangeFailure.NO_RESPONDERS));
		}
		assertThat(this.prices.of("screws")).isEqualTo(500);
	}

	private void assertFailure(ExchangeFailure failure) {
		assertThatExceptionOfType(ResourceAccessException.class).isThrownBy(() -> this.prices.of("screws"))
			.satisfies((ex) -> assertThat(NatsExchangeException.in(ex).failure()).isEqualTo(failure));
	}

}
