package io.natsproxy.gateway.declared.webhook;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

import io.natsproxy.gateway.declared.UnverifiedException;
import io.natsproxy.gateway.headers.FieldList;
import org.jspecify.annotations.Nullable;

/**
 * Verifies webhooks of Stripe ({@code Stripe-Signature}), with its signatures {@code v1}:
 * of time and body. The id of an event stands in the body, which is not read.
 */
public final class StripeWebhooks extends WebhookVerifier {

	private final Duration tolerance;

	private final InstantSource clock;

	/**
	 * Creates the verifier.
	 * @param secrets the secrets, as they are shown
	 * @param tolerance how far the time of a webhook may be away, before or after
	 * @param maxSize the longest body, in bytes
	 * @throws IllegalArgumentException if a secret is empty
	 */
	public StripeWebhooks(List<String> secrets, Duration tolerance, long maxSize) {
		this(secrets, tolerance, maxSize, InstantSource.system());
	}

	StripeWebhooks(List<String> secrets, Duration tolerance, long maxSize, InstantSource clock) {
		super(new MessageCodes("HmacSHA256", secrets.stream().map(WebhookVerifier::bytes).toList()), maxSize);
		this.tolerance = tolerance;
		this.clock = clock;
	}

	@Override
	public @Nullable String verify(FieldList fields, byte[] body) {
		String timestamp = null;
		List<byte[]> codes = new ArrayList<>();
		for (String element : required(fields, "Stripe-Signature").split(",")) {
			if (element.startsWith("t=")) {
				if (timestamp != null) {
					throw new UnverifiedException("it has more than one time");
				}
				timestamp = element.substring("t=".length());
			}
			else if (element.startsWith("v1=")) {
				codes.add(hex(element.substring("v1=".length())));
			}
		}
		if (timestamp == null) {
			throw new UnverifiedException("it has no time");
		}
		requireRecent(timestamp, this.tolerance, this.clock);
		requireCode(codes, timestamp + ".", body);
		return null;
	}

}
