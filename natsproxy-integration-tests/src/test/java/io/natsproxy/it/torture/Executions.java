package io.natsproxy.it.torture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How often the services have executed each request, from the files that they write.
 */
final class Executions {

	private final Map<String, Integer> counts = new HashMap<>();

	private Executions() {
	}

	static Executions read(Path directory) {
		Executions executions = new Executions();
		try (Stream<Path> files = Files.list(directory)) {
			for (Path file : files.toList()) {
				List<String> lines = Files.readAllLines(file);
				lines.forEach((id) -> executions.counts.merge(id, 1, Integer::sum));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return executions;
	}

	int of(Attempt attempt) {
		return this.counts.getOrDefault(attempt.id(), 0);
	}

}
