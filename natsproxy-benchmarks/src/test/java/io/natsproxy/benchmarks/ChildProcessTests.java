package io.natsproxy.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ChildProcessTests {

	@TempDir
	private Path logs;

	@Test
	void aProcessThatHasEndedIsReportedWithTheEndOfItsOutput() {
		try (ProcessGroup group = new ProcessGroup(this.logs)) {
			ChildProcess process = group.start("broken", List.of(Installation.java(), "-jar", "no-such.jar"));
			assertThat(process.awaitEnd()).isTrue();
			assertThatThrownBy(group::requireAlive).isInstanceOf(ChainFailedException.class)
				.hasMessageContaining("broken has ended with status 1")
				.hasMessageContaining("no-such.jar");
		}
	}

	@Test
	void aProgramThatDoesNotExistIsReported() {
		try (ProcessGroup group = new ProcessGroup(this.logs)) {
			assertThatThrownBy(() -> group.start("missing", List.of(this.logs.resolve("nothing").toString())))
				.isInstanceOf(ChainFailedException.class)
				.hasMessageContaining("missing does not start");
		}
	}

	@Test
	void processesEndWithTheirGroup() {
		ProcessGroup group = new ProcessGroup(this.logs);
		ChildProcess process = group.start("broker", List.of(Installation.java(), "-cp",
				System.getProperty("java.class.path"), BrokerProgram.class.getName(), Address.LOOPBACK, "0"));
		assertThatCode(group::requireAlive).doesNotThrowAnyException();
		assertThat(process.usage().cpu()).isGreaterThanOrEqualTo(Duration.ZERO);
		group.close();
		assertThatThrownBy(process::requireAlive).isInstanceOf(ChainFailedException.class);
		assertThatThrownBy(() -> group.start("late", List.of(Installation.java(), "-version")))
			.isInstanceOf(ChainFailedException.class);
	}

	@Test
	void whatAGroupOwnsIsReleasedTheLastFirstAndIfItsCreationFails() {
		List<String> released = new ArrayList<>();
		ProcessGroup group = new ProcessGroup(this.logs);
		group.own(() -> {
		}, () -> released.add("first"));
		assertThatThrownBy(() -> group.own(() -> {
			throw new ChainFailedException("half of it");
		}, () -> released.add("second"))).hasMessage("half of it");
		group.close();
		group.close();
		assertThat(released).containsExactly("second", "first");
		assertThatThrownBy(() -> group.own(() -> released.add("created"), () -> {
		})).isInstanceOf(ChainFailedException.class);
		assertThat(released).hasSize(2);
	}

	@Test
	void peakMemoryIsReadInKibibytes() {
		assertThat(ProcessUsage.bytes("VmHWM:\t  204800 kB")).isEqualTo(200L * 1024 * 1024);
	}

}
