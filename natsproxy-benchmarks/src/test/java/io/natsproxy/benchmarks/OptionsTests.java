package io.natsproxy.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class OptionsTests {

	private static final List<String> WORKLOADS = List.of("get-64", "post-1k-1", "upload");

	@Test
	void withoutOptionsEverythingIsRun() {
		Options options = parse();
		assertThat(options.workloads()).isEqualTo(WORKLOADS);
		assertThat(options.chains()).containsExactly("natsproxy", "spring-cloud-gateway");
		assertThat(options.rounds()).isEqualTo(5);
		assertThat(options.jvm()).containsExactly("-Xmx256m");
		assertThat(options.natsServer()).isNull();
		assertThat(options.other()).isNull();
	}

	@Test
	void quickTakesLessTimeAndFewerWorkloads() {
		Options options = parse("--quick");
		assertThat(options.length()).isLessThan(parse().length());
		assertThat(options.warmUp()).isLessThan(parse().warmUp());
		assertThat(options.rounds()).isEqualTo(3);
		assertThat(options.workloads()).containsExactly("get-64", "upload");
	}

	@Test
	void whatIsGivenWinsOverQuick() {
		Options options = parse("--quick", "--rounds=7", "--seconds=0.5", "--warm-up=3", "--workloads=post-1k-1");
		assertThat(options.rounds()).isEqualTo(7);
		assertThat(options.length()).isEqualTo(Duration.ofMillis(500));
		assertThat(options.warmUp()).isEqualTo(Duration.ofSeconds(3));
		assertThat(options.workloads()).containsExactly("post-1k-1");
	}

	@Test
	void workloadsKeepTheirOrder() {
		assertThat(parse("--workloads=upload,get-64").workloads()).containsExactly("get-64", "upload");
	}

	@Test
	void chainsAreThoseThatAreNamed() {
		assertThat(parse("--chains=spring-cloud-gateway,agent,mvc").chains()).containsExactly("mvc", "agent",
				"spring-cloud-gateway");
	}

	@Test
	void helpIsNoRun() {
		assertThat(Options.parse(WORKLOADS, "--help")).isNull();
	}

	@Test
	void theFlagsOfJvmsAreSplit() {
		assertThat(parse("--jvm=-Xmx1g -XX:+UseSerialGC").jvm()).containsExactly("-Xmx1g", "-XX:+UseSerialGC");
	}

	@Test
	void anotherChainIsTakenAsCommandLines() {
		Options.OtherChain other = parse("--other-gateway=gateway --port {port} --nats {nats}",
				"--other-service=service", "--other-url=http://127.0.0.1:{port}")
			.other();
		assertThat(other).isEqualTo(
				new Options.OtherChain("gateway --port {port} --nats {nats}", "service", "http://127.0.0.1:{port}"));
		assertThat(Objects.requireNonNull(other).usesNats()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "--unknown", "quick", "--rounds=0", "--rounds=-1", "--rounds=many", "--rounds",
			"--seconds=", "--workloads=get-65", "--workloads=", "--chains=zuul", "--nats-server=/no/such/program",
			"--other-gateway=gateway", "--other-url=http://127.0.0.1:1", "--jvm='-Xmx256m" })
	void whatCannotBeUnderstoodIsRefused(String argument) {
		assertThatThrownBy(() -> parse(argument)).isInstanceOf(InvalidOptionException.class);
	}

	@Test
	void theUrlOfAnotherGatewayNeedsAPort() {
		assertThatThrownBy(() -> parse("--other-gateway=gateway", "--other-url=http://localhost"))
			.isInstanceOf(InvalidOptionException.class)
			.hasMessageContaining("http://host:port");
	}

	@Test
	void anUnknownOptionIsAnsweredWithThoseThatThereAre() {
		assertThatThrownBy(() -> parse("--qick")).hasMessageContaining("'--qick'").hasMessageContaining("--quick");
	}

	private static Options parse(String... arguments) {
		return Objects.requireNonNull(Options.parse(WORKLOADS, arguments));
	}

}
