package io.natsproxy.it.gateway;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

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
	static final GatewayChain chain = GatewayChain
		.of("natsproxy.gateway.dispatch-shortcut=false", "natsproxy.subject-prefix=dispatched")
		.with(Own.class);

	private final Peer peer = chain.peer().tap();

	@Test
	void theDispatcherIsSprings() {
		assertThat(chain.gateway().context().getBean(DispatcherHandler.class))
			.isExactlyInstanceOf(DispatcherHandler.class);
	}

	@Test
	void mappingsOfTheApplicationWin() {
		assertThat(get(chain.port(), "/own").text()).isEqualTo("own");
		assertThat(this.peer.subjects()).isEmpty();
	}

	@Test
	void whatTheyDoNotClaimGoesToNats() {
		assertThat(get(chain.port(), "/own/other").text()).isEqualTo("tapped");
		assertThat(this.peer.subjects()).containsExactly("dispatched.GET:.own.other");
	}

	@Test
	void whatNobodyAnswersIsUnavailable() {
		this.peer.close();
		ProblemAssert.assertProblem(get(chain.port(), "/nobody"), 503);
	}

	@RestController
	static class Own {

		@GetMapping("/own")
		String own() {
			return "own";
		}

	}

}
