package io.natsproxy.core.discovery;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;

import io.natsproxy.core.discovery.DiscoveryRequests.Request;
import io.natsproxy.core.subject.RouteSubjects;
import io.natsproxy.core.subject.SubjectCodec;
import io.natsproxy.core.transport.NatsTransport;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class DiscoveryRequestsTests {

	private final List<String> answered = new ArrayList<>();

	private final Queue<Runnable> tasks = new ArrayDeque<>();

	private final List<Duration> delays = new ArrayList<>();

	private boolean withoutMemory;

	private Runnable whilePublishing = () -> {
	};

	private final DiscoveryReplies replies = new DiscoveryReplies(
			new ServiceDescription("orders", "1.2.3", "x".repeat(100), Map.of()), "ID1",
			new ServiceEndpoints.Builder(new RouteSubjects(new SubjectCodec("")), "orders", null).build(),
			Instant.now());

	private final DiscoveryRequests requests = new DiscoveryRequests(transport(), this::later, "orders");

	private NatsTransport transport() {
		return (NatsTransport) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { NatsTransport.class }, (proxy, method, arguments) -> switch (method.getName()) {
					case "maxPayload" -> 1024L * 1024;
					case "publish" -> {
						this.answered.add((String) arguments[0]);
						this.whilePublishing.run();
						yield null;
					}
					default -> throw new UnsupportedOperationException(method.getName());
				});
	}

	private void later(Runnable task, Duration delay) {
		if (this.withoutMemory) {
			throw new OutOfMemoryError("Thrown by a test");
		}
		this.tasks.add(task);
		this.delays.add(delay);
	}

	private void ask(int from, int to) {
		for (int i = from; i < to; i++) {
			this.requests.add(new Request(new DiscoveryAnswer(this.replies, DiscoveryVerb.PING, 0), "reply." + i));
		}
	}

	private void runAll() {
		while (!this.tasks.isEmpty()) {
			this.tasks.remove().run();
		}
	}

	@Test
	void noMoreWaitThanThereIsRoomFor() {
		ask(0, 20_000);
		assertThat(this.tasks).hasSize(1);
		runAll();
		assertThat(this.answered).hasSize(DiscoveryRequests.MAX_WAITING)
			.startsWith("reply.0")
			.endsWith("reply." + (DiscoveryRequests.MAX_WAITING - 1));
		ask(20_000, 20_001);
		runAll();
		assertThat(this.answered).hasSize(DiscoveryRequests.MAX_WAITING + 1).endsWith("reply.20000");
	}

	@Test
	void shortAnswersKeepToAPaceToo() {
		for (int i = 0; i < 100; i++) {
			ask(0, DiscoveryRequests.MAX_WAITING);
			runAll();
		}
		// Were it for their bytes alone, it would be a quarter.
		long bytes = 100L * DiscoveryRequests.MAX_WAITING * DiscoveryRequests.MIN_LENGTH;
		assertThat(this.answered).hasSize(100 * DiscoveryRequests.MAX_WAITING);
		assertThat(this.delays.get(this.delays.size() - 1))
			.isGreaterThan(Duration.ofMillis(bytes * 1000 / DiscoveryRequests.BYTES_A_SECOND / 2));
	}

	@Test
	void failureToAnswerSoonIsOverWithTheNextRequest() {
		this.withoutMemory = true;
		assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> ask(0, 1));
		this.withoutMemory = false;
		ask(1, 2);
		this.withoutMemory = true;
		this.whilePublishing = () -> {
			this.whilePublishing = () -> {
			};
			ask(2, 3);
		};
		assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(this::runAll);
		assertThat(this.answered).containsExactly("reply.0", "reply.1");
		this.withoutMemory = false;
		ask(3, 4);
		runAll();
		assertThat(this.answered).containsExactly("reply.0", "reply.1", "reply.2", "reply.3");
	}

}
