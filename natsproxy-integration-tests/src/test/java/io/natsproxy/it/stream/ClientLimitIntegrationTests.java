package io.natsproxy.it.stream;

import java.util.ArrayList;
import java.util.List;

import io.natsproxy.it.gateway.RawHttpClient;
import io.natsproxy.it.gateway.SharedGateway;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Limits of streams, in total and for each client address, which leave room for others.
 */
@Timeout(60)
class ClientLimitIntegrationTests {

	private static final String HERE = "127.0.0.31";

	private static final String THERE = "127.0.0.32";

	private static final String ELSEWHERE = "127.0.0.33";

	private static TestBroker broker;

	private static TestApplication service;

	private static TestApplication gateway;

	private final List<RawHttpClient> clients = new ArrayList<>();

	@BeforeAll
	static void start() {
		broker = TestBroker.start();
		service = StreamChain.service(broker).start();
		gateway = TestApplication.gateway(broker).properties("natsproxy.gateway.max-streams=4").start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
		service.close();
		broker.close();
	}

	@AfterEach
	void close() {
		this.clients.forEach(RawHttpClient::close);
		SharedGateway.awaitNothingInFlight(gateway);
	}

	private RawHttpClient client(String address) {
		RawHttpClient client = new RawHttpClient(gateway.port(), 0, address);
		this.clients.add(client);
		return client;
	}

	/**
	 * Opens a stream of events, and returns when the first one has come.
	 */
	private void open(String address) {
		RawHttpClient client = client(address);
		client.send(RawHttpClient.request("GET", "/stream/limit/events"));
		assertThat(new String(client.readBytes(15))).isEqualTo("HTTP/1.1 200 OK");
	}

	private RawHttpClient.Response refused(String address) {
		return client(address).send(RawHttpClient.request("GET", "/stream/limit/events")).read();
	}

	@Test
	void addressWithHalfOfTheStreamsGetsNoMoreAndOthersDo() {
		open(HERE);
		open(HERE);
		RawHttpClient.Response refused = refused(HERE);
		assertThat(refused.status()).isEqualTo(429);
		assertThat(refused.header("retry-after")).containsExactly("1");
		assertThat(refused.text()).contains("The client has too many streams, the limit is 2");
		open(THERE);
	}

	@Test
	void streamsTakeNoPlaceFromExchanges() {
		open(HERE);
		open(HERE);
		open(THERE);
		open(THERE);
		RawHttpClient.Response refused = refused(ELSEWHERE);
		assertThat(refused.status()).isEqualTo(503);
		assertThat(refused.text()).contains("Too many streams are open, the limit is 4");
		assertThat(
				client(ELSEWHERE).send(RawHttpClient.request("GET", "/stream/limit/download?size=20")).read().status())
			.isEqualTo(200);
		assertThat(client(HERE).send(RawHttpClient.request("GET", "/stream/limit/download?size=20")).read().status())
			.isEqualTo(200);
	}

	@Test
	void placeOfAStreamIsFreeWhenItsClientHasGone() {
		open(HERE);
		open(HERE);
		this.clients.forEach(RawHttpClient::close);
		SharedGateway.awaitNothingInFlight(gateway);
		open(HERE);
	}

}
