package io.natsproxy.it.route;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.gateway.declared.subscribe.SubscribeHandlers;
import io.natsproxy.it.gateway.Peer;
import io.natsproxy.it.gateway.RawHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Messages of subjects, which clients get for as long as they listen.
 */
@Timeout(60)
class SubscribeRouteIntegrationTests {

	@RegisterExtension
	static final RouteGateway routes = RouteGateway.create()
		.route("path=/prices/{symbol}", "subscribe.subject=prices.{symbol}", "subscribe.heartbeat=1s")
		.route("path=/all", "subscribe.subject=prices.*")
		.route("path=/ndjson", "subscribe.subject=ndjson", "subscribe.as=ndjson")
		.route("path=/one", "subscribe.subject=one", "subscribe.max-subscribers=1")
		.route("path=/short", "subscribe.subject=short", "subscribe.max-duration=1s")
		.route("path=/small", "subscribe.subject=small", "subscribe.buffer=100B")
		.route("path=/slow", "subscribe.subject=slow", "subscribe.buffer=8KB")
		.route("path=/strict", "subscribe.subject=strict", "subscribe.buffer=8KB", "subscribe.slow-client=disconnect");

	private final Peer peer = routes.peer();

	@Test
	void messagesAreEvents() {
		try (EventClient client = EventClient.sse(routes.port(), "/prices/abc")) {
			assertThat(client.fields()).contains("Content-Type: text/event-stream", "Cache-Control: no-store");
			publish("prices.abc", "1\n2\r3\r\n4");
			publish("prices.other", "no");
			publish("prices.abc", "");
			this.peer.connection().publish("prices.abc", new byte[] { (byte) 0xFF, 0 });
			assertThat(client.event()).isEqualTo("data: 1\ndata: 2\ndata: 3\ndata: 4");
			assertThat(client.event()).isEqualTo("data: ");
			assertThat(client.event()).isEqualTo("event: base64\ndata: /wA=");
		}
	}

	@Test
	void linesAreValuesOfJson() {
		try (EventClient client = new EventClient(routes.port(), "/ndjson")) {
			assertThat(client.fields()).contains("Content-Type: application/x-ndjson");
			publish("ndjson", "{\"a\":\n[1, \"\\n\"]}");
			publish("ndjson", "4");
			publish("ndjson", "{\"a\"");
			publish("ndjson", "1 2");
			publish("ndjson", "");
			this.peer.connection().publish("ndjson", new byte[] { (byte) 0xFF });
			assertThat(client.line()).isEqualTo("{\"a\": [1, \"\\n\"]}");
			assertThat(client.line()).isEqualTo("4");
			assertThat(client.line()).isEqualTo("{\"$text\":\"{\\\"a\\\"\"}");
			assertThat(client.line()).isEqualTo("{\"$text\":\"1 2\"}");
			assertThat(client.line()).isEqualTo("{\"$text\":\"\"}");
			assertThat(client.line()).isEqualTo("{\"$base64\":\"/w==\"}");
		}
	}

	@ParameterizedTest
	@CsvSource({ "text/event-stream, 200, text/event-stream", "application/x-ndjson, 200, application/x-ndjson",
			"'text/event-stream;q=0.1,application/*', 200, application/x-ndjson", "*/*, 200, text/event-stream",
			"'text/event-stream;q=0,text/plain', 406, application/problem+json", "a, 400, application/problem+json" })
	void formatIsThatWhichIsAccepted(String accept, int status, String type) {
		RawHttpClient.Response response = RawHttpClient.exchange(routes.port(),
				RawHttpClient.request("HEAD", "/prices/abc", "Accept: " + accept));
		assertThat(response.status()).isEqualTo(status);
		assertThat(response.header("Content-Type")).containsExactly(type);
	}

	@ParameterizedTest
	@CsvSource({ "/prices/%2A, prices.%2A", "/prices/%3E, prices.%3E", "/prices/a.b, prices.a%2Eb",
			"/prices/%0D%0A, prices.%0D%0A", "/prices/.., prices.%2E%2E" })
	void valuesMakeNeitherTokensNorWildcards(String target, String subject) {
		RawHttpClient.Response head = RawHttpClient.exchange(routes.port(), RawHttpClient.request("HEAD", target));
		if (head.status() != 200) {
			assertThat(head.status()).isBetween(400, 499);
			return;
		}
		try (EventClient client = EventClient.sse(routes.port(), target)) {
			publish("prices.abc", "other");
			publish(subject, "own");
			assertThat(client.event()).isEqualTo("data: own");
		}
	}

	@Test
	void longSubjectIsRefused() {
		assertThat(RawHttpClient.get(routes.port(), "/prices/" + "a".repeat(5000)).status()).isEqualTo(414);
	}

	@Test
	void clientsOfASubjectShareOneSubscription() {
		OptionalInt before = routes.broker().subscriptions();
		EventClient one = EventClient.sse(routes.port(), "/prices/shared");
		try (EventClient two = EventClient.sse(routes.port(), "/prices/shared");
				EventClient other = new EventClient(routes.port(), "/prices/shared", "Accept: application/x-ndjson")) {
			assertThat(subscriptions()).isOne();
			before.ifPresent((count) -> assertThat(routes.broker().subscriptions()).hasValue(count + 1));
			publish("prices.shared", "1");
			assertThat(List.of(one.event(), two.event(), other.line())).containsExactly("data: 1", "data: 1", "1");
			one.close();
			publish("prices.shared", "2");
			assertThat(two.event()).isEqualTo("data: 2");
		}
		await().untilAsserted(() -> assertThat(subscriptions()).isZero());
		await().untilAsserted(() -> assertThat(routes.broker().subscriptions()).isEqualTo(before));
	}

	@Test
	void subjectMayHaveWildcardsOfItsOwn() {
		try (EventClient client = EventClient.sse(routes.port(), "/all")) {
			publish("prices.x", "1");
			publish("prices.y", "2");
			assertThat(client.event()).isEqualTo("data: 1");
			assertThat(client.event()).isEqualTo("data: 2");
		}
	}

	@Test
	void silentResponseHasSignsOfLife() {
		try (EventClient client = EventClient.sse(routes.port(), "/prices/silent")) {
			assertThat(client.line()).isEqualTo(":");
		}
	}

	@Test
	void oneClientTooManyIsRefused() {
		try (EventClient client = EventClient.sse(routes.port(), "/one")) {
			RawHttpClient.Response refused = RawHttpClient.get(routes.port(), "/one");
			assertThat(refused.status()).isEqualTo(503);
			assertThat(refused.header("Retry-After")).isNotEmpty();
			assertThat(client.status()).contains("200");
		}
		await().untilAsserted(() -> EventClient.sse(routes.port(), "/one").close());
	}

	@Test
	void responseEndsAfterItsLongestDuration() {
		try (EventClient client = EventClient.sse(routes.port(), "/short")) {
			assertThat(client.event()).isNull();
		}
	}

	@Test
	void messageLongerThanTheBufferComesWhenNothingWaits() {
		try (EventClient client = EventClient.sse(routes.port(), "/small")) {
			publish("small", "a");
			assertThat(client.event()).isEqualTo("data: a");
			publish("small", "b".repeat(200));
			assertThat(client.event()).isEqualTo("data: " + "b".repeat(200));
		}
	}

	@Test
	void slowClientMissesTheOldestAndIsToldHowMany() {
		String text = "x".repeat(1000);
		try (EventClient client = EventClient.sse(routes.port(), "/slow")) {
			int sent = 20_000;
			for (int i = 0; i < sent; i++) {
				publish("slow", text + i);
			}
			publish("slow", "last");
			this.peer.flush();
			int got = 0;
			long missed = 0;
			List<String> kinds = new ArrayList<>();
			for (String event = client.event(); !event.equals("data: last"); event = client.event()) {
				if (event.startsWith("event: gap")) {
					missed += Long.parseLong(event.replaceAll("(?s).*missed\":(\\d+).*", "$1"));
					kinds.add("gap");
				}
				else {
					got++;
				}
			}
			assertThat(kinds).isNotEmpty();
			assertThat(got + missed).isEqualTo(sent);
		}
		await().untilAsserted(() -> assertThat(routes.gateway().bean(ByteBudget.class).used()).isZero());
	}

	@Test
	void slowClientMayBeDisconnected() {
		String text = "x".repeat(1000);
		try (EventClient client = EventClient.sse(routes.port(), "/strict")) {
			await().until(() -> {
				for (int i = 0; i < 1000; i++) {
					publish("strict", text);
				}
				this.peer.flush();
				return subscriptions() == 0;
			});
			assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> {
				while (client.event() != null) {
					continue;
				}
			});
		}
	}

	private static int subscriptions() {
		return routes.gateway().bean(SubscribeHandlers.class).subscriptions();
	}

	private void publish(String subject, String payload) {
		this.peer.publish(subject, null, payload);
	}

}
