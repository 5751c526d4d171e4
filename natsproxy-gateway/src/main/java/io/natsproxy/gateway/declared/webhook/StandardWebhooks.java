package io.natsproxy.gateway.declared.webhook;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

import io.natsproxy.gateway.headers.FieldList;
import org.jspecify.annotations.Nullable;

/**
 * Verifies webhooks that keep to Standard Webhooks, with its symmetric signatures
 * ({@code v1}): of id, time and body. The id is that of the message.
 */
public final class StandardWebhooks extends WebhookVerifier {

	private static final String SECRET_PREFIX = "whsec_";

	private static final String ID = "webhook-id";

	private static final String VERSION = "v1,";

	private final Duration tolerance;

	private final InstantSource clock;

	/**
	 * Creates the verifier.
	 * @param secrets the secrets, in Base64, with or without {@code whsec_} before it
	 * @param tolerance how far the time of a webhook may be away, before or after
	 * @param maxSize the longest body, in bytes
	 * @throws IllegalArgumentException if a secret is malformed
	 */
	public StandardWebhooks(List<String> secrets, Duration tolerance, long maxSize) {
		this(secrets, tolerance, maxSize, InstantSource.system());
	}

	StandardWebhooks(List<String> secrets, Duration tolerance, long maxSize, InstantSource clock) {
		super(new MessageCodes("HmacSHA256", secrets.stream().map(StandardWebhooks::secret).toList()), maxSize);
		this.tolerance = tolerance;
		this.clock = clock;
	}

	private static byte[] secret(String secret) {
		String encoded = secret.startsWith(SECRET_PREFIX) ? secret.substring(SECRET_PREFIX.length()) : secret;
		try {
			return Base64.getDecoder().decode(encoded);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("A secret of Standard Webhooks is whsec_ and Base64, and one is not");
		}
	}

	@Override
	public @Nullable String verify(FieldList fields, byte[] body) {
		String id = required(fields, ID);
		String timestamp = required(fields, "webhook-timestamp");
		requireRecent(timestamp, this.tolerance, this.clock);
		List<byte[]> codes = Arrays.stream(required(fields, "webhook-signature").split(" "))
			.filter((signature) -> signature.startsWith(VERSION))
			.map((signature) -> base64(signature.substring(VERSION.length())))
			.toList();
		requireCode(codes, id + "." + timestamp + ".", body);
		return id(fields, ID);
	}

}
