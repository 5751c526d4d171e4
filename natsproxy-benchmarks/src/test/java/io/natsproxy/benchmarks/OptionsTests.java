package io.natsproxy.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import io.natsproxy.benchmarks.Options.Network.Kind;
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
		assertThat(options.warmUp()).satisfies((warmUp) -> {
			assertThat(warmUp.first()).isLessThan(parse().warmUp().first());
			assertThat(warmUp.others()).isLessThan(parse().warmUp().others());
			assertThat(warmUp.transfers()).isLessThan(parse().warmUp().transfers());
		});
		assertThat(options.rounds()).isEqualTo(3);
		assertThat(options.workloads()).containsExactly("get-64", "upload");
	}

	@Test
	void whatIsGivenWinsOverQuick() {
		Options options = parse("--quick", "--rounds=7", "--seconds=0.5", "--warm-up=3", "--workloads=post-1k-1");
		assertThat(options.rounds()).isEqualTo(7);
		assertThat(options.length()).isEqualTo(Duration.ofMillis(500));
		assertThat(options.warmUp().others()).isEqualTo(Duration.ofSeconds(3));
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
	void streamsAreWarmedUpByTransfers() {
		assertThat(parse().warmUp().transfers()).isEqualTo(15);
		assertThat(parse("--warm-up-transfers=40").warmUp().transfers()).isEqualTo(40);
	}

	@Test
	void aWarmUpThatIsShortIsKnownAsSuch() {
		assertThat(parse().warmUp().isShort()).isFalse();
		assertThat(parse("--first-warm-up=59").warmUp().isShort()).isTrue();
		assertThat(parse("--warm-up-transfers=14").warmUp().isShort()).isTrue();
	}

	@Test
	void theNetworkIsTheLoopbackInterfaceOrHasARoundTrip() {
		assertThat(parse().network()).isEqualTo(new Options.Network(Kind.LOOPBACK, Duration.ZERO));
		assertThat(parse("--delay=10ms").network()).isEqualTo(new Options.Network(Kind.DELAY, Duration.ofMillis(10)));
		assertThat(parse("--netem=0.5ms").network())
			.isEqualTo(new Options.Network(Kind.NETEM, Duration.ofNanos(500_000)));
		assertThat(parse("--netem=1s").network()).isEqualTo(new Options.Network(Kind.NETEM, Duration.ofSeconds(1)));
		assertThatThrownBy(() -> parse("--netem=1s", "--delay=1s")).isInstanceOf(InvalidOptionException.class);
	}

	@Test
	void thePageIsAFile() {
		assertThat(parse("--html=target/page.html").html()).hasFileName("page.html").isAbsolute();
		assertThat(parse().html()).isNull();
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
			"--other-gateway=gateway", "--other-url=http://127.0.0.1:1", "--jvm='-Xmx256m", "--delay", "--delay=10",
			"--delay=0ms", "--delay=-1ms", "--delay=1h", "--delay=1.1s", "--netem=ten", "--html", "--html=",
			"--html=/no/such/directory/page.html", "--html=target", "--warm-up-transfers=0" })
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
