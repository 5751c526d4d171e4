package io.natsproxy.gateway.openapi;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FetchQueueTests {

	/**
	 * Near the end of its range, which is no end.
	 */
	private final AtomicLong time = new AtomicLong(Long.MAX_VALUE - Duration.ofSeconds(10).toNanos());

	private final FetchQueue queue = new FetchQueue(2, this.time::get);

	private void pass(int seconds) {
		this.time.addAndGet(Duration.ofSeconds(seconds).toNanos());
	}

	@Test
	void fewAreFetchedAtOnceAndEachOnce() {
		this.queue.want(Map.of("a", "1", "b", "1", "c", "1"));
		Set<String> fetched = new HashSet<>(Set.of(this.queue.next(), this.queue.next()));
		assertThat(fetched).hasSize(2);
		assertThat(this.queue.next()).isNull();
		for (String each : Set.copyOf(fetched)) {
			this.queue.end(each, "1", false);
		}
		fetched.add(this.queue.next());
		assertThat(fetched).containsExactlyInAnyOrder("a", "b", "c");
		assertThat(this.queue.next()).isNull();
		assertThat(this.queue.untilDue()).isNull();
	}

	@Test
	void thoseThatFailKeepNoOthersFromTheirTurn() {
		Map<String, String> wanted = new TreeMap<>();
		for (int i = 10; i < 30; i++) {
			wanted.put("bad" + i, "1");
		}
		this.queue.want(wanted);
		wanted.put("zzz", "1");
		this.queue.want(wanted);
		Set<String> fetched = new HashSet<>();
		for (int i = 0; i < wanted.size(); i++) {
			String next = this.queue.next();
			assertThat(next).isNotNull();
			fetched.add(next);
			this.queue.end(next, "1", true);
			pass(31);
		}
		assertThat(fetched).isEqualTo(wanted.keySet());
	}

	@Test
	void timeToWaitDoublesAndAnotherHashIsNoWayRoundIt() {
		this.queue.want(Map.of("a", "1"));
		for (int seconds : new int[] { 30, 60, 120 }) {
			assertThat(this.queue.next()).isEqualTo("a");
			this.queue.end("a", "1", true);
			assertThat(this.queue.untilDue()).isEqualTo(Duration.ofSeconds(seconds));
			assertThat(this.queue.next()).isNull();
			pass(seconds);
		}
		assertThat(this.queue.next()).isEqualTo("a");
		this.queue.end("a", "1", true);
		this.queue.want(Map.of("a", "2"));
		assertThat(this.queue.untilDue()).isEqualTo(Duration.ofSeconds(30));
		this.queue.want(Map.of());
		assertThat(this.queue.untilDue()).isNull();
	}

	@Test
	void documentThatHasChangedMeanwhileIsFetchedAfterIt() {
		this.queue.want(Map.of("a", "1"));
		assertThat(this.queue.next()).isEqualTo("a");
		this.queue.want(Map.of("a", "2"));
		assertThat(this.queue.next()).isNull();
		this.queue.end("a", "1", false);
		assertThat(this.queue.next()).isEqualTo("a");
	}

	@Test
	void longDocumentsKeepNoShortOnesOut() {
		assertThat(DocumentShares.admitted(Map.of("a", 60, "b", 60, "c", 10, "d", 20), 100))
			.containsExactlyInAnyOrder("c", "d", "a");
		assertThat(DocumentShares.admitted(Map.of("a", Integer.MAX_VALUE, "b", Integer.MAX_VALUE), Integer.MAX_VALUE))
			.containsExactly("a");
	}

}
