package io.natsproxy.boot.autoconfigure;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;

/**
 * Writes the certificate and the key of a key store as the files that nats-server reads.
 */
final class PemFiles {

	private PemFiles() {
	}

	static void write(Path store, String password, Path certificate, Path key) throws Exception {
		KeyStore keys = KeyStore.getInstance("PKCS12");
		try (InputStream in = Files.newInputStream(store)) {
			keys.load(in, password.toCharArray());
		}
		String alias = keys.aliases().nextElement();
		Files.writeString(certificate, pem("CERTIFICATE", keys.getCertificate(alias).getEncoded()));
		Files.writeString(key, pem("PRIVATE KEY", keys.getKey(alias, password.toCharArray()).getEncoded()));
	}

	private static String pem(String type, byte[] content) {
		return "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(content)
				+ "\n-----END " + type + "-----\n";
	}

}
