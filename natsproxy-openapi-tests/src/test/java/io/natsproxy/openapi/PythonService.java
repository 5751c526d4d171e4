package io.natsproxy.openapi;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Assumptions;

import org.springframework.core.io.ClassPathResource;

/**
 * A service in Python, in a process of its own.
 */
final class PythonService implements AutoCloseable {

	private static final String PROGRAM = "python/service.py";

	private final Process process;

	private PythonService(Process process) {
		this.process = process;
	}

	/**
	 * Starts the service, and returns when it is there. Skips the test where there is no
	 * Python with nats-py.
	 * @param url the NATS server
	 */
	static PythonService start(String url) throws IOException {
		String python = System.getProperty("natsproxy.test.python", "python3");
		Process process;
		try {
			process = new ProcessBuilder(python, new ClassPathResource(PROGRAM).getFile().getPath(), url)
				.redirectErrorStream(true)
				.start();
		}
		catch (IOException ex) {
			return Assumptions.abort("There is no " + python + " (natsproxy.test.python): " + ex.getMessage());
		}
		BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
		StringBuilder output = new StringBuilder();
		String line = reader.readLine();
		while (line != null && !line.equals("ready")) {
			output.append(line).append('\n');
			line = reader.readLine();
		}
		if (line == null) {
			process.destroyForcibly();
			return Assumptions.abort("nats-py is not there for " + python + " (natsproxy.test.python): " + output);
		}
		return new PythonService(process);
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
