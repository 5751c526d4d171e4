package io.natsproxy.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class NamespaceDistanceTests {

	private final ProcessGroup processes = new ProcessGroup(Path.of("target"));

	private final NamespaceDistance distance = new NamespaceDistance(100, 3, Duration.ofMillis(10), this.processes);

	@AfterEach
	void close() {
		this.processes.close();
	}

	@Test
	void bothEndsDelayHalfOfTheRoundTrip() {
		assertThat(this.distance.creation()).map((command) -> String.join(" ", command))
			.containsExactly("ip netns add natsproxy1603",
					"ip link add natsproxy1603a type veth peer name natsproxy1603b netns natsproxy1603",
					"ip address add 198.18.25.13/30 dev natsproxy1603a",
					"ip -n natsproxy1603 address add 198.18.25.14/30 dev natsproxy1603b",
					"ip link set natsproxy1603a up", "ip -n natsproxy1603 link set natsproxy1603b up",
					"ip -n natsproxy1603 link set lo up",
					"tc qdisc add dev natsproxy1603a root netem delay 5000us limit 100000",
					"tc -n natsproxy1603 qdisc add dev natsproxy1603b root netem delay 5000us limit 100000");
	}

	@Test
	void allOfItIsRemoved() {
		assertThat(this.distance.removal()).map((command) -> String.join(" ", command))
			.containsExactly("ip link delete natsproxy1603a", "ip netns delete natsproxy1603");
	}

	@Test
	void programsOfTheFarEndRunInTheNamespace() {
		assertThat(this.distance.atFarEnd(List.of("java", "-version"))).containsExactly("ip", "netns", "exec",
				"natsproxy1603", "java", "-version");
		assertThat(this.distance.nearHost()).isEqualTo("198.18.25.13");
		assertThat(this.distance.farHost()).isEqualTo("198.18.25.14");
	}

	@Test
	void namesFitInterfacesAndAddressesTheirBlock() {
		NamespaceDistance last = new NamespaceDistance(4_194_303, 15, Duration.ofMillis(10), this.processes);
		assertThat(last.farHost()).isEqualTo("198.19.255.254");
		assertThat(last.creation().get(1)).allSatisfy((word) -> assertThat(word).hasSizeLessThan(16));
	}

	@Test
	void aKernelWithoutNetemIsNamed() {
		assertThat(NamespaceDistance.explain(List.of("tc", "qdisc"), "Error: Specified qdisc kind is unknown.\n"))
			.isEqualTo("--netem: 'tc qdisc' fails: Error: Specified qdisc kind is unknown. "
					+ "The kernel may have no netem (module sch_netem); --delay does without.");
		assertThat(NamespaceDistance.explain(List.of("ip", "netns"), "Permission denied")).contains("root")
			.contains("Permission denied. It takes");
	}

	@Test
	void aProgramThatIsMissingIsAFailureWithItsReason() {
		SystemCommand.Result result = SystemCommand.run(List.of("no-such-program-of-natsproxy"));
		assertThat(result.succeeded()).isFalse();
		assertThat(result.output()).contains("no-such-program-of-natsproxy");
	}

}
