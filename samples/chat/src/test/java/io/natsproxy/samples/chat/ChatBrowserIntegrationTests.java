package io.natsproxy.samples.chat;

import java.io.IOException;
import java.net.URI;

import io.natsproxy.test.Chromium;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * The page in two real browsers, on different gateways and two instances of the chat.
 */
@EnabledIf(value = "io.natsproxy.test.Chromium#isAvailable", disabledReason = Chromium.MISSING)
@Timeout(120)
class ChatBrowserIntegrationTests {

	@AutoClose
	private static ChatCluster cluster;

	@AutoClose
	private static Browser ada;

	@AutoClose
	private static Browser bob;

	private static URI gateway;

	private static URI otherGateway;

	@BeforeAll
	static void start() throws IOException {
		ada = new Browser();
		bob = new Browser();
		cluster = new ChatCluster();
		cluster.startService("one");
		cluster.startService("two");
		gateway = cluster.startGateway();
		otherGateway = cluster.startGateway();
	}

	@Test
	void visitorsSeeEachOtherComeTalkAndLeave() {
		ada.enter(gateway, "tea room", "Ada");
		bob.enter(otherGateway, "tea room", "Bob <i>");
		ada.awaitMessages("Ada joined", "Bob <i> joined");
		ada.say("Hello <b>you</b>");
		bob.awaitMessages("Ada: Hello <b>you</b>");
		bob.say("& hello from here");
		ada.awaitMessages("Ada: Hello <b>you</b>", "Bob <i>: & hello from here");
		bob.closeTab();
		ada.awaitMessages("Bob <i> joined", "Bob <i> left");
	}

	@Test
	void visitorsOfAnInstanceThatStopsGoOnWithAnother() {
		enterByDifferentInstances("stop");
		String stopped = bob.instance();
		cluster.stopService(stopped);
		try {
			bob.awaitInstance(ada.instance());
			bob.say("Where was I?");
			ada.awaitMessages("Bob left", "Bob joined", "Bob: Where was I?");
			ada.say("Welcome back");
			bob.awaitMessages("Bob: Where was I?", "Ada: Welcome back");
		}
		finally {
			cluster.startService(stopped);
		}
	}

	@Test
	void visitorsOfAnInstanceThatDiesGoOnWithAnother() throws Exception {
		enterByDifferentInstances("death");
		String killed = ada.instance();
		cluster.killService(killed);
		try {
			bob.say("Are you there?");
			bob.awaitMessages("Bob: Are you there?");
			ada.awaitInstance(bob.instance());
			ada.say("Again");
			bob.awaitMessages("Bob: Are you there?", "Ada joined", "Ada: Again");
		}
		finally {
			cluster.startService(killed);
		}
	}

	/**
	 * Which instance accepts a visitor is left to chance.
	 */
	private static void enterByDifferentInstances(String room) {
		ada.enter(gateway, room, "Ada");
		bob.enter(otherGateway, room, "Bob");
		while (ada.instance().equals(bob.instance())) {
			bob.reenter();
		}
	}

}
