package io.natsproxy.it.gateway;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.natsproxy.gateway.RequestConnection;
import io.natsproxy.it.support.TestApplication;
import io.netty.channel.Channel;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

import static io.natsproxy.it.gateway.RawHttpClient.request;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a gateway still does for a client that has gone.
 */
@Timeout(60)
class GoneClientIntegrationTests {

	@RegisterExtension
	static final SharedGateway shared = new SharedGateway();

	@Test
	void somebodyRunsWhatItsEventLoopDoesNot() throws InterruptedException {
		try (TestApplication gateway = TestApplication.gateway(shared.broker()).with(Remembering.class).start();
				Peer peer = shared.peer().ignore("GET:.gone")) {
			try (RawHttpClient client = new RawHttpClient(gateway.port())) {
				client.send(request("GET", "/gone"));
				peer.next();
				client.reset();
			}
			ServerHttpRequest request = gateway.bean(Remembering.class).requests.poll(30, TimeUnit.SECONDS);
			assertThat(request).isNotNull();
			Awaitility.await()
				.atMost(Duration.ofSeconds(30))
				.until(() -> RequestConnection.channel(request), (channel) -> !channel.isRegistered());
			Channel ended = RequestConnection.channel(request);
			assertThat(ended).isNotNull();
			CountDownLatch run = new CountDownLatch(1);
			RequestConnection.executor(request).execute(run::countDown);
			assertThat(run.await(30, TimeUnit.SECONDS)).isTrue();
			SharedGateway.awaitNothingInFlight(gateway);
		}
	}

	/**
	 * Remembers requests for longer than their clients stay.
	 */
	static class Remembering implements WebFilter {

		private final BlockingQueue<ServerHttpRequest> requests = new LinkedBlockingQueue<>();

		@Override
		public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
			this.requests.add(exchange.getRequest());
			return chain.filter(exchange);
		}

	}

}
