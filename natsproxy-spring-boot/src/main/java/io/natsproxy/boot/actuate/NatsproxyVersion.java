package io.natsproxy.boot.actuate;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The version of natsproxy that runs.
 */
final class NatsproxyVersion {

	/**
	 * Written by the build.
	 */
	static final String RESOURCE = "io/natsproxy/boot/actuate/version.txt";

	private NatsproxyVersion() {
	}

	/**
	 * Returns the version.
	 * @return the version, "unknown" if it cannot be read
	 */
	static String get() {
		try (InputStream resource = NatsproxyVersion.class.getResourceAsStream("version.txt")) {
			return (resource != null) ? new String(resource.readAllBytes(), StandardCharsets.UTF_8).trim() : "unknown";
		}
		catch (IOException ex) {
			return "unknown";
		}
	}

}
