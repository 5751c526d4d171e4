package io.natsproxy.it.route;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.KeyValue;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.StorageType;
import io.natsproxy.it.gateway.Peer;
import io.natsproxy.it.gateway.RawHttpClient;
import io.natsproxy.it.gateway.RawHttpClient.Response;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Routes to buckets of key-value pairs.
 */
@Timeout(60)
class KeyValueRouteIntegrationTests {

	@RegisterExtension
	static final RouteGateway routes = RouteGateway.withJetStream()
		.route("path=/config/**", "key-value.bucket=config", "key-value.max-value-size=64KB")
		.route("path=/users/{id}/name", "key-value.bucket=config", "key-value.key=users.{id}.name",
				"key-value.methods=GET,PUT", "key-value.content-type=text/plain")
		.route("path=/hidden/{*key}", "key-value.bucket=config", "key-value.listing=false")
		.route("path=/short/**", "key-value.bucket=config", "key-value.ttl=1m")
		.route("path=/missing/**", "key-value.bucket=missing");

	private static int tests;

	private String root;

	private final Peer peer = routes.peer();

	private KeyValue bucket;

	@BeforeEach
	void useBucket() throws Exception {
		Connection connection = this.peer.connection();
		if (tests++ == 0) {
			connection.keyValueManagement()
				.create(KeyValueConfiguration.builder()
					.name("config")
					.storageType(StorageType.Memory)
					.maxHistoryPerKey(5)
					.build());
		}
		this.root = "t" + tests;
		this.bucket = connection.keyValue("config");
	}

	private String path(String key) {
		return "/config/" + this.root + "/" + key;
	}

	private Response get(String key, String... headers) {
		return RawHttpClient.get(routes.port(), path(key), headers);
	}

	private static Response send(String method, String target, String body, String... headers) {
		return RawHttpClient.exchange(routes.port(),
				method + RawHttpClient.post(target, body, headers).substring("POST".length()));
	}

	private Response put(String key, String value, String... headers) {
		return send("PUT", path(key), value, headers);
	}

	private static String tag(Response response) {
		return response.header("ETag").get(0);
	}

	@Test
	void valueIsWrittenAndReadWithItsType() throws Exception {
		Response created = put("a/b", "{}", "Content-Type: application/json");
		assertThat(created.status()).isEqualTo(201);
		assertThat(created.header("Location")).containsExactly(path("a/b"));
		Response read = get("a/b");
		assertThat(read.status()).isEqualTo(200);
		assertThat(read.text()).isEqualTo("{}");
		assertThat(read.header("Content-Type")).containsExactly("application/json");
		assertThat(tag(read)).isEqualTo(tag(created));
		assertThat(read.header("Last-Modified")).hasSize(1);
		assertThat(this.bucket.get(this.root + ".a.b").getValueAsString()).isEqualTo("{}");
		assertThat(put("a/b", "[]").status()).isEqualTo(204);
		Response head = RawHttpClient.exchange(routes.port(), RawHttpClient.request("HEAD", path("a/b")));
		assertThat(head.status()).isEqualTo(200);
		assertThat(head.header("Content-Length")).containsExactly("2");
		assertThat(head.header("Content-Type")).containsExactly("application/octet-stream");
	}

	@Test
	void unchangedValueIsNotSentAgain() {
		String tag = tag(put("a", "1"));
		Response unchanged = get("a", "If-None-Match: \"1000000\", " + tag);
		assertThat(unchanged.status()).isEqualTo(304);
		assertThat(tag(unchanged)).isEqualTo(tag);
		put("a", "2");
		assertThat(get("a", "If-None-Match: " + tag).status()).isEqualTo(200);
		assertThat(get("a", "If-Match: " + tag).status()).isEqualTo(412);
	}

	@Test
	void writesKeepToConditions() {
		assertThat(put("a", "1", "If-Match: *").status()).isEqualTo(412);
		String tag = tag(put("a", "1", "If-None-Match: *"));
		assertThat(put("a", "2", "If-None-Match: *").status()).isEqualTo(412);
		String next = tag(put("a", "2", "If-Match: " + tag));
		assertThat(put("a", "3", "If-Match: " + tag).status()).isEqualTo(412);
		assertThat(put("a", "3", "If-Match: W/" + next).status()).isEqualTo(204);
		assertThat(put("a", "3", "If-Match: nonsense").status()).isEqualTo(400);
		assertThat(send("DELETE", path("a"), "", "If-Match: " + tag).status()).isEqualTo(412);
		assertThat(send("DELETE", path("a"), "", "If-Match: *").status()).isEqualTo(204);
		assertThat(get("a").status()).isEqualTo(404);
		assertThat(send("DELETE", path("a"), "").status()).isEqualTo(404);
		assertThat(put("a", "4", "If-None-Match: *").status()).isEqualTo(201);
	}

	@Test
	void postCreatesOnly() {
		assertThat(send("POST", path("a"), "1").status()).isEqualTo(201);
		assertThat(send("POST", path("a"), "2").status()).isEqualTo(409);
		assertThat(get("a").text()).isEqualTo("1");
	}

	@Test
	void oneOfManyCreatesAKey() {
		List<RawHttpClient> clients = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			clients.add(new RawHttpClient(routes.port()).send(RawHttpClient.post(path("a"), "" + i)));
		}
		assertThat(clients.stream().map((client) -> {
			try (client) {
				return client.read().status();
			}
		})).containsOnlyOnce(201).containsOnly(201, 409);
	}

	@Test
	void revisionsOfAKeyCanBeRead() throws Exception {
		String first = tag(put("a", "1")).replace("\"", "");
		String other = tag(put("b", "x")).replace("\"", "");
		put("a", "2");
		assertThat(get("a?revision=" + first).text()).isEqualTo("1");
		assertThat(get("a?revision=" + other).status()).isEqualTo(404);
		assertThat(get("a?revision=999999").status()).isEqualTo(404);
		assertThat(get("a?revision=x").status()).isEqualTo(400);
		long deleted = this.bucket.get(this.root + ".a").getRevision() + 1;
		this.bucket.delete(this.root + ".a");
		assertThat(get("a?revision=" + deleted).status()).isEqualTo(404);
	}

	@Test
	void historyHasAllRevisions() throws Exception {
		String key = this.root + ".a";
		this.bucket.put(key, "one \"1\"");
		this.bucket.put(key, new byte[] { (byte) 0xFF });
		this.bucket.delete(key);
		Response history = get("a?history");
		assertThat(history.status()).isEqualTo(200);
		assertThat(history.header("Content-Type")).containsExactly("application/json");
		assertThat(history.text()).startsWith("[{\"key\":\"" + key + "\",\"revision\":")
			.contains("\"value\":\"one \\\"1\\\"\"}", "\"base64\":\"/w==\"}", "\"operation\":\"delete\"")
			.endsWith("\"}]");
		assertThat(get("none?history").status()).isEqualTo(404);
	}

	@Test
	void keysAreListedInPages() throws Exception {
		for (String key : new String[] { "c", "a", "b.x", "bb", "gone" }) {
			this.bucket.put(this.root + ".k" + key, "1");
		}
		this.bucket.delete(this.root + ".kgone");
		String prefix = this.root + ".k";
		Response first = RawHttpClient.get(routes.port(), "/config?limit=3&prefix=" + prefix);
		assertThat(first.text())
			.isEqualTo(("{\"keys\":[\"%1$sa\",\"%1$sb.x\",\"%1$sbb\"],\"next\":\"%1$sbb\"}").formatted(prefix));
		String next = "?limit=3&prefix=" + prefix + "&after=" + prefix + "bb";
		assertThat(first.header("Link")).containsExactly("<" + next + ">; rel=\"next\"");
		Response second = RawHttpClient.get(routes.port(), "/config/" + next);
		assertThat(second.text()).isEqualTo("{\"keys\":[\"" + prefix + "c\"]}");
		assertThat(RawHttpClient.get(routes.port(), "/config?prefix=" + this.root + ".none.").text())
			.isEqualTo("{\"keys\":[]}");
		assertThat(consumers()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "prefix=*", "prefix=a..b", "prefix=.a", "prefix=%3E", "limit=0", "limit=1001", "limit=x" })
	void listingIsNoWayToOtherSubjects(String query) {
		assertThat(RawHttpClient.get(routes.port(), "/config?" + query).status()).isEqualTo(400);
	}

	@ParameterizedTest
	@CsvSource({ "a%2Eb, a=2Eb", "%2A, =2A", "%3E, =3E", "a%20b, a=20b", "%0D%0A, =0D=0A", "%C3%A9, =C3=A9", "a=b, a=b",
			"a=2E, a=3D2E" })
	void keysOfStrangersAreKeysAndNothingElse(String segment, String token) throws Exception {
		Response created = put(segment, "v");
		if (created.status() != 400) {
			assertThat(created.status()).isEqualTo(201);
			assertThat(this.bucket.get(this.root + "." + token).getValueAsString()).isEqualTo("v");
			assertThat(get(segment).text()).isEqualTo("v");
		}
		else {
			assertThat(segment).isEqualTo("%0D%0A");
		}
	}

	@Test
	void longAndEmptyKeysAreRefused() {
		assertThat(get("a".repeat(2000)).status()).isEqualTo(414);
		assertThat(get("a//b").status()).isEqualTo(400);
		assertThat(get("a/").status()).isEqualTo(400);
		assertThat(RawHttpClient.exchange(routes.port(), RawHttpClient.post("/config/", "x")).status()).isEqualTo(400);
	}

	@Test
	void valueOverItsLimitIsRefused() {
		assertThat(put("a", "x".repeat(65_537)).status()).isEqualTo(413);
		assertThat(send("PUT", "/hidden/" + this.root, "x".repeat(1_048_576)).status()).isEqualTo(413);
		assertThat(put("a", "x".repeat(65_536)).status()).isEqualTo(201);
		assertThat(get("a").text()).hasSize(65_536);
	}

	@Test
	void templateMakesTheKey() throws Exception {
		String target = "/users/" + this.root + "%2E1/name";
		assertThat(send("PUT", target, "Ann").status()).isEqualTo(201);
		assertThat(this.bucket.get("users." + this.root + "=2E1.name").getValueAsString()).isEqualTo("Ann");
		assertThat(RawHttpClient.get(routes.port(), target).header("Content-Type")).containsExactly("text/plain");
		Response refused = send("DELETE", target, "");
		assertThat(refused.status()).isEqualTo(405);
		assertThat(refused.header("Allow")).containsExactly("GET,HEAD,OPTIONS,PUT");
	}

	@Test
	void listingCanBeForbidden() {
		assertThat(RawHttpClient.get(routes.port(), "/hidden").status()).isEqualTo(404);
		assertThat(RawHttpClient.get(routes.port(), "/hidden?watch").status()).isEqualTo(404);
	}

	@ParameterizedTest
	@CsvSource({ "GET, /missing/a", "GET, /missing", "GET, /missing?watch", "PUT, /missing/a", "DELETE, /missing/a" })
	void missingBucketIsTold(String method, String target) {
		Response response = send(method, target, "");
		assertThat(response.status()).isEqualTo(404);
		assertThat(response.text()).contains("no such bucket");
	}

	@Test
	void timeToLiveTakesServerAndBucket() throws Exception {
		assertThat(put("a?ttl=soon", "x").status()).isEqualTo(400);
		Response refused = put("a?ttl=30s", "x");
		assertThat(refused.status()).isEqualTo(501);
		assertThat(send("PUT", "/short/" + this.root, "x").status()).isEqualTo(501);
		assertThat(get("a").status()).isEqualTo(404);
	}

	@Test
	void valuesHaveATimeToLive() throws Exception {
		Connection connection = this.peer.connection();
		Assumptions.assumeTrue(connection.getServerInfo().isSameOrNewerThanVersion("2.11.0"),
				"nats-server before 2.11 has no time to live of single messages");
		connection.keyValueManagement()
			.create(KeyValueConfiguration.builder()
				.name("missing")
				.storageType(StorageType.Memory)
				.limitMarker(1000)
				.build());
		try {
			assertThat(send("PUT", "/missing/a?ttl=30s", "x").status()).isEqualTo(201);
			assertThat(connection.jetStreamManagement()
				.getLastMessage("KV_missing", "$KV.missing.a")
				.getHeaders()
				.getFirst("Nats-TTL")).isEqualTo("30s");
		}
		finally {
			connection.keyValueManagement().delete("missing");
		}
	}

	@Test
	void watchShowsWhatIsThereAndWhatComes() throws Exception {
		String key = this.root + ".a";
		this.bucket.put(key, "1");
		try (RawHttpClient client = new RawHttpClient(routes.port())) {
			client.send(RawHttpClient.request("GET", path("a"), "Accept: text/event-stream"));
			Response head = client.read(true);
			assertThat(head.header("Content-Type")).containsExactly("text/event-stream");
			EventReader events = new EventReader(client);
			assertThat(events.next()).contains("event: put", "\"value\":\"1\"");
			long second = this.bucket.put(key, "2");
			assertThat(events.next()).contains("event: put\nid: " + second + "\n", "\"value\":\"2\"");
			this.bucket.put(this.root + ".other", "x");
			this.bucket.delete(key);
			assertThat(events.next()).contains("event: delete", "\"operation\":\"delete\"");
		}
		awaitNoConsumers();
	}

	@Test
	void watchGoesOnAfterTheLastEvent() throws Exception {
		long first = this.bucket.put(this.root + ".a", "1");
		long second = this.bucket.put(this.root + ".a", "2");
		long third = this.bucket.put(this.root + ".b", "3");
		try (RawHttpClient client = new RawHttpClient(routes.port())) {
			client.send(RawHttpClient.request("GET", "/config?watch&prefix=" + this.root, "Last-Event-ID: " + first));
			client.read(true);
			EventReader events = new EventReader(client);
			assertThat(events.next()).contains("id: " + second + "\n");
			assertThat(events.next()).contains("id: " + third + "\n");
		}
		try (RawHttpClient client = new RawHttpClient(routes.port())) {
			client.send(RawHttpClient.request("GET", "/config?watch&prefix=" + this.root, "Last-Event-ID: 100000000"));
			client.read(true);
			EventReader events = new EventReader(client);
			assertThat(events.next()).contains("event: gap");
			assertThat(events.next()).contains("id: " + second + "\n");
		}
		awaitNoConsumers();
	}

	@Test
	void slowClientLosesNothing() throws Exception {
		String value = "x".repeat(60_000);
		try (RawHttpClient client = new RawHttpClient(routes.port(), 4096)) {
			client.send(RawHttpClient.request("GET", "/config?watch&prefix=" + this.root + "."));
			client.read(true);
			for (int i = 0; i < 100; i++) {
				this.bucket.put(this.root + ".k" + i, value);
			}
			EventReader events = new EventReader(client);
			for (int i = 0; i < 100; i++) {
				assertThat(events.next()).contains("\"key\":\"" + this.root + ".k" + i + "\"");
			}
		}
		awaitNoConsumers();
	}

	private long consumers() throws IOException, JetStreamApiException {
		return this.peer.connection()
			.jetStreamManagement()
			.getStreamInfo("KV_config")
			.getStreamState()
			.getConsumerCount();
	}

	private void awaitNoConsumers() {
		Awaitility.await().atMost(10, TimeUnit.SECONDS).untilAsserted(() -> assertThat(consumers()).isZero());
	}

	/**
	 * Reads events of a chunked response.
	 */
	private static final class EventReader {

		private final RawHttpClient client;

		private final StringBuilder text = new StringBuilder();

		EventReader(RawHttpClient client) {
			this.client = client;
		}

		private byte[] chunk() {
			StringBuilder size = new StringBuilder();
			for (byte c = this.client.readBytes(1)[0]; c != '\n'; c = this.client.readBytes(1)[0]) {
				size.append((char) c);
			}
			byte[] chunk = this.client.readBytes(Integer.parseInt(size.toString().trim(), 16));
			this.client.readBytes(2);
			return chunk;
		}

		String next() {
			while (true) {
				int end = this.text.indexOf("\n\n");
				if (end < 0) {
					this.text.append(new String(chunk(), StandardCharsets.UTF_8));
					continue;
				}
				String event = this.text.substring(0, end + 1);
				this.text.delete(0, end + 2);
				if (!event.startsWith(":")) {
					return event;
				}
			}
		}

	}

}
