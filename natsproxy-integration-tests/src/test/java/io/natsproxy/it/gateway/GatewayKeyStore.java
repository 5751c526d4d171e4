package io.natsproxy.it.gateway;

import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A key store with a certificate for {@code localhost} that it has signed itself.
 */
final class GatewayKeyStore {

	private GatewayKeyStore() {
	}

	/**
	 * Creates a PKCS#12 file whose password is {@code secret}.
	 * @param directory where to put it
	 */
	static Path create(Path directory) throws Exception {
		Path store = directory.resolve("store.p12");
		Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", "gateway", "-keyalg", "EC", "-dname", "CN=localhost", "-storetype", "PKCS12",
				"-keystore", store.toString(), "-storepass", "secret")
			.redirectErrorStream(true)
			.redirectOutput(directory.resolve("keytool.log").toFile())
			.start();
		assertThat(keytool.waitFor()).isZero();
		return store;
	}

}
