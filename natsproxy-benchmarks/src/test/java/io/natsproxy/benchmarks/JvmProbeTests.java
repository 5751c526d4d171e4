package io.natsproxy.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.natsproxy.benchmarks.load.Tally;
import io.natsproxy.benchmarks.load.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class JvmProbeTests {

	@TempDir
	private Path logs;

	@Test
	void whatAJvmAllocatesIsReadFromOutside() {
		Address address = Address.free();
		try (ProcessGroup group = new ProcessGroup(this.logs)) {
			ChildProcess broker = group.start("broker",
					List.of(Installation.java(), "-cp", System.getProperty("java.class.path"),
							BrokerProgram.class.getName(), address.host(), Integer.toString(address.port())));
			new ReadinessProbe().awaitPort(address.host(), address.port(), broker);
			Chain chain = new Chain("test", new Target(address.host(), address.port()), Map.of(Role.BROKER, broker));
			try (JvmProbes probes = new JvmProbes(List.of(chain))) {
				JvmMeter meter = new JvmMeter(chain, probes);
				meter.begin();
				meter.end();
				JvmUsage usage = Objects.requireNonNull(meter.usage(new Tally(10, 1, 1, 1, 0, null)).get(Role.BROKER));
				assertThat(usage.bytesPerOperation()).isPositive();
				assertThat(usage.collectionsPerSecond()).isNotNegative();
				assertThat(meter.usage(new Tally(0, 1, 1, 1, 1, "none"))).isEmpty();
				broker.stop();
				meter.begin();
				assertThat(meter.usage(new Tally(10, 1, 1, 1, 0, null))).isEmpty();
			}
		}
	}

	@Test
	void otherProgramsAndRelaysAreNotAttachedTo() {
		try (ProcessGroup group = new ProcessGroup(this.logs)) {
			ChildProcess program = group.start("program", List.of("cat"));
			Chain chain = new Chain("test", new Target(Address.LOOPBACK, 1),
					Map.of(Role.GATEWAY, program, Role.RELAY, program));
			try (JvmProbes probes = new JvmProbes(List.of(chain))) {
				assertThat(probes.of(program)).isEmpty();
				program.requireAlive();
			}
		}
	}

	@Test
	void threadsThatAreNewCountFromTheirStart() {
		JvmCounters begin = new JvmCounters(Map.of(1L, 1000L, 2L, 50L), 3);
		JvmCounters end = new JvmCounters(Map.of(1L, 1500L, 3L, 7L), 5);
		assertThat(end.allocatedSince(begin)).isEqualTo(507);
		assertThat(end.collectionsSince(begin)).isEqualTo(2);
	}

}
