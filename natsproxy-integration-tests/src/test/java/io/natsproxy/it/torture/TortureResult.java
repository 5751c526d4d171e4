package io.natsproxy.it.torture;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.natsproxy.it.torture.Attempt.Outcome;

/**
 * What one fault did to the load.
 *
 * @param fault the fault
 * @param outcomes what became of everything that was sent
 * @param executions how often the requests were executed
 * @param faultAt when the fault came, in nanoseconds of the JVM's clock
 */
record TortureResult(String fault, CheckedLoad.Outcomes outcomes, Executions executions, long faultAt) {

	static final String HEAD = "| fault | sent | right | wrong | refused | failed | lost | twice | seconds | transfers"
			+ " | WebSockets |\n|---|---|---|---|---|---|---|---|---|---|---|";

	long count(Outcome outcome) {
		return count(this.outcomes.requests(), outcome);
	}

	private static long count(List<Attempt> attempts, Outcome outcome) {
		return attempts.stream().filter((attempt) -> attempt.outcome() == outcome).count();
	}

	/**
	 * How many requests were executed more than once.
	 */
	long twice() {
		return this.outcomes.requests().stream().filter((attempt) -> this.executions.of(attempt) > 1).count();
	}

	/**
	 * How many requests were refused, and executed all the same.
	 */
	long refusedAndExecuted() {
		return this.outcomes.requests()
			.stream()
			.filter((attempt) -> attempt.outcome() == Outcome.REFUSED && this.executions.of(attempt) > 0)
			.count();
	}

	/**
	 * How many requests were answered and not executed.
	 */
	long rightAndNotExecuted() {
		return this.outcomes.requests()
			.stream()
			.filter((attempt) -> attempt.outcome() == Outcome.RIGHT && this.executions.of(attempt) == 0)
			.count();
	}

	long transfers(Outcome outcome) {
		return count(this.outcomes.transfers(), outcome);
	}

	long sockets(Outcome outcome) {
		return count(this.outcomes.sockets(), outcome);
	}

	/**
	 * After which time, in seconds from the fault, all requests that were sent were
	 * answered right.
	 */
	double secondsToRecover() {
		return this.outcomes.requests()
			.stream()
			.filter((attempt) -> attempt.outcome() != Outcome.RIGHT)
			.mapToLong((attempt) -> attempt.begin() - this.faultAt)
			.max()
			.orElse(0) / 1e9;
	}

	/**
	 * What happened to everything that was not right, and how often.
	 */
	String details() {
		Map<String, Integer> details = new TreeMap<>();
		collect("", this.outcomes.requests(), details);
		collect("transfer ", this.outcomes.transfers(), details);
		collect("socket ", this.outcomes.sockets(), details);
		return details.entrySet()
			.stream()
			.map((entry) -> entry.getValue() + " x " + entry.getKey())
			.collect(Collectors.joining(", "));
	}

	private void collect(String prefix, List<Attempt> attempts, Map<String, Integer> details) {
		attempts.stream()
			.filter((attempt) -> attempt.outcome() != Outcome.RIGHT)
			.forEach((attempt) -> details.merge(
					prefix + attempt.detail() + ((this.executions.of(attempt) > 0) ? " (executed)" : ""), 1,
					Integer::sum));
	}

	String row() {
		return String.format(Locale.ROOT, "| %s | %d | %d | %d | %d | %d | %d | %d | %.1f | %d of %d | %d of %d |",
				this.fault, this.outcomes.requests().size(), count(Outcome.RIGHT), count(Outcome.WRONG),
				count(Outcome.REFUSED), count(Outcome.FAILED), count(Outcome.LOST), twice(),
				Math.max(0, secondsToRecover()), transfers(Outcome.RIGHT), this.outcomes.transfers().size(),
				sockets(Outcome.RIGHT), this.outcomes.sockets().size());
	}

}
