package io.natsproxy.gateway.declared.webhook;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.List;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The codes that some secrets make of a message. Of several secrets, the old one and the
 * new one are valid while they are being changed. Immutable.
 */
final class MessageCodes {

	private final List<SecretKeySpec> keys;

	/**
	 * Creates the codes.
	 * @param algorithm the algorithm, such as {@code HmacSHA256}
	 * @param secrets the secrets
	 * @throws IllegalArgumentException if there is no secret, one is empty, or there is
	 * no such algorithm
	 */
	MessageCodes(String algorithm, List<byte[]> secrets) {
		if (secrets.isEmpty() || secrets.stream().anyMatch((secret) -> secret.length == 0)) {
			throw new IllegalArgumentException("Webhooks are verified by a secret, and there is none, or it is empty");
		}
		this.keys = secrets.stream().map((secret) -> new SecretKeySpec(secret, algorithm)).toList();
		mac(this.keys.get(0));
	}

	/**
	 * Returns whether one of some codes is that of a message. Takes as long whichever of
	 * them it is, and however much of it is right.
	 */
	boolean contain(List<byte[]> given, byte[] before, byte[] body) {
		boolean found = false;
		for (SecretKeySpec key : this.keys) {
			Mac mac = mac(key);
			mac.update(before);
			byte[] code = mac.doFinal(body);
			for (byte[] candidate : given) {
				found |= MessageDigest.isEqual(code, candidate);
			}
		}
		return found;
	}

	private static Mac mac(SecretKeySpec key) {
		try {
			Mac mac = Mac.getInstance(key.getAlgorithm());
			mac.init(key);
			return mac;
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalArgumentException("There is no algorithm '" + key.getAlgorithm() + "'", ex);
		}
	}

}
