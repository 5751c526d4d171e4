package io.natsproxy.gateway.declared.webhook;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

import io.natsproxy.gateway.declared.RequestVerifier;
import io.natsproxy.gateway.declared.UnverifiedException;
import io.natsproxy.gateway.headers.FieldList;
import org.jspecify.annotations.Nullable;

/**
 * Verifies webhooks by codes that their senders have made of their bodies and a secret
 * (HMAC, RFC 2104).
 */
public abstract sealed class WebhookVerifier implements RequestVerifier
		permits StandardWebhooks, GithubWebhooks, StripeWebhooks, HmacWebhooks {

	/**
	 * How far the time of a webhook may be away, before or after.
	 */
	public static final Duration DEFAULT_TOLERANCE = Duration.ofMinutes(5);

	/**
	 * The longest body, in bytes.
	 */
	public static final long DEFAULT_MAX_SIZE = 1024 * 1024;

	/**
	 * The most codes in one header field; further ones are not looked at.
	 */
	private static final int MAX_CODES = 16;

	/**
	 * The longest id that becomes that of a message.
	 */
	private static final int MAX_ID = 256;

	/**
	 * The most digits of a time in seconds.
	 */
	private static final int MAX_DIGITS = 12;

	private final MessageCodes codes;

	private final long maxSize;

	WebhookVerifier(MessageCodes codes, long maxSize) {
		this.codes = codes;
		this.maxSize = maxSize;
	}

	@Override
	public final long maxSize() {
		return this.maxSize;
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * Returns the value of a field that comes once.
	 */
	static String required(FieldList fields, String name) {
		String value = optional(fields, name);
		if (value == null) {
			throw new UnverifiedException("there is no header '" + name + "'");
		}
		return value;
	}

	/**
	 * Returns the value of a field that comes once at the most.
	 */
	static @Nullable String optional(FieldList fields, String name) {
		List<String> values = fields.values(name);
		if (values.size() > 1) {
			throw new UnverifiedException("the header '" + name + "' comes more than once");
		}
		return values.isEmpty() ? null : values.get(0);
	}

	/**
	 * Returns an id of which a header of a message can be made.
	 */
	static @Nullable String id(FieldList fields, @Nullable String name) {
		String id = (name != null) ? optional(fields, name) : null;
		boolean fit = id == null
				|| (!id.isEmpty() && id.length() <= MAX_ID && id.chars().allMatch((c) -> c > ' ' && c < 0x7F));
		if (!fit) {
			throw new UnverifiedException("the header '" + name + "' is no id");
		}
		return id;
	}

	/**
	 * Refuses what is too old, or of the future.
	 */
	static void requireRecent(String timestamp, Duration tolerance, InstantSource clock) {
		boolean digits = !timestamp.isEmpty() && timestamp.length() <= MAX_DIGITS
				&& timestamp.chars().allMatch((c) -> c >= '0' && c <= '9');
		if (!digits) {
			throw new UnverifiedException("its time is malformed");
		}
		Duration age = Duration.between(Instant.ofEpochSecond(Long.parseLong(timestamp)), clock.instant());
		if (age.abs().compareTo(tolerance) > 0) {
			throw new UnverifiedException("its time is " + age.toSeconds() + " s ago");
		}
	}

	static byte[] hex(String text) {
		try {
			return HexFormat.of().parseHex(text);
		}
		catch (IllegalArgumentException ex) {
			return new byte[0];
		}
	}

	static byte[] base64(String text) {
		try {
			return Base64.getDecoder().decode(text);
		}
		catch (IllegalArgumentException ex) {
			return new byte[0];
		}
	}

	/**
	 * Refuses a body of which nobody who has one of the secrets has made one of the
	 * codes.
	 * @param given the codes of the request
	 * @param before what stands before the body
	 */
	final void requireCode(List<byte[]> given, String before, byte[] body) {
		if (!this.codes.contain(given.subList(0, Math.min(MAX_CODES, given.size())), bytes(before), body)) {
			throw new UnverifiedException("no signature is that of a known secret");
		}
	}

}
