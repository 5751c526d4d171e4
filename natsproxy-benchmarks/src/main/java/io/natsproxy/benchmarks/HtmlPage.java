package io.natsproxy.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * A page that stands by itself, without scripts: a chart of bars for each workload, drawn
 * in SVG, for dark and light screens.
 */
final class HtmlPage {

	private static final String STYLE = """
			:root { color-scheme: light dark; --surface: #fcfcfb; --ink: #0b0b0b; --muted: #52514e; --line: #c3c2b7;
			  --rate: #2a78d6; --gateway: #2a78d6; --service: #1baf7a; --broker: #eda100; --agent: #4a3aa7;
			  --relay: #898781; --clients: #c3c2b7; }
			@media (prefers-color-scheme: dark) {
			  :root { --surface: #1a1a19; --ink: #ffffff; --muted: #c3c2b7; --line: #52514e;
			    --rate: #3987e5; --gateway: #3987e5; --service: #199e70; --broker: #c98500; --agent: #9085e9;
			    --clients: #52514e; } }
			body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; background: var(--surface); color: var(--ink);
			  font: 16px/1.5 system-ui, sans-serif; }
			h2 { margin: 2.5rem 0 .5rem; font-size: 1.15rem; }
			p, li { color: var(--muted); }
			svg { display: block; width: 100%; height: auto; }
			text { fill: var(--ink); font: 13px system-ui, sans-serif; paint-order: stroke; stroke: var(--surface);
			  stroke-width: 4px; }
			.muted { fill: var(--muted); }
			.axis { stroke: var(--line); stroke-dasharray: 3 3; }
			.rate { fill: var(--rate); }
			""";

	private static final int WIDTH = 900;

	private static final int LEFT = 210;

	/**
	 * Keeps room for the text behind the longest bar.
	 */
	private static final int LONGEST = 440;

	private static final int ROW = 26;

	private static final int BAR = 16;

	private static final int GAP = 30;

	private final String environment;

	private final List<Result> results;

	private final List<String> notes;

	/**
	 * Creates a page.
	 * @param environment where and how the figures came about
	 * @param results the figures
	 * @param notes what is to be said beside
	 */
	HtmlPage(String environment, List<Result> results, List<String> notes) {
		this.environment = environment;
		this.results = results;
		this.notes = notes;
	}

	/**
	 * Returns the page.
	 * @return a document in HTML
	 */
	String text() {
		StringBuilder page = new StringBuilder(16 * 1024);
		page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
		page.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
		page.append("<title>Benchmarks of natsproxy</title>\n<style>\n").append(STYLE).append(roles());
		page.append("</style>\n</head>\n<body>\n<h1>Benchmarks of natsproxy</h1>\n");
		this.environment.strip().lines().filter((line) -> !line.isBlank()).forEach((line) -> paragraph(page, line));
		for (Result result : this.results) {
			page.append("<h2>").append(escape(result.workload().title())).append("</h2>\n");
			chart(page, result);
		}
		if (!this.notes.isEmpty()) {
			page.append("<h2>Notes</h2>\n<ul>\n");
			this.notes.forEach((note) -> page.append("<li>").append(escape(note)).append("</li>\n"));
			page.append("</ul>\n");
		}
		return page.append("</body>\n</html>\n").toString();
	}

	private static String roles() {
		StringBuilder rules = new StringBuilder();
		for (Role role : Role.values()) {
			String name = role.title();
			rules.append('.').append(name).append(" { fill: var(--").append(name).append("); }\n");
		}
		return rules.toString();
	}

	private static void paragraph(StringBuilder page, String text) {
		page.append("<p>").append(escape(text)).append("</p>\n");
	}

	/**
	 * Draws throughput, as ratios where there is a baseline, and below it processor time.
	 */
	private static void chart(StringBuilder page, Result result) {
		List<Summary> summaries = result.summaries();
		Set<Role> roles = new TreeSet<>();
		summaries.forEach((summary) -> roles.addAll(summary.cpu().keySet()));
		int half = GAP + summaries.size() * ROW;
		page.append(String.format(Locale.ROOT,
				"<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s: throughput and processor time\">\n", WIDTH,
				2 * half + GAP, escape(result.workload().title())));
		rates(page, result);
		costs(page, result, roles, half + GAP / 2);
		page.append("</svg>\n");
	}

	private static void rates(StringBuilder page, Result result) {
		Summary baseline = result.baseline();
		label(page, 0, GAP / 2, "muted", (baseline != null) ? "Throughput, " + Chain.BASELINE + " = 1" : "Throughput");
		double most = result.summaries().stream().mapToDouble(Summary::rate).filter(Double::isFinite).max().orElse(1);
		if (baseline != null) {
			page.append(String.format(Locale.ROOT,
					"<line class=\"axis\" x1=\"%1$.1f\" x2=\"%1$.1f\" y1=\"%2$d\" y2=\"%3$d\"/>\n",
					LEFT + baseline.rate() / most * LONGEST, GAP - 4, GAP + result.summaries().size() * ROW - 4));
		}
		int y = GAP;
		for (Summary summary : result.summaries()) {
			name(page, y, summary.chain());
			if (summary.isSkipped()) {
				label(page, LEFT, y + BAR - 3, "muted", "skipped");
			}
			else {
				double width = bar(page, LEFT, y, summary.rate() / most * LONGEST, "rate",
						summary.chain() + ": " + rate(result, summary, baseline));
				label(page, LEFT + width + 8, y + BAR - 3, null, rate(result, summary, baseline));
			}
			y += ROW;
		}
	}

	private static String rate(Result result, Summary summary, @Nullable Summary baseline) {
		String rate = String.format(Locale.ROOT, "%,.0f %s/s", summary.rate(), result.workload().unit());
		if (baseline == null) {
			return rate;
		}
		return String.format(Locale.ROOT, "%.2f× (%s)", summary.rate() / baseline.rate(), rate);
	}

	/**
	 * Draws the processor time of all processes of a chain behind each other.
	 */
	private static void costs(StringBuilder page, Result result, Set<Role> roles, int top) {
		label(page, 0, top + GAP / 2, "muted", "Processor time, µs");
		double x = LEFT;
		for (Role role : roles) {
			bar(page, x, top + 4, 12, role.title(), role.title());
			label(page, x + 18, top + GAP / 2, "muted", role.title());
			x += 90;
		}
		double most = result.summaries().stream().mapToDouble(HtmlPage::cost).max().orElse(1);
		int y = top + GAP;
		for (Summary summary : result.summaries()) {
			name(page, y, summary.chain());
			double end = LEFT;
			for (Map.Entry<Role, Double> part : summary.cpu().entrySet()) {
				String title = part.getKey().title();
				end += bar(page, end, y, part.getValue() / most * LONGEST, title,
						String.format(Locale.ROOT, "%s, %s: %.1f µs", summary.chain(), title, part.getValue()));
			}
			label(page, end + 8, y + BAR - 3, summary.isSkipped() ? "muted" : null,
					summary.isSkipped() ? "skipped" : String.format(Locale.ROOT, "%,.1f", cost(summary)));
			y += ROW;
		}
	}

	private static double cost(Summary summary) {
		return summary.cpu().values().stream().mapToDouble(Double::doubleValue).sum();
	}

	private static void name(StringBuilder page, int y, String name) {
		page.append(String.format(Locale.ROOT, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n", LEFT - 10,
				y + BAR - 3, escape(name)));
	}

	private static void label(StringBuilder page, double x, int y, @Nullable String style, String text) {
		page.append(String.format(Locale.ROOT, "<text%s x=\"%.1f\" y=\"%d\">%s</text>\n",
				(style != null) ? " class=\"" + style + "\"" : "", x, y, escape(text)));
	}

	/**
	 * Draws a bar, a pixel shorter than it is so that it stands apart from the next.
	 * @return its length
	 */
	private static double bar(StringBuilder page, double x, int y, double length, String style, String title) {
		double width = Double.isFinite(length) ? Math.max(0, length) : 0;
		page.append(String.format(Locale.ROOT,
				"<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"><title>%s</title></rect>\n", style,
				x, y, Math.max(0, width - 1), BAR, escape(title)));
		return width;
	}

	/**
	 * Escapes a text for elements and attributes.
	 * @param text any text
	 * @return the text, in which nothing is markup
	 */
	static String escape(String text) {
		return text.replace("&", "&amp;")
			.replace("<", "&lt;")
			.replace(">", "&gt;")
			.replace("\"", "&quot;")
			.replace("'", "&#39;");
	}

}
