package io.natsproxy.core.transport.netty;

import java.util.Objects;

import io.natsproxy.core.transport.Denial;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which subscriptions a denial of the server may be about.
 */
class NettySubscriptionsTests {

	private final NettySubscriptions subscriptions = new NettySubscriptions();

	private int ids;

	private NettySubscription add(String subject, @Nullable String queueGroup) {
		NettySubscription subscription = new NettySubscription(++this.ids, subject, queueGroup, (message) -> {
		});
		this.subscriptions.add(subscription);
		return subscription;
	}

	private static Denial denial(String subject) {
		return denial(subject, "");
	}

	private static Denial denial(String subject, String more) {
		return Objects
			.requireNonNull(Denial.of("Permissions Violation for Subscription to \"" + subject + "\"" + more));
	}

	@Test
	void denialIsAboutSubscriptionsToItsSubject() {
		NettySubscription first = add("a.*", "group");
		NettySubscription second = add("a.*", null);
		add("a.b", null);
		assertThat(this.subscriptions.concernedBy(denial("a.*"))).containsExactly(first, second);
		assertThat(this.subscriptions.concernedBy(denial("a.>"))).isEmpty();
	}

	@Test
	void denialThatNamesAnIdIsAboutThatSubscription() {
		add("a", null);
		NettySubscription second = add("a", null);
		assertThat(this.subscriptions.concernedBy(denial("a", " (sid \"p2\")"))).containsExactly(second);
		this.subscriptions.end(second);
		assertThat(this.subscriptions.concernedBy(denial("a", " (sid \"p2\")"))).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "1", "2", "p", "p3", "p-1", "q1", "p1x", "p99999999999", "" })
	void denialThatNamesTheIdOfAnotherIsAboutNone(String id) {
		add("a", null);
		assertThat(this.subscriptions.concernedBy(denial("a", " (sid \"" + id + "\")"))).isEmpty();
	}

	@Test
	void apostrophesMayBeMissing() {
		NettySubscription subscription = add("GET:.it's", null);
		assertThat(this.subscriptions.concernedBy(denial("GET:.its"))).containsExactly(subscription);
		assertThat(this.subscriptions.concernedBy(denial("GET:.it's"))).containsExactly(subscription);
	}

	@Test
	void denialIsNotAboutWhatHasEnded() {
		NettySubscription first = add("a", null);
		NettySubscription second = add("a", null);
		NettySubscription third = add("a", null);
		this.subscriptions.end(first);
		this.subscriptions.remove(third);
		assertThat(this.subscriptions.concernedBy(denial("a"))).containsExactly(second);
		this.subscriptions.end(second);
		assertThat(this.subscriptions.concernedBy(denial("a"))).isEmpty();
		assertThat(this.subscriptions.find(second.id())).isSameAs(second);
	}

	@Test
	void addingTwiceIsAddingOnce() {
		NettySubscription subscription = add("a", null);
		this.subscriptions.add(subscription);
		assertThat(this.subscriptions.concernedBy(denial("a"))).containsExactly(subscription);
		assertThat(this.subscriptions.active()).containsExactly(subscription);
	}

}
