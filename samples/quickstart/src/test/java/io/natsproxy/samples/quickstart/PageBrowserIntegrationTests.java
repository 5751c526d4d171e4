package io.natsproxy.samples.quickstart;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.natsproxy.broker.EmbeddedNatsBroker;
import io.natsproxy.test.Chromium;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page for operators in a real browser. With the system property
 * {@value #SCREENSHOTS} it leaves pictures in that directory.
 */
@EnabledIf(value = "io.natsproxy.test.Chromium#isAvailable", disabledReason = Chromium.MISSING)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@Timeout(180)
class PageBrowserIntegrationTests {

	private static final String SCREENSHOTS = "natsproxy.test.screenshots";

	private static final String HOSTILE = "<img/src=x/onerror=document['title']='taken'";

	@AutoClose
	private static Chromium chromium;

	private final HttpClient http = HttpClient.newHttpClient();

	private ChromeDriver driver;

	@LocalServerPort
	private int port;

	@BeforeAll
	static void startBrowser() throws IOException {
		chromium = new Chromium();
	}

	@BeforeEach
	void open() {
		this.driver = chromium.driver();
		this.driver.get("http://localhost:" + this.port + "/actuator/natsproxy/page");
		await().untilAsserted(() -> assertThat(element("live").getText()).isEqualTo("Live"));
		await().untilAsserted(
				() -> assertThat(rows("route-table")).anyMatch((row) -> row.contains("/test/{event}/{session}")));
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50));
	}

	private WebElement element(String id) {
		return this.driver.findElement(By.id(id));
	}

	private List<String> rows(String table) {
		return texts(table, "tbody tr");
	}

	/**
	 * Reads all at once: rows come and go meanwhile.
	 */
	@SuppressWarnings("unchecked")
	private List<String> texts(String table, String selector) {
		return (List<String>) this.driver.executeScript(
				"return [...document.querySelectorAll(arguments[0])].map((each) => each.innerText.replace(/\\s+/g, ' '))",
				"#" + table + " " + selector);
	}

	private int get(String path) throws Exception {
		return this.http
			.send(HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path)).build(),
					BodyHandlers.discarding())
			.statusCode();
	}

	@Test
	void requestsAreShownAsTheyEndAndRoutesAreMeasured() throws Exception {
		assertThat(get("/test/5/1")).isEqualTo(200);
		assertThat(get("/nobody/there")).isEqualTo(404);
		assertThat(get("/fail")).isEqualTo(500);
		await().untilAsserted(
				() -> assertThat(rows("request-table")).anyMatch((row) -> row.contains("200 GET /test/5/1 quickstart"))
					.anyMatch((row) -> row.contains("404 GET /nobody/there")));
		await().untilAsserted(() -> assertThat(rows("route-table")).anyMatch((row) -> row
			.matches("GET /test/\\{event}/\\{session} quickstart [0-9.]+ [0-9]+ 0 [0-9.,]+ ms [0-9.,]+ ms .*")));
		await().untilAsserted(() -> assertThat(rows("instance-table"))
			.anyMatch((row) -> row.startsWith("quickstart ") && row.contains(" ms")));
		await().untilAsserted(
				() -> assertThat(rows("service-table")).anyMatch((row) -> row.matches("quickstart 1 .* 500")));
		element("errors-only").sendKeys(Keys.SPACE);
		assertThat(rows("request-table")).isNotEmpty().allMatch((row) -> row.contains("500 GET /fail"));
	}

	@Test
	void aRequestIsOnThePageSoonAfterItWasMade() throws Exception {
		long startedAt = System.nanoTime();
		assertThat(get("/test/6/" + startedAt)).isEqualTo(200);
		await().until(() -> rows("request-table").stream().anyMatch((row) -> row.contains("/test/6/" + startedAt)));
		System.out.println("On the page after " + (System.nanoTime() - startedAt) / 1_000_000 + " ms");
	}

	@Test
	void routesAreFilteredAndSortedByKeyboard() {
		element("route-filter").sendKeys("get test");
		assertThat(rows("route-table")).isNotEmpty().allMatch((row) -> row.startsWith("GET /test"));
		assertThat(element("route-count").getText()).matches("[0-9]+ of [0-9]+ routes");
		element("route-filter").sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.DELETE);
		WebElement sort = this.driver.findElement(By.cssSelector("#route-table th:nth-child(2) button"));
		WebElement head = this.driver.findElement(By.cssSelector("#route-table th:nth-child(2)"));
		assertThat(head.getDomAttribute("aria-sort")).isEqualTo("ascending");
		List<String> ascending = texts("route-table", "tbody td:nth-child(2)");
		sort.sendKeys(Keys.ENTER);
		assertThat(head.getDomAttribute("aria-sort")).isEqualTo("descending");
		List<String> descending = texts("route-table", "tbody td:nth-child(2)");
		assertThat(ascending).isSorted();
		// The table is live: there may be more by now.
		assertThat(descending).containsAll(ascending).isSortedAccordingTo(Comparator.reverseOrder());
	}

	@Test
	void focusStaysInTablesThatChangeAndIsVisible() throws Exception {
		WebElement call = (WebElement) this.driver.executeScript("""
				return [...document.querySelectorAll('#route-table tbody tr')]
					.find((row) => row.textContent.includes('/test/{event}')).querySelector('button')
				""");
		this.driver.executeScript("arguments[0].focus()", call);
		for (int i = 0; i < 3; i++) {
			get("/test/7/" + i);
		}
		await().untilAsserted(() -> assertThat(rows("request-table")).anyMatch((row) -> row.contains("/test/7/2")));
		assertThat(this.driver.switchTo().activeElement()).isEqualTo(call);
		new Actions(this.driver).sendKeys(Keys.TAB).perform();
		assertThat(this.driver.executeScript("return getComputedStyle(document.activeElement).outlineStyle"))
			.isEqualTo("solid");
	}

	@Test
	void formCallsARouteAndShowsTheAnswer() {
		this.driver.executeScript("document.querySelector('#call').scrollIntoView()");
		WebElement target = element("call-target");
		target.sendKeys(Keys.chord(Keys.CONTROL, "a"), "/test/12324/123", Keys.ENTER);
		await().untilAsserted(() -> assertThat(element("call-status").getText()).startsWith("200, after"));
		assertThat(element("call-subject").getText()).isEqualTo("GET:.test.12324.123");
		assertThat(element("call-answer").getText()).contains("\"event\": \"12324\"");
		assertThat(rows("header-table")).anyMatch((row) -> row.equalsIgnoreCase("Cache-Control no-store"));
		assertThat(element("call-state").getText()).isEqualTo("Answered");
	}

	@Test
	void whatServicesTellIsShownAsText(@Autowired EmbeddedNatsBroker broker) throws Exception {
		String who = "\"name\":\"" + HOSTILE + "\",\"id\":\"one\",\"version\":\"<b>1</b>\"";
		Connection service = Nats.connect(broker.url());
		try {
			service.createDispatcher((message) -> {
				String verb = message.getSubject().split("\\.")[1];
				service.publish(message.getReplyTo(), ("{\"type\":\"io.nats.micro.v1." + verb.toLowerCase(Locale.ROOT)
						+ "_response\"," + who
						+ ",\"endpoints\":[{\"subject\":\"x\",\"num_requests\":3,\"num_errors\":1,"
						+ "\"last_error\":\"<script>document.title='taken'</script>\",\"metadata\":{\"method\":\"GET\","
						+ "\"path\":\"/<img src=x onerror=document.title='taken'>\"}}]}")
					.getBytes(StandardCharsets.UTF_8));
			}).subscribe("$SRV.INFO." + HOSTILE + ".one").subscribe("$SRV.STATS");
			service.publish("natsproxy.service.up",
					("{\"type\":\"io.nats.micro.v1.ping_response\"," + who + "}").getBytes(StandardCharsets.UTF_8));
			service.flush(Duration.ofSeconds(10));
			await().untilAsserted(() -> assertThat(rows("instance-table")).anyMatch((row) -> row.startsWith(HOSTILE)
					&& row.contains("<b>1</b>") && row.contains("<script>document.title='taken'</script>")));
			await().untilAsserted(() -> assertThat(rows("route-table"))
				.anyMatch((row) -> row.contains("/<img src=x onerror=document.title='taken'>")));
			assertThat(this.driver.getTitle()).isEqualTo("natsproxy");
			assertThat(this.driver
				.executeScript("return document.querySelectorAll('main img, main script, main b').length"))
				.isEqualTo(0L);
			service.publish("natsproxy.service.down",
					("{\"type\":\"io.nats.micro.v1.ping_response\"," + who + "}").getBytes(StandardCharsets.UTF_8));
			service.flush(Duration.ofSeconds(10));
		}
		finally {
			service.close();
		}
	}

	@Test
	void pageFitsATelephoneAndADesktopInLightAndDark() throws Exception {
		get("/test/1/1");
		get("/test/1/2");
		get("/nobody");
		await().untilAsserted(() -> assertThat(rows("request-table")).hasSizeGreaterThan(2));
		try {
			for (String scheme : List.of("light", "dark")) {
				this.driver.executeCdpCommand("Emulation.setEmulatedMedia",
						Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
				for (int width : new int[] { 360, 1280 }) {
					this.driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
							Map.of("width", width, "height", 800, "deviceScaleFactor", 1, "mobile", width < 500));
					assertThat((Long) this.driver.executeScript("return document.documentElement.scrollWidth"))
						.as(scheme)
						.isLessThanOrEqualTo(width);
					assertThat(lowestContrast()).as(scheme + " at " + width).isGreaterThanOrEqualTo(4.5);
					picture(scheme + "-" + width);
				}
			}
		}
		finally {
			this.driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
			this.driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of()));
		}
	}

	/**
	 * Returns the lowest contrast of a text with what is behind it (WCAG 2.2, 1.4.3).
	 */
	private double lowestContrast() {
		return ((Number) this.driver.executeScript(
				"""
						const numbers = (color) => color.match(/[0-9.]+/g).map(Number);
						const light = (color) => {
							const [r, g, b] = color.map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
							return 0.2126 * r + 0.7152 * g + 0.0722 * b;
						};
						const ground = (element) => {
							for (let each = element; each; each = each.parentElement) {
								const color = numbers(getComputedStyle(each).backgroundColor);
								if (color.length === 3 || color[3] > 0) {
									return color.slice(0, 3);
								}
							}
							return [255, 255, 255];
						};
						const contrasts = [...document.querySelectorAll('body *')]
							.filter((each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ''))
							.map((each) => {
								const one = light(numbers(getComputedStyle(each).color));
								const other = light(ground(each));
								return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
							});
						return Math.min(...contrasts);
						"""))
			.doubleValue();
	}

	private void picture(String name) throws IOException {
		String directory = System.getProperty(SCREENSHOTS);
		if (directory == null) {
			return;
		}
		Files.createDirectories(Path.of(directory));
		Number height = (Number) this.driver.executeScript("return document.documentElement.scrollHeight");
		Files.write(Path.of(directory, name + ".png"), this.driver.getScreenshotAs(OutputType.BYTES));
		Map<String, Object> whole = this.driver.executeCdpCommand("Page.captureScreenshot",
				Map.of("captureBeyondViewport", true, "clip",
						Map.of("x", 0, "y", 0, "width",
								this.driver.executeScript("return document.documentElement.clientWidth"), "height",
								height, "scale", 1)));
		Files.write(Path.of(directory, name + "-whole.png"), Base64.getDecoder().decode((String) whole.get("data")));
	}

}
