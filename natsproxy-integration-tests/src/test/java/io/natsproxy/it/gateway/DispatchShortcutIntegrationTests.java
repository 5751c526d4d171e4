package io.natsproxy.it.gateway;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.DispatcherHandler;

import static io.natsproxy.it.gateway.RawHttpClient.get;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A gateway whose requests all go through Spring's own dispatcher.
 */
class DispatchShortcutIntegrationTests {

	@RegisterExtension
	static final SharedGateway shared = new SharedGateway();

	static Gateway gateway;

	private Peer peer;

	@BeforeAll
	static void startGateway() {
		gateway = Gateway.start(shared.broker(), Application.class, "natsproxy.gateway.dispatch-shortcut=false",
				"natsproxy.subject-prefix=dispatched");
	}

	@AfterAll
	static void stopGateway() {
		gateway.close();
	}

	@BeforeEach
	void connect() {
		this.peer = shared.peer().tap();
	}

	@AfterEach
	void close() {
		this.peer.close();
		SharedGateway.awaitNothingInFlight(gateway);
	}

	@Test
	void theDispatcherIsSprings() {
		assertThat(gateway.context().getBean(DispatcherHandler.class)).isExactlyInstanceOf(DispatcherHandler.class);
	}

	@Test
	void mappingsOfTheApplicationWin() {
		assertThat(get(gateway.port(), "/own").text()).isEqualTo("own");
		assertThat(this.peer.subjects()).isEmpty();
	}

	@Test
	void whatTheyDoNotClaimGoesToNats() {
		assertThat(get(gateway.port(), "/own/other").text()).isEqualTo("tapped");
		assertThat(this.peer.subjects()).containsExactly("dispatched.GET:.own.other");
	}

	@Test
	void whatNobodyAnswersIsUnavailable() {
		this.peer.close();
		ProblemAssert.assertProblem(get(gateway.port(), "/nobody"), 503);
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import({ OwnEventLoops.class, Own.class })
	static class Application {

	}

	@RestController
	static class Own {

		@GetMapping("/own")
		String own() {
			return "own";
		}

	}

}
