package io.natsproxy.gateway.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The table of {@code docs/metrics.md}.
 */
final class DocumentedMetrics {

	static final Path DOCUMENTATION = Path.of("..", "docs", "metrics.md");

	private static final Pattern ROW = Pattern.compile("\\| `([a-z.]+)`( †)? \\| `([a-z_]+)` \\| ([a-z]+) \\|.*");

	private final List<Metric> metrics;

	private DocumentedMetrics(List<Metric> metrics) {
		this.metrics = metrics;
	}

	static DocumentedMetrics read() throws IOException {
		try (Stream<String> lines = Files.lines(DOCUMENTATION)) {
			return new DocumentedMetrics(lines.map(ROW::matcher).filter(Matcher::matches).map(Metric::of).toList());
		}
	}

	List<Metric> all() {
		return this.metrics;
	}

	/**
	 * Returns the names of all time series.
	 */
	Set<String> series() {
		return this.metrics.stream().flatMap((metric) -> metric.series().stream()).collect(Collectors.toSet());
	}

	/**
	 * A row.
	 *
	 * @param prometheus the name in a scrape
	 * @param type counter, gauge or timer
	 * @param conditional whether it is not always there
	 */
	record Metric(String prometheus, String type, boolean conditional) {

		private static Metric of(Matcher row) {
			return new Metric(row.group(3), row.group(4), row.group(2) != null);
		}

		List<String> series() {
			return this.type.equals("timer") ? List.of(this.prometheus + "_count", this.prometheus + "_sum")
					: List.of(this.prometheus);
		}

	}

}
