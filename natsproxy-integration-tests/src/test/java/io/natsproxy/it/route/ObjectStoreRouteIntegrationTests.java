package io.natsproxy.it.route;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.nats.client.Connection;
import io.nats.client.ObjectStore;
import io.nats.client.PurgeOptions;
import io.nats.client.api.ObjectInfo;
import io.nats.client.api.ObjectMeta;
import io.nats.client.api.ObjectStoreConfiguration;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamInfoOptions;
import io.nats.client.api.Subject;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.jetstream.ObjectReader;
import io.natsproxy.core.jetstream.ObjectStores;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.it.gateway.RawHttpClient;
import io.natsproxy.it.gateway.RawHttpClient.Response;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Objects of a bucket by HTTP, beside jnats, which writes and reads the same ones.
 */
@Timeout(60)
class ObjectStoreRouteIntegrationTests {

	private static final int CHUNK = 4096;

	@RegisterExtension
	static final RouteGateway routes = RouteGateway.withJetStream()
		.route("path=/files/**", "object-store.bucket=files", "object-store.chunk-size=4KB",
				"object-store.max-object-size=500KB")
		.route("path=/missing/**", "object-store.bucket=missing")
		.route("path=/tenants/{tenant}/{*rest}", "object-store.bucket=files", "object-store.name=of/{tenant}/{*rest}",
				"methods=GET");

	private Connection connection;

	private ObjectStore store;

	@BeforeAll
	static void createBucket() throws Exception {
		try (var peer = routes.peer()) {
			peer.connection()
				.objectStoreManagement()
				.create(ObjectStoreConfiguration.builder("files").storageType(StorageType.Memory).build());
		}
	}

	@BeforeEach
	void connect() throws Exception {
		this.connection = routes.peer().connection();
		this.store = this.connection.objectStore("files");
	}

	@Test
	void objectIsStoredReadAndDeleted() throws Exception {
		byte[] bytes = bytes(3 * CHUNK + 5);
		Response stored = put("/files/a/b.bin", bytes, "Content-Type: image/png", "X-Object-Meta-Owner: me",
				"Repr-Digest: " + digest(bytes));
		assertThat(stored.status()).isEqualTo(201);
		assertThat(stored.header("Repr-Digest")).containsExactly(digest(bytes));
		ByteArrayOutputStream read = new ByteArrayOutputStream();
		ObjectInfo info = this.store.get("a/b.bin", read);
		assertThat(read.toByteArray()).isEqualTo(bytes);
		assertThat(info.getChunks()).isEqualTo(4);
		Response got = RawHttpClient.get(routes.port(), "/files/a/b.bin");
		assertThat(got.status()).isEqualTo(200);
		assertThat(got.body()).isEqualTo(bytes);
		assertThat(got.header("Content-Type")).containsExactly("image/png");
		assertThat(got.header("X-Object-Meta-owner")).containsExactly("me");
		assertThat(got.header("ETag")).isEqualTo(stored.header("ETag"));
		assertThat(got.header("Repr-Digest")).containsExactly(digest(bytes));
		assertThat(got.header("Content-Length")).containsExactly(Integer.toString(bytes.length));
		assertThat(got.header("Accept-Ranges")).containsExactly("bytes");
		assertThat(got.header("Last-Modified")).hasSize(1);
		Response head = RawHttpClient.exchange(routes.port(), RawHttpClient.request("HEAD", "/files/a/b.bin"));
		assertThat(head.status()).isEqualTo(200);
		assertThat(head.header("Content-Length")).containsExactly(Integer.toString(bytes.length));
		assertThat(put("/files/a/b.bin", bytes(10)).status()).isEqualTo(204);
		assertThat(delete("/files/a/b.bin").status()).isEqualTo(204);
		assertThat(delete("/files/a/b.bin").status()).isEqualTo(404);
		assertThat(RawHttpClient.get(routes.port(), "/files/a/b.bin").status()).isEqualTo(404);
		assertThat(this.store.getInfo("a/b.bin")).isNull();
		assertNothingButDescriptions();
	}

	@Test
	void emptyObject() throws Exception {
		assertThat(put("/files/empty", new byte[0]).status()).isEqualTo(201);
		Response got = RawHttpClient.get(routes.port(), "/files/empty");
		assertThat(got.status()).isEqualTo(200);
		assertThat(got.header("Content-Length")).containsExactly("0");
		assertThat(RawHttpClient.get(routes.port(), "/files/empty", "Range: bytes=0-").status()).isEqualTo(416);
		assertThat(this.store.get("empty", new ByteArrayOutputStream()).getSize()).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "0-0, 0, 0", "4095-4096, 4095, 4096", "5000-, 5000, 40959", "-10, 40950, 40959",
			"8192-12287, 8192, 12287", "36864-99999, 36864, 40959" })
	void partOfAnObject(String range, int first, int last) throws Exception {
		byte[] bytes = bytes(10 * CHUNK);
		if (this.store.getInfo("part") == null) {
			this.store.put(ObjectMeta.builder("part").chunkSize(CHUNK).build(), new ByteArrayInputStream(bytes));
		}
		Response part = RawHttpClient.get(routes.port(), "/files/part", "Range: bytes=" + range);
		assertThat(part.status()).isEqualTo(206);
		assertThat(part.header("Content-Range")).containsExactly("bytes " + first + "-" + last + "/40960");
		assertThat(part.body()).isEqualTo(Arrays.copyOfRange(bytes, first, last + 1));
	}

	@Test
	void chunksBeforeThePartAreNotRead() throws Exception {
		byte[] bytes = bytes(100 * CHUNK);
		this.store.put(ObjectMeta.builder("large").chunkSize(CHUNK).build(), new ByteArrayInputStream(bytes));
		long before = sent();
		assertThat(RawHttpClient.get(routes.port(), "/files/large", "Range: bytes=300000-300009").body())
			.isEqualTo(Arrays.copyOfRange(bytes, 300000, 300010));
		// What the gateway's client is sent: consumers, and one chunk.
		assertThat(sent() - before).isLessThan(5 * CHUNK);
		this.store.delete("large");
	}

	/**
	 * Returns the bytes that the gateway's connection for JetStream has received.
	 */
	private long sent() {
		return routes.gateway().bean(NatsExchanges.class).transport().connection().getStatistics().getInBytes();
	}

	@Test
	void partOfAnObjectBetweenOthersIsFound() throws Exception {
		byte[] bytes = bytes(20 * CHUNK);
		InputStream input = new ByteArrayInputStream(bytes) {
			private int reads;

			@Override
			public int read(byte[] target, int offset, int length) {
				// Another object grows between the chunks of this one.
				if (this.count - this.pos > 0 && this.reads++ % 3 == 1) {
					put("/files/between", bytes(this.reads * 500));
				}
				return super.read(target, offset, length);
			}

			@Override
			public int read(byte[] target) {
				return read(target, 0, target.length);
			}
		};
		this.store.put(ObjectMeta.builder("mixed").chunkSize(CHUNK).build(), input);
		for (int first : List.of(0, 5000, 33333, 19 * CHUNK + 1)) {
			Response part = RawHttpClient.get(routes.port(), "/files/mixed", "Range: bytes=" + first + "-");
			assertThat(part.status()).isEqualTo(206);
			assertThat(part.body()).isEqualTo(Arrays.copyOfRange(bytes, first, bytes.length));
		}
	}

	@Test
	void unequalChunksAreReadAsAWhole() throws Exception {
		byte[] bytes = bytes(3 * CHUNK - 10);
		InputStream input = new ByteArrayInputStream(bytes) {
			@Override
			public int read(byte[] target) {
				return super.read(target, 0, Math.min(target.length, (this.pos == 0) ? CHUNK - 5 : CHUNK));
			}
		};
		this.store.put(ObjectMeta.builder("unequal").chunkSize(CHUNK).build(), input);
		Response part = RawHttpClient.get(routes.port(), "/files/unequal", "Range: bytes=5000-5001");
		assertThat(part.status()).isEqualTo(200);
		assertThat(part.body()).isEqualTo(bytes);
	}

	@Test
	void rangesThatAreNotServed() {
		put("/files/ranges", bytes(100));
		String tag = RawHttpClient.get(routes.port(), "/files/ranges").header("ETag").get(0);
		Response beyond = RawHttpClient.get(routes.port(), "/files/ranges", "Range: bytes=100-");
		assertThat(beyond.status()).isEqualTo(416);
		assertThat(beyond.header("Content-Range")).containsExactly("bytes */100");
		assertThat(RawHttpClient.get(routes.port(), "/files/ranges", "Range: bytes=0-1,5-6").status()).isEqualTo(200);
		assertThat(RawHttpClient.get(routes.port(), "/files/ranges", "Range: bytes=5-1").status()).isEqualTo(200);
		assertThat(RawHttpClient.get(routes.port(), "/files/ranges", "Range: lines=0-1").status()).isEqualTo(200);
		assertThat(RawHttpClient.get(routes.port(), "/files/ranges", "Range: bytes=0-1", "If-Range: \"x\"").status())
			.isEqualTo(200);
		assertThat(RawHttpClient.get(routes.port(), "/files/ranges", "Range: bytes=0-1", "If-Range: " + tag).status())
			.isEqualTo(206);
	}

	@Test
	void preconditionsHold() {
		assertThat(put("/files/conditions", bytes(1), "If-Match: *").status()).isEqualTo(412);
		Response created = put("/files/conditions", bytes(1), "If-None-Match: *");
		assertThat(created.status()).isEqualTo(201);
		String tag = created.header("ETag").get(0);
		assertThat(put("/files/conditions", bytes(1), "If-None-Match: *").status()).isEqualTo(412);
		assertThat(RawHttpClient.get(routes.port(), "/files/conditions", "If-None-Match: \"x\", W/" + tag).status())
			.isEqualTo(304);
		assertThat(RawHttpClient.get(routes.port(), "/files/conditions", "If-Match: \"x\"").status()).isEqualTo(412);
		assertThat(put("/files/conditions", bytes(2), "If-Match: " + tag).status()).isEqualTo(204);
		assertThat(delete("/files/conditions", "If-Match: " + tag).status()).isEqualTo(412);
		assertThat(put("/files/conditions", bytes(2), "If-Match: x").status()).isEqualTo(400);
		assertThat(delete("/files/conditions").status()).isEqualTo(204);
	}

	@Test
	void uploadsThatMeetAreAllStored() {
		List<CompletableFuture<Integer>> uploads = IntStream.range(0, 12)
			.mapToObj((i) -> CompletableFuture.supplyAsync(() -> put("/files/met", bytes(10 + i)).status(),
					(task) -> new Thread(task, "upload").start()))
			.toList();
		assertThat(uploads).extracting(CompletableFuture::join).containsOnlyOnce(201).containsOnly(201, 204);
		assertNothingButDescriptions();
	}

	@Test
	void uploadThatIsNotWhatItSaysIsNoObject() throws Exception {
		byte[] bytes = bytes(3 * CHUNK);
		assertThat(put("/files/wrong", bytes, "Content-Digest: " + digest(bytes(1))).status()).isEqualTo(400);
		assertThat(put("/files/wrong", bytes, "Repr-Digest: sha-256=x").status()).isEqualTo(400);
		assertThat(put("/files/wrong", bytes(600_000)).status()).isEqualTo(413);
		assertThat(put("/files/wrong", bytes, "Content-Range: bytes 0-1/2").status()).isEqualTo(400);
		String chunked = RawHttpClient.request("PUT", "/files/wrong", "Transfer-Encoding: chunked");
		StringBuilder body = new StringBuilder(chunked);
		for (int i = 0; i < 150; i++) {
			body.append("1000\r\n").append("x".repeat(CHUNK)).append("\r\n");
		}
		assertThat(RawHttpClient.exchange(routes.port(), body.append("0\r\n\r\n").toString()).status()).isEqualTo(413);
		assertThat(this.store.getInfo("wrong")).isNull();
		assertNothingButDescriptions();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void uploadThatBreaksOffIsNoObject(boolean reset) throws Exception {
		try (RawHttpClient client = new RawHttpClient(routes.port())) {
			client.send(RawHttpClient.request("PUT", "/files/broken", "Content-Length: " + 20 * CHUNK));
			client.send(bytes(9 * CHUNK));
			Awaitility.await()
				.pollInterval(Duration.ofMillis(20))
				.until(() -> this.connection.jetStreamManagement()
					.getStreamInfo("OBJ_files", StreamInfoOptions.filterSubjects("$O.files.C.>"))
					.getStreamState()
					.getSubjects()
					.stream()
					.anyMatch((subject) -> subject.getCount() >= 5));
			if (reset) {
				client.reset();
			}
		}
		assertNothingButDescriptions();
		assertThat(this.store.getInfo("broken")).isNull();
	}

	@Test
	void objectThatIsNotWhatItsDigestSaysIsNotEndedCleanly() throws Exception {
		String id = forge("forged");
		assertThatThrownBy(() -> RawHttpClient.get(routes.port(), "/files/forged"))
			.isInstanceOf(UncheckedIOException.class);
		this.connection.jetStreamManagement().purgeStream("OBJ_files", PurgeOptions.subject("$O.files.C." + id));
		assertThat(RawHttpClient.get(routes.port(), "/files/forged").status()).isEqualTo(404);
	}

	@Test
	void failedReaderHoldsNothingAtTheServerWhileItsPartsWait() throws Exception {
		forge("unread");
		ObjectStores stores = routes.gateway().bean(ObjectStores.class);
		ByteReservation memory = new ByteReservation(new ByteBudget(1024 * 1024));
		StepVerifier
			.create(stores.find("files", "unread")
				.flatMap((object) -> stores.open(object, 0, object.size(), memory))
				.flatMapMany(ObjectReader::parts), 1)
			.expectNextCount(1)
			.then(this::assertNoReaders)
			.thenRequest(3)
			.expectNextCount(1)
			.verifyError(NatsExchangeException.class);
		this.store.delete("unread");
	}

	/**
	 * Stores an object of three chunks, and replaces them.
	 * @return its id
	 */
	private String forge(String name) throws Exception {
		this.store.put(ObjectMeta.builder(name).chunkSize(CHUNK).build(), new ByteArrayInputStream(bytes(3 * CHUNK)));
		String id = this.store.getInfo(name).getNuid();
		this.connection.jetStreamManagement().purgeStream("OBJ_files", PurgeOptions.subject("$O.files.C." + id));
		for (int i = 0; i < 3; i++) {
			this.connection.jetStream().publish("$O.files.C." + id, bytes(CHUNK));
		}
		return id;
	}

	@Test
	void clientThatGoesLeavesNoConsumer() throws Exception {
		byte[] bytes = bytes(120 * CHUNK);
		put("/files/left", bytes);
		try (RawHttpClient client = new RawHttpClient(routes.port(), 1024)) {
			client.send(RawHttpClient.request("GET", "/files/left"));
			assertThat(client.readBytes(100)).hasSize(100);
			client.reset();
		}
		assertNoReaders();
	}

	private void assertNoReaders() {
		Awaitility.await()
			.until(() -> this.connection.jetStreamManagement()
				.getConsumers("OBJ_files")
				.stream()
				.noneMatch((consumer) -> String.valueOf(consumer.getConsumerConfiguration().getFilterSubject())
					.startsWith("$O.files.C.")));
	}

	@ParameterizedTest
	@CsvSource({ "/files/a//b, 400", "/files/%2e%2e/a, 400", "/files/a%2F..%2Fb, 400", "/files/a%0D%0Ab, 400",
			"/files/a/, 400", "/tenants/a%2Fb/c, 400", "/missing/a, 404" })
	void namesThatAreRefused(String target, int status) {
		assertThat(RawHttpClient.get(routes.port(), target).status()).isEqualTo(status);
	}

	@Test
	void longNamesAreRefused() {
		assertThat(RawHttpClient.get(routes.port(), "/files/" + "a".repeat(1025)).status()).isEqualTo(414);
		assertThat(RawHttpClient.get(routes.port(), "/files/" + "a".repeat(10_000)).status()).isEqualTo(414);
		assertThat(put("/files/" + "a".repeat(1024), bytes(1)).status()).isEqualTo(201);
	}

	@ParameterizedTest
	@CsvSource({ "%2A, *", "%3E, >", "a.b%20c, a.b c", "%C3%BC%E2%82%AC%F0%9F%98%80, ü€😀", "%3F%3F%3E~, ??>~" })
	void anyOtherNameIsOne(String segment, String name) throws Exception {
		this.store.put(name, bytes(5));
		assertThat(RawHttpClient.get(routes.port(), "/files/" + segment).body()).isEqualTo(bytes(5));
		assertThat(put("/files/" + segment, bytes(6)).status()).isEqualTo(204);
		assertThat(this.store.getInfo(name).getSize()).isEqualTo(6);
		assertThat(delete("/files/" + segment).status()).isEqualTo(204);
	}

	@Test
	void linksAreFollowedOnceWithinTheBucket() throws Exception {
		ObjectInfo target = this.store.put("linked", bytes(7));
		this.store.addLink("link", target);
		assertThat(RawHttpClient.get(routes.port(), "/files/link").body()).isEqualTo(bytes(7));
		this.store.delete("linked");
		assertThat(RawHttpClient.get(routes.port(), "/files/link").status()).isEqualTo(404);
	}

	@Test
	void objectsAreListedInPages() {
		for (int i = 0; i < 5; i++) {
			put("/files/of/acme/" + i, bytes(i));
		}
		put("/files/of/other/1", bytes(1));
		delete("/files/of/acme/4");
		Response first = RawHttpClient.get(routes.port(), "/tenants/acme/?limit=3");
		assertThat(first.status()).isEqualTo(200);
		assertThat(first.text()).contains("of/acme/0", "of/acme/1", "of/acme/2").doesNotContain("other", "of/acme/3");
		String next = first.text().replaceAll(".*\"next\":(\\d+).*", "$1");
		Response second = RawHttpClient.get(routes.port(), "/tenants/acme/?limit=3&after=" + next);
		assertThat(second.text()).contains("of/acme/3").doesNotContain("of/acme/2", "of/acme/4", "other", "next");
		assertThat(RawHttpClient.get(routes.port(), "/files/?prefix=of/other").text()).contains("of/other/1")
			.doesNotContain("acme");
		assertThat(RawHttpClient.get(routes.port(), "/files/?limit=x").status()).isEqualTo(400);
		assertThat(put("/files/", bytes(1)).status()).isEqualTo(400);
	}

	/**
	 * Waits until there are no chunks that no object has.
	 */
	private void assertNothingButDescriptions() {
		Awaitility.await().untilAsserted(() -> {
			List<String> known = this.store.getList().stream().map((info) -> "$O.files.C." + info.getNuid()).toList();
			assertThat(this.connection.jetStreamManagement()
				.getStreamInfo("OBJ_files", StreamInfoOptions.filterSubjects("$O.files.C.>"))
				.getStreamState()
				.getSubjects()
				.stream()
				.map(Subject::getName)
				.filter((subject) -> !known.contains(subject))).isEmpty();
		});
	}

	private static Response put(String target, byte[] body, String... headers) {
		String[] all = Arrays.copyOf(headers, headers.length + 1);
		all[headers.length] = "Content-Length: " + body.length;
		try (RawHttpClient client = new RawHttpClient(routes.port())) {
			return client
				.send(RawHttpClient.request("PUT", target, all) + new String(body, StandardCharsets.ISO_8859_1))
				.read();
		}
	}

	private static Response delete(String target, String... headers) {
		return RawHttpClient.exchange(routes.port(), RawHttpClient.request("DELETE", target, headers));
	}

	private static byte[] bytes(int count) {
		byte[] bytes = new byte[count];
		new Random(count).nextBytes(bytes);
		return bytes;
	}

	private static String digest(byte[] bytes) throws Exception {
		return "sha-256=:" + Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes))
				+ ":";
	}

}
