package io.natsproxy.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

import io.natsproxy.benchmarks.load.Workload;
import org.jspecify.annotations.Nullable;

/**
 * The tables. Ratios to the baseline stand in parentheses.
 */
final class Report {

	private static final String NONE = "–";

	private final Set<Role> roles = EnumSet.of(Role.CLIENTS);

	private final MarkdownTable table;

	private final List<String> notes = new ArrayList<>();

	private final List<Result> results = new ArrayList<>();

	/**
	 * Creates a report.
	 * @param roles the roles whose processor time is reported, beside that of the clients
	 */
	Report(Collection<Role> roles) {
		this.roles.addAll(roles);
		List<String> columns = new ArrayList<>(List.of("workload", "chain", "per second", "p50 ms", "p99 ms"));
		this.roles.forEach((role) -> columns.add(role.title() + " µs"));
		columns.add("errors");
		this.table = new MarkdownTable(columns.toArray(String[]::new));
	}

	/**
	 * Adds a workload.
	 * @param result what came of it
	 */
	void add(Result result) {
		Workload workload = result.workload();
		Summary baseline = result.baseline();
		String title = workload.title();
		for (Summary summary : result.summaries()) {
			this.table.add(summary.isSkipped() ? List.of(title, summary.chain(), "skipped")
					: row(title, workload, summary, (summary != baseline) ? baseline : null));
			if (summary.note() != null) {
				this.notes.add(summary.chain() + ", " + workload.title()
						+ (summary.isSkipped() ? ", is skipped: " : ": ") + summary.note());
			}
			title = "";
		}
		this.results.add(result);
	}

	private List<String> row(String title, Workload workload, Summary summary, @Nullable Summary baseline) {
		List<String> cells = new ArrayList<>(List.of(title, summary.chain()));
		cells.add(cell(summary, baseline, Summary::rate, "%,.0f " + workload.unit()));
		cells.add(cell(summary, baseline, Summary::p50, "%.2f"));
		cells.add(cell(summary, baseline, Summary::p99, "%.2f"));
		for (Role role : this.roles) {
			cells.add(cell(summary, (role != Role.CLIENTS) ? baseline : null,
					(each) -> each.cpu().getOrDefault(role, Double.NaN), "%.1f"));
		}
		cells.add(Long.toString(summary.errors()));
		return cells;
	}

	/**
	 * The table of what JVMs allocate.
	 */
	private String jvms() {
		Set<Role> jvms = EnumSet.noneOf(Role.class);
		this.results.forEach((result) -> result.summaries().forEach((summary) -> jvms.addAll(summary.jvm().keySet())));
		if (jvms.isEmpty()) {
			return "";
		}
		List<String> columns = new ArrayList<>(List.of("workload", "chain"));
		jvms.forEach((role) -> {
			columns.add(role.title() + " bytes allocated");
			columns.add(role.title() + " collections/s");
		});
		MarkdownTable table = new MarkdownTable(columns.toArray(String[]::new));
		for (Result result : this.results) {
			String title = result.workload().title();
			Summary baseline = result.baseline();
			for (Summary summary : result.summaries()) {
				List<String> cells = new ArrayList<>(List.of(title, summary.chain()));
				for (Role role : jvms) {
					cells.add(cell(summary, (summary != baseline) ? baseline : null,
							(each) -> jvm(each, role, JvmUsage::bytesPerOperation), "%,.0f"));
					cells.add(cell(summary, null, (each) -> jvm(each, role, JvmUsage::collectionsPerSecond), "%.1f"));
				}
				table.add(cells);
				title = "";
			}
		}
		return "\n\n" + table;
	}

	private static double jvm(Summary summary, Role role, ToDoubleFunction<JvmUsage> value) {
		JvmUsage usage = summary.jvm().get(role);
		return (usage != null) ? value.applyAsDouble(usage) : Double.NaN;
	}

	private static String cell(Summary summary, @Nullable Summary baseline, ToDoubleFunction<Summary> value,
			String format) {
		double number = value.applyAsDouble(summary);
		if (Double.isNaN(number)) {
			return NONE;
		}
		double ratio = (baseline != null) ? number / value.applyAsDouble(baseline) : Double.NaN;
		String text = String.format(Locale.ROOT, format, number);
		return Double.isFinite(ratio) ? text + String.format(Locale.ROOT, " (%.2f×)", ratio) : text;
	}

	/**
	 * Returns all that was added.
	 * @return the results
	 */
	List<Result> results() {
		return this.results;
	}

	/**
	 * Returns what is to be said beside the figures.
	 * @return why chains were skipped, and what has failed
	 */
	List<String> notes() {
		return this.notes;
	}

	/**
	 * Returns the tables and notes.
	 * @param chains the chains, whose processes still run
	 * @return the text
	 */
	String text(List<Chain> chains) {
		StringBuilder text = new StringBuilder();
		text.append(this.table).append(jvms()).append("\n\n").append(memory(chains)).append('\n');
		this.notes.forEach((note) -> text.append("\n- ").append(note));
		return text.append(this.notes.isEmpty() ? "" : "\n").toString();
	}

	private static MarkdownTable memory(List<Chain> chains) {
		Map<String, ChildProcess> processes = new LinkedHashMap<>();
		chains.forEach(
				(chain) -> chain.processes().values().forEach((process) -> processes.put(process.name(), process)));
		MarkdownTable table = new MarkdownTable("process", "peak memory, MiB", "processor time, s");
		processes.forEach((name, process) -> {
			ProcessUsage usage = process.usage();
			String memory = (usage.peakMemory() > 0) ? Long.toString(usage.peakMemory() >> 20) : NONE;
			table.add(List.of(name, memory, Long.toString(usage.cpu().toSeconds())));
		});
		return table;
	}

}
