package io.natsproxy.gateway.declared.webhook;

import java.util.List;

import io.natsproxy.gateway.declared.UnverifiedException;
import io.natsproxy.gateway.headers.FieldList;
import org.jspecify.annotations.Nullable;

/**
 * Verifies webhooks of GitHub ({@code X-Hub-Signature-256}), which signs the body alone:
 * neither a time, nor the id of the delivery, which is that of the message.
 */
public final class GithubWebhooks extends WebhookVerifier {

	private static final String PREFIX = "sha256=";

	/**
	 * Creates the verifier.
	 * @param secrets the secrets
	 * @param maxSize the longest body, in bytes
	 * @throws IllegalArgumentException if a secret is empty
	 */
	public GithubWebhooks(List<String> secrets, long maxSize) {
		super(new MessageCodes("HmacSHA256", secrets.stream().map(WebhookVerifier::bytes).toList()), maxSize);
	}

	@Override
	public @Nullable String verify(FieldList fields, byte[] body) {
		String signature = required(fields, "X-Hub-Signature-256");
		if (!signature.startsWith(PREFIX)) {
			throw new UnverifiedException("its signature does not begin with '" + PREFIX + "'");
		}
		requireCode(List.of(hex(signature.substring(PREFIX.length()))), "", body);
		return id(fields, "X-GitHub-Delivery");
	}

}
