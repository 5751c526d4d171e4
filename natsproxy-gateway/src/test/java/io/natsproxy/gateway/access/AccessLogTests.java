package io.natsproxy.gateway.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link AccessLog} and the places to which it writes.
 */
@Timeout(60)
class AccessLogTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final List<String> lines = new CopyOnWriteArrayList<>();

	private static AccessEntry entry(String target) {
		AccessEntry entry = new AccessEntry("10.0.0.1", "GET", target, "HTTP/1.1");
		entry.toService("");
		entry.end(entry.answered());
		return entry;
	}

	@Test
	void whoeverAddsNeverWaitsAndWhatIsTooMuchIsCounted() throws Exception {
		CountDownLatch blocked = new CountDownLatch(1);
		CountDownLatch writing = new CountDownLatch(1);
		AccessSink slow = (line) -> {
			writing.countDown();
			try {
				blocked.await();
			}
			catch (InterruptedException ex) {
				throw new IOException(ex);
			}
			this.lines.add(line.toString());
		};
		AccessLog log = new AccessLog(AccessFormat.JSON, slow, 10);
		log.add(entry("/first"));
		writing.await();
		for (int i = 0; i < 100; i++) {
			log.add(entry("/" + i));
		}
		assertThat(log.dropped()).isEqualTo(90);
		blocked.countDown();
		await().atMost(PATIENCE).until(() -> this.lines.size() == 11);
		log.close();
		assertThat(this.lines).hasSize(11).last().asString().contains("\"/9\"");
	}

	@Test
	void lineThatCannotBeWrittenKeepsNoOtherFromIt() throws Exception {
		try (AccessLog log = new AccessLog(AccessFormat.JSON, (line) -> {
			if (line.toString().contains("/bad")) {
				throw new IOException("no space left");
			}
			this.lines.add(line.toString());
		}, 10)) {
			log.add(entry("/bad"));
			log.add(entry("/good"));
			await().atMost(PATIENCE).until(() -> !this.lines.isEmpty());
			assertThat(log.dropped()).isOne();
		}
	}

	@Test
	void whatWaitsIsWrittenAtTheEnd() throws Exception {
		AccessLog log = new AccessLog(AccessFormat.JSON, (line) -> this.lines.add(line.toString()), 1000);
		for (int i = 0; i < 500; i++) {
			log.add(entry("/" + i));
		}
		log.close();
		assertThat(this.lines).hasSize(500);
	}

	@Test
	void fileIsAppendedTo(@TempDir Path directory) throws Exception {
		Path file = Files.writeString(directory.resolve("access.log"), "before\n");
		try (AccessFile sink = new AccessFile(file)) {
			sink.write("a");
			sink.write("b");
		}
		assertThat(file).hasContent("before\na\nb\n");
	}

	@Test
	void fileThatIsRenamedIsMadeAnew(@TempDir Path directory) throws Exception {
		Path file = directory.resolve("access.log");
		Path renamed = directory.resolve("access.log.1");
		try (AccessFile sink = new AccessFile(file)) {
			sink.write("a");
			sink.flush();
			Files.move(file, renamed);
			await().atMost(PATIENCE).until(() -> {
				sink.write("b");
				sink.flush();
				return Files.exists(file);
			});
		}
		assertThat(Files.readString(renamed)).startsWith("a\n");
		assertThat(Files.readString(file)).isEqualTo("b\n");
	}

}
