package io.natsproxy.benchmarks;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The places of the programs that the benchmark starts.
 *
 * @param project the root directory of the project
 */
record Installation(Path project) {

	private static final String MODULE = "natsproxy-benchmarks";

	/**
	 * Finds the project from the place of this class: {@code target} of its module.
	 * @return the installation
	 */
	static Installation find() {
		try {
			Path code = Path.of(Installation.class.getProtectionDomain().getCodeSource().getLocation().toURI());
			return new Installation(code.resolve("../../..").normalize());
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

	Path logs() {
		return this.project.resolve(MODULE).resolve("target/logs");
	}

	Path natsproxyGateway() {
		return jar("natsproxy-gateway-app", "natsproxy-gateway-app");
	}

	Path natsproxyAgent() {
		return jar("natsproxy-agent-app", "natsproxy-agent-app");
	}

	/**
	 * Returns the jar of the WebFlux application that knows nothing of NATS.
	 * @return the jar
	 */
	Path webFluxService() {
		return jar(MODULE + "/webflux-service", "webflux-service-exec");
	}

	/**
	 * Returns the jar of an application of this module.
	 * @param name the name of its directory
	 * @return the jar
	 */
	Path application(String name) {
		return jar(MODULE + "/" + name, name);
	}

	private Path jar(String directory, String name) {
		Path jar = this.project.resolve(directory).resolve("target").resolve(name + ".jar");
		if (!Files.isRegularFile(jar)) {
			throw new ChainFailedException(
					"There is no " + jar + ". Build it: ./mvnw -q -DskipTests package -pl " + MODULE + " -am");
		}
		return jar;
	}

	/**
	 * Returns the program that runs this JVM.
	 * @return its path
	 */
	static String java() {
		return Path.of(System.getProperty("java.home"), "bin", "java").toString();
	}

	/**
	 * Looks for a program in the {@code PATH} and where Debian and others keep servers.
	 * @param name its name
	 * @return its path; {@code null} if there is none
	 */
	static @Nullable String program(String name) {
		List<String> directories = new ArrayList<>(
				List.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)));
		directories.add("/usr/sbin");
		directories.add("/usr/local/bin");
		return directories.stream()
			.filter((directory) -> !directory.isEmpty())
			.flatMap((directory) -> Stream.of(name, name + ".exe").map(Path.of(directory)::resolve))
			.filter(Files::isExecutable)
			.map(Path::toString)
			.findFirst()
			.orElse(null);
	}

}
