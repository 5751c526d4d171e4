package io.natsproxy.broker;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The index against a plain list of patterns.
 */
class SubscriptionIndexTests {

	private static final String[] TOKENS = { "a", "b", "c", "*", ">" };

	private final SubscriptionIndex index = new SubscriptionIndex();

	@Test
	void matchesWhatThePatternsMatch() {
		Random random = new Random(7);
		List<Subscription> subscriptions = new ArrayList<>();
		for (int round = 0; round < 3_000; round++) {
			if (!subscriptions.isEmpty() && random.nextInt(5) < 2) {
				Subscription removed = subscriptions.remove(random.nextInt(subscriptions.size()));
				this.index.remove(removed);
				this.index.remove(removed);
			}
			else {
				String subject = subject(random);
				if (Subjects.isValid(subject)) {
					Subscription added = subscription(subject, random.nextBoolean() ? "q" + random.nextInt(2) : null);
					this.index.add(added);
					subscriptions.add(added);
				}
			}
			assertThat(this.index.size()).isEqualTo(subscriptions.size());
			assertMatches(subject(random), subscriptions);
		}
		subscriptions.forEach(this.index::remove);
		assertThat(this.index.size()).isZero();
		assertThat(matched("a.b")).isEmpty();
	}

	@Test
	void anEmptyTokenMatchesNothing() {
		this.index.add(subscription(">", null));
		assertThat(matched("a..b")).isEmpty();
		assertThat(matched("")).isEmpty();
		assertThat(matched("a.b")).hasSize(1);
	}

	private void assertMatches(String subject, List<Subscription> subscriptions) {
		Set<Subscription> expected = new HashSet<>();
		for (Subscription subscription : subscriptions) {
			if (pattern(subscription.subject()).matcher(subject).matches()) {
				expected.add(subscription);
			}
		}
		assertThat(matched(subject)).as(subject).containsExactlyInAnyOrderElementsOf(expected);
	}

	private List<Subscription> matched(String subject) {
		Matches matches = this.index.match(subject);
		List<Subscription> all = new ArrayList<>(matches.plain());
		for (List<Subscription> members : matches.queues()) {
			assertThat(members).extracting(Subscription::queue).doesNotContainNull();
			assertThat(members.stream().map(Subscription::queue).distinct()).hasSize(1);
			all.addAll(members);
		}
		return all;
	}

	/**
	 * Wildcards in a subject that is published match wildcards only, as they are no
	 * literals.
	 */
	private static Pattern pattern(String subject) {
		String expression = Pattern.quote(subject).replace("*", "\\E[^.]+\\Q").replace(">", "\\E[^.]+(\\.[^.]+)*\\Q");
		return Pattern.compile(expression);
	}

	private static String subject(Random random) {
		List<String> tokens = new ArrayList<>();
		for (int i = 0; i <= random.nextInt(4); i++) {
			tokens.add(TOKENS[random.nextInt(TOKENS.length)]);
		}
		return String.join(".", tokens);
	}

	private static Subscription subscription(String subject, String queue) {
		return new Subscription(null, subject, queue, "1");
	}

}
