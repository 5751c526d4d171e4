package io.natsproxy.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import io.natsproxy.benchmarks.load.Workload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class PlanTests {

	private static final Workload GET = new NamedWorkload("get", false);

	private static final Workload POST = new NamedWorkload("post", false);

	private static final Workload UPLOAD = new NamedWorkload("upload", true);

	private static final Options OPTIONS = Objects.requireNonNull(Options.parse(List.of("get"), "--rounds=2",
			"--seconds=3", "--first-warm-up=60", "--warm-up=10", "--warm-up-transfers=15"));

	@Test
	void chainsTakeTurns() {
		Plan plan = new Plan(OPTIONS, List.of(GET), List.of("a", "b"));
		assertThat(plan.steps(GET)).extracting((step) -> step.chain() + step.round())
			.containsExactly("a0", "b0", "a1", "b1", "a2", "b2");
	}

	@Test
	void theFirstWorkloadOfAKnownLengthIsWarmedUpForLonger() {
		Plan plan = new Plan(OPTIONS, List.of(UPLOAD, GET, POST), List.of("a"));
		assertThat(plan.steps(GET)).extracting(Step::length)
			.containsExactly(Duration.ofSeconds(60), Duration.ofSeconds(3), Duration.ofSeconds(3));
		assertThat(plan.steps(POST)).extracting(Step::length).startsWith(Duration.ofSeconds(10));
		assertThat(plan.steps(UPLOAD)).extracting(Step::transfers).containsExactly(15, 1, 1);
	}

	@Test
	void whatIsLeftIsTheSumOfTheStepsAndOfWhatOthersHaveTakenMore() {
		Plan plan = new Plan(OPTIONS, List.of(GET), List.of("a"));
		assertThat(plan.secondsLeft()).isEqualTo(60 + 3 + 3);
		plan.done(plan.steps(GET).get(0), 60.5);
		assertThat(plan.secondsLeft()).isEqualTo(3.5 + 3.5);
	}

	@Test
	void transfersTakeAsLongAsThoseBefore() {
		Plan plan = new Plan(OPTIONS, List.of(UPLOAD), List.of("a", "b"));
		assertThat(plan.secondsLeft()).isEqualTo(34);
		plan.done(plan.steps(UPLOAD).get(0), 30);
		assertThat(plan.secondsLeft()).isEqualTo(2 * 2 + 17 * 2);
		plan.done(plan.steps(UPLOAD).get(0), 60);
		assertThat(plan.secondsLeft()).isCloseTo(2 * 2 + 2 * 4, within(1e-9));
	}

	@Test
	void aChainThatIsSkippedTakesNoTime() {
		Plan plan = new Plan(OPTIONS, List.of(GET, POST), List.of("a", "b"));
		plan.drop(GET, "b");
		assertThat(plan.steps(GET)).extracting(Step::chain).containsOnly("a");
		assertThat(plan.steps(POST)).hasSize(6);
		assertThat(plan.workloadsAfter(GET)).isEqualTo(1);
		plan.drop(GET, "a");
		assertThat(plan.workloadsAfter(POST)).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "0.2, 0:00", "59.6, 1:00", "754, 12:34", "3723, 1:02:03" })
	void timesHaveAsManyPartsAsTheyNeed(double seconds, String text) {
		assertThat(Benchmark.time(seconds)).isEqualTo(text);
	}

}
