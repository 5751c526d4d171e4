package io.natsproxy.it.route;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.natsproxy.it.gateway.Peer;
import io.natsproxy.it.gateway.RawHttpClient;
import io.natsproxy.it.gateway.RawHttpClient.Response;
import io.natsproxy.it.support.ForkedApplication;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests whose clients do not wait for the reply.
 */
@Timeout(240)
class AsyncRouteIntegrationTests {

	private static final String ASYNC = "Prefer: respond-async";

	@RegisterExtension
	static final RouteGateway routes = RouteGateway.withJetStream()
		.route("path=/work/{id}", "methods=POST", "request.subject=work.{id}", "async.stream=requests",
				"async.bucket=replies", "async.result-path=/results", "async.create=true", "async.silence=1s",
				"async.max-wait=2s")
		.route("path=/jobs/**", "async.stream=jobs", "async.bucket=replies", "async.result-path=/job-results",
				"async.create=true", "async.silence=1s");

	private final Peer peer = routes.peer();

	@Test
	void replyIsKeptForAClientThatDoesNotWait() {
		this.peer.answer("work.1", "done", "Natsproxy-Version", "1", "Natsproxy-Status", "201", "X-Answer", "42");
		Response accepted = post("/work/1", ASYNC);
		assertThat(accepted.status()).isEqualTo(202);
		assertThat(accepted.header("Preference-Applied")).containsExactly("respond-async");
		Response state = awaitDone(routes.port(), accepted);
		assertThat(state.status()).isEqualTo(303);
		Response reply = RawHttpClient.get(routes.port(), state.header("Location").get(0));
		assertThat(reply.status()).isEqualTo(201);
		assertThat(reply.text()).isEqualTo("done");
		assertThat(reply.header("X-Answer")).containsExactly("42");
		assertThat(reply.headers().keySet()).noneMatch((name) -> name.startsWith("Nats"));
	}

	@Test
	void othersWait() {
		this.peer.answer("work.2", "now");
		assertThat(post("/work/2").text()).isEqualTo("now");
	}

	@Test
	void serviceOfThePathIsAsked() {
		this.peer.answer("POST:.jobs.a", "job", "Natsproxy-Version", "1", "Natsproxy-Status", "200");
		Response state = awaitDone(routes.port(), post("/jobs/a", ASYNC));
		assertThat(RawHttpClient.get(routes.port(), state.header("Location").get(0)).text()).isEqualTo("job");
		assertThat(post("/jobs/a").text()).isEqualTo("job");
	}

	@Test
	void clientMayWaitForAWhile() {
		this.peer.answer("work.3", "soon");
		Response reply = post("/work/3", "Prefer: respond-async, wait=2");
		assertThat(reply.status()).isEqualTo(200);
		assertThat(reply.text()).isEqualTo("soon");
	}

	@Test
	void eventTellsOfTheReply() {
		Response accepted = post("/work/4", ASYNC);
		String location = accepted.header("Location").get(0);
		this.peer.answer("work.4", "late");
		Response events = RawHttpClient.get(routes.port(), location, "Accept: text/event-stream");
		assertThat(events.header("Content-Type")).containsExactly("text/event-stream");
		assertThat(events.text()).contains("event: done\ndata: " + location + "/response\n\n");
	}

	@Test
	void errorOfAServiceIsTheReply() {
		this.peer.answer("work.6", "", "Nats-Service-Error-Code", "422", "Nats-Service-Error", "No");
		Response state = awaitDone(routes.port(), post("/work/6", ASYNC));
		assertThat(RawHttpClient.get(routes.port(), state.header("Location").get(0)).status()).isEqualTo(422);
	}

	@Test
	void whatCannotBeDoneIsRefusedAtOnce() {
		assertThat(post("/work/" + "a".repeat(5000), ASYNC).status()).isEqualTo(414);
	}

	@Test
	void unknownRequestIsNotFound() {
		assertThat(RawHttpClient.get(routes.port(), "/results/" + "0".repeat(32)).status()).isEqualTo(404);
		assertThat(RawHttpClient.get(routes.port(), "/results/" + "0".repeat(32) + "/response").status())
			.isEqualTo(404);
	}

	@Test
	void acceptedRequestsAreDoneWhateverIsKilled() throws Exception {
		try (TestBroker broker = TestBroker.startJetStream(); TestApplication last = gateway(broker).start()) {
			List<Response> accepted = new ArrayList<>();
			try (ForkedApplication killed = gateway(broker).fork(); Peer service = slowService(broker)) {
				send(killed.port(), 0, accepted);
				killed.kill();
				broker.restart();
				send(last.port(), 20, accepted);
				service.flush();
			}
			// No service, and a gateway less.
			send(last.port(), 40, accepted);
			broker.restart();
			try (Peer service = slowService(broker)) {
				service.flush();
				assertThat(accepted).hasSizeGreaterThan(10);
				List<Integer> statuses = new ArrayList<>();
				for (Response each : accepted) {
					Response state = awaitDone(last.port(), each);
					statuses.add(RawHttpClient.get(last.port(), state.header("Location").get(0)).status());
				}
				// Some were with a service whose answer the server took with it.
				assertThat(statuses).isSubsetOf(200, 504);
				assertThat(statuses).filteredOn((status) -> status == 200).hasSizeGreaterThan(10);
			}
		}
	}

	private static TestApplication.Builder gateway(TestBroker broker) {
		String route = "natsproxy.gateway.routes[0].";
		return TestApplication.gateway(broker)
			.properties(route + "path=/work/{id}", route + "methods=POST", route + "request.subject=work.{id}",
					route + "async.stream=requests", route + "async.bucket=replies",
					route + "async.result-path=/results", route + "async.create=true", route + "async.silence=1s",
					route + "async.timeout=5s", route + "async.max-deliveries=1000");
	}

	/**
	 * Starts a service that takes its time, so that requests are under way when something
	 * is killed.
	 */
	private static Peer slowService(TestBroker broker) {
		Peer service = new Peer(broker);
		return service.on("work.*", (message) -> CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS)
			.execute(() -> service.reply(message, "done")));
	}

	/**
	 * Sends requests, of which some may be refused while the server is away.
	 */
	private static void send(int port, int from, List<Response> accepted) {
		for (int i = from; i < from + 20; i++) {
			Response response = RawHttpClient.exchange(port, RawHttpClient.post("/work/" + i, "body " + i, ASYNC));
			if (response.status() == 202) {
				accepted.add(response);
			}
		}
	}

	private static Response post(String target, String... headers) {
		return RawHttpClient.exchange(routes.port(), RawHttpClient.post(target, "{}", headers));
	}

	private static Response awaitDone(int port, Response accepted) {
		String location = accepted.header("Location").get(0);
		return Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.until(() -> RawHttpClient.get(port, location), (state) -> state.status() == 303);
	}

}
