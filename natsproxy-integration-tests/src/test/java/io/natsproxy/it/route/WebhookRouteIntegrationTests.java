package io.natsproxy.it.route;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import io.nats.client.Message;
import io.natsproxy.it.gateway.Peer;
import io.natsproxy.it.gateway.RawHttpClient;
import io.natsproxy.it.gateway.RawHttpClient.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Webhooks become messages if their senders have signed them, and nothing otherwise.
 */
@Timeout(60)
class WebhookRouteIntegrationTests {

	@RegisterExtension
	static final RouteGateway routes = RouteGateway.create()
		.route("path=/github", "publish.subject=hooks.github", "verify.type=github", "verify.secret=one",
				"verify.secrets=two", "verify.max-size=64B")
		.route("path=/stripe", "request.subject=hooks.stripe", "verify.type=stripe", "verify.secret=one");

	private final Peer peer = routes.peer();

	@Test
	void signedWebhookIsPublishedWithItsId() {
		this.peer.on("hooks.github", (message) -> {
		});
		this.peer.flush();
		for (String secret : new String[] { "one", "two" }) {
			assertThat(github("{ \"a\": 1 }", "sha256=" + code(secret, "{ \"a\": 1 }")).status()).isEqualTo(202);
			Message message = this.peer.next();
			assertThat(new String(message.getData(), StandardCharsets.UTF_8)).isEqualTo("{ \"a\": 1 }");
			assertThat(message.getHeaders().getFirst("Nats-Msg-Id")).isEqualTo("delivery-1");
		}
	}

	@Test
	void allThatIsNotVerifiedIsRefusedWithTheSameWords() {
		this.peer.on("hooks.github", (message) -> {
		});
		this.peer.flush();
		String[] signatures = { "", "sha256=00", code("one", "{}"), "sha256=" + code("three", "{}") };
		String text = RawHttpClient.exchange(routes.port(), RawHttpClient.post("/github", "{}")).text();
		for (String signature : signatures) {
			Response response = github("{}", signature);
			assertThat(response.status()).isEqualTo(401);
			assertThat(response.header("WWW-Authenticate")).containsExactly("Signature");
			assertThat(response.text()).isEqualTo(text).contains("could not be verified");
		}
		assertThat(github("{}", "sha256=" + code("one", "{}")).status()).isEqualTo(202);
		assertThat(this.peer.next().getData()).isEqualTo("{}".getBytes(StandardCharsets.UTF_8));
	}

	@Test
	void longBodyIsRefusedUnread() {
		assertThat(github("x".repeat(65), "sha256=" + code("one", "x".repeat(65))).status()).isEqualTo(413);
	}

	@Test
	void otherMethodsAreNotAnswered() {
		Response response = RawHttpClient.get(routes.port(), "/stripe");
		assertThat(response.status()).isEqualTo(405);
		assertThat(response.header("Allow")).containsExactly("OPTIONS,POST");
	}

	@Test
	void signedWebhookIsAnswered() {
		this.peer.answer("hooks.stripe", "taken");
		long now = Instant.now().getEpochSecond();
		assertThat(stripe(now).text()).isEqualTo("taken");
		assertThat(stripe(now - 3600).status()).isEqualTo(401);
	}

	private static Response stripe(long time) {
		return RawHttpClient.exchange(routes.port(), RawHttpClient.post("/stripe", "{}",
				"Stripe-Signature: t=" + time + ",v1=" + code("one", time + ".{}")));
	}

	private static Response github(String body, String signature) {
		return RawHttpClient.exchange(routes.port(), RawHttpClient.post("/github", body,
				"X-Hub-Signature-256: " + signature, "X-GitHub-Delivery: delivery-1"));
	}

	private static String code(String secret, String text) {
		try {
			Mac mac = Mac.getInstance("HmacSHA256");
			mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
			return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}
