package io.natsproxy.benchmarks;

import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import javax.xml.parsers.DocumentBuilderFactory;

import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

import static org.assertj.core.api.Assertions.assertThat;

class HtmlPageTests {

	private static final Summary NATSPROXY = new Summary("natsproxy", 20_000, 2, 4,
			Map.of(Role.GATEWAY, 30.0, Role.BROKER, 10.0), Map.of(), 0, null);

	private static final Summary BASELINE = new Summary(Chain.BASELINE, 10_000, 4, 8, Map.of(Role.GATEWAY, 80.0),
			Map.of(), 0, null);

	@Test
	void aChartHasRatiosToTheBaselineAndProcessorTime() throws Exception {
		Element chart = chart(page(NATSPROXY, BASELINE, Summary.skipped("other", "answered 404")));
		assertThat(texts(chart, "text")).contains("natsproxy", "2.00× (20,000 requests/s)", "1.00× (10,000 requests/s)",
				"other", "skipped", "40.0", "80.0");
		assertThat(texts(chart, "title")).contains("natsproxy, broker: 10.0 µs",
				"spring-cloud-gateway, gateway: 80.0 µs");
		assertThat(widths(chart, "gateway")).contains("164.0", "439.0");
	}

	@Test
	void withoutABaselineThereAreNoRatios() throws Exception {
		Element chart = chart(page(NATSPROXY));
		assertThat(texts(chart, "text")).contains("20,000 requests/s").noneMatch((text) -> text.contains("×"));
	}

	@Test
	void whereNothingRanThereIsAChartAsWell() throws Exception {
		Element chart = chart(page(Summary.skipped("natsproxy", "answered 404")));
		assertThat(texts(chart, "text")).contains("natsproxy", "skipped");
	}

	@Test
	void textIsNoMarkup() {
		String page = new HtmlPage("java -Dx='<script>'",
				List.of(new Result(new NamedWorkload("<b>\"&", false), List.of(NATSPROXY))),
				List.of("answered </ul><img src=x>"))
			.text();
		assertThat(page).contains("-Dx=&#39;&lt;script&gt;&#39;", "&lt;b&gt;&quot;&amp;", "&lt;/ul&gt;&lt;img")
			.doesNotContain("<script", "<img", "<b>");
	}

	@Test
	void nothingIsLoadedFromElsewhere() {
		assertThat(page(NATSPROXY, BASELINE)).doesNotContain("http:", "https:", "url(", "<link", "src=")
			.contains("prefers-color-scheme: dark");
	}

	private static String page(Summary... summaries) {
		return new HtmlPage("Linux\n\nnot warm",
				List.of(new Result(new NamedWorkload("GET", false), List.of(summaries))), List.of())
			.text();
	}

	private static Element chart(String page) throws Exception {
		String svg = page.substring(page.indexOf("<svg"), page.indexOf("</svg>") + 6);
		return DocumentBuilderFactory.newInstance()
			.newDocumentBuilder()
			.parse(new InputSource(new StringReader(svg)))
			.getDocumentElement();
	}

	private static List<String> texts(Element chart, String name) {
		NodeList elements = chart.getElementsByTagName(name);
		return IntStream.range(0, elements.getLength()).mapToObj((i) -> elements.item(i).getTextContent()).toList();
	}

	private static List<String> widths(Element chart, String style) {
		NodeList elements = chart.getElementsByTagName("rect");
		return IntStream.range(0, elements.getLength())
			.mapToObj((i) -> (Element) elements.item(i))
			.filter((element) -> element.getAttribute("class").equals(style))
			.map((element) -> element.getAttribute("width"))
			.toList();
	}

}
