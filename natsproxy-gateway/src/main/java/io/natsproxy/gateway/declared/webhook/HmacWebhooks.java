package io.natsproxy.gateway.declared.webhook;

import java.util.List;

import io.natsproxy.gateway.declared.UnverifiedException;
import io.natsproxy.gateway.headers.FieldList;
import org.jspecify.annotations.Nullable;

/**
 * Verifies webhooks of others by a code of the body in a header field.
 */
public final class HmacWebhooks extends WebhookVerifier {

	private final Signature signature;

	/**
	 * Creates the verifier.
	 * @param secrets the secrets
	 * @param signature where the code is, and how it is written
	 * @param maxSize the longest body, in bytes
	 * @throws IllegalArgumentException if a secret is empty, or there is no such
	 * algorithm
	 */
	public HmacWebhooks(List<String> secrets, Signature signature, long maxSize) {
		super(new MessageCodes(signature.algorithm(), secrets.stream().map(WebhookVerifier::bytes).toList()), maxSize);
		this.signature = signature;
	}

	@Override
	public @Nullable String verify(FieldList fields, byte[] body) {
		String value = required(fields, this.signature.header());
		String prefix = this.signature.prefix();
		if (!value.startsWith(prefix)) {
			throw new UnverifiedException("its signature does not begin with '" + prefix + "'");
		}
		String code = value.substring(prefix.length());
		requireCode(List.of(this.signature.base64() ? base64(code) : hex(code)), "", body);
		return id(fields, this.signature.idHeader());
	}

	/**
	 * Where a code is, and how it is written.
	 *
	 * @param header the name of the header field
	 * @param prefix what stands before the code; may be empty
	 * @param algorithm the algorithm, such as {@code HmacSHA256}
	 * @param base64 whether the code is in Base64, and not in hexadecimal digits
	 * @param idHeader the name of the header field with the id of the message, which is
	 * not signed; {@code null} for none
	 */
	public record Signature(String header, String prefix, String algorithm, boolean base64, @Nullable String idHeader) {

	}

}
