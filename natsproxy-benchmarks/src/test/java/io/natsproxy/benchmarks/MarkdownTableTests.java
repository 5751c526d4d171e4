package io.natsproxy.benchmarks;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class MarkdownTableTests {

	@Test
	void columnsAreAsWideAsTheirWidestCellAndRowsAreFilledUp() {
		MarkdownTable table = new MarkdownTable("chain", "p50");
		table.add(List.of("natsproxy", "1.25"));
		table.add(List.of("a"));
		assertThat(table).hasToString("""
				| chain     | p50  |
				| --------- | ---- |
				| natsproxy | 1.25 |
				| a         |      |""");
	}

}
