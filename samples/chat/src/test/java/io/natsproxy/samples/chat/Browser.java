package io.natsproxy.samples.chat;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.remote.http.ClientConfig;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A visitor with a Chromium of its own, and the page of the chat in it. Nothing is
 * downloaded: both programs are looked for in {@code PATH}, unless the system properties
 * {@value #CHROMIUM} and {@value #CHROMEDRIVER} say where they are.
 */
final class Browser implements AutoCloseable {

	static final String MISSING = "No browser to test with: install chromium and chromium-driver, or set "
			+ Browser.CHROMIUM + " and " + Browser.CHROMEDRIVER;

	private static final String CHROMIUM = "natsproxy.test.chromium";

	private static final String CHROMEDRIVER = "natsproxy.test.chromedriver";

	private final Path userData;

	private final ChromeDriverService service;

	private final ChromeDriver driver;

	/**
	 * Whether there is a browser to test with.
	 */
	static boolean isAvailable() {
		return chromium().isPresent() && chromedriver().isPresent();
	}

	private static Optional<File> chromium() {
		return find(CHROMIUM, "chromium");
	}

	private static Optional<File> chromedriver() {
		return find(CHROMEDRIVER, "chromedriver");
	}

	private static Optional<File> find(String property, String name) {
		String path = System.getProperty(property, "");
		Stream<File> candidates = path.isEmpty()
				? Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
					.map((directory) -> new File(directory, name))
				: Stream.of(new File(path));
		return candidates.filter(File::canExecute).findFirst();
	}

	/**
	 * Starts a browser.
	 */
	Browser() throws IOException {
		File chromium = chromium().orElseThrow();
		File chromedriver = chromedriver().orElseThrow();
		this.userData = Files.createTempDirectory("chromium");
		this.service = new ChromeDriverService.Builder().usingDriverExecutable(chromedriver).usingAnyFreePort().build();
		ChromeOptions options = new ChromeOptions().setBinary(chromium)
			.addArguments("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic",
					"--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
					"--user-data-dir=" + this.userData);
		try {
			this.driver = new ChromeDriver(this.service, options,
					ClientConfig.defaultConfig().readTimeout(Duration.ofSeconds(60)));
		}
		catch (RuntimeException ex) {
			stop();
			throw ex;
		}
	}

	/**
	 * Opens the page, and enters a room.
	 */
	void enter(URI gateway, String room, String name) {
		this.driver.get(gateway.resolve("/").toString());
		element("room").clear();
		element("room").sendKeys(room);
		element("name").sendKeys(name);
		element("enter").click();
		awaitConnection();
	}

	/**
	 * Leaves the room and enters it again.
	 */
	void reenter() {
		element("leave").click();
		element("enter").click();
		awaitConnection();
	}

	private void awaitConnection() {
		await(() -> assertThat(instance()).isNotEmpty());
	}

	void awaitInstance(String instance) {
		await(() -> assertThat(instance()).isEqualTo(instance));
	}

	/**
	 * Says which instance of the chat serves the page; empty while none does.
	 */
	String instance() {
		return element("state").getDomAttribute("data-instance");
	}

	void say(String text) {
		element("text").sendKeys(text);
		element("send").click();
	}

	/**
	 * Waits until messages are shown in this order, and possibly others between them.
	 */
	void awaitMessages(String... messages) {
		await(() -> assertThat(messages()).containsSubsequence(messages));
	}

	private List<String> messages() {
		return element("messages").getText().lines().toList();
	}

	/**
	 * Closes the tab of the page, as a visitor does who has had enough.
	 */
	void closeTab() {
		String page = this.driver.getWindowHandle();
		this.driver.switchTo().newWindow(WindowType.TAB);
		String other = this.driver.getWindowHandle();
		this.driver.switchTo().window(page).close();
		this.driver.switchTo().window(other);
	}

	private WebElement element(String id) {
		return this.driver.findElement(By.id(id));
	}

	private static void await(Runnable assertion) {
		Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(assertion::run);
	}

	@Override
	public void close() {
		try {
			this.driver.quit();
		}
		finally {
			stop();
		}
	}

	private void stop() {
		this.service.stop();
		FileSystemUtils.deleteRecursively(this.userData.toFile());
	}

}
