package io.natsproxy.samples.chat;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;

import io.natsproxy.test.Chromium;
import org.awaitility.Awaitility;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A visitor with a Chromium of its own, and the page of the chat in it.
 */
final class Browser implements AutoCloseable {

	private final Chromium chromium = new Chromium();

	private final ChromeDriver driver = this.chromium.driver();

	/**
	 * Starts a browser.
	 */
	Browser() throws IOException {
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
		this.chromium.close();
	}

}
