package io.natsproxy.it.contract;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Assumptions;

import org.springframework.core.io.ClassPathResource;

/**
 * An HTTP server in Python that answers what the contract asks of any, in a process of
 * its own. It ends with the JVM.
 */
final class PythonServer implements AutoCloseable {

	private static final String PROGRAM = "python/contract.py";

	private final Process process;

	private final int port;

	private PythonServer(Process process, int port) {
		this.process = process;
		this.port = port;
	}

	/**
	 * Starts a server, and returns when it listens. Skips the test where there is no
	 * Python.
	 */
	static PythonServer start() {
		Process process;
		try {
			process = new ProcessBuilder("python3", new ClassPathResource(PROGRAM).getFile().getPath())
				.redirectError(ProcessBuilder.Redirect.INHERIT)
				.start();
		}
		catch (IOException ex) {
			return Assumptions.abort("There is no python3: the contract is not tested before it: " + ex.getMessage());
		}
		try {
			BufferedReader reader = process.inputReader(StandardCharsets.US_ASCII);
			String port = reader.readLine();
			if (port == null) {
				throw new IllegalStateException("The server in Python has not started");
			}
			return new PythonServer(process, Integer.parseInt(port));
		}
		catch (IOException ex) {
			process.destroyForcibly();
			throw new UncheckedIOException(ex);
		}
		catch (RuntimeException ex) {
			process.destroyForcibly();
			throw ex;
		}
	}

	int port() {
		return this.port;
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
