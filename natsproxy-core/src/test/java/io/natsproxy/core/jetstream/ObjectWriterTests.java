package io.natsproxy.core.jetstream;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

import io.nats.client.JetStream;
import io.nats.client.JetStreamManagement;
import io.nats.client.PurgeOptions;
import io.natsproxy.core.discovery.AbstractBusTests;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link ObjectWriter}.
 */
class ObjectWriterTests extends AbstractBusTests {

	private final List<String> published = new CopyOnWriteArrayList<>();

	private final List<String> purged = new CopyOnWriteArrayList<>();

	private final AtomicReference<ObjectWriter> writer = new AtomicReference<>();

	@Test
	void chunkThatIsBeingPublishedIsRemovedToo() throws Exception {
		try (JetStreams streams = new JetStreams(exchanges(broker.url()), Duration.ofSeconds(10))) {
			ObjectUpload upload = new ObjectUpload("files", "a", 10, 100, 5, null, Map.of(), Map.of());
			JetStream jetStream = jetStream();
			this.writer.set(new ObjectWriter(streams, jetStream,
					new ObjectDescriptions(jetStream, management(), "files"), upload, 10, (object) -> true));
			StepVerifier.create(this.writer.get().write(Flux.just(new byte[5])))
				.verifyErrorSatisfies((ex) -> assertThat(ex).hasMessageContaining("not stored"));
			await().untilAsserted(() -> assertThat(this.purged).containsExactlyElementsOf(this.published));
			assertThat(this.published).hasSize(1);
		}
	}

	/**
	 * Returns a JetStream at which the upload is given up while a chunk is published.
	 */
	private JetStream jetStream() {
		return (JetStream) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { JetStream.class },
				(proxy, method, arguments) -> {
					this.writer.get().remove().block();
					this.published.add((String) arguments[0]);
					return CompletableFuture.failedFuture(new IllegalArgumentException("not stored"));
				});
	}

	private JetStreamManagement management() {
		return (JetStreamManagement) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { JetStreamManagement.class }, (proxy, method, arguments) -> {
					this.purged.add(((PurgeOptions) arguments[1]).getSubject());
					return null;
				});
	}

}
