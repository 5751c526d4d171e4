package io.natsproxy.core.connection;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.nats.client.Options;
import io.nats.client.support.NatsUri;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ClusterServerPoolTests {

	private static final String[] SERVERS = { "nats://a:4222", "nats://b:4222", "nats://c:4222" };

	private final ClusterServerPool.Usage usage = new ClusterServerPool.Usage();

	@RepeatedTest(20)
	void connectionsOfOneApplicationGoToDifferentServers() {
		Set<NatsUri> servers = new HashSet<>();
		for (int i = 0; i < SERVERS.length; i++) {
			servers.add(connect(newPool(SERVERS)));
		}
		assertThat(servers).hasSize(SERVERS.length);
		assertThat(connect(newPool(SERVERS))).isIn(servers);
	}

	@RepeatedTest(20)
	void theServerThatWasLeftComesLast() {
		ClusterServerPool pool = newPool(SERVERS);
		NatsUri left = connect(pool);
		pool.acceptDiscoveredUrls(List.of("a:4222", "b:4222", "c:4222", "d:4222"));
		Set<NatsUri> others = new HashSet<>();
		for (int i = 0; i < SERVERS.length; i++) {
			others.add(fail(pool));
		}
		assertThat(others).hasSize(SERVERS.length).doesNotContain(left);
		assertThat(fail(pool)).isEqualTo(left);
	}

	@RepeatedTest(20)
	void aServerThatHasFailedComesAfterOneThatOthersUse() {
		ClusterServerPool pool = newPool(SERVERS);
		connect(newPool("nats://a:4222"));
		connect(newPool("nats://b:4222"));
		assertThat(fail(pool)).hasToString("nats://c:4222");
		assertThat(pool.nextServer().toString()).isIn("nats://a:4222", "nats://b:4222");
	}

	@Test
	void theFirstRoundEndsWithTheServerThatItBeganWith() {
		ClusterServerPool pool = newPool(SERVERS);
		NatsUri first = pool.peekNextServer();
		Set<NatsUri> tried = new HashSet<>();
		do {
			assertThat(pool.peekNextServer()).isEqualTo(pool.peekNextServer());
			NatsUri next = pool.peekNextServer();
			assertThat(pool.nextServer()).isEqualTo(next);
			tried.add(next);
			pool.connectFailed(next);
		}
		while (!first.equals(pool.peekNextServer()));
		assertThat(tried).hasSize(SERVERS.length);
	}

	@Test
	void anOrderThatIsWantedIsKept() {
		connect(newPool(SERVERS[0]));
		ClusterServerPool pool = new ClusterServerPool(this.usage);
		pool.initialize(new Options.Builder().servers(SERVERS).noRandomize().build());
		assertThat(pool.nextServer()).hasToString("nats://a:4222");
	}

	private ClusterServerPool newPool(String... servers) {
		ClusterServerPool pool = new ClusterServerPool(this.usage);
		pool.initialize(new Options.Builder().servers(servers).maxReconnects(-1).build());
		return pool;
	}

	private static NatsUri connect(ClusterServerPool pool) {
		NatsUri server = pool.nextServer();
		pool.connectSucceeded(server);
		return server;
	}

	private static NatsUri fail(ClusterServerPool pool) {
		NatsUri server = pool.nextServer();
		pool.connectFailed(server);
		return server;
	}

}
