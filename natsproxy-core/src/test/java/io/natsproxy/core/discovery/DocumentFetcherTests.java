package io.natsproxy.core.discovery;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.test.PermissionFront;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

class DocumentFetcherTests extends AbstractBusTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final int MAX_LENGTH = 4 * 1024 * 1024;

	private final Scheduler scheduler = Schedulers.newSingle("documents", true);

	@BeforeEach
	void disposeOfTheScheduler() {
		// After those who run on it.
		this.closeables.add(this.scheduler::dispose);
	}

	private DocumentFetcher fetcher(String url) throws Exception {
		DocumentFetcher fetcher = new DocumentFetcher(exchanges(url), this.scheduler);
		this.closeables.add(0, fetcher);
		return fetcher;
	}

	private static byte[] content(int length) {
		byte[] content = new byte[length];
		new Random(length).nextBytes(content);
		return content;
	}

	/**
	 * An instance as a watcher of services hears of it.
	 */
	private static DiscoveredService told(String id, String hash, Object length) {
		return new DiscoveredService("orders", id, "1.0.0",
				Map.of("natsproxy.openapi", hash, "natsproxy.openapi.length", String.valueOf(length)), List.of());
	}

	private DiscoveredService serve(byte[] content) throws Exception {
		NatsExchanges exchanges = exchanges(broker.url());
		ServiceEndpoints.Builder endpoints = new ServiceEndpoints.Builder(exchanges.routeSubjects(), "orders", null);
		endpoints.add(Set.of("GET", "POST"), "/orders/{id}", EndpointTraits.UNKNOWN);
		ServiceDocument document = new ServiceDocument(content, Map.of("GET /orders/{id}", "abc"));
		DiscoverableService service = new DiscoverableService(exchanges,
				new ServiceDiscovery(new ServiceDescription("orders", "1.0.0")).document(() -> document),
				endpoints.build());
		AtomicReference<DiscoveredService> told = new AtomicReference<>();
		this.raw.createDispatcher().subscribe("shop.natsproxy.service.up", (up) -> {
			Message info = this.raw.request("$SRV.INFO.orders." + service.id(), null, PATIENCE);
			DiscoveryReader.Part part = (info != null) ? DiscoveryReader.read(info.getData()) : null;
			told.set((part != null) ? part.service() : null);
		});
		this.raw.flush(PATIENCE);
		service.listening();
		this.closeables.add(0, service::stopping);
		await().atMost(PATIENCE).until(() -> told.get() != null);
		return told.get();
	}

	/**
	 * Answers requests for a document, of which there is one only that is told as it is.
	 */
	private AtomicInteger answer(String id, String hash, byte[]... pieces) throws Exception {
		AtomicInteger asked = new AtomicInteger();
		this.raw.createDispatcher()
			.subscribe("shop.natsproxy.document.orders." + id + "." + hash, (message) -> this.raw
				.publish(message.getReplyTo(), pieces[Math.min(asked.getAndIncrement(), pieces.length - 1)]));
		this.raw.flush(PATIENCE);
		return asked;
	}

	@Test
	void documentComesInPiecesThatOthersCanAskForToo() throws Exception {
		byte[] content = content(300_000);
		DiscoveredService service = serve(content);
		assertThat(service.documentHash()).isEqualTo(ServiceDocument.hash(content));
		assertThat(service.documentLength()).isEqualTo(content.length);
		assertThat(service.endpoints().get(0).metadata()).containsEntry("schema", "abc");
		assertThat(service.endpoints().get(1).metadata()).doesNotContainKey("schema");
		assertThat(fetcher(broker.url()).fetch(service, MAX_LENGTH).block(PATIENCE)).isEqualTo(content);
		String subject = "shop.natsproxy.document.orders." + service.id() + "." + service.documentHash();
		Message last = this.raw.request(subject, new Headers().add("Natsproxy-Offset", "299990"), null, PATIENCE);
		assertThat(last.getData()).hasSize(10);
		// Nothing is published where the sender may not publish by itself.
		AtomicInteger others = new AtomicInteger();
		this.raw.createDispatcher((message) -> others.incrementAndGet()).subscribe("evil");
		this.raw.publish(subject, "evil", null);
		assertThat(this.raw.request(subject, null, PATIENCE).getData()).hasSize(DocumentPiece.MAX_LENGTH);
		assertThat(others).hasValue(0);
	}

	@Test
	void documentOfOneBytePieceIsWhole() throws Exception {
		DiscoveredService service = serve(new byte[] { '1' });
		assertThat(fetcher(broker.url()).fetch(service, MAX_LENGTH).block(PATIENCE)).containsExactly('1');
	}

	@Test
	void documentThatIsTooLongIsNotAskedFor() throws Exception {
		String hash = ServiceDocument.hash(content(1));
		AtomicInteger asked = answer("ID", hash, content(1000));
		for (Object length : List.of(MAX_LENGTH + 1, 50_000_000, "999999999999999999", "0", "-1", "many", "")) {
			assertThatIllegalStateException()
				.isThrownBy(() -> fetcher(broker.url()).fetch(told("ID", hash, length), MAX_LENGTH).block(PATIENCE));
		}
		for (String lie : List.of("", "x", "A".repeat(64), "*".repeat(64), hash + ".>")) {
			assertThatIllegalStateException()
				.isThrownBy(() -> fetcher(broker.url()).fetch(told("ID", lie, 10), MAX_LENGTH).block(PATIENCE));
		}
		this.raw.flush(PATIENCE);
		assertThat(asked).hasValue(0);
	}

	@Test
	void liesAreNotBelieved() throws Exception {
		byte[] content = content(1000);
		String hash = ServiceDocument.hash(content);
		DocumentFetcher fetcher = fetcher(broker.url());
		answer("OTHER", hash, content("other".length()));
		assertThatIllegalStateException()
			.isThrownBy(() -> fetcher.fetch(told("OTHER", hash, 5), MAX_LENGTH).block(PATIENCE))
			.withMessageContaining("another hash");
		answer("LONG", hash, content(1001));
		answer("EMPTY", hash, new byte[0]);
		for (String id : List.of("LONG", "EMPTY")) {
			assertThatIllegalStateException()
				.isThrownBy(() -> fetcher.fetch(told(id, hash, 1000), MAX_LENGTH).block(PATIENCE))
				.withMessageContaining("another length");
		}
		answer("HONEST", hash, content);
		assertThat(fetcher.fetch(told("HONEST", hash, 1000), MAX_LENGTH).block(PATIENCE)).isEqualTo(content);
	}

	@Test
	void nobodyToAskIsNoticedAtOnce() throws Exception {
		assertThatIllegalStateException()
			.isThrownBy(
					() -> fetcher(broker.url()).fetch(told("GONE", ServiceDocument.hash(content(1)), 1000), MAX_LENGTH)
						.block(PATIENCE))
			.withMessageContaining("Nobody");
	}

	@Test
	void silenceEndsAndLeavesNothingBehind() throws Exception {
		AtomicInteger asked = new AtomicInteger();
		this.raw.createDispatcher().subscribe("shop.natsproxy.document.>", (message) -> asked.incrementAndGet());
		this.raw.flush(PATIENCE);
		assertThatIllegalStateException()
			.isThrownBy(
					() -> fetcher(broker.url()).fetch(told("DEAF", ServiceDocument.hash(content(1)), 1000), MAX_LENGTH)
						.block(PATIENCE))
			.withMessageContaining("in time");
		assertThat(asked).hasValue(3);
	}

	@Test
	void whatMayNotBeAskedForFails() throws Exception {
		try (PermissionFront front = new PermissionFront(broker)) {
			front.permitPublish((subject) -> !subject.contains("natsproxy.document"));
			assertThatIllegalStateException()
				.isThrownBy(
						() -> fetcher(front.url()).fetch(told("ID", ServiceDocument.hash(content(1)), 1000), MAX_LENGTH)
							.block(PATIENCE))
				.withMessageContaining("may not be asked for");
		}
	}

	@Test
	void serviceWhoseDocumentCannotBeMadeIsDiscoveredWithoutOne() throws Exception {
		NatsExchanges exchanges = exchanges(broker.url());
		DiscoverableService service = new DiscoverableService(exchanges,
				new ServiceDiscovery(new ServiceDescription("broken", "1.0.0")).document(() -> {
					throw new NoClassDefFoundError("Thrown by a test");
				}), new ServiceEndpoints.Builder(exchanges.routeSubjects(), "broken", null).build());
		service.listening();
		this.closeables.add(0, service::stopping);
		Message info = await().atMost(PATIENCE)
			.until(() -> this.raw.request("$SRV.INFO.broken", null, Duration.ofSeconds(1)),
					(reply) -> reply != null && !reply.isStatusMessage());
		assertThat(new String(info.getData(), StandardCharsets.UTF_8)).contains("broken")
			.doesNotContain("natsproxy.openapi");
	}

}
