package io.natsproxy.it.stream;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeoutException;

import io.natsproxy.it.contract.TestContent;
import io.natsproxy.it.contract.TestContent.Summary;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.MediaType;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Hundreds of streams at once. That nothing is left of them is checked by
 * {@link StreamChain}.
 */
@Timeout(120)
class StreamLoadIntegrationTests {

	@RegisterExtension
	static final StreamChain chain = new StreamChain();

	private static final int STREAMS = 300;

	private static final int SIZE = 1_500_000;

	private static ConnectionProvider connections;

	private static LoopResources loops;

	private static WebClient client;

	@BeforeAll
	static void createClient() {
		connections = ConnectionProvider.builder("load").maxConnections(STREAMS).build();
		loops = LoopResources.create("load", 2, true);
		client = WebClient.builder()
			.baseUrl("http://127.0.0.1:" + chain.port())
			.clientConnector(new ReactorClientHttpConnector(HttpClient.create(connections).runOn(loops)))
			.build();
	}

	@AfterAll
	static void disposeClient() {
		connections.disposeLater().then(loops.disposeLater()).block(Duration.ofSeconds(30));
	}

	@Test
	void streamsThatAreNotCancelledAreWholeAndNothingIsLeftOfTheOthers() {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		Summary expected = TestContent.summary(SIZE);
		Long cancelled = Flux.range(0, STREAMS).flatMap((i) -> {
			Mono<Summary> stream = switch (i % 4) {
				case 0 -> download(i);
				case 1 -> upload(i);
				case 2 -> echo(i);
				default -> ticks(i).thenReturn(expected);
			};
			if (i % 3 != 0) {
				return stream.doOnNext((summary) -> assertThat(summary).isEqualTo(expected)).then(Mono.just(0));
			}
			return stream.then(Mono.just(0)).timeout(Duration.ofMillis(random.nextInt(1000)), Mono.just(1));
		}, STREAMS)
			.reduce(0L, Long::sum)
			.onErrorMap((ex) -> !(ex instanceof TimeoutException), (ex) -> new AssertionError("Seed " + seed, ex))
			.block(Duration.ofSeconds(60));
		assertThat(cancelled).as("Seed " + seed).isPositive();
	}

	private static Mono<Summary> download(int i) {
		return TestContent.summary(client.get()
			.uri("/stream/load-{i}/download?size={size}", i, SIZE)
			.retrieve()
			.bodyToFlux(DataBuffer.class));
	}

	private static Mono<Summary> upload(int i) {
		return client.post()
			.uri("/stream/load-{i}/upload", i)
			.contentType(MediaType.APPLICATION_OCTET_STREAM)
			.body(TestContent.buffers(SIZE), DataBuffer.class)
			.retrieve()
			.bodyToMono(Summary.class);
	}

	private static Mono<Summary> echo(int i) {
		return TestContent.summary(client.post()
			.uri("/stream/load-{i}/echo", i)
			.contentType(MediaType.APPLICATION_OCTET_STREAM)
			.body(TestContent.buffers(SIZE), DataBuffer.class)
			.retrieve()
			.bodyToFlux(DataBuffer.class));
	}

	private static Mono<Void> ticks(int i) {
		return client.get()
			.uri("/stream/load-{i}/ticks?count=200", i)
			.retrieve()
			.bodyToFlux(Long.class)
			.count()
			.doOnNext((count) -> assertThat(count).isEqualTo(200))
			.then();
	}

}
