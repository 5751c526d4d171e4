package io.natsproxy.samples.streams;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import io.natsproxy.test.Chromium;
import io.natsproxy.test.TestBroker;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page in a real browser, on a real server.
 */
@EnabledIf(value = "isPossible", disabledReason = "It takes a browser, and a nats-server with JetStream")
@Timeout(240)
class StreamsBrowserIntegrationTests {

	private static TestBroker broker;

	private static ConfigurableApplicationContext application;

	private static Chromium chromium;

	private static int port;

	static boolean isPossible() {
		return Chromium.isAvailable() && TestBroker.isServer();
	}

	@BeforeAll
	static void start() throws IOException {
		broker = TestBroker.startJetStream();
		startApplication();
		chromium = new Chromium();
		chromium.driver().get("http://localhost:" + port + "/");
	}

	@AfterAll
	static void stop() {
		chromium.close();
		application.close();
		broker.close();
	}

	private static void startApplication() {
		application = new SpringApplicationBuilder(StreamsApplication.class).run("--server.port=" + port,
				"--natsproxy.nats.servers=" + broker.url(), "--streams.price-interval=50ms");
		port = ((ReactiveWebServerApplicationContext) application).getWebServer().getPort();
	}

	@Test
	void pricesSurviveThatTheGatewayIsStartedAgain() {
		awaitReceived(10);
		application.close();
		await(() -> assertThat(text("state")).isEqualTo("connecting"));
		int before = number("received");
		startApplication();
		awaitReceived(before + 50);
		assertThat(number("gaps")).isZero();
		assertThat(number("repeated")).isZero();
	}

	@Test
	void orderIsAcknowledged() {
		element("item").sendKeys("tea <b>");
		element("order").submit();
		await(() -> assertThat(text("orders")).startsWith("tea <b>: number ").endsWith(" of ORDERS"));
	}

	@Test
	void fileIsUploadedAndFound(@TempDir Path directory) throws IOException {
		Path file = directory.resolve("notes & more.txt");
		Files.writeString(file, "x".repeat(1_000_000));
		element("file").sendKeys(file.toString());
		await(() -> assertThat(text("files")).isEqualTo("notes & more.txt, 1000000 bytes"));
		assertThat(element("progress").getDomProperty("value")).isEqualTo("1");
	}

	private static void awaitReceived(int number) {
		await(() -> assertThat(number("received")).isGreaterThan(number));
	}

	private static int number(String id) {
		return Integer.parseInt(text(id));
	}

	private static String text(String id) {
		return element(id).getText();
	}

	private static WebElement element(String id) {
		return chromium.driver().findElement(By.id(id));
	}

	private static void await(org.awaitility.core.ThrowingRunnable assertion) {
		Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(100)).untilAsserted(assertion);
	}

}
