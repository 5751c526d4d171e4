package io.natsproxy.it.gateway;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.natsproxy.it.gateway.RawHttpClient.Response;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static io.natsproxy.it.gateway.ProblemAssert.assertProblem;
import static io.natsproxy.it.gateway.RawHttpClient.get;
import static io.natsproxy.it.gateway.RawHttpClient.post;
import static io.natsproxy.it.gateway.RawHttpClient.request;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients, services and servers that go away while requests are under way.
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class ExchangeEndIntegrationTests {

	@RegisterExtension
	static final SharedGateway shared = new SharedGateway();

	@Test
	void clientThatGoesAwayEndsItsExchange() {
		try (Peer peer = shared.peer().ignore("GET:.gone")) {
			try (RawHttpClient client = new RawHttpClient(shared.port())) {
				client.send(request("GET", "/gone"));
				peer.next();
				assertThat(shared.gateway().inFlight()).isEqualTo(1);
			}
			await(8).untilAsserted(() -> assertThat(shared.gateway().inFlight()).isZero());
		}
	}

	@Test
	void clientThatGoesAwayWithinItsBodyEndsItsExchangeAndFillsNoLog(CapturedOutput output) {
		try (Peer peer = shared.peer().tap()) {
			try (RawHttpClient client = new RawHttpClient(shared.port())) {
				client.send("POST /gone HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(50_000));
				await(8).untilAsserted(() -> assertThat(shared.gateway().inFlight()).isEqualTo(1));
			}
			await(8).untilAsserted(() -> assertThat(shared.gateway().inFlight()).isZero());
			assertThat(peer.subjects()).isEmpty();
			assertThat(output).doesNotContain("AbortedException");
		}
	}

	@Test
	void requestsOfClientsThatGoAwayMakeRoomForOthers() {
		try (TestApplication small = TestApplication.gateway(shared.broker())
			.properties("natsproxy.gateway.max-in-flight=1")
			.start(); Peer peer = shared.peer().ignore("GET:.gone").answer("GET:.after", "ok")) {
			for (int i = 0; i < 5; i++) {
				try (RawHttpClient client = new RawHttpClient(small.port())) {
					client.send(request("GET", "/gone"));
					peer.next();
				}
				await(8).untilAsserted(() -> assertThat(small.inFlight()).isZero());
			}
			assertThat(get(small.port(), "/after").text()).isEqualTo("ok");
		}
	}

	@Test
	void whileNatsIsDownRequestsFailAtOnceAndAreNotSentLater() {
		try (TestBroker broker = TestBroker.start();
				TestApplication gateway = TestApplication.gateway(broker).start();
				Peer peer = new Peer(broker).tap()) {
			assertThat(get(gateway.port(), "/before").status()).isEqualTo(200);
			broker.stop();
			await(30).untilAsserted(() -> assertThat(get(gateway.port(), "/probe").status()).isEqualTo(503));
			for (int i = 0; i < 10; i++) {
				long begin = System.nanoTime();
				Response response = RawHttpClient.exchange(gateway.port(), post("/down", "body"));
				assertThat(assertProblem(response, 503)).isEqualTo("There is no connection to NATS");
				assertThat(response.header("Retry-After")).containsExactly("1");
				assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(8));
			}
			broker.restart();
			await(30).untilAsserted(() -> assertThat(get(gateway.port(), "/after").status()).isEqualTo(200));
			assertThat(peer.subjects()).doesNotContain("POST:.down", "GET:.probe").contains("GET:.after");
			SharedGateway.awaitNothingInFlight(gateway);
		}
	}

	@Test
	void requestsUnderWayWhenNatsGoesDownEndInTime() {
		try (TestBroker broker = TestBroker.start();
				TestApplication gateway = TestApplication.gateway(broker)
					.properties("natsproxy.gateway.timeout=1s")
					.start();
				Peer peer = new Peer(broker).ignore("GET:.slow");
				RawHttpClient client = new RawHttpClient(gateway.port())) {
			client.send(request("GET", "/slow"));
			peer.next();
			broker.stop();
			assertThat(client.read().status()).isIn(503, 504);
			SharedGateway.awaitNothingInFlight(gateway);
		}
	}

	@Test
	void restartsOfNatsUnderLoadGiveNoWrongAnswers() throws Exception {
		try (TestBroker broker = TestBroker.start();
				TestApplication gateway = TestApplication.gateway(broker)
					.properties("natsproxy.gateway.timeout=1s")
					.start();
				TestApplication service = TestApplication.service(broker, "restarts")
					.with(ServiceRoutes.class)
					.start()) {
			AtomicBoolean done = new AtomicBoolean();
			Load load = Load.start(gateway.port(), 4, (i) -> !done.get());
			for (int i = 0; i < 2; i++) {
				await(30).until(load.answersMore(200, 100));
				broker.restart();
			}
			await(30).until(load.answersMore(200, 100));
			done.set(true);
			Map<Integer, AtomicInteger> statuses = load.join();
			assertThat(statuses.keySet()).contains(200).isSubsetOf(200, 503, 504);
			SharedGateway.awaitNothingInFlight(gateway);
			await(30).untilAsserted(() -> assertThat(service.inFlight()).isZero());
		}
	}

	@Test
	void instancesOfOneServiceShareTheLoadAndAnswerEachRequestOnce() throws Exception {
		try (TestApplication one = TestApplication.service(shared.broker(), "shared").with(ServiceRoutes.class).start();
				TestApplication two = TestApplication.service(shared.broker(), "shared")
					.with(ServiceRoutes.class)
					.start()) {
			Map<Integer, AtomicInteger> statuses = Load.start(shared.port(), 8, (i) -> i < 375).join();
			assertThat(statuses).containsOnlyKeys(200);
			assertThat(statuses.get(200)).hasValue(3000);
			assertThat(one.bean(ServiceRoutes.class).count() + two.bean(ServiceRoutes.class).count()).isEqualTo(3000);
			assertThat(one.bean(ServiceRoutes.class).count()).isBetween(900, 2100);
		}
	}

	@Test
	void instanceThatStopsUnderLoadLosesNothing() throws Exception {
		try (TestApplication remaining = TestApplication.service(shared.broker(), "stopping")
			.with(ServiceRoutes.class)
			.start()) {
			TestApplication stopping = TestApplication.service(shared.broker(), "stopping")
				.with(ServiceRoutes.class)
				.start();
			AtomicBoolean done = new AtomicBoolean();
			Load load = Load.start(shared.port(), 8, (i) -> !done.get());
			await(30).until(load.answersMore(200, 500));
			assertThat(stopping.bean(ServiceRoutes.class).count()).isPositive();
			stopping.close();
			await(30).until(load.answersMore(200, 500));
			done.set(true);
			assertThat(load.join()).containsOnlyKeys(200);
			assertThat(remaining.bean(ServiceRoutes.class).count()).isPositive();
		}
	}

	private static ConditionFactory await(int seconds) {
		return Awaitility.await()
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(20))
			.atMost(Duration.ofSeconds(seconds));
	}

	/**
	 * Clients that each send one request after the other, and check the answers.
	 */
	private static final class Load {

		private final Map<Integer, AtomicInteger> statuses = new ConcurrentHashMap<>();

		private final List<Future<?>> clients = new ArrayList<>();

		private final ExecutorService executor;

		private Load(int clients) {
			this.executor = Executors.newFixedThreadPool(clients);
		}

		static Load start(int port, int clients, java.util.function.IntPredicate more) {
			Load load = new Load(clients);
			for (int c = 0; c < clients; c++) {
				String name = "client" + c + "-";
				load.clients.add(load.executor.submit(() -> load.run(port, name, more)));
			}
			return load;
		}

		private void run(int port, String name, java.util.function.IntPredicate more) {
			try (RawHttpClient client = new RawHttpClient(port)) {
				for (int i = 0; more.test(i); i++) {
					Response response = client.send(request("GET", "/service/work/" + name + i)).read();
					if (response.status() == 200) {
						assertThat(response.text()).isEqualTo(name + i);
					}
					else {
						assertProblem(response, response.status());
					}
					this.statuses.computeIfAbsent(response.status(), (status) -> new AtomicInteger()).incrementAndGet();
				}
			}
		}

		java.util.concurrent.Callable<Boolean> answersMore(int status, int count) {
			int before = count(status);
			return () -> count(status) >= before + count || this.clients.stream().anyMatch(Future::isDone);
		}

		private int count(int status) {
			AtomicInteger count = this.statuses.get(status);
			return (count != null) ? count.get() : 0;
		}

		Map<Integer, AtomicInteger> join() throws Exception {
			for (Future<?> client : this.clients) {
				client.get(30, TimeUnit.SECONDS);
			}
			this.executor.shutdown();
			return this.statuses;
		}

	}

}
