package io.natsproxy.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table that reads well on a terminal and in a document.
 */
final class MarkdownTable {

	private final List<List<String>> rows = new ArrayList<>();

	private final int columns;

	MarkdownTable(String... titles) {
		this.rows.add(List.of(titles));
		this.columns = titles.length;
	}

	/**
	 * Adds a row.
	 * @param cells its cells; those that are missing stay empty
	 */
	void add(List<String> cells) {
		List<String> row = new ArrayList<>(cells);
		while (row.size() < this.columns) {
			row.add("");
		}
		this.rows.add(row);
	}

	@Override
	public String toString() {
		int[] widths = IntStream.range(0, this.columns)
			.map((column) -> this.rows.stream().mapToInt((row) -> row.get(column).length()).max().orElse(0))
			.toArray();
		List<String> rule = IntStream.of(widths).mapToObj("-"::repeat).toList();
		List<String> lines = new ArrayList<>(this.rows.stream().map((row) -> line(row, widths)).toList());
		lines.add(1, line(rule, widths));
		return String.join("\n", lines);
	}

	private static String line(List<String> row, int[] widths) {
		return IntStream.range(0, widths.length)
			.mapToObj((column) -> row.get(column) + " ".repeat(widths[column] - row.get(column).length()))
			.collect(Collectors.joining(" | ", "| ", " |"));
	}

}
