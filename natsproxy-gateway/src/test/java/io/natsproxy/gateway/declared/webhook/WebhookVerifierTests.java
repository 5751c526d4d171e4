package io.natsproxy.gateway.declared.webhook;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import io.natsproxy.gateway.declared.RequestVerifier;
import io.natsproxy.gateway.declared.UnverifiedException;
import io.natsproxy.gateway.headers.FieldList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class WebhookVerifierTests {

	private static final Duration TOLERANCE = Duration.ofMinutes(5);

	/**
	 * Secret, id, time, body and signature of the test vector of Standard Webhooks.
	 */
	private static final String STANDARD_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

	private static final String STANDARD_ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";

	private static final long STANDARD_TIME = 1614265330;

	private static final String STANDARD_BODY = "{\"test\": 2432232314}";

	private static final String STANDARD_SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

	/**
	 * Secret, body and signature of the documentation of GitHub.
	 */
	private static final String GITHUB_SECRET = "It's a Secret to Everybody";

	private static final String GITHUB_SIGNATURE = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

	@Test
	void standardWebhookIsVerified() {
		assertThat(standard(STANDARD_TIME, STANDARD_SECRET).verify(standard(STANDARD_SIGNATURE), bytes(STANDARD_BODY)))
			.isEqualTo(STANDARD_ID);
	}

	@Test
	void oneOfSeveralSignaturesAndSecretsIsEnough() {
		String other = "whsec_" + Base64.getEncoder().encodeToString(new byte[32]);
		assertThat(standard(STANDARD_TIME, other, STANDARD_SECRET.substring("whsec_".length()))
			.verify(standard("v1a,AAAA v1,!!! v1,AAAA " + STANDARD_SIGNATURE), bytes(STANDARD_BODY)))
			.isEqualTo(STANDARD_ID);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "v1,", "v1", "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
			"g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OA=" })
	void otherSignaturesAreRefused(String signature) {
		refused(standard(STANDARD_TIME, STANDARD_SECRET), standard(signature), STANDARD_BODY);
	}

	@Test
	void noMoreThanSomeSignaturesAreLookedAt() {
		refused(standard(STANDARD_TIME, STANDARD_SECRET), standard("v1,AAAA ".repeat(16) + STANDARD_SIGNATURE),
				STANDARD_BODY);
	}

	@Test
	void bodyAndIdAreSigned() {
		refused(standard(STANDARD_TIME, STANDARD_SECRET), standard(STANDARD_SIGNATURE), STANDARD_BODY + " ");
		FieldList other = standard(STANDARD_SIGNATURE);
		other.set("webhook-id", "msg_other");
		refused(standard(STANDARD_TIME, STANDARD_SECRET), other, STANDARD_BODY);
	}

	@ParameterizedTest
	@ValueSource(longs = { -301, 301, 86_400, -10_000_000 })
	void replayOutsideOfTheToleranceIsRefused(long later) {
		refused(standard(STANDARD_TIME + later, STANDARD_SECRET), standard(STANDARD_SIGNATURE), STANDARD_BODY);
		refused(stripe(STANDARD_TIME + later, "whsec_test"), signedByStripe(STANDARD_TIME, "whsec_test"),
				STANDARD_BODY);
	}

	@ParameterizedTest
	@ValueSource(longs = { -300, 300 })
	void timeWithinTheToleranceIsTaken(long later) {
		assertThat(standard(STANDARD_TIME + later, STANDARD_SECRET).verify(standard(STANDARD_SIGNATURE),
				bytes(STANDARD_BODY)))
			.isEqualTo(STANDARD_ID);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "-1", "+1614265330", "1614265330.0", "99999999999999999999", "٣", "0x5" })
	void malformedTimeIsRefused(String time) {
		FieldList fields = standard(STANDARD_SIGNATURE);
		fields.set("webhook-timestamp", time);
		refused(standard(STANDARD_TIME, STANDARD_SECRET), fields, STANDARD_BODY);
	}

	@ParameterizedTest
	@ValueSource(strings = { "webhook-id", "webhook-timestamp", "webhook-signature" })
	void repeatedHeaderIsRefused(String name) {
		FieldList fields = standard(STANDARD_SIGNATURE);
		fields.add(name, fields.values(name).get(0));
		refused(standard(STANDARD_TIME, STANDARD_SECRET), fields, STANDARD_BODY);
		refused(standard(STANDARD_TIME, STANDARD_SECRET), new FieldList(), STANDARD_BODY);
	}

	@ParameterizedTest
	@ValueSource(strings = { "a b", "ü", "" })
	void idThatCannotBeThatOfAMessageIsRefused(String id) {
		FieldList fields = new FieldList();
		fields.add("X-Hub-Signature-256", GITHUB_SIGNATURE);
		fields.add("X-GitHub-Delivery", id);
		refused(new GithubWebhooks(List.of(GITHUB_SECRET), 100), fields, "Hello, World!");
		fields.set("X-GitHub-Delivery", "x".repeat(257));
		refused(new GithubWebhooks(List.of(GITHUB_SECRET), 100), fields, "Hello, World!");
	}

	@Test
	void webhookOfGithubIsVerified() {
		FieldList fields = new FieldList();
		fields.add("X-Hub-Signature-256", GITHUB_SIGNATURE);
		RequestVerifier verifier = new GithubWebhooks(List.of("other", GITHUB_SECRET), 100);
		assertThat(verifier.verify(fields, bytes("Hello, World!"))).isNull();
		fields.add("X-GitHub-Delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958");
		assertThat(verifier.verify(fields, bytes("Hello, World!"))).isEqualTo("72d3162e-cc78-11e3-81ab-4c9367dc0958");
		refused(verifier, fields, "Hello, World?");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "sha256=", "sha256=7571", "sha1=757107ea0eb2509fc211221cce984b8a37570b6d",
			"757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17", "sha256=zz" })
	void otherSignaturesOfGithubAreRefused(String signature) {
		FieldList fields = new FieldList();
		fields.add("X-Hub-Signature-256", signature);
		refused(new GithubWebhooks(List.of(GITHUB_SECRET), 100), fields, "Hello, World!");
	}

	@Test
	void webhookOfStripeIsVerified() {
		RequestVerifier verifier = stripe(STANDARD_TIME + 10, "other", "whsec_test");
		FieldList fields = signedByStripe(STANDARD_TIME, "whsec_test");
		assertThat(verifier.verify(fields, bytes(STANDARD_BODY))).isNull();
		fields.set("Stripe-Signature", fields.first("Stripe-Signature") + ",v0=00,v1=00");
		assertThat(verifier.verify(fields, bytes(STANDARD_BODY))).isNull();
		refused(verifier, fields, STANDARD_BODY + "x");
		fields.set("Stripe-Signature", fields.first("Stripe-Signature") + ",t=" + (STANDARD_TIME + 5));
		refused(verifier, fields, STANDARD_BODY);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ",", "t=", "t=1614265330", "v1=00", "t=1614265330,v1=", "t=1614265330,v0=00" })
	void otherSignaturesOfStripeAreRefused(String signature) {
		FieldList fields = new FieldList();
		fields.add("Stripe-Signature", signature);
		refused(stripe(STANDARD_TIME, "whsec_test"), fields, STANDARD_BODY);
	}

	@ParameterizedTest
	@CsvSource({ "HmacSHA256, false", "HmacSHA512, true" })
	void codeInAHeaderIsVerified(String algorithm, boolean base64) {
		byte[] code = code(algorithm, "secret", STANDARD_BODY);
		FieldList fields = new FieldList();
		fields.add("X-Signature",
				"v=" + (base64 ? Base64.getEncoder().encodeToString(code) : HexFormat.of().formatHex(code)));
		fields.add("X-Id", "7");
		RequestVerifier verifier = new HmacWebhooks(List.of("secret"),
				new HmacWebhooks.Signature("X-Signature", "v=", algorithm, base64, "X-Id"), 100);
		assertThat(verifier.verify(fields, bytes(STANDARD_BODY))).isEqualTo("7");
		refused(verifier, fields, "");
		fields.set("X-Signature", String.valueOf(fields.first("X-Signature")).substring(2));
		refused(verifier, fields, STANDARD_BODY);
	}

	@Test
	void whatCannotVerifyIsRefusedAtOnceAndNotQuoted() {
		assertThatIllegalArgumentException().isThrownBy(() -> standard(0, "whsec_secret!"))
			.withMessageContaining("is whsec_ and Base64")
			.withMessageNotContaining("secret!")
			.withNoCause();
		assertThatIllegalArgumentException().isThrownBy(() -> standard(0, "whsec_")).withMessageContaining("is empty");
		assertThatIllegalArgumentException().isThrownBy(() -> new GithubWebhooks(List.of(), 1))
			.withMessageContaining("there is none");
		assertThatIllegalArgumentException().isThrownBy(() -> new GithubWebhooks(List.of("a", ""), 1))
			.withMessageContaining("is empty");
		assertThatIllegalArgumentException().isThrownBy(
				() -> new HmacWebhooks(List.of("a"), new HmacWebhooks.Signature("X", "", "HmacNone", false, null), 1))
			.withMessageContaining("There is no algorithm 'HmacNone'");
	}

	private static void refused(RequestVerifier verifier, FieldList fields, String body) {
		assertThatExceptionOfType(UnverifiedException.class).isThrownBy(() -> verifier.verify(fields, bytes(body)));
	}

	private static RequestVerifier standard(long now, String... secrets) {
		return new StandardWebhooks(List.of(secrets), TOLERANCE, 100, clock(now));
	}

	private static FieldList standard(String signature) {
		FieldList fields = new FieldList();
		fields.add("Webhook-Id", STANDARD_ID);
		fields.add("Webhook-Timestamp", String.valueOf(STANDARD_TIME));
		fields.add("Webhook-Signature", signature);
		return fields;
	}

	private static RequestVerifier stripe(long now, String... secrets) {
		return new StripeWebhooks(List.of(secrets), TOLERANCE, 100, clock(now));
	}

	private static FieldList signedByStripe(long time, String secret) {
		FieldList fields = new FieldList();
		fields.add("Stripe-Signature", "t=" + time + ",v1="
				+ HexFormat.of().formatHex(code("HmacSHA256", secret, time + "." + STANDARD_BODY)));
		return fields;
	}

	private static byte[] code(String algorithm, String secret, String text) {
		try {
			Mac mac = Mac.getInstance(algorithm);
			mac.init(new SecretKeySpec(bytes(secret), algorithm));
			return mac.doFinal(bytes(text));
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static InstantSource clock(long second) {
		return InstantSource.fixed(Instant.ofEpochSecond(second));
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
