package io.natsproxy.broker;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

import org.jspecify.annotations.Nullable;

/**
 * Compares what a client presents with what is expected, in a time that does not depend
 * on how much of it is right.
 */
final class Credentials {

	private Credentials() {
	}

	static boolean accepts(BrokerOptions expected, ConnectOptions presented) {
		if (expected.token() != null) {
			return equal(expected.token(), presented.token());
		}
		if (expected.user() != null) {
			return equal(expected.user(), presented.user()) & equal(expected.password(), presented.password());
		}
		return true;
	}

	private static boolean equal(@Nullable String expected, @Nullable String presented) {
		return MessageDigest.isEqual(hash(expected), hash(presented));
	}

	private static byte[] hash(@Nullable String text) {
		try {
			byte[] bytes = ((text != null) ? text : "").getBytes(StandardCharsets.UTF_8);
			return MessageDigest.getInstance("SHA-256").digest(bytes);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
