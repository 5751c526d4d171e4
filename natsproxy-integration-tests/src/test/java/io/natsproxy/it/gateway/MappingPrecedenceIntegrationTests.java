package io.natsproxy.it.gateway;

import io.natsproxy.gateway.GatewayDispatcherHandler;
import io.natsproxy.it.gateway.RawHttpClient.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.WebHandler;

import static io.natsproxy.it.gateway.RawHttpClient.get;
import static io.natsproxy.it.gateway.RawHttpClient.request;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A gateway in an application with mappings of its own, and a management port.
 */
class MappingPrecedenceIntegrationTests {

	@RegisterExtension
	static final GatewayChain chain = GatewayChain
		.of("management.server.port=0", "management.endpoints.web.exposure.include=health",
				"natsproxy.subject-prefix=mapped.here", "natsproxy.gateway.cors.allowed-origins=https://friend.example",
				"natsproxy.gateway.cors.allowed-methods=GET,PUT",
				"natsproxy.gateway.response-headers[0].set.X-Rule=ours",
				"natsproxy.gateway.response-headers[1].path=/cors",
				"natsproxy.gateway.response-headers[1].set.X-Rule=other", "server.http2.enabled=true")
		.with(Application.class);

	private final Peer peer = chain.peer().tap();

	@Test
	void mappingsOfTheApplicationWin() {
		assertThat(get(chain.port(), "/own/annotated").text()).isEqualTo("annotated");
		assertThat(get(chain.port(), "/own/function").text()).isEqualTo("function");
		assertThat(this.peer.subjects()).isEmpty();
	}

	@Test
	void theDispatcherKnowsWhatTheyClaim() {
		assertThat(chain.gateway().context().getBean(DispatcherHandler.class))
			.isInstanceOf(GatewayDispatcherHandler.class);
		assertThat(chain.gateway().context().getBeansOfType(WebHandler.class)).containsKey("webHandler");
	}

	@Test
	void whatTheyDoNotClaimGoesToNats() {
		assertThat(get(chain.port(), "/own/other").text()).isEqualTo("tapped");
		assertThat(this.peer.subjects()).containsExactly("mapped.here.GET:.own.other");
	}

	@Test
	void prefixOfSubjectsIsNoPartOfThePath() {
		get(chain.port(), "/..");
		get(chain.port(), "//mapped.here");
		assertThat(this.peer.subjects()).containsExactly("mapped.here.GET:.%2E%2E", "mapped.here.GET:.%.mapped%2Ehere");
	}

	@Test
	void managementPortIsNoGateway() {
		int management = chain.gateway()
			.context()
			.getEnvironment()
			.getRequiredProperty("local.management.port", Integer.class);
		assertThat(get(management, "/actuator/health").status()).isEqualTo(200);
		assertThat(get(management, "/anything").status()).isEqualTo(404);
		Response preflight = RawHttpClient.exchange(management, request("OPTIONS", "/anything",
				"Origin: https://friend.example", "Access-Control-Request-Method: PUT"));
		assertThat(preflight.header("Access-Control-Allow-Origin")).isEmpty();
		assertThat(get(management, "/actuator/health").header("X-Rule")).isEmpty();
		assertThat(get(chain.port(), "/own/annotated").header("X-Rule")).containsExactly("ours");
		assertThat(this.peer.subjects()).isEmpty();
	}

	@Test
	void rulesForEveryPathHoldForWhatIsNoRequest() {
		for (String malformed : new String[] { request("GET", "/%zz"), "nonsense\r\n\r\n",
				"GET /cors HTTP/1.1\r\n\r\n" }) {
			Response response = RawHttpClient.exchange(chain.port(), malformed);
			ProblemAssert.assertProblem(response, 400);
			assertThat(response.header("X-Rule")).containsExactly("ours");
		}
		try (RawHttp2Client client = new RawHttp2Client(chain.port(), 65_535)) {
			client.request(1, RawHttp2Client.END_STREAM, "GET", "/%zz");
			assertThat(client.fields().get("x-rule")).hasToString("ours");
		}
		assertThat(RawHttpClient.exchange(chain.port(), request("OPTIONS", "*")).header("X-Rule"))
			.containsExactly("ours");
		assertThat(get(chain.port(), "/cors").header("X-Rule")).containsExactly("other");
	}

	@Test
	void managementIsNotOnThePortOfTheGateway() {
		assertThat(get(chain.port(), "/actuator/health").text()).isEqualTo("tapped");
	}

	@Test
	void preflightOfAllowedOriginIsAnsweredByTheGateway() {
		Response response = preflight("https://friend.example", "PUT");
		assertThat(response.status()).isEqualTo(200);
		assertThat(response.header("Access-Control-Allow-Origin")).containsExactly("https://friend.example");
		assertThat(this.peer.subjects()).isEmpty();
	}

	@Test
	void preflightOfOtherOriginOrMethodIsRefused() {
		assertThat(preflight("https://foe.example", "PUT").status()).isEqualTo(403);
		assertThat(preflight("https://friend.example", "DELETE").status()).isEqualTo(403);
		assertThat(this.peer.subjects()).isEmpty();
	}

	@Test
	void requestOfAllowedOriginGetsItsFieldsOnceAndThatOfAnotherIsRefused() {
		Response response = get(chain.port(), "/cors", "Origin: https://friend.example");
		assertThat(response.text()).isEqualTo("tapped");
		assertThat(response.header("Access-Control-Allow-Origin")).containsExactly("https://friend.example");
		assertThat(get(chain.port(), "/cors", "Origin: https://foe.example").status()).isEqualTo(403);
		assertThat(this.peer.subjects()).containsExactly("mapped.here.GET:.cors");
	}

	@Test
	void preflightWithoutSettingsIsTheServices() {
		Response response = RawHttpClient.exchange(chain.sharedPort(),
				request("OPTIONS", "/cors", "Origin: https://foe.example", "Access-Control-Request-Method: PUT"));
		assertThat(response.text()).isEqualTo("tapped");
		assertThat(this.peer.next().getHeaders().getFirst("Origin")).isEqualTo("https://foe.example");
	}

	@Test
	void preflightWithoutSettingsThatNobodyAnswersIsUnavailable() {
		this.peer.close();
		Response response = RawHttpClient.exchange(chain.sharedPort(),
				request("OPTIONS", "/cors", "Origin: https://foe.example", "Access-Control-Request-Method: PUT"));
		ProblemAssert.assertProblem(response, 503);
	}

	private static Response preflight(String origin, String method) {
		return RawHttpClient.exchange(chain.port(),
				request("OPTIONS", "/cors", "Origin: " + origin, "Access-Control-Request-Method: " + method));
	}

	@Configuration(proxyBeanMethods = false)
	@Import(Annotated.class)
	static class Application {

		@Bean
		RouterFunction<ServerResponse> function() {
			return RouterFunctions.route()
				.GET("/own/function", (request) -> ServerResponse.ok().bodyValue("function"))
				.build();
		}

	}

	@RestController
	static class Annotated {

		@GetMapping(path = "/own/annotated", produces = MediaType.TEXT_PLAIN_VALUE)
		String annotated() {
			return "annotated";
		}

	}

}
