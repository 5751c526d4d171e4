package io.natsproxy.test;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.remote.http.ClientConfig;

/**
 * A Chromium for a test, with a profile of its own. Nothing is downloaded: both programs
 * are looked for in {@code PATH}, unless the system properties {@value #CHROMIUM} and
 * {@value #CHROMEDRIVER} say where they are.
 */
public final class Chromium implements AutoCloseable {

	/**
	 * The reason for which a test is skipped that finds none.
	 */
	public static final String MISSING = "No browser to test with: install chromium and chromium-driver, or set "
			+ Chromium.CHROMIUM + " and " + Chromium.CHROMEDRIVER;

	private static final String CHROMIUM = "natsproxy.test.chromium";

	private static final String CHROMEDRIVER = "natsproxy.test.chromedriver";

	private final Path userData;

	private final ChromeDriverService service;

	private final ChromeDriver driver;

	/**
	 * Starts a browser.
	 * @throws IOException if it has no place for its profile
	 */
	public Chromium() throws IOException {
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
	 * Returns whether there is a browser to test with.
	 * @return whether there is
	 */
	public static boolean isAvailable() {
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
	 * Returns the driver.
	 * @return the driver, closed by this object
	 */
	public ChromeDriver driver() {
		return this.driver;
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
		try (Stream<Path> files = Files.walk(this.userData)) {
			files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
		}
		catch (IOException | UncheckedIOException ex) {
			// What the browser still deletes itself need not be.
		}
	}

}
