package io.natsproxy.core.jetstream;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.natsproxy.core.discovery.AbstractBusTests;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link JetStreams}.
 */
class JetStreamsTests extends AbstractBusTests {

	@Test
	void whatNeverTellsOfItsResultTimesOut() throws Exception {
		try (JetStreams streams = new JetStreams(exchanges(broker.url()), Duration.ofMillis(10))) {
			StepVerifier.create(streams.await(CompletableFuture::new))
				.verifyErrorSatisfies((ex) -> assertThat(ex).isInstanceOfSatisfying(JetStreamException.class,
						(failed) -> assertThat(failed.failure()).isEqualTo(JetStreamFailure.TIMEOUT)));
		}
	}

}
