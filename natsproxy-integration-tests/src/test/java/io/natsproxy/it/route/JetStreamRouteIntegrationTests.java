package io.natsproxy.it.route;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.jetstream.StreamPublisher;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.it.gateway.Peer;
import io.natsproxy.it.gateway.RawHttpClient;
import io.natsproxy.it.gateway.RawHttpClient.Response;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Routes to streams: messages that are acknowledged, one for a request, or many.
 */
@Timeout(60)
class JetStreamRouteIntegrationTests {

	private static final String NDJSON = "Content-Type: application/x-ndjson";

	@RegisterExtension
	static final RouteGateway routes = RouteGateway.withJetStream()
		.route("path=/orders/{id}", "jetstream.subject=orders.{id}", "jetstream.stream=ORDERS",
				"jetstream.readable=true")
		.route("path=/paged", "jetstream.subject=orders.paged.{query.page}")
		.route("path=/required", "jetstream.subject=orders.required", "jetstream.idempotency-key=required")
		.route("path=/ignored", "jetstream.subject=orders.ignored", "jetstream.idempotency-key=ignored")
		.route("path=/hooks", "jetstream.subject=orders.hooks", "verify.type=hmac", "verify.secret=secret",
				"verify.header=X-Signature", "verify.id-header=X-Id")
		.route("path=/nowhere", "jetstream.subject=nowhere")
		.route("path=/full", "jetstream.subject=full")
		.route("path=/elsewhere", "jetstream.subject=full", "jetstream.stream=ORDERS")
		.route("path=/short", "jetstream.subject=short")
		.route("path=/others/{kind}", "jetstream.subject=others.{kind}", "jetstream.timeout=300ms");

	private final Peer peer = routes.peer();

	@BeforeAll
	static void createStreams() throws IOException, JetStreamApiException, InterruptedException {
		try (Peer peer = new Peer(routes.broker())) {
			JetStreamManagement management = peer.connection().jetStreamManagement();
			management.addStream(stream("ORDERS", "orders.>").build());
			management.addStream(stream("FULL", "full").discardPolicy(DiscardPolicy.New).maxMessages(1).build());
			management.addStream(stream("SHORT", "short").maximumMessageSize(100).build());
		}
	}

	private static StreamConfiguration.Builder stream(String name, String subject) {
		return StreamConfiguration.builder().name(name).subjects(subject).storageType(StorageType.Memory);
	}

	private static Response post(String target, String body, String... headers) {
		return RawHttpClient.exchange(routes.port(), RawHttpClient.post(target, body, headers));
	}

	private MessageInfo lastOf(String subject) throws IOException, JetStreamApiException {
		return this.peer.connection().jetStreamManagement().getLastMessage("ORDERS", subject);
	}

	private static String etag(Response response) {
		return response.header("ETag").get(0);
	}

	private static String chunk(String text) {
		return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
	}

	@Test
	void storedMessageIsCreated() throws IOException, JetStreamApiException {
		Response response = post("/orders/one", "{}", "Content-Type: application/json", "X-Other: no");
		MessageInfo message = lastOf("orders.one");
		assertThat(response.status()).isEqualTo(201);
		assertThat(response.header("Content-Type")).containsExactly("application/json");
		assertThat(response.text())
			.isEqualTo("{\"stream\":\"ORDERS\",\"sequence\":" + message.getSeq() + ",\"duplicate\":false}");
		assertThat(etag(response)).isEqualTo("\"" + message.getSeq() + "\"");
		assertThat(response.header("Location"))
			.containsExactly("/orders/one?stream=ORDERS&sequence=" + message.getSeq());
		assertThat(message.getData()).isEqualTo("{}".getBytes(StandardCharsets.UTF_8));
		assertThat(message.getHeaders().keySet()).contains("Content-Type").doesNotContain("X-Other");
	}

	@Test
	void messageOfAClientThatHasGoneIsHeldUntilItIsNotWaitedFor() {
		this.peer.ignore("silent");
		ByteBudget budget = routes.gateway().bean(ByteBudget.class);
		byte[] body = new byte[50_000];
		routes.gateway()
			.bean(StreamPublisher.class)
			.publish("silent", new NatsHeaders(), body, Duration.ofSeconds(1))
			.subscribe()
			.dispose();
		assertThat(budget.used()).isGreaterThanOrEqualTo(body.length);
		await().untilAsserted(() -> assertThat(budget.used()).isZero());
	}

	@Test
	void locationReturnsTheMessage() {
		String location = post("/orders/two", "Hello", "Content-Type: text/plain").header("Location").get(0);
		Response response = RawHttpClient.get(routes.port(), location);
		assertThat(response.status()).isEqualTo(200);
		assertThat(response.text()).isEqualTo("Hello");
		assertThat(response.header("Content-Type")).containsExactly("text/plain");
		String others = location.replace("/two", "/others");
		assertThat(RawHttpClient.get(routes.port(), others).status()).isEqualTo(404);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "?sequence=0", "?sequence=999999999", "?sequence=-1", "?sequence=1%0D%0A",
			"?sequence=1&stream=FULL", "?sequence=99999999999999999999", "?sequence=1&stream=*" })
	void whatIsNoLocationIsNotFound(String query) {
		assertThat(RawHttpClient.get(routes.port(), "/orders/none" + query).status()).isEqualTo(404);
	}

	@Test
	void locationHasWhatTheSubjectIsMadeOf() {
		Response response = post("/paged?page=a%26b%20c&other=1", "x");
		assertThat(response.header("Location").get(0)).startsWith("/paged?page=a%26b+c&stream=ORDERS&sequence=");
		assertThat(RawHttpClient.get(routes.port(), "/paged?page=1").status()).isEqualTo(405);
	}

	@Test
	void keyIsTheIdOfTheMessage() throws IOException, JetStreamApiException {
		Response first = post("/orders/key", "a", "Idempotency-Key: \"key-1\"");
		assertThat(lastOf("orders.key").getHeaders().getFirst("Nats-Msg-Id")).isEqualTo("key-1");
		Response again = post("/orders/key", "a", "Idempotency-Key: \"key-1\"");
		assertThat(again.status()).isEqualTo(200);
		assertThat(again.text()).isEqualTo(first.text().replace("false", "true"));
		assertThat(again.header("Location")).isEqualTo(first.header("Location"));
		assertThat(again.header("ETag")).isEmpty();
		Response other = post("/orders/key", "b", "Idempotency-Key: \"key-1\"");
		assertThat(other.status()).isEqualTo(422);
		assertThat(other.header("Content-Type")).containsExactly("application/problem+json");
	}

	@Test
	void keyIsInUseWhileItsRequestIsAnswered() {
		try (RawHttpClient first = new RawHttpClient(routes.port())) {
			first.send("POST /orders/busy HTTP/1.1\r\nHost: a\r\nIdempotency-Key: \"busy\"\r\n"
					+ "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n");
			assertThat(first.read().status()).isEqualTo(100);
			assertThat(post("/orders/busy", "a", "Idempotency-Key: \"busy\"").status()).isEqualTo(409);
			first.send(chunk("a") + chunk(""));
			assertThat(first.read().status()).isEqualTo(201);
			assertThat(post("/orders/busy", "a", "Idempotency-Key: \"busy\"").status()).isEqualTo(200);
		}
	}

	@Test
	void routeDecidesAboutKeys() {
		assertThat(post("/required", "a").status()).isEqualTo(400);
		assertThat(post("/required", "a", "Idempotency-Key: \"r\"").status()).isEqualTo(201);
		assertThat(post("/ignored", "a", "Idempotency-Key: no string").status()).isEqualTo(201);
		assertThat(post("/orders/key", "a", "Idempotency-Key: no string").status()).isEqualTo(400);
		assertThat(post("/orders/key", "a", "Idempotency-Key: \"" + "k".repeat(5000) + '"').status()).isEqualTo(400);
	}

	@Test
	void idOfAWebhookIsThatOfTheMessage() throws IOException, JetStreamApiException {
		String signature = "X-Signature: 734cc62f32841568f45715aeb9f4d7891324e6d948e4c6c60c0621cdac48623a";
		assertThat(post("/hooks", "hello world", "X-Signature: 00").status()).isEqualTo(401);
		assertThat(post("/hooks", "hello world", signature, "X-Id: hook-1").status()).isEqualTo(201);
		assertThat(post("/hooks", "hello world", signature, "X-Id: hook-1").status()).isEqualTo(200);
		assertThat(lastOf("orders.hooks").getHeaders().getFirst("Nats-Msg-Id")).isEqualTo("hook-1");
	}

	@Test
	void preconditionsAreThoseOfTheSubject() {
		Response first = post("/orders/exclusive", "1", "If-None-Match: *");
		assertThat(first.status()).isEqualTo(201);
		assertThat(post("/orders/exclusive", "1", "If-None-Match: *").status()).isEqualTo(412);
		Response second = post("/orders/exclusive", "2", "If-Match: " + etag(first));
		assertThat(second.status()).isEqualTo(201);
		assertThat(post("/orders/exclusive", "2", "If-Match: " + etag(first)).status()).isEqualTo(412);
		assertThat(post("/orders/exclusive", "2", "If-Match: W/" + etag(second)).status()).isEqualTo(400);
	}

	@ParameterizedTest
	@CsvSource({ "/nowhere, 404, No stream", "/elsewhere, 404, does not take", "/short, 413, longer than the stream" })
	void streamThatDoesNotTakeTheMessageIsAProblem(String path, int status, String detail) {
		Response response = post(path, "x".repeat(200));
		assertThat(response.status()).isEqualTo(status);
		assertThat(response.header("Content-Type")).containsExactly("application/problem+json");
		assertThat(response.text()).contains(detail);
	}

	@Test
	void fullStreamIsInsufficientStorage() {
		assertThat(post("/full", "1").status()).isEqualTo(201);
		Response response = post("/full", "2");
		assertThat(response.status()).isEqualTo(507);
		assertThat(response.text()).contains("no room");
	}

	@Test
	void bodyLongerThanAMessageIsReferredToObjects() {
		Response response = RawHttpClient.exchange(routes.port(),
				"POST /orders/long HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\nConnection: close\r\n\r\n");
		assertThat(response.status()).isEqualTo(413);
		assertThat(response.text()).contains("object store");
	}

	@Test
	void whatIsNoAcknowledgementIsNoSuccess() {
		this.peer.answer("others.text", "stored").answer("others.object", "{}").ignore("others.silent");
		assertThat(post("/others/text", "a").status()).isEqualTo(502);
		assertThat(post("/others/object", "a").status()).isEqualTo(502);
		assertThat(post("/others/silent", "a").status()).isEqualTo(504);
	}

	@Test
	void answerIsOfATypeThatTheClientAccepts() {
		assertThat(post("/orders/accept", "a", "Accept: text/html, application/*;q=0.1").status()).isEqualTo(201);
		assertThat(post("/orders/accept", "a", "Accept: text/html").status()).isEqualTo(406);
		assertThat(post("/orders/accept", "a", "Accept: a b").status()).isEqualTo(400);
	}

	@ParameterizedTest
	@CsvSource({ "%2A, orders.%2A", "%3E, orders.%3E", "a.b, orders.a%2Eb", "%C3%A9, orders.%C3%A9" })
	void valuesMakeNeitherTokensNorWildcards(String segment, String subject) throws IOException, JetStreamApiException {
		assertThat(post("/orders/" + segment, "hostile").status()).isEqualTo(201);
		assertThat(lastOf(subject).getData()).isEqualTo("hostile".getBytes(StandardCharsets.UTF_8));
	}

	@Test
	void linesAreReportedInOrder() throws IOException, JetStreamApiException {
		this.peer.connection().jetStreamManagement().purgeStream("SHORT");
		String body = "{\"n\":1}\r\n\n" + "x".repeat(200) + "\n{\"n\":4}";
		Response response = post("/short", body, NDJSON);
		assertThat(response.status()).isEqualTo(200);
		assertThat(response.header("Content-Type")).containsExactly("application/x-ndjson");
		List<String> reports = response.text().lines().toList();
		assertThat(reports).hasSize(3);
		assertThat(reports.get(0))
			.matches("\\{\"line\":1,\"status\":201,\"stream\":\"SHORT\",\"sequence\":\\d+,\"duplicate\":false\\}");
		assertThat(reports.get(1)).startsWith("{\"line\":3,").contains("\"status\":413");
		assertThat(reports.get(2)).startsWith("{\"line\":4,\"status\":201,");
	}

	@Test
	void manyLinesAreAllStored() throws IOException, JetStreamApiException {
		StringBuilder body = new StringBuilder();
		for (int i = 1; i <= 1000; i++) {
			body.append("{\"n\":").append(i).append("}\n");
		}
		List<String> reports = post("/orders/many", body.toString(), "Content-Type: application/jsonl; charset=utf-8")
			.text()
			.lines()
			.toList();
		assertThat(reports).hasSize(1000);
		for (int i = 0; i < reports.size(); i++) {
			assertThat(reports.get(i)).startsWith("{\"line\":" + (i + 1) + ",\"status\":201,");
		}
		MessageInfo last = lastOf("orders.many");
		assertThat(last.getData()).isEqualTo("{\"n\":1000}".getBytes(StandardCharsets.UTF_8));
		assertThat(reports.get(999)).contains("\"sequence\":" + last.getSeq() + ",");
	}

	@Test
	void lineIsReportedBeforeTheNextIsSent() {
		try (RawHttpClient client = new RawHttpClient(routes.port())) {
			client
				.send("POST /orders/live HTTP/1.1\r\nHost: a\r\n" + NDJSON + "\r\nTransfer-Encoding: chunked\r\n\r\n");
			for (int i = 1; i <= 3; i++) {
				client.send(chunk("{}\n"));
				String seen = new String(client.readBytes(1), StandardCharsets.ISO_8859_1);
				while (!seen.endsWith("\"duplicate\":false}\n")) {
					seen += new String(client.readBytes(1), StandardCharsets.ISO_8859_1);
				}
				assertThat(seen).contains("{\"line\":" + i + ",");
			}
			client.send(chunk(""));
			assertThat(new String(client.readBytes(7), StandardCharsets.ISO_8859_1)).isEqualTo("\r\n0\r\n\r\n");
		}
	}

	@Test
	void clientThatLeavesAmongLinesLeavesNothingBehind() {
		this.peer.ignore("others.lines");
		try (RawHttpClient client = new RawHttpClient(routes.port())) {
			client.send("POST /others/lines HTTP/1.1\r\nHost: a\r\n" + NDJSON
					+ "\r\nIdempotency-Key: \"left\"\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk("1\n2\n3\nrest"));
			assertThat(this.peer.next().getHeaders().getFirst("Nats-Msg-Id")).isEqualTo("left#1");
			client.reset();
		}
	}

	@Test
	void linesHaveIdsOfTheirOwn() {
		String body = "1\n\n3\n";
		assertThat(post("/orders/ids", body, NDJSON, "Idempotency-Key: \"bulk\"").text()).doesNotContain("true");
		List<String> again = post("/orders/ids", body + "4\n", NDJSON, "Idempotency-Key: \"bulk\"").text()
			.lines()
			.toList();
		assertThat(again).hasSize(3);
		assertThat(again.get(0)).contains("\"line\":1,\"status\":200").contains("\"duplicate\":true");
		assertThat(again.get(1)).contains("\"line\":3,\"status\":200");
		assertThat(again.get(2)).contains("\"line\":4,\"status\":201").contains("\"duplicate\":false");
		assertThat(post("/orders/ids", body, NDJSON, "If-None-Match: *").status()).isEqualTo(400);
	}

	@Test
	void bodyWithoutLinesHasNoReports() {
		Response response = post("/orders/none", "\n\n", NDJSON);
		assertThat(response.status()).isEqualTo(200);
		assertThat(response.body()).isEmpty();
	}

}
