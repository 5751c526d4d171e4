package io.natsproxy.gateway.access;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

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
	void fileThatCouldNotBeWrittenIsOpenedAnewAndWhatIsLostIsCounted(@TempDir Path directory) throws Exception {
		Path file = Files.writeString(directory.resolve("access.log"), "before\n");
		AtomicInteger full = new AtomicInteger(1);
		AtomicInteger closed = new AtomicInteger();
		AccessFile sink = new AccessFile(file, (path) -> new FilterOutputStream(
				Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {

			@Override
			public void write(byte[] bytes, int offset, int length) throws IOException {
				if (full.getAndDecrement() > 0) {
					this.out.write(bytes, offset, 3);
					throw new IOException("No space left on device");
				}
				this.out.write(bytes, offset, length);
			}

			@Override
			public void close() throws IOException {
				closed.incrementAndGet();
				super.close();
			}

		});
		try (AccessLog log = new AccessLog(AccessFormat.JSON, sink, 10)) {
			log.add(entry("/lost"));
			await().atMost(PATIENCE).until(() -> log.dropped() == 1);
			log.add(entry("/first"));
			log.add(entry("/second"));
			await().atMost(PATIENCE).until(() -> Files.readAllLines(file).size() == 4);
			assertThat(log.dropped()).isOne();
			assertThat(closed).hasValue(1);
		}
		List<String> written = Files.readAllLines(file);
		assertThat(written.get(0)).isEqualTo("before");
		assertThat(written.get(1)).hasSize(3);
		assertThat(written.get(2)).contains("/first").endsWith("}");
		assertThat(written.get(3)).contains("/second").endsWith("}");
	}

	@Test
	void linesOfABufferThatCannotBeWrittenAreCounted(@TempDir Path directory) throws Exception {
		Path file = directory.resolve("access.log");
		AtomicBoolean full = new AtomicBoolean(true);
		AccessFile sink = new AccessFile(file, (path) -> {
			OutputStream opened = Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
			return full.get() ? new FullOutput(opened) : opened;
		});
		CountDownLatch blocked = new CountDownLatch(1);
		AccessSink waiting = new AccessSink() {

			@Override
			public void write(CharSequence line) throws IOException {
				try {
					blocked.await();
				}
				catch (InterruptedException ex) {
					throw new IOException(ex);
				}
				sink.write(line);
			}

			@Override
			public void flush() throws IOException {
				sink.flush();
			}

			@Override
			public void close() throws IOException {
				sink.close();
			}

		};
		try (AccessLog log = new AccessLog(AccessFormat.JSON, waiting, 10)) {
			for (int i = 0; i < 5; i++) {
				log.add(entry("/lost"));
			}
			blocked.countDown();
			await().atMost(PATIENCE).until(() -> log.dropped() == 5);
			full.set(false);
			log.add(entry("/written"));
			await().atMost(PATIENCE).until(() -> Files.readString(file).endsWith("\n"));
			assertThat(log.dropped()).isEqualTo(5);
		}
		assertThat(Files.readAllLines(file)).singleElement().asString().contains("/written");
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

	private static final class FullOutput extends FilterOutputStream {

		FullOutput(OutputStream output) {
			super(output);
		}

		@Override
		public void write(byte[] bytes, int offset, int length) throws IOException {
			throw new IOException("No space left on device");
		}

	}

}
